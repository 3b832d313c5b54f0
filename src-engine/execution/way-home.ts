/**
 * Where a holding that a failed leg left behind is best sent: of all ways of at most three legs the one that brings
 * most, priced down the ladders in whole lots. Completing the cycle, reversing its last leg and going straight home are
 * all among the ways tried.
 */
import type { OrderBook } from '../books/order-book.ts';
import { buyRate, sellRate } from '../detection/costs.ts';
import type { InstrumentGrid } from '../detection/instrument-grid.ts';
import { lotsWithin } from '../detection/whole-lots.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';

/** Longest way home: as long as the cycles that are traded. */
const MAX_HOPS = 3;

export type TradableBooks = {
  readonly instruments: readonly Instrument[];
  /** These, and after them the pairs that only orders of earlier runs are in; as `instruments` when left out. */
  readonly known?: readonly Instrument[] | undefined;
  readonly books: readonly OrderBook[];
  readonly grids: readonly InstrumentGrid[];
  /** True when the book may be traded on now. */
  isLive(instrumentId: number): boolean;
};

/** A way and what it brings of the asset it leads to, fees, depth and lots included: an estimate. */
export type Way = { readonly legs: readonly Leg[]; readonly proceeds: number };

/** A leg with the dense number of the asset it leads to. */
type Edge = { readonly leg: Leg; readonly to: number };

/** What a search needs to know of its goal, made once: fewest legs to it, and the last legs into it. */
type Goal = { readonly hops: Uint8Array; readonly into: readonly (readonly Edge[])[] };

export class WaysHome {
  readonly #market: TradableBooks;
  readonly #numbers = new Map<Asset, number>();
  readonly #edges: Edge[][] = [];
  readonly #goals = new Map<number, Goal>();

