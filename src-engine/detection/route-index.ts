/**
 * What cross-venue routes yield at the best prices. Every walk over coins is scored by the best venue of each of its trades: where
 * that product does not pay, no choice of venues of the walk does. Only where it pays are the venues chosen one by one. Typed
 * arrays by dense ids: scoring after an update allocates nothing and looks nothing up by name.
 */
import { assert } from '../domain/errors.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { buyRate, sellRate } from './costs.ts';
import type { InstrumentGrid } from './instrument-grid.ts';
import type { RouteGraph } from './route-graph.ts';

export const MAX_LEGS = 4;
/** Every route that changes venues at all changes them twice: it is closed. */
const LEAST_CARRIES = 2;
/** A scan multiplies in another order than the search: the last bits may differ, the search decides. */
const SCREEN_MARGIN = 1e-12;

export class RouteIndex {
  readonly graph: RouteGraph;
  /** Found by the last scan: the first `hitCount` walks, each with MAX_LEGS slots of its best choice of venues; −1 fills up. */
  readonly hitWalks: Int32Array;
  readonly hitSlots: Int32Array;
  hitCount = 0;
  readonly #grids: readonly InstrumentGrid[];
  /** By slot, net of fees; 0: cannot be traded now. */
  readonly #rates: Float64Array;
  /** Of the instrument that is being set, as a double that is handed to a function is an object on the heap. */
  readonly #fresh = new Float64Array(2);
  /** By edge; after the last one a constant 1. */
  readonly #best: Float64Array;
  readonly #edgeOf: Int32Array;
  /** Slots of edge e: entries[from[e]] … entries[from[e + 1] − 1]. */
  readonly #from: Int32Array;
  readonly #entries: Int32Array;
  /** Walks through edge e: members[offsets[e]] … ; of each the other edges, three by three. */
  readonly #offsets: Int32Array;
  readonly #members: Int32Array;
  readonly #others: Int32Array;
  /** By walk, MAX_LEGS each: its edges, and the codes that they spend. */
  readonly #edges: Int32Array;
  readonly #codes: Int32Array;
  readonly #legs: Int32Array;
  /** By code: 1 while it must not be taken for one coin at two venues. */
  readonly #quarantined: Uint8Array;
  /** What is left of one unit after each number of carries. */
  readonly #carried = new Float64Array(MAX_LEGS + 1).fill(1);
  // Of the search that is under way, by depth.
  readonly #at = new Int32Array(MAX_LEGS);
  readonly #end = new Int32Array(MAX_LEGS);
  readonly #chosen = new Int32Array(MAX_LEGS);
  readonly #switches = new Int32Array(MAX_LEGS + 1);
  readonly #partial = new Float64Array(MAX_LEGS + 1).fill(1);
  readonly #suffix = new Float64Array(MAX_LEGS + 1).fill(1);

