/**
 * The short way of Bitfinex's most frequent messages: a change of one level, `[17082,[7254.7,3,3.3],1234]`, and a checksum that agrees,
 * `[17082,"cs",-1175357890,1235]`, straight from their bytes. Whatever is different is left to the parser, without a verdict.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { PlainNumber } from '../toolkit/plain-number.ts';
import { channelIn, type Channels } from './channels.ts';
import type { KeptBooks } from './kept-books.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const LOWER_C = 99;
const LOWER_S = 115;

export class ChangeLane {
  readonly #channels: Channels;
  readonly #books: KeptBooks;
  readonly #price = new PlainNumber();
  readonly #qty = new PlainNumber();

  constructor(channels: Channels, books: KeptBooks) {
    this.#channels = channels;
    this.#books = books;
  }

  /** A recording names its channel before the message: the parser reads it. */
  readEscaped(): boolean {
    return false;
  }

  /** Reads the frame into `update`, which has no level where it is a checksum. False: not in this layout, and nothing has changed. */
  read(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (start !== 0 || end !== bytes.length) return false;
    const channel = this.#channels.of(channelIn(bytes));
    if (channel?.kind !== 'books') return false;
    const kept = this.#books.of(channel.symbol);
    if (kept?.written.isVenues !== true || isOdd(bytes, 1)) return false;
    let at = 1;
    while (bytes[at] !== COMMA) at++;
    at++;
    if (bytes[at] === QUOTE) {
      if (!this.#agrees(bytes, at, kept.written.checksum())) return false;
      update.reset(kept.instrument.id, false, receivedUs);
      return true;
    }
    const priceFrom = at + 1;
    if (bytes[at] !== OPEN_BRACKET) return false;
    const priceTo = tokenEnd(bytes, priceFrom, COMMA);
    const countFrom = priceTo + 1;
    const countTo = tokenEnd(bytes, countFrom, COMMA);
    const amountFrom = countTo + 1;
    const amountTo = tokenEnd(bytes, amountFrom, CLOSE_BRACKET);
    if (priceTo < 0 || countTo < 0 || amountTo < 0 || !isTail(bytes, amountTo + 1)) return false;
    if (isOdd(bytes, priceFrom) || isOdd(bytes, bytes[amountFrom] === MINUS ? amountFrom + 1 : amountFrom))
      return false;
    const isAsk = bytes[amountFrom] === MINUS;
    const isRemoved = countTo === countFrom + 1 && bytes[countFrom] === ZERO;
    if (!isRemoved && !isCount(bytes, countFrom, countTo)) return false;
    const { instrument, written } = kept;
    const price = this.#price;
    const qty = this.#qty;
    if (!price.read(bytes, priceFrom, priceTo, instrument.priceDecimals) || price.units[0] === 0)
      return false;
    if (!qty.read(bytes, isAsk ? amountFrom + 1 : amountFrom, amountTo, instrument.qtyDecimals)) return false;
    if (!isRemoved && qty.units[0] === 0) return false;
    const side = isAsk ? written.asks : written.bids;
    const key = price.units[0] as number;
    if (isRemoved) side.remove(key);
    else if (!side.set(key, bytes, priceFrom, priceTo, amountFrom, amountTo)) return false;
    update.reset(instrument.id, false, receivedUs);
    const left = isRemoved ? 0 : (qty.units[0] as number);
    if (isAsk) update.pushAsk(key, left);
    else update.pushBid(key, left);
    return true;
  }

  /** `"cs",` and this number. */
  #agrees(bytes: Uint8Array, from: number, checksum: number): boolean {
    if (bytes[from + 1] !== LOWER_C || bytes[from + 2] !== LOWER_S || bytes[from + 3] !== QUOTE) return false;
    if (bytes[from + 4] !== COMMA) return false;
    let at = from + 5;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    let value = 0;
    const first = at;
    for (; at < bytes.length && at < first + 11; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === first || isOdd(bytes, first) || !isTail(bytes, at)) return false;
    return (isNegative ? -value : value) === checksum;
  }
}

/** Where the number that begins at `from` ends before `stop`; −1: it does not. */
function tokenEnd(bytes: Uint8Array, from: number, stop: number): number {
  if (from <= 0) return -1;
  for (let at = from; at < bytes.length && at < from + 40; at++) {
    const byte = bytes[at] as number;
    if (byte === stop) return at === from ? -1 : at;
    if (byte === COMMA || byte === CLOSE_BRACKET || byte === OPEN_BRACKET) return -1;
  }
  return -1;
}

/** A number with a zero before it is no JSON. */
function isOdd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === ZERO && isDigit(bytes[at + 1]);
}

/** The frame ends behind the numbers of the connection that stand here, if any do. */
function isTail(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (bytes[at] === COMMA) {
    const start = ++at;
    while (isDigit(bytes[at])) at++;
    if (at === start || isOdd(bytes, start)) return false;
  }
  return bytes[at] === CLOSE_BRACKET && at + 1 === bytes.length;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isCount(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === ZERO) return false;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}
