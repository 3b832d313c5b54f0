/**
 * Every level of one book in exact decimals, however deep. What a check of a recording rebuilds: it is slower than the
 * engine's own books (books/order-book.ts), needs to know no ticks or lots, and is an independent account of the same frames.
 */
import { createHash } from 'node:crypto';
import type { WrittenLevel } from './plain-decimal.ts';

export class WholeBook {
  /** Best first. */
  readonly bids = new WholeSide(-1);
  readonly asks = new WholeSide(1);

  #removedUnknown = 0;

  /** Changes that removed a level that was not there. */
  get removedUnknown(): number {
    return this.#removedUnknown;
  }

  /** Replaces the book. A quantity of zero is not a level. */
  replace(bids: readonly WrittenLevel[], asks: readonly WrittenLevel[]): void {
    this.bids.clear();
    this.asks.clear();
    for (const level of bids) this.bids.set(level);
    for (const level of asks) this.asks.set(level);
  }

  /** Sets the levels that are named; a quantity of zero removes one. */
  change(bids: readonly WrittenLevel[], asks: readonly WrittenLevel[]): void {
    for (const level of bids) if (!this.bids.set(level)) this.#removedUnknown++;
    for (const level of asks) if (!this.asks.set(level)) this.#removedUnknown++;
  }

  /** The price of a level that a change removes and the book does not have. */
  unknownRemoval(bids: readonly WrittenLevel[], asks: readonly WrittenLevel[]): string | undefined {
    const isUnknown =
      (side: WholeSide) =>
      ([price, qty]: WrittenLevel): boolean =>
        qty === '0' && !side.has(price);
    return (bids.find(isUnknown(this.bids)) ?? asks.find(isUnknown(this.asks)))?.[0];
  }

  /**
   * SHA-256 over the book as text: a line `b PRICE QTY` for each bid, then `a PRICE QTY` for each ask, best first, plain
   * decimals without trailing zeros.
   */
  sha256(): string {
    const hash = createHash('sha256');
    for (const [price, qty] of this.bids.levels) hash.update(`b ${price} ${qty}\n`);
    for (const [price, qty] of this.asks.levels) hash.update(`a ${price} ${qty}\n`);
    return hash.digest('hex');
  }
}

/** One side, sorted. Floats only find the place of a level; what is kept and shown is text. */
export class WholeSide {
  readonly levels: WrittenLevel[] = [];
  /** `direction` × price, ascending. */
  readonly #keys: number[] = [];
  readonly #direction: 1 | -1;

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  get best(): WrittenLevel | undefined {
    return this.levels[0];
  }

  clear(): void {
    this.levels.length = 0;
    this.#keys.length = 0;
  }

  has(price: string): boolean {
    const key = this.#direction * Number(price);
    for (let at = this.#firstNotBelow(key); this.#keys[at] === key; at++)
      if (this.levels[at]?.[0] === price) return true;
    return false;
  }

  /** @returns false when a level was to be removed that is not there. */
  set(level: WrittenLevel): boolean {
    const [price, qty] = level;
    const key = this.#direction * Number(price);
    let at = this.#firstNotBelow(key);
    // Prices that differ beyond a float's digits share a key: their text differs.
    while (this.#keys[at] === key && this.levels[at]?.[0] !== price) at++;
    const isThere = this.#keys[at] === key;
    if (qty === '0') {
      if (isThere) this.#splice(at, 1);
    } else if (isThere) this.levels[at] = level;
    else this.#splice(at, 0, key, level);
    return isThere || qty !== '0';
  }

  #splice(at: number, removed: number, key?: number, level?: WrittenLevel): void {
    if (key === undefined || level === undefined) {
      this.levels.splice(at, removed);
      this.#keys.splice(at, removed);
    } else {
      this.levels.splice(at, removed, level);
      this.#keys.splice(at, removed, key);
    }
  }

  #firstNotBelow(key: number): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
