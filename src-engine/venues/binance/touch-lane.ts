/**
 * The short way for best prices, in exactly the layout that Binance writes:
 * `{"stream":"btcusdt@bookTicker","data":{"u":…,"s":"BTCUSDT","b":"61737.63000000","B":"0.10000000","a":"…","A":"…"}}`, and the same
 * without its stream. Inside of a JSON string each quote is behind a backslash. Busy markets send more of these than of all else.
 */
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type Words, words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

const MAX_LENGTH = 512;
const MAX_NAME = 64;

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = {
  readonly isEscaped: boolean;
  readonly stream: Words;
  readonly data: Words;
  readonly bare: Words;
  readonly symbol: Words;
  readonly bid: Words;
  readonly bidQty: Words;
  readonly ask: Words;
  readonly askQty: Words;
};

const PLAIN = layout('"', false);
const ESCAPED = layout('\\"', true);

function layout(quote: string, isEscaped: boolean): Layout {
  const quoted = (text: string): Words => words(text.replaceAll('"', quote));
  return {
    isEscaped,
    stream: quoted('{"stream":"'),
    data: quoted('","data":{"u":'),
    bare: quoted('{"u":'),
    symbol: quoted(',"s":"'),
    bid: quoted('","b":"'),
    bidQty: quoted('","B":"'),
    ask: quoted('","a":"'),
    askQty: quoted('","A":"'),
  };
}

export class TouchLane extends FrameLane {
  readonly #symbols: SymbolIndex;

  constructor(symbols: SymbolIndex) {
    super(MAX_LENGTH);
    this.#symbols = symbols;
  }

  /** Reads the frame bytes[start … end) into `update`. False: not in this layout, and `update` is no message. */
  read(bytes: Buffer, start: number, end: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    return this.#read(PLAIN, bytes, start, end, receivedUs, update);
  }

  /** As `read`, of a frame that stands inside of a JSON string, each quote behind a backslash. */
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
    const last = this.lay(from, start, end);
    const endOfText = layout.isEscaped ? BACKSLASH : QUOTE;
    const isWrapped = this.take(layout.stream);
    if (isWrapped) {
      if (this.seek(endOfText, MAX_NAME) < 0 || !this.take(layout.data)) return false;
    } else if (!this.take(layout.bare)) return false;
    if (!this.whole()) return false;
    const seq = this.value[0] as number;
    if (!this.take(layout.symbol)) return false;
    const nameStart = this.at;
    const nameEnd = this.seek(endOfText, MAX_NAME);
    const instrument = nameEnd < 0 ? undefined : this.#symbols.findBytes(this.bytes, nameStart, nameEnd);
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
    if (layout.isEscaped && !this.takeByte(BACKSLASH)) return false;
    if (!this.takeByte(QUOTE) || !this.takeByte(CLOSE_BRACE)) return false;
    return (!isWrapped || this.takeByte(CLOSE_BRACE)) && this.at === last;
  }
}
