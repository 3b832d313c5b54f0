/**
 * The short way for the frames that matter for latency: book messages in exactly the layout that Kraken
 * writes today. Its bytes are read as they came, in one pass, and compared four at a time. At the first byte that
 * differs from the layout the lane gives up, without a verdict: the general scanner then reads the frame, and says
 * what is wrong where something is. What both can read, both read alike (book-lane.test.ts).
 *
 * The same layout is known a second time as it stands inside of a JSON string, each quote behind a backslash: so
 * market logs keep the frames of a venue, and a replay reads them from the bytes of the file.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { parseTimestamp } from '../toolkit/timestamp.ts';

/** Longest frame that is read here; a level has some 40 characters, a snapshot mostly 20 to 200 of them. */
const MAX_LENGTH = 16_384;
/** Room to compare a literal beyond the end of the frame. */
const SLACK = 64;
/** From this size on a buffer is taken for a block of a file and read where it lies. */
const BLOCK_BYTES = 65_536;
/** Most digits that an int32 holds whatever they are. */
const INT32_DIGITS = 9;
const MAX_SYMBOL = 32;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** Powers of ten that a double holds exactly and that decimals of an instrument ask for. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

const PLAIN = layout('"', QUOTE);
const ESCAPED = layout('\\"', BACKSLASH);

/** `2026-08-02T03:35:` */
const MINUTE_LENGTH = 17;
const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:$/;

/** A text to compare with: its bytes as 32-bit words, the last one overlapping where four do not divide it. */
type Words = { readonly length: number; readonly values: Int32Array };

function words(text: string): Words {
  const bytes = Buffer.from(text, 'latin1');
  const count = Math.ceil(text.length / 4);
  const at = (i: number): number => Math.min(i * 4, text.length - 4);
  return {
    length: text.length,
    values: Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(at(i))),
  };
}

/** What stands between the values. */
type Layout = {
  readonly update: Words;
  readonly snapshot: Words;
  /** First byte behind a symbol. */
  readonly symbolEnd: number;
  readonly bids: Words;
  readonly price: Words;
  readonly qty: Words;
  readonly asks: Words;
  readonly checksum: Words;
  readonly timestamp: Words;
  readonly end: Words;
};

