/**
 * Levels of one side of a deep book that lie far behind its best: a table from key to quantity without any order, as a change far
 * from the best would move hundreds of levels that are kept in order. The better a level is, the higher its key. Open addressing, the next place where one is taken; one that goes
 * lets those behind it move up. Nothing is allocated, but where it outgrows its arrays.
 */

const FIRST_PLACES = 256;
/** Knuth's multiplicative hash: the golden ratio of 2^32. */
const GOLDEN = 0x9e37_79b1;
/** Key of an empty place: worse than any, so that a search for better ones passes it over without asking what it is. */
const EMPTY = Number.NEGATIVE_INFINITY;

export class FarLevels {
  count = 0;
  #keys = new Float64Array(FIRST_PLACES).fill(EMPTY);
  #qtys = new Float64Array(FIRST_PLACES);
  /** 32 less the binary logarithm of the places. */
  #shift = 24;

  clear(): void {
    if (this.count > 0) this.#keys.fill(EMPTY);
    this.count = 0;
  }

  /**
   * Sets, inserts or, with a quantity of zero, removes the level whose key is `keys[i] * sign`; one that is not there is not missed. A key
   * that is handed over by itself would be an object.
   */
  set(keys: Float64Array, qtys: Float64Array, i: number, sign: 1 | -1): void {
    const key = (keys[i] as number) * sign;
    const qty = qtys[i] as number;
    const at = this.#placeOf(keys, i, sign);
    const isThere = this.#keys[at] === key;
    if (qty === 0) {
      if (isThere) this.#remove(at);
      return;
    }
    this.#qtys[at] = qty;
    if (isThere) return;
    this.#keys[at] = key;
    // At most half of the places are taken.
    if (++this.count * 2 > this.#keys.length) this.#grow();
  }

  /** Takes out the best levels, at most as many as the arrays have room for, and answers how many. The worst of them comes first. */
  takeBest(keys: Float64Array, qtys: Float64Array): number {
    const most = Math.min(keys.length, qtys.length);
    const [from, fromQtys] = [this.#keys, this.#qtys];
    let taken = 0;
    let worst = EMPTY;
    for (let place = 0; place < from.length; place++) {
      const key = from[place] as number;
      if (key <= worst) continue;
      // The one that is the worst of those so far makes room.
      let at = taken === most ? 1 : taken;
      if (taken === most) {
        for (; at < most && (keys[at] as number) < key; at++) {
          keys[at - 1] = keys[at] as number;
          qtys[at - 1] = qtys[at] as number;
        }
        at--;
      } else {
        for (; at > 0 && (keys[at - 1] as number) > key; at--) {
          keys[at] = keys[at - 1] as number;
          qtys[at] = qtys[at - 1] as number;
        }
        taken++;
      }
      keys[at] = key;
      qtys[at] = fromQtys[place] as number;
      if (taken === most) worst = keys[0] as number;
    }
    for (let i = 0; i < taken; i++) this.#remove(this.#placeOf(keys, i, 1));
    return taken;
  }

  /** Every level, in no order. */
  forEach(visit: (key: number, qty: number) => void): void {
    for (let place = 0; place < this.#keys.length; place++)
      if (this.#keys[place] !== EMPTY) visit(this.#keys[place] as number, this.#qtys[place] as number);
  }

  /** Where the key `keys[i] * sign` is, or where it would be set. */
  #placeOf(keys: Float64Array, i: number, sign: 1 | -1): number {
    const own = this.#keys;
    const key = (keys[i] as number) * sign;
    const last = own.length - 1;
    let at = Math.imul(key, GOLDEN) >>> this.#shift;
    while (own[at] !== key && own[at] !== EMPTY) at = (at + 1) & last;
    return at;
  }

  #remove(gone: number): void {
    const keys = this.#keys;
    const qtys = this.#qtys;
    const last = keys.length - 1;
    let hole = gone;
    for (let at = (hole + 1) & last; keys[at] !== EMPTY; at = (at + 1) & last) {
      const home = Math.imul(keys[at] as number, GOLDEN) >>> this.#shift;
      // One that would be found before the hole stays.
      if (((at - home) & last) < ((at - hole) & last)) continue;
      keys[hole] = keys[at] as number;
      qtys[hole] = qtys[at] as number;
      hole = at;
    }
    keys[hole] = EMPTY;
    this.count--;
  }

  #grow(): void {
    const [keys, qtys] = [this.#keys, this.#qtys];
    this.#keys = new Float64Array(keys.length * 2).fill(EMPTY);
    this.#qtys = new Float64Array(keys.length * 2);
    this.#shift--;
    this.count = 0;
    for (let place = 0; place < keys.length; place++)
      if (keys[place] !== EMPTY) this.set(keys, qtys, place, 1);
  }
}
