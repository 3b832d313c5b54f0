/**
 * The short way for best prices, in exactly the layout that Binance writes:
 * `{"stream":"btcusdt@bookTicker","data":{"u":…,"s":"BTCUSDT","b":"61737.63000000","B":"0.10000000","a":"…","A":"…"}}`, and the same
 * without its stream. Inside of a JSON string each quote is behind a backslash. Busy markets send more of these than of all else.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

const MAX_LENGTH = 512;
/** Longest name of a stream, in bytes. */
const MAX_NAME = 64;

const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly stream: Words;
  readonly data: Words;
  readonly bare: Words;
  readonly symbol: Words;
  readonly bid: Words;
  readonly bidQty: Words;
  readonly ask: Words;
  readonly askQty: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  stream: quoted('{"stream":"'),
  data: quoted('","data":{"u":'),
  bare: quoted('{"u":'),
  symbol: quoted(',"s":"'),
  bid: quoted('","b":"'),
  bidQty: quoted('","B":"'),
  ask: quoted('","a":"'),
  askQty: quoted('","A":"'),
});

export class TouchLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    const isWrapped = this.take(layout.stream);
    if (isWrapped) {
      if (!this.skipText(layout, MAX_NAME) || !this.take(layout.data)) return false;
    } else if (!this.take(layout.bare)) return false;
    if (!this.whole()) return false;
    const seq = this.value[0] as number;
    if (!this.take(layout.symbol)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    const { priceDecimals, qtyDecimals } = instrument;
    update.resetTouch(instrument.id, receivedUs);
    update.seq = seq;
    if (!this.take(layout.bid) || !this.units(priceDecimals)) return false;
    const bid = this.value[0] as number;
    if (!this.take(layout.bidQty) || !this.units(qtyDecimals)) return false;
    update.pushBid(bid, this.value[0] as number);
    if (!this.take(layout.ask) || !this.units(priceDecimals)) return false;
    const ask = this.value[0] as number;
    if (!this.take(layout.askQty) || !this.units(qtyDecimals)) return false;
    update.pushAsk(ask, this.value[0] as number);
    if (!this.takeQuote(layout) || !this.takeByte(CLOSE_BRACE)) return false;
    return (!isWrapped || this.takeByte(CLOSE_BRACE)) && this.at === last;
  }
}
