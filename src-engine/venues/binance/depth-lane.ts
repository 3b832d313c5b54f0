/**
 * The short way for changes of a book, in exactly the layout that Binance writes:
 * `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":…,"s":"BTCUSDT","U":…,"u":…,"b":[["61737.63000000","0.00000000"],…],"a":[…]}}`,
 * and the same without its stream. Inside of a JSON string, as a market log keeps it, each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameLane, type Words, words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A change of a busy book in 100 ms has some hundred levels of 35 characters. */
const MAX_LENGTH = 65_000;
const MAX_NAME = 64;

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = {
  readonly isEscaped: boolean;
  readonly stream: Words;
  readonly data: Words;
  readonly bare: Words;
  readonly symbol: Words;
  readonly first: Words;
  readonly last: Words;
  readonly bids: Words;
  readonly asks: Words;
};

const PLAIN = layout('"', false);
const ESCAPED = layout('\\"', true);

function layout(quote: string, isEscaped: boolean): Layout {
  const quoted = (text: string): Words => words(text.replaceAll('"', quote));
  return {
    isEscaped,
    stream: quoted('{"stream":"'),
    data: quoted('","data":{"e":"depthUpdate","E":'),
    bare: quoted('{"e":"depthUpdate","E":'),
    symbol: quoted(',"s":"'),
    first: quoted('","U":'),
    last: quoted(',"u":'),
    bids: quoted(',"b":['),
    asks: quoted(',"a":['),
  };
}

export class DepthLane extends FrameLane {
  /** First update id that the last frame covers; its last one is the update's `seq`. */
  readonly firstId = new Float64Array(1);
  readonly #symbols: SymbolIndex;
  #layout = PLAIN;

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
    this.#layout = layout;
    const last = this.lay(from, start, end);
    const isWrapped = this.take(layout.stream);
    if (isWrapped) {
      if (this.seek(layout.isEscaped ? BACKSLASH : QUOTE, MAX_NAME) < 0 || !this.take(layout.data))
        return false;
    } else if (!this.take(layout.bare)) return false;
    if (!this.whole()) return false;
    const venueUs = (this.value[0] as number) * US_PER_MS;
    const instrument = this.#instrument(layout);
    if (instrument === undefined) return false;
    update.reset(instrument.id, false, receivedUs);
    update.venueUs = venueUs;
    if (!this.take(layout.first) || !this.whole()) return false;
    this.firstId[0] = this.value[0] as number;
    if (!this.take(layout.last) || !this.whole()) return false;
    update.seq = this.value[0] as number;
    if (!this.take(layout.bids) || !this.#levels(update, true, instrument)) return false;
    if (!this.take(layout.asks) || !this.#levels(update, false, instrument)) return false;
    if (isWrapped && !this.takeByte(CLOSE_BRACE)) return false;
    return this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  #instrument(layout: Layout): Instrument | undefined {
    if (!this.take(layout.symbol)) return undefined;
    const start = this.at;
    const end = this.seek(layout.isEscaped ? BACKSLASH : QUOTE, MAX_NAME);
    return end < 0 ? undefined : this.#symbols.findBytes(this.bytes, start, end);
  }

  /** Takes levels up to and with the closing bracket. */
  #levels(update: BookUpdate, areBids: boolean, { priceDecimals, qtyDecimals }: Instrument): boolean {
    if (this.takeByte(CLOSE_BRACKET)) return true;
    do {
      if (!this.takeByte(OPEN_BRACKET) || !this.#quoted(priceDecimals)) return false;
      const price = this.value[0] as number;
      if (price === 0 || !this.takeByte(COMMA) || !this.#quoted(qtyDecimals)) return false;
      const qty = this.value[0] as number;
      if (!this.takeByte(CLOSE_BRACKET)) return false;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    } while (this.takeByte(COMMA));
    return this.takeByte(CLOSE_BRACKET);
  }

  #quoted(decimals: number): boolean {
    return this.#quote() && this.units(decimals) && this.#quote();
  }

  #quote(): boolean {
    return (!this.#layout.isEscaped || this.takeByte(BACKSLASH)) && this.takeByte(QUOTE);
  }
}
