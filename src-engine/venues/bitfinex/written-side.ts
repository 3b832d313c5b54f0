/**
 * One side of a book as Bitfinex writes it: each level has the venue's own text of its price and amount, which the checksum covers.
 * Nothing is allocated per level.
 */
import { appendBytes } from '../toolkit/crc32.ts';

/** The venue's books have 100 levels a side at most, and a few more for a moment. */
const MOST_LEVELS = 256;
/** Longest text of a level; the longest that is known has some 30 characters. */
const MOST_BYTES = 64;
const COLON = 58;
const SEPARATOR = Uint8Array.of(COLON);
const LOWER_E = 101;

export class WrittenSide {
  count = 0;
  readonly #sign: 1 | -1;
  /** Best first. */
  readonly #prices = new Float64Array(MOST_LEVELS);
  /** Where the text of each level lies. */
  readonly #slots = new Uint16Array(MOST_LEVELS);
  readonly #texts = new Uint8Array(MOST_LEVELS * MOST_BYTES);
  readonly #lengths = new Uint8Array(MOST_LEVELS);
  /** Places that no level has: the first `#free` of them. */
  readonly #spare = new Uint16Array(MOST_LEVELS);
  #free = 0;

  constructor(areBids: boolean) {
    this.#sign = areBids ? -1 : 1;
    this.clear();
  }

  clear(): void {
    this.count = 0;
    this.#free = MOST_LEVELS;
    for (let slot = 0; slot < MOST_LEVELS; slot++) this.#spare[slot] = slot;
  }

  /**
   * Sets a level to the text bytes[priceFrom … priceTo) and bytes[amountFrom … amountTo). A full side loses its worst level, which lies
   * far behind those that the checksum covers. False: the text is too long to be kept.
   */
  set(
    price: number,
    bytes: Uint8Array,
    priceFrom: number,
    priceTo: number,
    amountFrom: number,
    amountTo: number,
  ): boolean {
    const length = priceTo - priceFrom + 1 + amountTo - amountFrom;
    if (length > MOST_BYTES) return false;
    let at = this.#find(price);
    if (at === this.count || this.#prices[at] !== price) {
      if (at === MOST_LEVELS) return true;
      if (this.count === MOST_LEVELS) this.#removeAt(this.count - 1);
      this.#prices.copyWithin(at + 1, at, this.count);
      this.#slots.copyWithin(at + 1, at, this.count);
      this.#prices[at] = price;
      this.#slots[at] = this.#spare[--this.#free] as number;
      this.count++;
    }
    const slot = this.#slots[at] as number;
    at = slot * MOST_BYTES;
    for (let i = priceFrom; i < priceTo; i++) this.#texts[at++] = bytes[i] as number;
    this.#texts[at++] = COLON;
    for (let i = amountFrom; i < amountTo; i++) this.#texts[at++] = bytes[i] as number;
    this.#lengths[slot] = length;
    return true;
  }

  remove(price: number): void {
    const at = this.#find(price);
    if (at < this.count && this.#prices[at] === price) this.#removeAt(at);
  }

  /** The CRC register after the text of this level, best first, and a colon before it where `isFirst` is false. */
  append(register: number, at: number, isFirst: boolean): number {
    const slot = this.#slots[at] as number;
    const start = slot * MOST_BYTES;
    const crc = isFirst ? register : appendBytes(register, SEPARATOR, 1);
    return appendBytes(crc, this.#texts, start + (this.#lengths[slot] as number), start);
  }

  /** The text of a level, `price:amount`. */
  text(at: number): string {
    const slot = this.#slots[at] as number;
    const start = slot * MOST_BYTES;
    return Buffer.from(this.#texts.subarray(start, start + (this.#lengths[slot] as number))).toString(
      'latin1',
    );
  }

  /** Whether a number of the best `levels` is written with an exponent. */
  hasExponent(levels: number): boolean {
    for (let at = 0; at < this.count && at < levels; at++) {
      const slot = this.#slots[at] as number;
      const start = slot * MOST_BYTES;
      const end = start + (this.#lengths[slot] as number);
      for (let i = start; i < end; i++) if (this.#texts[i] === LOWER_E) return true;
    }
    return false;
  }

  /** Place of this price, or where it belongs. */
  #find(price: number): number {
    const prices = this.#prices;
    const sign = this.#sign;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((prices[middle] as number) - price) * sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #removeAt(at: number): void {
    this.#spare[this.#free++] = this.#slots[at] as number;
    this.#prices.copyWithin(at, at + 1, this.count);
    this.#slots.copyWithin(at, at + 1, this.count);
    this.count--;
  }
}
