/**
 * Kraken's book checksum (docs.kraken.com, "Book checksum" of WebSocket v2): CRC-32 over the digits of the ten
 * lowest asks, then of the ten highest bids; per level price and quantity at the instrument's full precision,
 * without the point and without leading zeros. A level counted in units of 10^-decimals, printed as a plain
 * integer, is exactly that text; so it is computed from the integers, and a tiny quantity cannot turn into
 * `1e-7` on the way.
 *
 * A message changes a level or two of the twenty. So the CRC of each level is kept, and only the joining of
 * them is done again for the side that changed.
 */
import { LinkedNumbers } from '../../books/book-verifier.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';
import { appendBytes, moveOn } from '../toolkit/crc32.ts';

/** Levels a side that the checksum covers, whatever the subscribed depth. */
const LEVELS = 10;
/** 2^53 has 16 digits; a level has two numbers. */
const scratch = new Uint8Array(2 * 16);
const ZERO = 48;
const NINE_DIGITS = 1_000_000_000;

/** Checksum of a book as an unsigned 32-bit integer. For one look; a book that is followed keeps a BookChecksum. */
export function bookChecksum(book: OrderBook): number {
  return new BookChecksum().of(book) >>> 0;
}

/** Feeds cut a quantity beyond 2^53 − 1 units to that. */
function isCut(qtys: Float64Array, count: number): boolean {
  for (let at = 0; at < count && at < LEVELS; at++) if (qtys[at] === Number.MAX_SAFE_INTEGER) return true;
  return false;
}

/** Follows one book from message to message. */
export class BookChecksum {
  readonly #asks = new SideSum(~0);
  readonly #bids = new SideSum(0);

  /** The checksum as a signed 32-bit integer: the same bits, and never a heap number. */
  of(book: OrderBook): number {
    this.#asks.follow(book.askPrices, book.askQtys, book.askCount);
    this.#bids.follow(book.bidPrices, book.bidQtys, book.bidCount);
    return ~(moveOn(this.#asks.crc, this.#bids.length) ^ this.#bids.crc);
  }
}

/** Kraken's rule: the checksum that comes with a message is that of the book after it. */
export class ChecksumVerifier extends LinkedNumbers {
  readonly #checksum = new BookChecksum();
  #computed = 0;

  override matches(book: OrderBook, { checksum }: BookUpdate): boolean {
    if (checksum === NONE) return true;
    // As signed integers: an unsigned one may be a number on the heap.
    this.#computed = this.#checksum.of(book);
    return this.#computed === (checksum | 0);
  }

  override mismatch({ checksum }: BookUpdate): string {
    return `checksum mismatch: ${checksum} announced, ${this.#computed >>> 0} computed`;
  }

  override isUncountable({ bidQtys, bidCount, askQtys, askCount }: OrderBook): boolean {
    return isCut(bidQtys, bidCount) || isCut(askQtys, askCount);
  }
}

/** The levels of one side that the checksum covers, as they were at the last look. */
class SideSum {
  /** CRC register after all levels, begun at `preset`; and how many digits they have. */
  crc: number;
  length = 0;
  readonly #preset: number;
  #count = 0;
  readonly #prices = new Float64Array(LEVELS);
  readonly #qtys = new Float64Array(LEVELS);
  /** Of each level alone. */
  readonly #crcs = new Int32Array(LEVELS);
  readonly #lengths = new Uint8Array(LEVELS);

  constructor(preset: number) {
    this.#preset = preset;
    this.crc = preset;
  }

  follow(prices: Float64Array, qtys: Float64Array, levels: number): void {
    const count = levels < LEVELS ? levels : LEVELS;
    const known = this.#count;
    let at = 0;
    while (at < count && at < known && this.#prices[at] === prices[at] && this.#qtys[at] === qtys[at]) at++;
    if (at === count && at === known) return;
    // One level that came or went moves all behind it by a place: they keep what is known of them.
    if (at + 1 < known && this.#prices[at + 1] === prices[at]) this.#moveUp(at);
    else if (at + 1 < count && this.#prices[at] === prices[at + 1]) this.#moveDown(at);
    this.#count = count;
    for (; at < count; at++) {
      const price = prices[at] as number;
      const qty = qtys[at] as number;
      if (this.#prices[at] !== price || this.#qtys[at] !== qty) this.#set(at, price, qty);
    }
    this.#join();
  }

  /** Drops the level at `to`. */
  #moveUp(to: number): void {
    for (let i = to; i < LEVELS - 1; i++) this.#copy(i + 1, i);
  }

  /** Makes room for a level at `from`. */
  #moveDown(from: number): void {
    for (let i = LEVELS - 1; i > from; i--) this.#copy(i - 1, i);
  }

  #copy(from: number, to: number): void {
    this.#prices[to] = this.#prices[from] as number;
    this.#qtys[to] = this.#qtys[from] as number;
    this.#crcs[to] = this.#crcs[from] as number;
    this.#lengths[to] = this.#lengths[from] as number;
  }

  #set(at: number, price: number, qty: number): void {
    const length = writeDigits(qty, writeDigits(price, 0));
    this.#prices[at] = price;
    this.#qtys[at] = qty;
    this.#crcs[at] = appendBytes(0, scratch, length);
    this.#lengths[at] = length;
  }

  #join(): void {
    let crc = this.#preset;
    let length = 0;
    for (let i = 0; i < this.#count; i++) {
      const own = this.#lengths[i] as number;
      crc = moveOn(crc, own) ^ (this.#crcs[i] as number);
      length += own;
    }
    this.crc = crc;
    this.length = length;
  }
}

/** Writes a whole number from 1 to 2^53 − 1 in decimal and answers where it ends. */
function writeDigits(value: number, start: number): number {
  // Above 2^31 division would run in floating point for every digit: split once, then count in integers.
  if (value < NINE_DIGITS) return writeSmall(value | 0, start);
  const high = Math.floor(value / NINE_DIGITS);
  let low = (value - high * NINE_DIGITS) | 0;
  const end = writeSmall(high | 0, start) + 9;
  for (let at = end - 1; at >= end - 9; at--) {
    const rest = (low / 10) | 0;
    scratch[at] = ZERO + low - rest * 10;
    low = rest;
  }
  return end;
}

function writeSmall(value: number, start: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  const end = start + digits;
  let left = value;
  for (let at = end - 1; at >= start; at--) {
    const rest = (left / 10) | 0;
    scratch[at] = ZERO + left - rest * 10;
    left = rest;
  }
  return end;
}
