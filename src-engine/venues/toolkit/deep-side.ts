/**
 * One side of a deep book. The levels near the best are in order, the best one last: most changes are near the best, and move few levels
 * there. Those far behind are a table. The near ones are never fewer than the window that a run sees, as long as there are others.
 */
import { FarLevels } from './far-levels.ts';
import type { LevelRows } from './level-rows.ts';

/** Levels beyond the window that are kept in order: at most, and after levels went from one part to the other. */
const [MOST_BESIDE, BESIDE] = [96, 32];
/** Fewer changes are set one by one. */
const LEAST_MERGED = 4;
/** Levels that are moved without a call of the platform. */
const MOVED_ONE_BY_ONE = 64;

export class DeepSide {
  /** Levels that are in order. */
  near = 0;
  readonly #sign: 1 | -1;
  readonly #depth: number;
  #prices: Float64Array;
  #qtys: Float64Array;
  /** Levels that a merge goes through. */
  #held: Float64Array;
  #heldQtys: Float64Array;
  readonly #far = new FarLevels();
  /** The worst price that is kept in order; infinite where nothing is far. In an array: a double of its own would be an object. */
  readonly #edge = new Float64Array(1);
  readonly #takenPrices = new Float64Array(BESIDE);
  readonly #takenQtys = new Float64Array(BESIDE);

  /** @param sign 1: the highest price is best. −1: the lowest. @param depth levels of the window. */
  constructor(sign: 1 | -1, depth: number) {
    this.#sign = sign;
    this.#depth = depth;
    this.#prices = new Float64Array(depth + MOST_BESIDE);
    this.#qtys = new Float64Array(depth + MOST_BESIDE);
    this.#held = new Float64Array(depth + MOST_BESIDE);
    this.#heldQtys = new Float64Array(depth + MOST_BESIDE);
    this.clear();
  }

  get count(): number {
    return this.near + this.#far.count;
  }

  clear(): void {
    this.near = 0;
    this.#far.clear();
    this.#edge[0] = Number.NEGATIVE_INFINITY * this.#sign;
  }

  /** Of the level that is `at` places behind the best one, of those in order. */
  price(at: number): number {
    return this.#prices[this.near - 1 - at] as number;
  }

  qty(at: number): number {
    return this.#qtys[this.near - 1 - at] as number;
  }

  /** Price of the last level of the window; NaN where the window is not full: no level lies behind it. */
  get windowEdge(): number {
    return this.near < this.#depth ? Number.NaN : this.price(this.#depth - 1);
  }

  /** How many levels are at or before this price, counted from the best one; for NaN all. */
  placeBehind(price: number): number {
    return Number.isNaN(price) ? this.near : this.near - this.#firstNotWorse(price);
  }

