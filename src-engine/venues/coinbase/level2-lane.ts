/**
 * The short way for books, in exactly the layout that Coinbase writes:
 * `{"channel":"l2_data","timestamp":"…","sequence_num":13,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid",
 * "event_time":"…","price_level":"65083.66","new_quantity":"0.2"},…]}]}`. Inside of a JSON string each quote is behind a backslash.
 *
 * A snapshot of a busy product has 46,000 levels in 5 MB: it is read in parts, so that other venues are not held up meanwhile, and copied
 * in parts too, as 5 MB of new memory cost more time than to read them.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import type { LevelRows } from '../toolkit/level-rows.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { parseTimestamp } from '../toolkit/timestamp.ts';

const MAX_LENGTH = 32 * 1024 * 1024;
const USUAL_LENGTH = 65_000;
/** Longer than any row: one that begins so far before a cut is whole. */
const MAX_ROW = 512;
/** Longest time and number, in bytes. */
const MAX_TEXT = 40;

/** `2026-08-09T21:05:` */
const MINUTE_LENGTH = 17;

const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const UPPER_Z = 90;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly channel: Words;
  readonly seq: Words;
  readonly events: Words;
  readonly update: Words;
  readonly snapshot: Words;
  readonly updates: Words;
  readonly side: Words;
  readonly bid: Words;
  readonly offer: Words;
  readonly price: Words;
  readonly qty: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  channel: quoted('{"channel":"l2_data","timestamp":"'),
  seq: quoted('","sequence_num":'),
  events: quoted(',"events":[{"type":"'),
  update: quoted('update","product_id":"'),
  snapshot: quoted('snapshot","product_id":"'),
  updates: quoted('","updates":['),
  side: quoted('{"side":"'),
  bid: quoted('bid","event_time":"'),
  offer: quoted('offer","event_time":"'),
  price: quoted('","price_level":"'),
  qty: quoted('","new_quantity":"'),
});

export class Level2Lane extends FrameLane<Layout> {
  /** Levels of the frame, as far as it has been read. */
  readonly rows: LevelRows;
  /** The frame is longer than was to be read at once: `more` reads on. */
  isPartial = false;
  readonly #reader = new LevelReader();
  #layout: Layout | undefined;
  #instrument: Instrument | undefined;
  #last = 0;
  /** The minute of the last time, as text and in µs; and the last time. */
  readonly #minute = Buffer.alloc(MINUTE_LENGTH);
  readonly #minuteUs = new Float64Array(1);
  readonly #timeUs = new Float64Array(1);

  constructor(symbols: SymbolIndex, rows: LevelRows) {
    super(symbols, MAX_LENGTH, layoutOf, USUAL_LENGTH);
    this.rows = rows;
  }

  /** Whether long frames are read in parts from here on: their bytes must stay until the last. */
  set readsInParts(isOn: boolean) {
    this.mostBytes = isOn ? USUAL_LENGTH : Number.POSITIVE_INFINITY;
  }

