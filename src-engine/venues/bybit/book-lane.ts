/**
 * The short way for books, in exactly the layout that Bybit writes on its spot connection:
 * `{"topic":"orderbook.50.BTCUSDT","ts":…,"type":"delta","data":{"s":"BTCUSDT","b":[["65140.4","0.875077"],…],"a":[…],"u":…,"seq":…},"cts":…}`.
 * Inside of a JSON string, as a market log keeps it, each quote is behind a backslash.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { numberBook } from './update-id.ts';

/** A snapshot of 1,000 levels a side has some 50,000 bytes. */
const MAX_LENGTH = 65_000;

const POINT = 46;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly topic: Words;
  readonly time: Words;
  readonly delta: Words;
  readonly snapshot: Words;
  readonly bids: Words;
  readonly asks: Words;
  readonly id: Words;
  readonly cross: Words;
  readonly matched: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  topic: quoted('{"topic":"orderbook.'),
  time: quoted('","ts":'),
  delta: quoted(',"type":"delta","data":{"s":"'),
  snapshot: quoted(',"type":"snapshot","data":{"s":"'),
  bids: quoted('","b":['),
  asks: quoted(',"a":['),
  id: quoted(',"u":'),
  cross: quoted(',"seq":'),
  matched: quoted('},"cts":'),
});

export class BookLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.take(layout.topic) || !this.whole() || !this.takeByte(POINT)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    if (!this.take(layout.time) || !this.whole()) return false;
    const isSnapshot = !this.take(layout.delta);
    if (isSnapshot && !this.take(layout.snapshot)) return false;
    if (this.instrument(layout) !== instrument) return false;
    update.reset(instrument.id, isSnapshot, receivedUs);
    if (!this.take(layout.bids) || !this.levels(layout, update, true, instrument)) return false;
    if (!this.take(layout.asks) || !this.levels(layout, update, false, instrument)) return false;
    if (!this.take(layout.id) || !this.whole() || this.value[0] === 0) return false;
    numberBook(update, this.value[0] as number);
    if (!this.take(layout.cross) || !this.whole()) return false;
    if (!this.take(layout.matched) || !this.milliseconds()) return false;
    update.venueUs = this.value[0] as number;
    return this.takeByte(CLOSE_BRACE) && this.at === last;
  }
}
