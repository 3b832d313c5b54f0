/**
 * Coins and the closed walks over them that can change venues. Edges join codes (BTC to USD), not venue-assets: what an edge
 * yields is that of the best of its instruments over all venues, so that a walk is scored once for all choices of venues.
 * Codes of different stablecoins are different coins. Built once.
 */
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import { assetName } from '../domain/venue-asset.ts';

/** Where the rate of an instrument's side is kept: spending its base sells, spending its quote buys. */
export function slotOf(instrumentId: number, side: Side): number {
  return instrumentId * 2 + (side === 'sell' ? 0 : 1);
}

export function sideOf(slot: number): Side {
  return slot % 2 === 0 ? 'sell' : 'buy';
}

/** All trades that spend one coin for another, at every venue. */
export type RouteEdge = { readonly from: number; readonly to: number; readonly slots: readonly number[] };

/** A closed walk in one direction. `edges[k]` spends `codes[k]`; a change of venue may lie before each of them. */
export type Walk = { readonly codes: readonly number[]; readonly edges: readonly number[] };

export type RouteGraph = {
  readonly codes: readonly Asset[];
  readonly edges: readonly RouteEdge[];
  readonly walks: readonly Walk[];
  /** Dense numbers of the venues, by instrument. */
  readonly venueOf: Int32Array;
  readonly venues: readonly VenueName[];
};

/**
 * @param order codes in which a walk prefers to start, first the best. @param maxLegs trades of the longest walk.
 * @returns no walks where all instruments are at one venue.
 */
export function routeGraphOf(
  instruments: readonly Instrument[],
  order: readonly Asset[],
  maxLegs: 3 | 4,
): RouteGraph {
  const codes = [...new Set([...order, ...instruments.flatMap(codesOf)])];
  const rank = new Map(codes.map((code, at) => [code, at]));
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const { edges, byPair } = edgesOf(instruments, rank);
  const venueOf = Int32Array.from(instruments, ({ venue }) => venues.indexOf(venue));
  const walks = walksOf(edges, byPair, maxLegs).filter((walk) => visitsTwoVenues(walk, edges, venueOf));
  return { codes, edges, walks, venueOf, venues };
}

function codesOf({ base, quote }: Instrument): [Asset, Asset] {
  return [assetName(base), assetName(quote)];
}

/** Edges out of every code, by the code that they lead to. */
type ByPair = ReadonlyMap<number, ReadonlyMap<number, number>>;

function edgesOf(
  instruments: readonly Instrument[],
  rank: ReadonlyMap<Asset, number>,
): { readonly edges: RouteEdge[]; readonly byPair: ByPair } {
  const edges: { from: number; to: number; slots: number[] }[] = [];
  const byPair = new Map<number, Map<number, number>>();
  const add = (from: number, to: number, slot: number): void => {
    const out = byPair.get(from) ?? new Map<number, number>();
    byPair.set(from, out);
    const known = out.get(to);
    if (known !== undefined) edges[known]?.slots.push(slot);
    else {
      out.set(to, edges.length);
      edges.push({ from, to, slots: [slot] });
    }
  };
  for (const instrument of instruments) {
    const [base = 0, quote = 0] = codesOf(instrument).map((code) => rank.get(code) ?? 0);
    add(base, quote, slotOf(instrument.id, 'sell'));
    add(quote, base, slotOf(instrument.id, 'buy'));
  }
  return { edges, byPair };
}

/** Depth first from each code to codes of later rank alone: each walk starts at its best code and is found once. */
function walksOf(edges: readonly RouteEdge[], byPair: ByPair, maxLegs: number): Walk[] {
  const walks: Walk[] = [];
  const follow = (codes: readonly number[], taken: readonly number[]): void => {
    const [start = 0] = codes;
    for (const [next, edge] of byPair.get(codes.at(-1) ?? start) ?? []) {
      if (next === start && taken.length > 0) walks.push({ codes, edges: [...taken, edge] });
      else if (codes.length < maxLegs && next > start && !codes.includes(next))
        follow([...codes, next], [...taken, edge]);
    }
  };
  for (const start of new Set(edges.map(({ from }) => from))) follow([start], []);
  return walks;
}

function visitsTwoVenues(walk: Walk, edges: readonly RouteEdge[], venueOf: Int32Array): boolean {
  const seen = new Set(
    walk.edges.flatMap((edge) => edges[edge]?.slots.map((slot) => venueOf[slot >> 1]) ?? []),
  );
  return seen.size > 1;
}