  /** Rows in any order; of one price the last counts. Those that a venue sends best first are taken in one pass. */
  replace({ count, isBid, prices, qtys }: LevelRows): void {
    const own = this.#sign === 1 ? 1 : 0;
    const most = this.#depth + BESIDE;
    this.clear();
    let before = Number.NaN;
    let isSorted = true;
    let levels = 0;
    for (let i = 0; i < count && isSorted; i++) {
      if (isBid[i] !== own) continue;
      const price = prices[i] as number;
      isSorted = !((before - price) * this.#sign <= 0);
      before = price;
      if ((qtys[i] as number) === 0) continue;
      if (levels < most) this.#edge[0] = price;
      levels++;
    }
    if (!isSorted || levels <= most) this.#edge[0] = Number.NEGATIVE_INFINITY * this.#sign;
    if (!isSorted) {
      for (let i = 0; i < count; i++) if (isBid[i] === own) this.set(prices[i] as number, qtys[i] as number);
    } else {
      for (let i = count - 1; i >= 0; i--) {
        const qty = qtys[i] as number;
        if (isBid[i] !== own || qty === 0) continue;
        const price = prices[i] as number;
        if ((price - (this.#edge[0] as number)) * this.#sign < 0) this.#far.set(price, qty);
        else {
          this.#prices[this.near] = price;
          this.#qtys[this.near++] = qty;
        }
      }
    }
    this.settle();
  }

  /** Sets, inserts or, with a quantity of zero, removes a level; one that is not there is not missed. `settle` follows. */
  set(price: number, qty: number): void {
    if ((price - (this.#edge[0] as number)) * this.#sign < 0) {
      this.#far.set(price, qty);
      return;
    }
    const at = this.#firstNotWorse(price);
    const count = this.near;
    const isThere = at < count && this.#prices[at] === price;
    if (isThere && qty !== 0) this.#qtys[at] = qty;
    else if (isThere) {
      this.#close(at);
      this.near = count - 1;
    } else if (qty !== 0) {
      if (count === this.#prices.length) this.#grow();
      this.#open(at);
      this.#prices[at] = price;
      this.#qtys[at] = qty;
      this.near = count + 1;
    }
  }

  /**
   * As `set` of each. Where they come best first, as venues send them, those of near levels go in together: once through the levels from the
   * worst of them on. `settle` follows.
   */
  setAll(prices: Float64Array, qtys: Float64Array, count: number): void {
    const sign = this.#sign;
    const edge = this.#edge[0] as number;
    let near = 0;
    for (let i = 0; i < count; i++) {
      const price = prices[i] as number;
      if (i > 0 && ((prices[i - 1] as number) - price) * sign <= 0) {
        for (let each = 0; each < count; each++) this.set(prices[each] as number, qtys[each] as number);
        return;
      }
      if ((price - edge) * sign >= 0) near = i + 1;
    }
    for (let i = near; i < count; i++) this.#far.set(prices[i] as number, qtys[i] as number);
    if (near >= LEAST_MERGED) this.#merge(prices, qtys, near);
    else for (let i = 0; i < near; i++) this.set(prices[i] as number, qtys[i] as number);
  }

  #merge(changed: Float64Array, changedQtys: Float64Array, changes: number): void {
    while (this.near + changes > this.#prices.length) this.#grow();
    const prices = this.#prices;
    const qtys = this.#qtys;
    const heldPrices = this.#held;
    const heldQtys = this.#heldQtys;
    const sign = this.#sign;
    const from = this.#firstNotWorse(changed[changes - 1] as number);
    const held = this.near - from;
    for (let i = 0; i < held; i++) {
      heldPrices[i] = prices[from + i] as number;
      heldQtys[i] = qtys[from + i] as number;
    }
    let at = 0;
    let to = from;
    for (let next = changes - 1; next >= 0; next--) {
      const price = changed[next] as number;
      while (at < held && ((heldPrices[at] as number) - price) * sign < 0) {
        prices[to] = heldPrices[at] as number;
        qtys[to++] = heldQtys[at++] as number;
      }
      if (at < held && heldPrices[at] === price) at++;
      const qty = changedQtys[next] as number;
      if (qty === 0) continue;
      prices[to] = price;
      qtys[to++] = qty;
    }
    while (at < held) {
      prices[to] = heldPrices[at] as number;
      qtys[to++] = heldQtys[at++] as number;
    }
    this.near = to;
  }

  /** After all changes of a message: as many levels as the window has are in order, and not many more. */
  settle(): void {
    if (this.near < this.#depth && this.#far.count > 0) this.#bringNear();
    else if (this.near >= this.#depth + MOST_BESIDE) this.#sendFar();
  }

  /** Every level, the best first. */
  sorted(): readonly (readonly [price: number, qty: number])[] {
    const levels: [number, number][] = [];
    for (let at = 0; at < this.near; at++) levels.push([this.price(at), this.qty(at)]);
    const far: [number, number][] = [];
    this.#far.forEach((price, qty) => far.push([price, qty]));
    return [...levels, ...far.toSorted(([a], [b]) => (b - a) * this.#sign)];
  }

  #bringNear(): void {
    while (this.near < this.#depth && this.#far.count > 0) {
      const taken = this.#far.takeBest(this.#sign, this.#takenPrices, this.#takenQtys);
      while (this.near + taken > this.#prices.length) this.#grow();
      this.#prices.copyWithin(taken, 0, this.near);
      this.#qtys.copyWithin(taken, 0, this.near);
      for (let i = 0; i < taken; i++) {
        this.#prices[i] = this.#takenPrices[i] as number;
        this.#qtys[i] = this.#takenQtys[i] as number;
      }
      this.near += taken;
    }
    this.#edge[0] =
      this.#far.count === 0 ? Number.NEGATIVE_INFINITY * this.#sign : (this.#prices[0] as number);
  }

  #sendFar(): void {
    const sent = this.near - this.#depth - BESIDE;
    for (let i = 0; i < sent; i++) this.#far.set(this.#prices[i] as number, this.#qtys[i] as number);
    this.#prices.copyWithin(0, sent, this.near);
    this.#qtys.copyWithin(0, sent, this.near);
    this.near -= sent;
    this.#edge[0] = this.#prices[0] as number;
  }

  /** Few levels are moved faster one by one than by a call of the platform. */
  #close(at: number): void {
    const prices = this.#prices;
    const qtys = this.#qtys;
    const count = this.near;
    if (count - at > MOVED_ONE_BY_ONE) {
      prices.copyWithin(at, at + 1, count);
      qtys.copyWithin(at, at + 1, count);
      return;
    }
    for (let i = at + 1; i < count; i++) {
      prices[i - 1] = prices[i] as number;
      qtys[i - 1] = qtys[i] as number;
    }
  }

  #open(at: number): void {
    const prices = this.#prices;
    const qtys = this.#qtys;
    const count = this.near;
    if (count - at > MOVED_ONE_BY_ONE) {
      prices.copyWithin(at + 1, at, count);
      qtys.copyWithin(at + 1, at, count);
      return;
    }
    for (let i = count; i > at; i--) {
      prices[i] = prices[i - 1] as number;
      qtys[i] = qtys[i - 1] as number;
    }
  }

  /** The place in the arrays of the first level that is not worse than `price`. Found from the best end in steps that double. */
  #firstNotWorse(price: number): number {
    const prices = this.#prices;
    const sign = this.#sign;
    let high = this.near;
    let step = 1;
    while (high - step >= 0 && ((prices[high - step] as number) - price) * sign >= 0) {
      high -= step;
      step *= 2;
    }
    let low = Math.max(0, high - step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((prices[middle] as number) - price) * sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const length = this.#prices.length * 2;
    const [prices, qtys] = [new Float64Array(length), new Float64Array(length)];
    prices.set(this.#prices.subarray(0, this.near));
    qtys.set(this.#qtys.subarray(0, this.near));
    this.#prices = prices;
    this.#qtys = qtys;
    this.#held = new Float64Array(length);
    this.#heldQtys = new Float64Array(length);
  }
}
