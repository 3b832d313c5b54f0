/**
 * Every level of a book whose venue sends all of them, and the best of them as updates: a window of the run's depth that is exact after
 * every message. A level that moves into the window as a better one is removed comes with the update that removed it; without it, the
 * window would show nothing where the venue has a level. Nothing is allocated per message, but where a side outgrows its arrays.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { LevelRows } from './level-rows.ts';

/** A change of more levels is passed on as the whole window. */
const MAX_CHANGES = 1_000;

export class DeepBook {
  readonly #depth: number;
  readonly #bids = new DeepSide(1);
  readonly #asks = new DeepSide(-1);

  /** @param depth levels a side of the window. */
  constructor(depth: number) {
    this.#depth = depth;
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
  }

  get bidCount(): number {
    return this.#bids.count;
  }

  get askCount(): number {
    return this.#asks.count;
  }

  /** Takes a snapshot: the window goes to `update`, which is one already. */
  replace(rows: LevelRows, update: BookUpdate): void {
    this.#bids.replace(rows);
    this.#asks.replace(rows);
    this.window(update);
  }

  /** Takes a change: what changes in the window goes to `update`, which is a delta, or a snapshot where that is most of it. */
  change(rows: LevelRows, update: BookUpdate): void {
    const depth = this.#depth;
    const bidEdge = this.#bids.priceAt(depth);
    const askEdge = this.#asks.priceAt(depth);
    const isLarge = rows.count > MAX_CHANGES;
    for (let i = 0; i < rows.count; i++) {
      const price = rows.prices[i] as number;
      const qty = rows.qtys[i] as number;
      if (rows.isBid[i] === 1) {
        this.#bids.set(price, qty);
        if (!isLarge && !(price < bidEdge)) update.pushBid(price, qty);
      } else {
        this.#asks.set(price, qty);
        if (!isLarge && !(price > askEdge)) update.pushAsk(price, qty);
      }
    }
    if (isLarge) {
      update.isSnapshot = true;
      this.window(update);
      return;
    }
    const bids = this.#bids;
    for (let at = bids.placeBehind(bidEdge); at < depth && at < bids.count; at++)
      update.pushBid(bids.price(at), bids.qty(at));
    const asks = this.#asks;
    for (let at = asks.placeBehind(askEdge); at < depth && at < asks.count; at++)
      update.pushAsk(asks.price(at), asks.qty(at));
  }

  /** Adds the whole window to an update, which is a snapshot. */
  window(update: BookUpdate): void {
    const bids = this.#bids;
    for (let at = 0; at < this.#depth && at < bids.count; at++) update.pushBid(bids.price(at), bids.qty(at));
    const asks = this.#asks;
    for (let at = 0; at < this.#depth && at < asks.count; at++) update.pushAsk(asks.price(at), asks.qty(at));
  }
}

/** One side, the best level last: most changes are near the best, and move few levels there. */
class DeepSide {
  count = 0;
  readonly #sign: 1 | -1;
  #prices = new Float64Array(64);
  #qtys = new Float64Array(64);

  /** @param sign 1: the highest price is best. −1: the lowest. */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.count = 0;
  }

  /** Of the level that is `at` places behind the best one. */
  price(at: number): number {
    return this.#prices[this.count - 1 - at] as number;
  }

  qty(at: number): number {
    return this.#qtys[this.count - 1 - at] as number;
  }

  /** Price of the last level of a window of this depth; NaN where the window is not full: no level lies behind it. */
  priceAt(depth: number): number {
    return this.count < depth ? Number.NaN : this.price(depth - 1);
  }

  /** How many levels are at or before this price, counted from the best one; for NaN all. */
  placeBehind(price: number): number {
    if (Number.isNaN(price)) return this.count;
    const at = this.#firstNotWorse(price);
    return this.count - at;
  }

  /** Rows in any order; of one price the last counts. Those that a venue sends best first are taken in one pass. */
  replace({ count, isBid, prices, qtys }: LevelRows): void {
    const own = this.#sign === 1 ? 1 : 0;
    this.clear();
    this.#room(count);
    let before = Number.NaN;
    for (let i = count - 1; i >= 0; i--) {
      if (isBid[i] !== own) continue;
      const price = prices[i] as number;
      if ((price - before) * this.#sign <= 0) {
        this.#replaceUnsorted(own, { count, isBid, prices, qtys });
        return;
      }
      before = price;
      if ((qtys[i] as number) === 0) continue;
      this.#prices[this.count] = price;
      this.#qtys[this.count++] = qtys[i] as number;
    }
  }

  #replaceUnsorted(
    own: 0 | 1,
    { count, isBid, prices, qtys }: Pick<LevelRows, 'count' | 'isBid' | 'prices' | 'qtys'>,
  ): void {
    this.clear();
    for (let i = 0; i < count; i++) if (isBid[i] === own) this.set(prices[i] as number, qtys[i] as number);
  }

  /** Sets, inserts or, with a quantity of zero, removes a level; one that is not there is not missed. */
  set(price: number, qty: number): void {
    const at = this.#firstNotWorse(price);
    const isThere = at < this.count && this.#prices[at] === price;
    if (qty === 0) {
      if (!isThere) return;
      this.#prices.copyWithin(at, at + 1, this.count);
      this.#qtys.copyWithin(at, at + 1, this.count);
      this.count--;
    } else if (isThere) this.#qtys[at] = qty;
    else {
      this.#room(this.count + 1);
      this.#prices.copyWithin(at + 1, at, this.count);
      this.#qtys.copyWithin(at + 1, at, this.count);
      this.#prices[at] = price;
      this.#qtys[at] = qty;
      this.count++;
    }
  }

  /** The place in the arrays of the first level that is not worse than `price`. */
  #firstNotWorse(price: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.#prices[middle] as number) - price) * this.#sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #room(count: number): void {
    if (count <= this.#prices.length) return;
    const length = Math.max(count, this.#prices.length * 2);
    const [prices, qtys] = [new Float64Array(length), new Float64Array(length)];
    prices.set(this.#prices.subarray(0, this.count));
    qtys.set(this.#qtys.subarray(0, this.count));
    this.#prices = prices;
    this.#qtys = qtys;
  }
}