function layout(quote: string, symbolEnd: number): Layout {
  const quoted = (text: string): Words => words(text.replaceAll('"', quote));
  return {
    update: quoted('{"channel":"book","type":"update","data":[{"symbol":"'),
    snapshot: quoted('{"channel":"book","type":"snapshot","data":[{"symbol":"'),
    symbolEnd,
    bids: quoted('","bids":['),
    price: quoted('{"price":'),
    qty: quoted(',"qty":'),
    asks: quoted(',"asks":['),
    checksum: quoted(',"checksum":'),
    timestamp: quoted(',"timestamp":"'),
    end: quoted('Z"}]}'),
  };
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

export class BookLane {
  readonly #symbols: SymbolIndex;
  readonly #own = Buffer.alloc(MAX_LENGTH + SLACK);
  readonly #ownView = viewOf(this.#own);
  /** What is being read, and the same by words. */
  #bytes: Buffer = this.#own;
  #view = this.#ownView;
  /** Where the reading stands; behind what was taken last. */
  #at = 0;
  /** The last minute seen, as text and in microseconds since 1970. */
  #minute: Words = words(' '.repeat(MINUTE_LENGTH));
  #minuteUs: TimeUs = 0;
  /** The number taken last: a double that a function returns costs a heap object, one in here does not. */
  readonly #value = new Float64Array(1);

  constructor(symbols: SymbolIndex) {
    this.#symbols = symbols;
  }

  /** Reads the frame bytes[start … end) into `update`. False: not in this layout, and `update` is no message. */
  read(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    return this.#read(PLAIN, bytes, start, end, receivedUs, update);
  }

  /** As `read`, of a frame that stands inside of a JSON string. */
  readEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    return this.#read(ESCAPED, bytes, start, end, receivedUs, update);
  }

  #read(
    layout: Layout,
    from: Buffer,
    start: number,
    end: number,
    receivedUs: TimeUs,
    update: BookUpdate,
  ): boolean {
    if (end - start > MAX_LENGTH) return false;
    const last = this.#lay(from, start, end);
    const bytes = this.#bytes;
    const isSnapshot = !this.#take(layout.update);
    if (isSnapshot && !this.#take(layout.snapshot)) return false;
    const symbol = this.#at;
    let behind = symbol;
    while (behind - symbol <= MAX_SYMBOL && bytes[behind] !== layout.symbolEnd) behind++;
    const instrument = this.#symbols.findBytes(bytes, symbol, behind);
    if (instrument === undefined) return false;
    const { id, priceDecimals, qtyDecimals } = instrument;
    update.reset(id, isSnapshot, receivedUs);
    this.#at = behind;
    if (!this.#take(layout.bids) || !this.#levels(layout, update, true, priceDecimals, qtyDecimals))
      return false;
    if (!this.#take(layout.asks) || !this.#levels(layout, update, false, priceDecimals, qtyDecimals))
      return false;
    if (!this.#take(layout.checksum) || !this.#units(0)) return false;
    update.checksum = this.#value[0] as number;
    if (!this.#take(layout.timestamp) || !this.#time(update)) return false;
    return this.#take(layout.end) && this.#at === last;
  }

  /**
   * Makes ready to read a frame, and answers where it ends. A frame of its own is copied to where a view lies already; of
   * a block of a file, which holds thousands, a view is made once.
   */
  #lay(from: Buffer, start: number, end: number): number {
    if (from.length >= BLOCK_BYTES && end + SLACK <= from.length) {
      if (from !== this.#bytes) {
        this.#bytes = from;
        this.#view = viewOf(from);
      }
      this.#at = start;
      return end;
    }
    if (this.#bytes !== this.#own) {
      this.#bytes = this.#own;
      this.#view = this.#ownView;
    }
    const length = end - start;
    from.copy(this.#own, 0, start, end);
    // The frame before may have been longer: what is left of it must never complete this one.
    this.#own[length] = 0;
    this.#at = 0;
    return length;
  }

  /** Takes `literal` if it comes next. */
  #take(literal: Words): boolean {
    if (!this.#isNext(literal)) return false;
    this.#at += literal.length;
    return true;
  }

  #isNext({ length, values }: Words): boolean {
    const view = this.#view;
    const at = this.#at;
    const last = values.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== values[i]) return false;
    return view.getInt32(at + length - 4, true) === values[last];
  }

  /** Takes levels up to and with the closing bracket. */
  #levels(
    layout: Layout,
    update: BookUpdate,
    areBids: boolean,
    priceDecimals: number,
    qtyDecimals: number,
  ): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] === CLOSE_BRACKET) {
      this.#at++;
      return true;
    }
    for (;;) {
      if (!this.#take(layout.price)) return false;
      if (!this.#units(priceDecimals)) return false;
      const price = this.#value[0] as number;
      if (price === 0 || !this.#take(layout.qty) || !this.#units(qtyDecimals)) return false;
      const qty = this.#value[0] as number;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
      // "}," before the next level, "}]" behind the last.
      const next = bytes[this.#at + 1];
      if (bytes[this.#at] !== CLOSE_BRACE) return false;
      this.#at += 2;
      if (next === CLOSE_BRACKET) return true;
      if (next !== COMMA) return false;
    }
  }

  /** Takes plain digits, with or without a point, as a count of 10^-decimals. False: not for this lane. */
  #units(decimals: number): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let whole = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = (bytes[++at] as number) - ZERO;
    }
    const wholeDigits = at - start;
    let value: number = whole;
    if (wholeDigits > INT32_DIGITS) {
      // One digit more than an int32 surely holds, as checksums have; else the general scanner.
      if (wholeDigits > INT32_DIGITS + 1) return false;
      value = 0;
      for (let i = start; i < at; i++) value = value * 10 + ((bytes[i] as number) - ZERO);
    } else if (wholeDigits === 0) return false;
    let places = 0;
    let part = 0;
    if (digit === POINT - ZERO) {
      const first = at + 1;
      digit = (bytes[++at] as number) - ZERO;
      while (digit >= 0 && digit <= 9) {
        part = (Math.imul(part, 10) + digit) | 0;
        digit = (bytes[++at] as number) - ZERO;
      }
      places = at - first;
      if (places === 0 || places > INT32_DIGITS || places > decimals) return false;
    }
    this.#at = at;
    const units = value * (POWERS[decimals] as number) + part * (POWERS[decimals - places] as number);
    this.#value[0] = units;
    return units <= Number.MAX_SAFE_INTEGER;
  }

  /** Takes a time with six digits behind the second; what follows is `Z`. False: not for this lane. */
  #time(update: BookUpdate): boolean {
    if (!this.#isNext(this.#minute) && !this.#learnMinute()) return false;
    this.#at += MINUTE_LENGTH;
    const seconds = this.#digits(2);
    if (this.#bytes[this.#at++] !== POINT) return false;
    const micros = this.#digits(6);
    if (seconds < 0 || micros < 0) return false;
    update.venueUs = this.#minuteUs + seconds * 1_000_000 + micros;
    return true;
  }

  #learnMinute(): boolean {
    const minute = this.#bytes.toString('latin1', this.#at, this.#at + MINUTE_LENGTH);
    if (!MINUTE.test(minute)) return false;
    const minuteUs = parseTimestamp(`${minute}00Z`);
    if (minuteUs === 0) return false;
    this.#minute = words(minute);
    this.#minuteUs = minuteUs;
    return true;
  }

  /** Takes exactly `count` digits; −1 where one is none. */
  #digits(count: number): number {
    const bytes = this.#bytes;
    const end = this.#at + count;
    let value = 0;
    for (let at = this.#at; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = (Math.imul(value, 10) + digit) | 0;
    }
    this.#at = end;
    return value;
  }
}
