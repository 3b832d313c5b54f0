/**
 * The short way for whole books, as Bitstamp writes them:
 * `{"data":{"timestamp":"1700000000","microtimestamp":"1700000000000000","bids":[["60000.0","1.5"],…],"asks":[…]},"channel":"order_book_btcusd","event":"data"}`.
 * The channel is behind the levels, which are read by its decimals: it is looked for from the end. Inside of a JSON string each quote is
 * behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A book of 100 levels a side has some 6,000 bytes. */
const MAX_LENGTH = 65_000;
/** Longest symbol, in bytes. */
const MAX_SYMBOL = 64;
/** Longest time, in bytes. */
const MAX_TIME = 20;

const UNDERSCORE = 95;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly data: Words;
  readonly micros: Words;
  readonly bids: Words;
  readonly asks: Words;
  readonly channel: Words;
  readonly end: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  data: quoted('{"data":{"timestamp":"'),
  micros: quoted('","microtimestamp":"'),
  bids: quoted('","bids":['),
  asks: quoted(',"asks":['),
  channel: quoted('},"channel":"order_book_'),
  end: quoted('","event":"data"}'),
});

export class BookLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.take(layout.data)) return false;
    const start = this.at;
    const instrument = this.#channel(layout, start, last);
    const behind = this.at;
    if (instrument === undefined) return false;
    this.at = start;
    update.reset(instrument.id, true, receivedUs);
    if (!this.skipText(layout, MAX_TIME) || !this.take(layout.micros) || !this.whole()) return false;
    update.venueUs = this.value[0] as number;
    if (!this.take(layout.bids) || !this.levels(layout, update, true, instrument)) return false;
    if (!this.take(layout.asks) || !this.levels(layout, update, false, instrument)) return false;
    return this.at === behind;
  }

  /** The instrument that the end of the frame names; the reading stands before that end. Undefined: it has another one. */
  #channel(layout: Layout, start: number, last: number): Instrument | undefined {
    const end = last - layout.end.length;
    let from = end;
    while (this.bytes[from - 1] !== UNDERSCORE)
      if (--from < start || end - from > MAX_SYMBOL) return undefined;
    const at = from - layout.channel.length;
    if (at < start) return undefined;
    this.at = end;
    if (!this.isNext(layout.end)) return undefined;
    this.at = at;
    return this.isNext(layout.channel) ? this.instrumentOf(from, end) : undefined;
  }
}
