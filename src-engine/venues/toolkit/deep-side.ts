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
  /** See `markEdge`. */
  readonly edge = new Float64Array(1);
  /** A level's key is its price times this: the best one has the highest key on either side. */
  readonly #sign: 1 | -1;
  readonly #depth: number;
  #keys: Float64Array;
  #qtys: Float64Array;
  /** What the next merge fills; what it read is the next one. */
  #spareKeys: Float64Array;
  #spareQtys: Float64Array;
  readonly #far = new FarLevels();
  /** The lowest key that is kept in order; infinite where nothing is far. In an array: a double of its own would be an object. */
  readonly #lowest = new Float64Array(1);
  readonly #takenKeys = new Float64Array(BESIDE);
  readonly #takenQtys = new Float64Array(BESIDE);

  /** @param sign 1: the highest price is best. −1: the lowest. @param depth levels of the window. */
  constructor(sign: 1 | -1, depth: number) {
    this.#sign = sign;
    this.#depth = depth;
    this.#keys = new Float64Array(depth + MOST_BESIDE);
    this.#qtys = new Float64Array(depth + MOST_BESIDE);
    this.#spareKeys = new Float64Array(depth + MOST_BESIDE);
    this.#spareQtys = new Float64Array(depth + MOST_BESIDE);
    this.clear();
  }

  get count(): number {
    return this.near + this.#far.count;
  }

  clear(): void {
    this.near = 0;
    this.#far.clear();
    this.#lowest[0] = Number.NEGATIVE_INFINITY;
  }

  /** Of the level that is `at` places behind the best one, of those in order. */
  price(at: number): number {
    return (this.#keys[this.near - 1 - at] as number) * this.#sign;
  }

  qty(at: number): number {
    return this.#qtys[this.near - 1 - at] as number;
  }

  /** Keeps the price of the last level of the window in `edge`; NaN where the window is not full: no level lies behind it. */
  markEdge(): void {
    this.edge[0] = this.near < this.#depth ? Number.NaN : this.price(this.#depth - 1);
  }

  /** How many levels are at or before the price in `edge`, counted from the best one; for NaN all. */
  placeBehindEdge(): number {
    return Number.isNaN(this.edge[0]) ? this.near : this.near - this.#firstNotWorse(this.edge, 0);
  }

  /** Rows in any order; of one price the last counts. Those that a venue sends best first are taken in one pass. */
  replace({ count, isBid, prices, qtys }: LevelRows): void {
    const sign = this.#sign;
    const own = sign === 1 ? 1 : 0;
    const most = this.#depth + BESIDE;
    this.clear();
    let before = Number.NaN;
    let isSorted = true;
    let levels = 0;
    for (let i = 0; i < count && isSorted; i++) {
      if (isBid[i] !== own) continue;
      const key = (prices[i] as number) * sign;
      isSorted = !(before - key <= 0);
      before = key;
      if ((qtys[i] as number) === 0) continue;
      if (levels < most) this.#lowest[0] = key;
      levels++;
    }
    if (!isSorted || levels <= most) this.#lowest[0] = Number.NEGATIVE_INFINITY;
    if (!isSorted) {
      for (let i = 0; i < count; i++) if (isBid[i] === own) this.set(prices, qtys, i);
    } else {
      for (let i = count - 1; i >= 0; i--) {
        const qty = qtys[i] as number;
        if (isBid[i] !== own || qty === 0) continue;
        const key = (prices[i] as number) * sign;
        if (key < (this.#lowest[0] as number)) this.#far.set(prices, qtys, i, sign);
        else {
          this.#keys[this.near] = key;
          this.#qtys[this.near++] = qty;
        }
      }
    }
    this.settle();
  }

  /** Sets, inserts or, with a quantity of zero, removes the level of `prices[i]`; one that is not there is not missed. `settle` follows. */
  set(prices: Float64Array, qtys: Float64Array, i: number): void {
    const sign = this.#sign;
    const key = (prices[i] as number) * sign;
    const qty = qtys[i] as number;
    if (key < (this.#lowest[0] as number)) {
      this.#far.set(prices, qtys, i, sign);
      return;
    }
    const at = this.#firstNotWorse(prices, i);
    const count = this.near;
    const isThere = at < count && this.#keys[at] === key;
    if (isThere && qty !== 0) this.#qtys[at] = qty;
    else if (isThere) {
      this.#close(at);
      this.near = count - 1;
    } else if (qty !== 0) {
      if (count === this.#keys.length) this.#grow();
      this.#open(at);
      this.#keys[at] = key;
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
    const edge = this.#lowest[0] as number;
    let near = 0;
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const key = (prices[i] as number) * sign;
      if (key >= before) {
        for (let each = 0; each < count; each++) this.set(prices, qtys, each);
        return;
      }
      before = key;
      if (key >= edge) near = i + 1;
    }
    for (let i = near; i < count; i++) this.#far.set(prices, qtys, i, sign);
    if (near >= LEAST_MERGED) this.#merge(prices, qtys, near);
    else for (let i = 0; i < near; i++) this.set(prices, qtys, i);
  }

  /** Changes of near levels, best first: levels and changes go together into the other arrays, the worst first. */
  #merge(changed: Float64Array, changedQtys: Float64Array, changes: number): void {
    while (this.near + changes > this.#keys.length) this.#grow();
    const sign = this.#sign;
    const count = this.near;
    const keys = this.#keys;
    const qtys = this.#qtys;
    const toKeys = this.#spareKeys;
    const toQtys = this.#spareQtys;
    // Behind the best level one that is better than any change: a run of levels ends by its key alone.
    keys[count] = Number.POSITIVE_INFINITY;
    let at = 0;
    let to = 0;
    let key = keys[0] as number;
    for (let next = changes - 1; next >= 0; next--) {
      const changedKey = (changed[next] as number) * sign;
      while (key < changedKey) {
        toKeys[to] = key;
        toQtys[to++] = qtys[at++] as number;
        key = keys[at] as number;
      }
      if (key === changedKey) key = keys[++at] as number;
      const qty = changedQtys[next] as number;
      if (qty === 0) continue;
      toKeys[to] = changedKey;
      toQtys[to++] = qty;
    }
    while (at < count) {
      toKeys[to] = keys[at] as number;
      toQtys[to++] = qtys[at++] as number;
    }
    this.#keys = toKeys;
    this.#qtys = toQtys;
    this.#spareKeys = keys;
    this.#spareQtys = qtys;
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
    this.#far.forEach((key, qty) => far.push([key * this.#sign, qty]));
    return [...levels, ...far.toSorted(([a], [b]) => (b - a) * this.#sign)];
  }

  #bringNear(): void {
    while (this.near < this.#depth && this.#far.count > 0) {
      const taken = this.#far.takeBest(this.#takenKeys, this.#takenQtys);
      while (this.near + taken > this.#keys.length) this.#grow();
      this.#keys.copyWithin(taken, 0, this.near);
      this.#qtys.copyWithin(taken, 0, this.near);
      for (let i = 0; i < taken; i++) {
        this.#keys[i] = this.#takenKeys[i] as number;
        this.#qtys[i] = this.#takenQtys[i] as number;
      }
      this.near += taken;
    }
    this.#lowest[0] = this.#far.count === 0 ? Number.NEGATIVE_INFINITY : (this.#keys[0] as number);
  }

  #sendFar(): void {
    const sent = this.near - this.#depth - BESIDE;
    for (let i = 0; i < sent; i++) this.#far.set(this.#keys, this.#qtys, i, 1);
    this.#keys.copyWithin(0, sent, this.near);
    this.#qtys.copyWithin(0, sent, this.near);
    this.near -= sent;
    this.#lowest[0] = this.#keys[0] as number;
  }

  /** Few levels are moved faster one by one than by a call of the platform. */
  #close(at: number): void {
    const keys = this.#keys;
    const qtys = this.#qtys;
    const count = this.near;
    if (count - at > MOVED_ONE_BY_ONE) {
      keys.copyWithin(at, at + 1, count);
      qtys.copyWithin(at, at + 1, count);
      return;
    }
    for (let i = at + 1; i < count; i++) {
      keys[i - 1] = keys[i] as number;
      qtys[i - 1] = qtys[i] as number;
    }
  }

  #open(at: number): void {
    const keys = this.#keys;
    const qtys = this.#qtys;
    const count = this.near;
    if (count - at > MOVED_ONE_BY_ONE) {
      keys.copyWithin(at + 1, at, count);
      qtys.copyWithin(at + 1, at, count);
      return;
    }
    for (let i = count; i > at; i--) {
      keys[i] = keys[i - 1] as number;
      qtys[i] = qtys[i - 1] as number;
    }
  }

  /** The place in the arrays of the first level that is not worse than `prices[i]`. Found from the best end in steps that double. */
  #firstNotWorse(prices: Float64Array, i: number): number {
    const keys = this.#keys;
    const key = (prices[i] as number) * this.#sign;
    let high = this.near;
    let step = 1;
    while (high - step >= 0 && (keys[high - step] as number) >= key) {
      high -= step;
      step *= 2;
    }
    let low = Math.max(0, high - step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const length = this.#keys.length * 2;
    const [keys, qtys] = [new Float64Array(length), new Float64Array(length)];
    keys.set(this.#keys.subarray(0, this.near));
    qtys.set(this.#qtys.subarray(0, this.near));
    this.#keys = keys;
    this.#qtys = qtys;
    this.#spareKeys = new Float64Array(length);
    this.#spareQtys = new Float64Array(length);
  }
}
