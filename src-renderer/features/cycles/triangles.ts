/** Triangles of currencies over one venue's instruments, and what each pays at the best prices of the moment. Pure. */
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { QuoteView } from '../../../src-engine/contract/topics.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';

export type Leg = { readonly instrument: InstrumentRecord; readonly side: 'buy' | 'sell' };

/** A closed path over three assets, in one direction; `path[k]` is spent by `legs[k]`. */
export type Triangle = {
  readonly key: string;
  readonly path: readonly string[];
  readonly legs: readonly Leg[];
};

/** Most triangles that are valued: of a venue with more only a part is valued, and the panel says so. */
export const MAX_TRIANGLES = 3_000;

type Edge = Leg & { readonly from: string; readonly to: string };

/** Every triangle once for each direction, beginning with the asset that most instruments share. */
export function trianglesOf(instruments: readonly InstrumentRecord[]): Triangle[] {
  const edges = new Map<string, Edge[]>();
  const add = (edge: Edge): void => void edges.set(edge.from, [...(edges.get(edge.from) ?? []), edge]);
  for (const instrument of instruments) {
    add({ instrument, side: 'sell', from: instrument.base, to: instrument.quote });
    add({ instrument, side: 'buy', from: instrument.quote, to: instrument.base });
  }
  const rank = new Map([...edges].sort((a, b) => b[1].length - a[1].length).map(([asset], k) => [asset, k]));
  const place = (asset: string): number => rank.get(asset) ?? Number.POSITIVE_INFINITY;
  const triangles: Triangle[] = [];
  for (const [start, first] of edges) {
    for (const one of first) {
      if (place(one.to) <= place(start)) continue;
      for (const two of edges.get(one.to) ?? []) {
        if (
          two.to === start ||
          place(two.to) <= place(start) ||
          two.instrument.venue !== one.instrument.venue
        )
          continue;
        for (const three of edges.get(two.to) ?? []) {
          if (three.to !== start || three.instrument.venue !== one.instrument.venue) continue;
          const legs = [one, two, three].map(({ instrument, side }) => ({ instrument, side }));
          const path = [start, one.to, two.to];
          triangles.push({
            key: legs.map(({ instrument, side }) => `${side}${instrument.id}`).join(' '),
            path,
            legs,
          });
          if (triangles.length >= MAX_TRIANGLES) return triangles;
        }
      }
    }
  }
  return triangles;
}

export type Step = {
  readonly leg: Leg;
  /** Best price that a taker meets, in quote. */
  readonly price: number;
  /** Before and after this leg, begun with 1, fees taken. */
  readonly before: number;
  readonly after: number;
  /** What rests at that price, in base. */
  readonly qty: number;
  /** Since the book last changed, in ms; null: never heard of. */
  readonly ageMs: number | null;
};

export type Valued = {
  readonly triangle: Triangle;
  readonly grossBps: number;
  readonly netBps: number;
  /** Age of its oldest book, in ms; null: one has never been heard of. */
  readonly oldestMs: number | null;
  readonly steps: readonly Step[];
  /** Most of the first asset that the best prices hold for all the way round, and the leg (from 0) that bounds it. */
  readonly fits: number;
  readonly narrowest: number;
};

/** Why legs are not valued now, as it is shown after “not known”. */
export function whyNotValued(legs: readonly Leg[], quoteOf: QuoteOf): string {
  for (const { instrument } of legs) {
    const { id, symbol, venue, stoppedFor, takerFee } = instrument;
    const quote = quoteOf(id);
    if (takerFee === null) return `the fee of ${symbol} at ${venueTitle(venue)} is not known`;
    if (quote?.isTradable === false)
      return `${symbol} at ${venueTitle(venue)} is not traded now${stoppedFor === '' ? '' : `: ${stoppedFor}`}`;
  }
  return 'a book is not live';
}

/** A code of a route over several venues that may stand for two coins: no route trades it. Undefined: none. */
export function doubtedCodeOf(legs: readonly Leg[], doubted: readonly string[]): string | undefined {
  if (new Set(legs.map(({ instrument }) => instrument.venue)).size < 2) return undefined;
  const codes = legs.flatMap(({ instrument: { base, quote } }) => [codeOf(base), codeOf(quote)]);
  return codes.find((code) => doubted.includes(code));
}

export type QuoteOf = (instrumentId: number) => QuoteView | undefined;

/** What a triangle pays, or null while a leg is not traded, or its book is not live or has nothing to trade with. Estimates in floats. */
export function valueOf(
  triangle: Triangle,
  quoteOf: QuoteOf,
  ageMsOf: (instrumentId: number) => number | null,
): Valued | null {
  let gross = 1;
  let net = 1;
  let oldestMs: number | null = 0;
  const steps: Step[] = [];
  let fits = Number.POSITIVE_INFINITY;
  let narrowest = 0;
  for (const leg of triangle.legs) {
    const { instrument, side } = leg;
    const quote = quoteOf(instrument.id);
    if (instrument.takerFee === null) return null;
    if (quote === undefined || quote.state !== 'live' || !quote.isTradable) return null;
    const units = side === 'sell' ? quote.bid : quote.ask;
    if ((side === 'sell' ? quote.bidQty : quote.askQty) === 0 || units <= 0) return null;
    const price = units * 10 ** -instrument.priceDecimals;
    const fee = Number(instrument.takerFee);
    const before = net;
    gross *= side === 'sell' ? price : 1 / price;
    // The fee of either side is taken in quote here: a buyer pays more for what he gets, a seller gets less.
    net *= side === 'sell' ? price * (1 - fee) : 1 / (price * (1 + fee));
    const age = ageMsOf(instrument.id);
    const qty = (side === 'sell' ? quote.bidQty : quote.askQty) * 10 ** -instrument.qtyDecimals;
    // The base that the leg moves for each unit of the start: spent by a sale, received by a purchase.
    const room = qty / (side === 'sell' ? before : net);
    if (room < fits) {
      fits = room;
      narrowest = steps.length;
    }
    steps.push({ leg, price, before, after: net, qty, ageMs: age });
    oldestMs = oldestMs === null || age === null ? null : Math.max(oldestMs, age);
  }
  return {
    triangle,
    grossBps: (gross - 1) * 10_000,
    netBps: (net - 1) * 10_000,
    oldestMs,
    steps,
    fits,
    narrowest,
  };
}