  /** @param grids by instrument; whoever replaces one calls `setTop` again. */
  constructor(graph: RouteGraph, grids: readonly InstrumentGrid[]) {
    const { edges, walks, codes } = graph;
    this.graph = graph;
    this.#grids = grids;
    this.#rates = new Float64Array(grids.length * 2);
    this.#best = new Float64Array(edges.length + 1);
    this.#best[edges.length] = 1;
    this.#edgeOf = new Int32Array(grids.length * 2);
    this.#from = new Int32Array(edges.length + 1);
    this.#entries = Int32Array.from(edges.flatMap(({ slots }) => slots));
    for (const [edge, { slots }] of edges.entries()) {
      this.#from[edge + 1] = (this.#from[edge] ?? 0) + slots.length;
      for (const slot of slots) this.#edgeOf[slot] = edge;
    }
    this.#edges = new Int32Array(walks.length * MAX_LEGS);
    this.#codes = new Int32Array(walks.length * MAX_LEGS);
    this.#legs = Int32Array.from(walks, (walk) => walk.edges.length);
    this.#quarantined = new Uint8Array(codes.length);
    const through: number[][] = edges.map(() => []);
    for (const [id, walk] of walks.entries()) {
      assert(walk.edges.length <= MAX_LEGS, `a walk has at most ${MAX_LEGS} trades`);
      this.#edges.set(walk.edges, id * MAX_LEGS);
      this.#codes.set(walk.codes, id * MAX_LEGS);
      for (const edge of walk.edges) through[edge]?.push(id);
    }
    this.#offsets = new Int32Array(edges.length + 1);
    for (const [edge, ids] of through.entries())
      this.#offsets[edge + 1] = (this.#offsets[edge] ?? 0) + ids.length;
    this.#members = Int32Array.from(through.flat());
    this.#others = Int32Array.from(
      through.flatMap((ids, edge) =>
        ids.flatMap((id) => {
          const others = (walks[id]?.edges ?? []).filter((other) => other !== edge);
          return Array.from({ length: MAX_LEGS - 1 }, (_, k) => others[k] ?? edges.length);
        }),
      ),
    );
    // A walk of two trades is hit by either side of an instrument.
    this.hitWalks = new Int32Array(walks.length * 2);
    this.hitSlots = new Int32Array(walks.length * 2 * MAX_LEGS);
  }

  /** @param bps what bringing a coin back to where it was spent costs, of its value. */
  setCarry(bps: number): void {
    for (let n = 1; n <= MAX_LEGS; n++) this.#carried[n] = (1 - bps / 10_000) ** n;
  }

  /** A quarantined coin has no carry: no route changes venues with it. True when that is new. */
  setQuarantined(code: number, isQuarantined: boolean): boolean {
    const isNew = (this.#quarantined[code] === 1) !== isQuarantined;
    this.#quarantined[code] = isQuarantined ? 1 : 0;
    return isNew;
  }

  /**
   * Takes the best prices (in price units) of one instrument; 0 on a side: nothing there. True when that can make
   * a route a hit that was none before: a rate rose.
   */
  setTop(id: InstrumentId, bid: number, ask: number): boolean {
    const grid = this.#grids[id];
    if (grid === undefined) return false;
    const usable = grid.tradable && bid > 0 && ask > bid;
    this.#fresh[0] = usable ? sellRate(grid, bid) : 0;
    this.#fresh[1] = usable ? buyRate(grid, ask) : 0;
    const sold = this.#setRate(id * 2);
    const bought = this.#setRate(id * 2 + 1);
    return sold || bought;
  }

  /** Takes the instrument out of every route until its next `setTop`. */
  clearTop(id: InstrumentId): void {
    this.#fresh.fill(0);
    this.#setRate(id * 2);
    this.#setRate(id * 2 + 1);
  }

  /** Takes over the fresh rate of a slot. True when it rose. */
  #setRate(slot: number): boolean {
    const rate = this.#fresh[slot & 1] as number;
    const before = this.#rates[slot] as number;
    if (rate === before) return false;
    this.#rates[slot] = rate;
    const edge = this.#edgeOf[slot] as number;
    const best = this.#best[edge] as number;
    if (rate >= best) this.#best[edge] = rate;
    else if (before === best) {
      let highest = 0;
      const end = this.#from[edge + 1] as number;
      for (let at = this.#from[edge] as number; at < end; at++) {
        const other = this.#rates[this.#entries[at] as number] as number;
        if (other > highest) highest = other;
      }
      this.#best[edge] = highest;
    }
    return rate > before;
  }

  /** What one unit becomes over these trades, net of fees and of what its carries cost; 0 where it cannot be traded. */
  product(walk: number, slots: Int32Array | readonly number[], from = 0): number {
    const legs = this.#legs[walk] as number;
    const { venueOf } = this.graph;
    let product = 1;
    let carries = 0;
    let before = venueOf[(slots[from + legs - 1] as number) >> 1];
    for (let k = 0; k < legs; k++) {
      const slot = slots[from + k] as number;
      const venue = venueOf[slot >> 1];
      if (venue !== before) {
        carries++;
        if (this.#quarantined[this.#codes[walk * MAX_LEGS + k] as number] === 1) return 0;
      }
      product *= this.#rates[slot] as number;
      before = venue;
    }
    return product * (this.#carried[carries] as number);
  }

  /** Fills the hits with the best choice of venues, through this instrument, of every walk that has one which pays. */
  scan(id: InstrumentId): void {
    const best = this.#best;
    const others = this.#others;
    const screen = (1 - SCREEN_MARGIN) / (this.#carried[LEAST_CARRIES] as number);
    this.hitCount = 0;
    for (let slot = id * 2; slot < id * 2 + 2; slot++) {
      // What the other trades must yield together; infinite, and so never reached, when this one cannot be traded.
      const limit = screen / (this.#rates[slot] as number);
      const edge = this.#edgeOf[slot] as number;
      const end = this.#offsets[edge + 1] as number;
      for (let m = this.#offsets[edge] as number; m < end; m++) {
        const at = m * (MAX_LEGS - 1);
        const yields =
          (best[others[at] as number] as number) *
          (best[others[at + 1] as number] as number) *
          (best[others[at + 2] as number] as number);
        if (yields > limit) this.#search(this.#members[m] as number, slot);
      }
    }
  }

  /** Tries the venues of every trade but the given one, leaving out what cannot get better than the best so far. */
  #search(walk: number, fixed: number): void {
    const at = this.#at;
    const end = this.#end;
    const chosen = this.#chosen;
    const partial = this.#partial;
    const suffix = this.#suffix;
    const rates = this.#rates;
    const { venueOf } = this.graph;
    const legs = this.#legs[walk] as number;
    this.#begin(walk, fixed, legs);
    let most = 1;
    let isFound = false;
    let depth = 0;
    while (depth >= 0) {
      if ((at[depth] as number) >= (end[depth] as number)) {
        depth--;
        continue;
      }
      const slot = this.#entries[at[depth] as number] as number;
      (at[depth] as number)++;
      const yields = (partial[depth] as number) * (rates[slot] as number);
      let carries = this.#switches[depth] as number;
      if (depth > 0 && venueOf[slot >> 1] !== venueOf[(chosen[depth - 1] as number) >> 1]) {
        if (this.#quarantined[this.#codes[walk * MAX_LEGS + depth] as number] === 1) continue;
        carries++;
      }
      chosen[depth] = slot;
      const isLast = depth === legs - 1;
      if (isLast && venueOf[slot >> 1] !== venueOf[(chosen[0] as number) >> 1]) {
        if (this.#quarantined[this.#codes[walk * MAX_LEGS] as number] === 1) continue;
        carries++;
      }
      if (yields * (suffix[depth + 1] as number) * (this.#carried[carries] as number) <= most) continue;
      if (!isLast) {
        depth++;
        partial[depth] = yields;
        this.#switches[depth] = carries;
        at[depth] = this.#start(walk, depth, fixed);
        continue;
      }
      // At one venue alone it is a cycle of that venue, which the cycle index scores.
      if (carries === 0) continue;
      most = yields * (this.#carried[carries] as number);
      isFound = true;
      this.hitSlots.fill(-1, this.hitCount * MAX_LEGS, (this.hitCount + 1) * MAX_LEGS);
      for (let k = 0; k < legs; k++) this.hitSlots[this.hitCount * MAX_LEGS + k] = chosen[k] as number;
    }
    if (isFound) this.hitWalks[this.hitCount++] = walk;
  }

  #begin(walk: number, fixed: number, legs: number): void {
    this.#suffix[legs] = 1;
    for (let k = legs - 1; k >= 0; k--) {
      const edge = this.#edges[walk * MAX_LEGS + k] as number;
      const isFixed = edge === this.#edgeOf[fixed];
      const yields = isFixed ? (this.#rates[fixed] as number) : (this.#best[edge] as number);
      this.#suffix[k] = (this.#suffix[k + 1] as number) * yields;
      this.#end[k] = isFixed ? this.#placeOf(fixed, edge) + 1 : (this.#from[edge + 1] as number);
    }
    this.#at[0] = this.#start(walk, 0, fixed);
  }

  /** Where the search begins among the entries of a trade's edge. */
  #start(walk: number, k: number, fixed: number): number {
    const edge = this.#edges[walk * MAX_LEGS + k] as number;
    return edge === this.#edgeOf[fixed] ? this.#placeOf(fixed, edge) : (this.#from[edge] as number);
  }

  #placeOf(slot: number, edge: number): number {
    let at = this.#from[edge] as number;
    while (this.#entries[at] !== slot) at++;
    return at;
  }
}