  /** Reads on where the last part ended. False: not in this layout. */
  more(): boolean {
    const [layout, instrument] = [this.#layout, this.#instrument];
    this.#last = this.layOn();
    return layout !== undefined && instrument !== undefined && this.#part(layout, instrument);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    this.isPartial = false;
    if (!this.take(layout.channel)) return false;
    const timeAt = this.at;
    if (!this.skipText(layout, MAX_TEXT) || !this.#readTime(timeAt)) return false;
    if (!this.take(layout.seq) || !this.whole()) return false;
    const seq = this.value[0] as number;
    if (!this.take(layout.events)) return false;
    const isSnapshot = !this.take(layout.update);
    if (isSnapshot && !this.take(layout.snapshot)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined || !this.take(layout.updates)) return false;
    update.reset(instrument.id, isSnapshot, receivedUs);
    update.seq = seq;
    update.venueUs = this.#timeUs[0] as number;
    this.rows.clear();
    this.#layout = layout;
    this.#instrument = instrument;
    this.#last = last;
    if (this.takeByte(CLOSE_BRACKET)) return this.#ends();
    return this.#part(layout, instrument);
  }

  /** The time of bytes[start … at): of its minute only where that is a new one, as a text costs an object. False: another layout. */
  #readTime(start: number): boolean {
    const { bytes, at: end } = this;
    const minute = this.#minute;
    let isSame = true;
    for (let i = 0; i < MINUTE_LENGTH && isSame; i++) isSame = bytes[start + i] === minute[i];
    if (!isSame) {
      bytes.copy(minute, 0, start, start + MINUTE_LENGTH);
      this.#minuteUs[0] = parseTimestamp(`${minute.toString('latin1')}00Z`);
    }
    if (this.#minuteUs[0] === 0) return false;
    const point = start + MINUTE_LENGTH + 2;
    if (end <= point || bytes[end - 1] !== UPPER_Z) return false;
    if (end > point + 1 && bytes[point] !== POINT) return false;
    let micros = 0;
    let scale = 10_000_000;
    for (let i = start + MINUTE_LENGTH; i < end - 1; i++) {
      if (i === point) continue;
      const digit = (bytes[i] as number) - ZERO;
      if (digit < 0 || digit > 9) return false;
      micros += digit * scale;
      scale = Math.floor(scale / 10);
    }
    this.#timeUs[0] = (this.#minuteUs[0] as number) + micros;
    return true;
  }

  /** Takes rows up to the cut, or up to the end of the frame. */
  #part(layout: Layout, instrument: Instrument): boolean {
    this.isPartial = false;
    for (;;) {
      if (!this.#row(layout, instrument)) return false;
      if (this.takeByte(CLOSE_BRACKET)) return this.#ends();
      if (!this.takeByte(COMMA)) return false;
      if (!this.isCut || this.at < this.#last - MAX_ROW) continue;
      this.isPartial = true;
      return true;
    }
  }

  #ends(): boolean {
    const isClosed = this.takeByte(CLOSE_BRACE) && this.takeByte(CLOSE_BRACKET) && this.takeByte(CLOSE_BRACE);
    return isClosed && this.at === this.#last;
  }

  #row(layout: Layout, { priceDecimals, qtyDecimals }: Instrument): boolean {
    if (!this.take(layout.side)) return false;
    const isBid = this.take(layout.bid);
    if (!isBid && !this.take(layout.offer)) return false;
    if (!this.skipText(layout, MAX_TEXT) || !this.take(layout.price)) return false;
    if (!this.#number(layout, priceDecimals, false)) return false;
    const price = this.value[0] as number;
    if (price === 0 || !this.take(layout.qty) || !this.#number(layout, qtyDecimals, true)) return false;
    // A level at a price between the steps of a book is left out: there is no place for it.
    if (price > 0) this.rows.push(isBid, price, this.value[0] as number);
    return this.takeQuote(layout) && this.takeByte(CLOSE_BRACE);
  }

  /** Takes a number into `value`; a quantity that is finer or larger than a book counts is cut, and such a price becomes −1. */
  #number(layout: Layout, decimals: number, isQty: boolean): boolean {
    const start = this.at;
    if (this.units(decimals) && this.#isAtQuote(layout)) return true;
    this.at = start;
    if (!this.skipText(layout, MAX_TEXT)) return false;
    const text = this.bytes.toString('latin1', start, this.at);
    try {
      this.value[0] = isQty ? this.#reader.qty(text, decimals) : this.#reader.units(text, decimals);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      if (isQty || (error.code !== 'too-many-decimals' && error.code !== 'too-large')) return false;
      this.value[0] = -1;
    }
    return true;
  }

  #isAtQuote({ isEscaped }: Layout): boolean {
    return this.bytes[this.at] === (isEscaped ? BACKSLASH : QUOTE);
  }
}
