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

/** Checksum of a book as an unsigned 32-bit integer. For one look; a book that is followed keeps a ChecksumVerifier. */
export function bookChecksum(book: OrderBook): number {
  const asks = new SideSum(~0);
  const bids = new SideSum(0);
  asks.follow(book.askPrices, book.askQtys, book.askCount);
  bids.follow(book.bidPrices, book.bidQtys, book.bidCount);
  return joined(asks, bids) >>> 0;
}

/** The checksum of a book from those of its sides, as a signed 32-bit integer: the same bits, and never a heap number. */
function joined(asks: SideSum, bids: SideSum): number {
  return ~(moveOn(asks.crc, bids.length) ^ bids.crc);
}

/** Feeds cut a quantity beyond 2^53 − 1 units to that. */
function isCut(qtys: Float64Array, count: number): boolean {
  for (let at = 0; at < count && at < LEVELS; at++) if (qtys[at] === Number.MAX_SAFE_INTEGER) return true;
  return false;
}

/** Kraken's rule: the checksum that comes with a message is that of the book after it. Follows one book from message to message. */
export class ChecksumVerifier extends LinkedNumbers {
  readonly #asks = new SideSum(~0);
  readonly #bids = new SideSum(0);
  #computed = 0;
  /** A message passed unseen: both sides may differ from what is known of them. */
  #isBehind = true;

  override matches(book: OrderBook, update: BookUpdate): boolean {
    const { checksum } = update;
    if (checksum === NONE) {
      this.#isBehind = true;
      return true;
    }
    // A side that the message does not name is as it was.
    const all = this.#isBehind || update.isSnapshot;
    if (all || update.askCount > 0) this.#asks.follow(book.askPrices, book.askQtys, book.askCount);
    if (all || update.bidCount > 0) this.#bids.follow(book.bidPrices, book.bidQtys, book.bidCount);
    this.#isBehind = false;
    this.#computed = joined(this.#asks, this.#bids);
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
  /** Price and quantity of each level. What belongs together lies together: of a thousand books most are out of the cache. */
  readonly #levels = new Float64Array(2 * LEVELS);
  /** CRC and digits of each level alone. */
  readonly #sums = new Int32Array(2 * LEVELS);

  constructor(preset: number) {
    this.#preset = preset;
    this.crc = preset;
  }

  follow(prices: Float64Array, qtys: Float64Array, levels: number): void {
    const known = this.#levels;
    const count = levels < LEVELS ? levels : LEVELS;
    const before = this.#count;
    let at = 0;
    while (at < count && at < before && known[2 * at] === prices[at] && known[2 * at + 1] === qtys[at]) at++;
    if (at === count && at === before) return;
    // One level that came or went moves all behind it by a place: they keep what is known of them.
    if (at + 1 < before && known[2 * at + 2] === prices[at]) this.#moveUp(at);
    else if (at + 1 < count && known[2 * at] === prices[at + 1]) this.#moveDown(at);
    this.#count = count;
    for (; at < count; at++) {
      const price = prices[at] as number;
      const qty = qtys[at] as number;
      if (known[2 * at] !== price || known[2 * at + 1] !== qty) this.#set(at, price, qty);
    }
    this.#join();
  }

  /** Drops the level at `to`. */
  #moveUp(to: number): void {
    const levels = this.#levels;
    const sums = this.#sums;
    for (let i = 2 * to; i < 2 * LEVELS - 2; i++) {
      levels[i] = levels[i + 2] as number;
      sums[i] = sums[i + 2] as number;
    }
  }

  /** Makes room for a level at `from`. */
  #moveDown(from: number): void {
    const levels = this.#levels;
    const sums = this.#sums;
    for (let i = 2 * LEVELS - 1; i > 2 * from + 1; i--) {
      levels[i] = levels[i - 2] as number;
      sums[i] = sums[i - 2] as number;
    }
  }

  #set(at: number, price: number, qty: number): void {
    const length = writeDigits(qty, writeDigits(price, 0));
    this.#levels[2 * at] = price;
    this.#levels[2 * at + 1] = qty;
    this.#sums[2 * at] = appendBytes(0, scratch, length);
    this.#sums[2 * at + 1] = length;
  }

  #join(): void {
    const sums = this.#sums;
    let crc = this.#preset;
    let length = 0;
    for (let i = 0; i < 2 * this.#count; i += 2) {
      const own = sums[i + 1] as number;
      crc = moveOn(crc, own) ^ (sums[i] as number);
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
