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
import { FrameLane, type LaneLayout, type LayoutOf, type Words, words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { parseTimestamp } from '../toolkit/timestamp.ts';

/** Longest frame that is read here; a level has some 40 characters, a snapshot mostly 20 to 200 of them. */
const MAX_LENGTH = 16_384;

const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** `2026-08-02T03:35:` */
const MINUTE_LENGTH = 17;
const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:$/;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly update: Words;
  readonly snapshot: Words;
  readonly bids: Words;
  readonly price: Words;
  readonly qty: Words;
  readonly asks: Words;
  readonly checksum: Words;
  readonly timestamp: Words;
  readonly end: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  update: quoted('{"channel":"book","type":"update","data":[{"symbol":"'),
  snapshot: quoted('{"channel":"book","type":"snapshot","data":[{"symbol":"'),
  bids: quoted('","bids":['),
  price: quoted('{"price":'),
  qty: quoted(',"qty":'),
  asks: quoted(',"asks":['),
  checksum: quoted(',"checksum":'),
  timestamp: quoted(',"timestamp":"'),
  end: quoted('Z"}]}'),
});

export class BookLane extends FrameLane<Layout> {
  /** The last minute seen, as text and in microseconds since 1970. */
  #minute: Words = words(' '.repeat(MINUTE_LENGTH));
  #minuteUs: TimeUs = 0;

  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    const isSnapshot = !this.take(layout.update);
    if (isSnapshot && !this.take(layout.snapshot)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    const { id, priceDecimals, qtyDecimals } = instrument;
    update.reset(id, isSnapshot, receivedUs);
    if (!this.take(layout.bids) || !this.#levels(layout, update, true, priceDecimals, qtyDecimals))
      return false;
    if (!this.take(layout.asks) || !this.#levels(layout, update, false, priceDecimals, qtyDecimals))
      return false;
    if (!this.take(layout.checksum) || !this.whole()) return false;
    update.checksum = this.value[0] as number;
    if (!this.take(layout.timestamp) || !this.#time(update)) return false;
    return this.take(layout.end) && this.at === last;
  }

  /** Takes levels up to and with the closing bracket. */
  #levels(
    layout: Layout,
    update: BookUpdate,
    areBids: boolean,
    priceDecimals: number,
    qtyDecimals: number,
  ): boolean {
    const bytes = this.bytes;
    if (bytes[this.at] === CLOSE_BRACKET) {
      this.at++;
      return true;
    }
    for (;;) {
      if (!this.take(layout.price)) return false;
      if (!this.units(priceDecimals)) return false;
      const price = this.value[0] as number;
      if (price === 0 || !this.take(layout.qty) || !this.units(qtyDecimals)) return false;
      const qty = this.value[0] as number;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
      // "}," before the next level, "}]" behind the last.
      const next = bytes[this.at + 1];
      if (bytes[this.at] !== CLOSE_BRACE) return false;
      this.at += 2;
      if (next === CLOSE_BRACKET) return true;
      if (next !== COMMA) return false;
    }
  }

  /** Takes a time with six digits behind the second; what follows is `Z`. False: not for this lane. */
  #time(update: BookUpdate): boolean {
    if (!this.isNext(this.#minute) && !this.#learnMinute()) return false;
    this.at += MINUTE_LENGTH;
    const seconds = this.#digits(2);
    if (this.bytes[this.at++] !== POINT) return false;
    const micros = this.#digits(6);
    if (seconds < 0 || micros < 0) return false;
    update.venueUs = this.#minuteUs + seconds * 1_000_000 + micros;
    return true;
  }

  #learnMinute(): boolean {
    const minute = this.bytes.toString('latin1', this.at, this.at + MINUTE_LENGTH);
    if (!MINUTE.test(minute)) return false;
    const minuteUs = parseTimestamp(`${minute}00Z`);
    if (minuteUs === 0) return false;
    this.#minute = words(minute);
    this.#minuteUs = minuteUs;
    return true;
  }

  /** Takes exactly `count` digits; −1 where one is none. */
  #digits(count: number): number {
    const bytes = this.bytes;
    const end = this.at + count;
    let value = 0;
    for (let at = this.at; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = (Math.imul(value, 10) + digit) | 0;
    }
    this.at = end;
    return value;
  }
}
