/** What the lines of the currency graph say of their instruments: how old the book is, and what it takes part in. Pure. */
import type { Valued } from './triangles.ts';

/** A book that last changed so long ago is no longer fresh, and then old. */
const FRESH_MS = 1_000;
const OLD_MS = 5_000;
/** A cycle that is this close to paying is near, in bps after fees. */
const NEAR_BPS = -5;

export type EdgeAge = 'fresh' | 'ageing' | 'old';
export type EdgeWorth = 'pays' | 'near' | 'far';

export type GraphEdge = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly ageMs: number | null;
  readonly age: EdgeAge;
  /** Of the best cycle through it, in bps after fees. */
  readonly bestBps: number;
  readonly worth: EdgeWorth;
};

/** By line: shown by the dash, and by the width beside the colour. */
export const AGE_WORDS: Readonly<Record<EdgeAge, string>> = {
  fresh: 'changed within 1 s',
  ageing: 'within 5 s',
  old: 'older',
};
export const WORTH_WORDS: Readonly<Record<EdgeWorth, string>> = {
  pays: 'part of a profitable cycle',
  near: `within ${-NEAR_BPS} bps of profit`,
  far: 'further away',
};

export function ageOf(ageMs: number | null): EdgeAge {
  if (ageMs === null || ageMs > OLD_MS) return 'old';
  return ageMs > FRESH_MS ? 'ageing' : 'fresh';
}

export function worthOf(bps: number): EdgeWorth {
  return bps > 0 ? 'pays' : bps >= NEAR_BPS ? 'near' : 'far';
}

/** One for each instrument of a valued cycle, those that matter last: they are drawn over the others. */
export function edgesOf(valued: readonly Valued[]): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const { netBps, steps } of valued) {
    for (const {
      leg: { instrument },
      ageMs,
    } of steps) {
      const { symbol, base, quote } = instrument;
      const bestBps = Math.max(netBps, edges.get(symbol)?.bestBps ?? Number.NEGATIVE_INFINITY);
      edges.set(symbol, { symbol, base, quote, ageMs, age: ageOf(ageMs), bestBps, worth: worthOf(bestBps) });
    }
  }
  return [...edges.values()].sort((a, b) => a.bestBps - b.bestBps);
}
