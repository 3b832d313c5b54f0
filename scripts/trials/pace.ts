/** How fast orders come beside something, against how fast they come without it, and how sure that is: by the second, and by what the market offered. */
import { SeededRandom } from '../../src-engine/lib/random.ts';

export type Side = {
  readonly orders: number;
  readonly ms: number;
  /** Messages of books that arrived at the engine. */
  readonly bookUpdates: number;
  /** Opportunities that it saw open. */
  readonly opportunities: number;
};
/** What orders are held against. */
export type Offer = Exclude<keyof Side, 'orders'>;

/** One span with it and one without, side by side in whichever order: they share the market and the machine. */
export type Span = { readonly beside: Side; readonly without: Side };

export type Pace = {
  readonly orders: { readonly beside: number; readonly without: number };
  /** Of both sides, so many as the orders are held against. */
  readonly offered: { readonly beside: number; readonly without: number };
  /** Orders an offer beside it by those without; 1 where nothing is known. */
  readonly ratio: number;
  /** Bounds within which the ratio lies in 95 of 100 resamplings of whole spans: orders of a cycle come together. */
  readonly low: number;
  readonly high: number;
};

const RESAMPLES = 2_000;

export function paceOf(spans: readonly Span[], offer: Offer, seed: number): Pace {
  const random = new SeededRandom(seed, 13);
  const ratios = Array.from({ length: spans.length < 2 ? 0 : RESAMPLES }, () =>
    ratioOf(
      spans.map(() => spans[random.integer(0, spans.length - 1)] as Span),
      offer,
    ),
  )
    .filter((ratio) => Number.isFinite(ratio))
    .toSorted((a, b) => a - b);
  const at = (share: number): number => ratios[Math.floor((ratios.length - 1) * share)] ?? Number.NaN;
  const ratio = ratioOf(spans, offer);
  return {
    orders: { beside: sum(spans, 'beside', 'orders'), without: sum(spans, 'without', 'orders') },
    offered: {
      beside: Math.round(sum(spans, 'beside', offer)),
      without: Math.round(sum(spans, 'without', offer)),
    },
    ratio: rounded(Number.isFinite(ratio) ? ratio : 1),
    low: rounded(ratios.length === 0 ? 0 : at(0.025)),
    high: rounded(ratios.length === 0 ? 1_000 : at(0.975)),
  };
}

function ratioOf(spans: readonly Span[], offer: Offer): number {
  const rate = (side: keyof Span): number => sum(spans, side, 'orders') / sum(spans, side, offer);
  return rate('beside') / rate('without');
}

function sum(spans: readonly Span[], side: keyof Span, what: keyof Side): number {
  return spans.reduce((total, span) => total + span[side][what], 0);
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
