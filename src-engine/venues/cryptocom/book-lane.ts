/**
 * The short way for books, as Crypto.com writes them:
 * `{"id":-1,"method":"subscribe","code":0,"result":{"instrument_name":"BTC_USDT","subscription":"book.BTC_USDT.50","channel":"book.update","depth":50,"data":[{"update":{"bids":[["60000.0","1.5","3"],…],"asks":[…]},"t":…,"tt":…,"u":…,"pu":…,"cs":0}]}}`,
 * fields in any order once the book is named. Inside of a JSON string each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A book of 150 levels a side has some 15,000 bytes. */
const MAX_LENGTH = 65_000;
/** Longest name of a subscription, in bytes. */
const MAX_NAME = 80;

const COMMA = 44;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Fields that were met, as bits: of the frame, of its result, and of the book in it. */
const [ID, METHOD, CODE, RESULT] = [1, 2, 4, 8];
const [SYMBOL, SUBSCRIPTION, CHANNEL, DEPTH, DATA] = [1, 2, 4, 8, 16];
const [LEVELS, BIDS, ASKS, TIME, CHANGED, LAST, BEFORE, CHECKSUM] = [1, 2, 4, 8, 16, 32, 64, 128];

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly id: Words;
  readonly method: Words;
  readonly code: Words;
  readonly result: Words;
  readonly symbol: Words;
  readonly subscription: Words;
  readonly whole: Words;
  readonly change: Words;
  readonly depth: Words;
  readonly data: Words;
  readonly levels: Words;
  readonly bids: Words;
  readonly asks: Words;
  readonly time: Words;
  readonly changed: Words;
  readonly last: Words;
  readonly before: Words;
  readonly checksum: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  id: quoted('"id":'),
  method: quoted('"method":"subscribe"'),
  code: quoted('"code":'),
  result: quoted('"result":{'),
  symbol: quoted('"instrument_name":"'),
  subscription: quoted('"subscription":"'),
  whole: quoted('"channel":"book"'),
  change: quoted('"channel":"book.update"'),
  depth: quoted('"depth":'),
  data: quoted('"data":[{'),
  levels: quoted('"update":{'),
  bids: quoted('"bids":['),
  asks: quoted('"asks":['),
  time: quoted('"t":'),
  changed: quoted('"tt":'),
  last: quoted('"u":'),
  before: quoted('"pu":'),
  checksum: quoted('"cs":'),
});

export class BookLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.takeByte(OPEN_BRACE)) return false;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.id)) field = this.skipInteger() ? ID : 0;
      else if (this.take(layout.method)) field = METHOD;
      else if (this.take(layout.code)) field = this.skipInteger() ? CODE : 0;
      else if (this.take(layout.result)) field = this.#result(layout, receivedUs, update) ? RESULT : 0;
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    return (met & RESULT) !== 0 && this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  #result(layout: Layout, receivedUs: TimeUs, update: BookUpdate): boolean {
    let instrument: Instrument | undefined;
    let isWhole = false;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.symbol)) {
        instrument = this.instrument(layout);
        if (instrument === undefined || !this.takeQuote(layout)) return false;
        field = SYMBOL;
      } else if (this.take(layout.subscription))
        field = this.skipText(layout, MAX_NAME) && this.takeQuote(layout) ? SUBSCRIPTION : 0;
      else if (this.take(layout.change)) field = CHANNEL;
      else if (this.take(layout.whole)) {
        isWhole = true;
        field = CHANNEL;
      } else if (this.take(layout.depth)) field = this.whole() ? DEPTH : 0;
      else if (this.take(layout.data)) {
        if (instrument === undefined || (met & CHANNEL) === 0) return false;
        update.reset(instrument.id, isWhole, receivedUs);
        field = this.#entry(layout, update, instrument) && this.takeByte(CLOSE_BRACKET) ? DATA : 0;
      }
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    return (met & DATA) !== 0 && this.takeByte(CLOSE_BRACE);
  }

  #entry(layout: Layout, update: BookUpdate, instrument: Instrument): boolean {
    let met = 0;
    do {
      const field = this.#field(layout, update, instrument);
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    if (update.isSnapshot) update.prevSeq = NONE;
    const least = (update.isSnapshot ? BIDS | ASKS : LEVELS | BEFORE) | TIME | LAST;
    return (met & least) === least && this.takeByte(CLOSE_BRACE);
  }

  /** Takes a field of the book, and answers which; 0: it is none that is known. */
  #field(layout: Layout, update: BookUpdate, instrument: Instrument): number {
    if (update.isSnapshot) {
      const side = this.#side(layout, update, instrument);
      if (side !== 0) return side;
    } else if (this.take(layout.levels)) {
      const first = this.#side(layout, update, instrument);
      if (first === 0 || !this.takeByte(COMMA)) return 0;
      const both = first | this.#side(layout, update, instrument);
      return both === (BIDS | ASKS) && this.takeByte(CLOSE_BRACE) ? LEVELS : 0;
    }
    if (this.take(layout.time)) {
      if (!this.milliseconds()) return 0;
      update.venueUs = this.value[0] as number;
      return TIME;
    }
    if (this.take(layout.changed)) return this.whole() ? CHANGED : 0;
    if (this.take(layout.last)) {
      if (!this.chain()) return 0;
      update.seq = this.value[0] as number;
      return LAST;
    }
    if (this.take(layout.before)) {
      if (!this.chain()) return 0;
      update.prevSeq = this.value[0] as number;
      return BEFORE;
    }
    return this.take(layout.checksum) && this.skipInteger() ? CHECKSUM : 0;
  }

  #side(layout: Layout, update: BookUpdate, instrument: Instrument): number {
    if (this.take(layout.bids)) return this.#levels(layout, update, true, instrument) ? BIDS : 0;
    return this.take(layout.asks) && this.#levels(layout, update, false, instrument) ? ASKS : 0;
  }

  /** Takes levels up to and with the closing bracket: price, quantity, and how many orders it has. */
  #levels(
    layout: Layout,
    update: BookUpdate,
    areBids: boolean,
    { priceDecimals, qtyDecimals }: Instrument,
  ): boolean {
    if (this.takeByte(CLOSE_BRACKET)) return true;
    do {
      if (!this.takeByte(OPEN_BRACKET) || !this.#quoted(layout, priceDecimals)) return false;
      const price = this.value[0] as number;
      if (price === 0 || !this.takeByte(COMMA) || !this.#quoted(layout, qtyDecimals)) return false;
      const qty = this.value[0] as number;
      if (!this.takeByte(COMMA) || !this.takeQuote(layout) || !this.whole()) return false;
      if (!this.takeQuote(layout) || !this.takeByte(CLOSE_BRACKET)) return false;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    } while (this.takeByte(COMMA));
    return this.takeByte(CLOSE_BRACKET);
  }

  #quoted(layout: Layout, decimals: number): boolean {
    return this.takeQuote(layout) && this.units(decimals) && this.takeQuote(layout);
  }
}