  constructor(market: TradableBooks) {
    this.#market = market;
    for (const { id, base, quote } of market.instruments) {
      const [b, q] = [this.#number(base), this.#number(quote)];
      this.#edges[b]?.push({ leg: { instrumentId: id, side: 'sell' }, to: q });
      this.#edges[q]?.push({ leg: { instrumentId: id, side: 'buy' }, to: b });
    }
  }

  /** Every leg that spends `asset`. */
  legsFrom(asset: Asset): readonly Leg[] {
    const number = this.#numbers.get(asset);
    return number === undefined ? [] : (this.#edges[number] ?? []).map(({ leg }) => leg);
  }

  /**
   * The way that turns `amount` of `from` into most of `to`; undefined when no live one brings anything. Only ways that
   * reach the goal in time are walked, and down the ladders only those that could beat the best one at the best prices.
   * @param avoid instruments that no leg may use. @param takes whether an order of a first leg can be made of the amount.
   * @param enough the first way that brings this much is as good as any: the search ends there.
   */
  cheapest(
    from: Asset,
    to: Asset,
    amount: number,
    avoid: readonly InstrumentId[],
    takes: (leg: Leg) => boolean,
    enough = Number.POSITIVE_INFINITY,
  ): Way | undefined {
    const [start, end] = [this.#numbers.get(from), this.#numbers.get(to)];
    if (start === undefined || end === undefined || start === end) return undefined;
    const goal = this.#goal(end);
    let best: Way | undefined;
    /** True when the search is over. */
    const consider = (legs: readonly Leg[], bound: number, isTaken: () => boolean): boolean => {
      if (bound <= (best?.proceeds ?? 0)) return false;
      const proceeds = this.proceeds(legs, amount);
      if (proceeds > (best?.proceeds ?? 0) && isTaken()) best = { legs, proceeds };
      return (best?.proceeds ?? 0) >= enough;
    };
    const usable = ({ leg }: Edge): number =>
      avoid.includes(leg.instrumentId) ? 0 : legRate(this.#market, leg);
    // Straight ways first: they set the mark that longer ones must beat.
    for (const first of goal.into[start] ?? []) {
      if (consider([first.leg], amount * usable(first), () => takes(first.leg))) return best;
    }
    for (const first of this.#edges[start] ?? []) {
      if (first.to === end || (goal.hops[first.to] ?? MAX_HOPS) >= MAX_HOPS) continue;
      const once = amount * usable(first);
      if (once <= 0) continue;
      let taken: boolean | undefined;
      const isTaken = (): boolean => (taken ??= takes(first.leg));
      for (const last of goal.into[first.to] ?? []) {
        if (consider([first.leg, last.leg], once * usable(last), isTaken)) return best;
      }
      for (const second of this.#edges[first.to] ?? []) {
        if (second.to === start || goal.hops[second.to] !== 1) continue;
        const twice = once * usable(second);
        if (twice <= 0) continue;
        for (const last of goal.into[second.to] ?? []) {
          if (consider([first.leg, second.leg, last.leg], twice * usable(last), isTaken)) return best;
        }
      }
    }
    return best;
  }

  /** What `amount` becomes along `legs`, down the ladders as they stand; 0 when one of them takes no order of it. */
  proceeds(legs: readonly Leg[], amount: number): number {
    let left = amount;
    for (const leg of legs) {
      const book = this.#market.books[leg.instrumentId];
      const grid = this.#market.grids[leg.instrumentId];
      if (book === undefined || grid === undefined || left <= 0) return 0;
      left = leg.side === 'sell' ? sold(book, grid, left) : bought(book, grid, left);
    }
    return left;
  }

  #number(asset: Asset): number {
    let number = this.#numbers.get(asset);
    if (number === undefined) {
      number = this.#edges.length;
      this.#numbers.set(asset, number);
      this.#edges.push([]);
    }
    return number;
  }

  #goal(end: number): Goal {
    const known = this.#goals.get(end);
    if (known !== undefined) return known;
    const hops = new Uint8Array(this.#edges.length).fill(MAX_HOPS);
    const into: Edge[][] = this.#edges.map(() => []);
    hops[end] = 0;
    for (const { leg, to } of this.#edges[end] ?? []) {
      // The same instrument the other way round leads back.
      into[to]?.push({ leg: { ...leg, side: leg.side === 'sell' ? 'buy' : 'sell' }, to: end });
      hops[to] = 1;
    }
    this.#edges.forEach((edges, asset) => {
      if (hops[asset] === MAX_HOPS && edges.some(({ to }) => hops[to] === 1)) hops[asset] = 2;
    });
    const goal = { hops, into };
    this.#goals.set(end, goal);
    return goal;
  }
}

/** Output per unit of input of one leg at the best price, net of fee; 0 when it cannot be traded. */
export function legRate(market: TradableBooks, leg: Leg): number {
  const book = market.books[leg.instrumentId];
  const grid = market.grids[leg.instrumentId];
  if (book === undefined || grid === undefined) return 0;
  if (!grid.tradable || !market.isLive(leg.instrumentId) || book.isCrossed) return 0;
  if (leg.side === 'sell') return book.bidCount > 0 ? sellRate(grid, book.bidPrices[0] as number) : 0;
  return book.askCount > 0 ? buyRate(grid, book.askPrices[0] as number) : 0;
}

/** Quote for `amount` of base in whole lots down the bids; what they do not take brings nothing. */
function sold(book: OrderBook, grid: InstrumentGrid, amount: number): number {
  const units = lotsWithin(amount / grid.qtyUnit, grid.lotUnits);
  let left = units;
  let notional = 0;
  for (let level = 0; level < book.bidCount && left > 0; level++) {
    const taken = Math.min(left, book.bidQtys[level] as number);
    notional += taken * grid.qtyUnit * (book.bidPrices[level] as number) * grid.priceUnit;
    left -= taken;
  }
  return isOrder(grid, units, notional) ? Math.max(0, notional * (1 - grid.fee) - grid.orderCost) : 0;
}

/** Base in whole lots for `amount` of quote down the asks; what is left of it brings nothing. */
function bought(book: OrderBook, grid: InstrumentGrid, amount: number): number {
  let left = amount - grid.orderCost;
  let units = 0;
  for (let level = 0; level < book.askCount && left > 0; level++) {
    const price = (book.askPrices[level] as number) * grid.priceUnit;
    const each = price * (1 + grid.fee) * grid.qtyUnit;
    const taken = Math.min(book.askQtys[level] as number, left / each);
    units += taken;
    left -= taken * each;
  }
  const whole = lotsWithin(units, grid.lotUnits);
  return isOrder(grid, whole, amount - grid.orderCost - left) ? whole * grid.qtyUnit : 0;
}

function isOrder(grid: InstrumentGrid, units: number, notional: number): boolean {
  return units > 0 && units >= grid.minQtyUnits && notional >= grid.minNotional;
}
