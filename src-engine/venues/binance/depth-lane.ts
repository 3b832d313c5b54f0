/**
 * The short way for changes of a book, in exactly the layout that Binance writes:
 * `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":…,"s":"BTCUSDT","U":…,"u":…,"b":[["61737.63000000","0.00000000"],…],"a":[…]}}`,
 * and the same without its stream. Inside of a JSON string, as a market log keeps it, each quote is behind a backslash.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A change of a busy book in 100 ms has some hundred levels of 35 characters. */
const MAX_LENGTH = 65_000;
/** Longest name of a stream, in bytes. */
const MAX_NAME = 64;

const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly stream: Words;
  readonly data: Words;
  readonly bare: Words;
  readonly symbol: Words;
  readonly first: Words;
  readonly last: Words;
  readonly bids: Words;
  readonly asks: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  stream: quoted('{"stream":"'),
  data: quoted('","data":{"e":"depthUpdate","E":'),
  bare: quoted('{"e":"depthUpdate","E":'),
  symbol: quoted(',"s":"'),
  first: quoted('","U":'),
  last: quoted(',"u":'),
  bids: quoted(',"b":['),
  asks: quoted(',"a":['),
});

export class DepthLane extends FrameLane<Layout> {
  /** First update id that the last frame covers; its last one is the update's `seq`. */
  readonly firstId = new Float64Array(1);

  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    const isWrapped = this.take(layout.stream);
    if (isWrapped) {
      if (!this.skipText(layout, MAX_NAME) || !this.take(layout.data)) return false;
    } else if (!this.take(layout.bare)) return false;
    if (!this.milliseconds()) return false;
    const venueUs = this.value[0] as number;
    if (!this.take(layout.symbol)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    update.reset(instrument.id, false, receivedUs);
    update.venueUs = venueUs;
    if (!this.take(layout.first) || !this.whole()) return false;
    this.firstId[0] = this.value[0] as number;
    if (!this.take(layout.last) || !this.whole()) return false;
    update.seq = this.value[0] as number;
    if (!this.take(layout.bids) || !this.levels(layout, update, true, instrument)) return false;
    if (!this.take(layout.asks) || !this.levels(layout, update, false, instrument)) return false;
    if (isWrapped && !this.takeByte(CLOSE_BRACE)) return false;
    return this.takeByte(CLOSE_BRACE) && this.at === last;
  }
}
