/**
 * How much of a cycle is worth trading: walks all its ladders at once, level by level, and stops where the
 * next slice would lose money. Rates only get worse along a ladder, so the first slice that does not pay ends
 * the walk at the size of greatest profit.
 */
import type { OrderBook } from '../books/order-book.ts';
import type { Cycle, Leg } from '../domain/opportunity.ts';
import { buyRate, sellRate } from './costs.ts';
import type { InstrumentGrid } from './instrument-grid.ts';

const MAX_LEGS = 4;

export class LadderWalk {
  /** Result of the last walk: amount of the start asset to spend, and what comes back, net of fees. */
  startAmount = 0;
  endAmount = 0;
  /** What one unit becomes at the best prices: without fees, and net of them. */
  topGross = 0;
  topNet = 0;

  readonly #books: readonly OrderBook[];
  readonly #grids: readonly InstrumentGrid[];
  /** Per leg: its level, what that level still takes (in the leg's input asset), and its rate. */
  readonly #level = new Int32Array(MAX_LEGS);
  readonly #capacity = new Float64Array(MAX_LEGS);
  readonly #rate = new Float64Array(MAX_LEGS);

  constructor(books: readonly OrderBook[], grids: readonly InstrumentGrid[]) {
    this.#books = books;
    this.#grids = grids;
  }

  /**
   * @param maxStart most to spend, in the start asset. @param minProduct smallest product of a slice that is
   * still taken: 1 plus the slippage buffer. False when not even the best levels pay.
   */
  walk(cycle: Cycle, maxStart: number, minProduct: number): boolean {
    const legs = cycle.legs.length;
    this.startAmount = 0;
    this.endAmount = 0;
    this.topGross = 1;
    this.topNet = 1;
    for (let k = 0; k < legs; k++) {
      if (!this.#enter(cycle, k, 0)) {
        this.topNet = 0;
        this.topGross = 0;
        return false;
      }
      const { instrumentId, side } = cycle.legs[k] as Leg;
      const { fee, buyFee } = this.#grids[instrumentId] as InstrumentGrid;
      this.topNet *= this.#rate[k] as number;
      this.topGross *= (this.#rate[k] as number) * (side === 'sell' ? 1 / (1 - fee) : 1 + buyFee);
    }
    for (;;) {
      // One slice: as much as the tightest level along the cycle takes, counted in the start asset.
      let product = 1;
      let slice = maxStart - this.startAmount;
      let tightest = -1;
      for (let k = 0; k < legs; k++) {
        const room = (this.#capacity[k] as number) / product;
        if (room < slice) {
          slice = room;
          tightest = k;
        }
        product *= this.#rate[k] as number;
      }
      if (product <= minProduct || this.startAmount >= maxStart) break;
      // A level that ended together with another one is empty, give or take the last bits of a float: passed over.
      slice = Math.max(0, slice);
      this.startAmount += slice;
      this.endAmount += slice * product;
      if (tightest < 0) break;
      let amount = slice;
      for (let k = 0; k < legs; k++) {
        (this.#capacity[k] as number) -= amount;
        amount *= this.#rate[k] as number;
      }
      if (!this.#enter(cycle, tightest, (this.#level[tightest] as number) + 1)) break;
    }
    return this.startAmount > 0;
  }

  /** Moves leg `k` to a level of its ladder; false when the ladder ends before it. */
  #enter(cycle: Cycle, k: number, level: number): boolean {
    const leg = cycle.legs[k] as Leg;
    const book = this.#books[leg.instrumentId] as OrderBook;
    const grid = this.#grids[leg.instrumentId] as InstrumentGrid;
    this.#level[k] = level;
    if (leg.side === 'sell') {
      if (level >= book.bidCount) return false;
      this.#rate[k] = sellRate(grid, book.bidPrices[level] as number);
      this.#capacity[k] = (book.bidQtys[level] as number) * grid.qtyUnit;
    } else {
      if (level >= book.askCount) return false;
      const rate = buyRate(grid, book.askPrices[level] as number);
      this.#rate[k] = rate;
      this.#capacity[k] = ((book.askQtys[level] as number) * grid.qtyUnit) / rate;
    }
    return true;
  }
}
