/**
 * Levels of one side of a deep book that lie far behind its best: a table from price to quantity without any order, as a change far
 * from the best would move hundreds of levels that are kept in order. Open addressing, the next place where one is taken; one that goes
 * lets those behind it move up. Nothing is allocated, but where it outgrows its arrays.
 */

const FIRST_PLACES = 256;
/** Knuth's multiplicative hash: the golden ratio of 2^32. */
const GOLDEN = 0x9e37_79b1;

export class FarLevels {
  count = 0;
  /** Prices of levels are above zero: zero is an empty place. */
  #prices = new Float64Array(FIRST_PLACES);
  #qtys = new Float64Array(FIRST_PLACES);
  /** 32 less the binary logarithm of the places. */
  #shift = 24;

  clear(): void {
    if (this.count > 0) this.#prices.fill(0);
    this.count = 0;
  }

  /** Sets, inserts or, with a quantity of zero, removes a level; one that is not there is not missed. */
  set(price: number, qty: number): void {
    const at = this.#placeOf(price);
    const isThere = this.#prices[at] === price;
    if (qty === 0) {
      if (isThere) this.#remove(at);
      return;
    }
    this.#qtys[at] = qty;
    if (isThere) return;
    this.#prices[at] = price;
    // At most half of the places are taken.
    if (++this.count * 2 > this.#prices.length) this.#grow();
  }

  /**
   * Takes out the best levels, at most as many as the arrays have room for, and answers how many. The worst of them comes first.
   * @param sign 1: the highest price is best. −1: the lowest.
   */
  takeBest(sign: 1 | -1, prices: Float64Array, qtys: Float64Array): number {
    const most = Math.min(prices.length, qtys.length);
    const [from, fromQtys] = [this.#prices, this.#qtys];
    let taken = 0;
    for (let place = 0; place < from.length; place++) {
      const price = from[place] as number;
      if (price === 0 || (taken === most && ((prices[0] as number) - price) * sign > 0)) continue;
      // The one that is the worst of those so far makes room.
      let at = taken === most ? 1 : taken;
      if (taken === most) {
        for (; at < most && ((prices[at] as number) - price) * sign < 0; at++) {
          prices[at - 1] = prices[at] as number;
          qtys[at - 1] = qtys[at] as number;
        }
        at--;
      } else {
        for (; at > 0 && ((prices[at - 1] as number) - price) * sign > 0; at--) {
          prices[at] = prices[at - 1] as number;
          qtys[at] = qtys[at - 1] as number;
        }
        taken++;
      }
      prices[at] = price;
      qtys[at] = fromQtys[place] as number;
    }
    for (let i = 0; i < taken; i++) this.set(prices[i] as number, 0);
    return taken;
  }

  /** Every level, in no order. */
  forEach(visit: (price: number, qty: number) => void): void {
    for (let place = 0; place < this.#prices.length; place++)
      if (this.#prices[place] !== 0) visit(this.#prices[place] as number, this.#qtys[place] as number);
  }

  /** Where this price is, or where it would be set. */
  #placeOf(price: number): number {
    const prices = this.#prices;
    const last = prices.length - 1;
    let at = Math.imul(price, GOLDEN) >>> this.#shift;
    while (prices[at] !== price && prices[at] !== 0) at = (at + 1) & last;
    return at;
  }

  #remove(gone: number): void {
    const prices = this.#prices;
    const qtys = this.#qtys;
    const last = prices.length - 1;
    let hole = gone;
    for (let at = (hole + 1) & last; prices[at] !== 0; at = (at + 1) & last) {
      const home = Math.imul(prices[at] as number, GOLDEN) >>> this.#shift;
      // One that would be found before the hole stays.
      if (((at - home) & last) < ((at - hole) & last)) continue;
      prices[hole] = prices[at] as number;
      qtys[hole] = qtys[at] as number;
      hole = at;
    }
    prices[hole] = 0;
    this.count--;
  }

  #grow(): void {
    const [prices, qtys] = [this.#prices, this.#qtys];
    this.#prices = new Float64Array(prices.length * 2);
    this.#qtys = new Float64Array(prices.length * 2);
    this.#shift--;
    this.count = 0;
    for (let place = 0; place < prices.length; place++)
      if (prices[place] !== 0) this.set(prices[place] as number, qtys[place] as number);
  }
}
