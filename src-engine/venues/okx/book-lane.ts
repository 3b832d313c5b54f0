/**
 * The short way for books, in exactly the layout that OKX writes:
 * `{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["30249.4","0.5","0","1"],…],"bids":[…],
 * "ts":"1652459225464","checksum":0,"seqId":…,"prevSeqId":…}]}`, the numbers behind `ts` in any order. Inside of a JSON string, as
 * a market log keeps it, each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A snapshot of 400 levels a side has some 30,000 bytes, escaped 40,000. */
const MAX_LENGTH = 65_000;
/** Longest count of orders of a level, in bytes. */
const MAX_COUNT = 12;

const COMMA = 44;
const MINUS = 45;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly arg: Words;
  readonly update: Words;
  readonly snapshot: Words;
  readonly bids: Words;
  readonly time: Words;
  readonly checksum: Words;
  readonly seq: Words;
  readonly prev: Words;
  readonly behind: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  arg: quoted('{"arg":{"channel":"books","instId":"'),
  update: quoted('"},"action":"update","data":[{"asks":['),
  snapshot: quoted('"},"action":"snapshot","data":[{"asks":['),
  bids: quoted(',"bids":['),
  time: quoted(',"ts":"'),
  checksum: quoted(',"checksum":'),
  seq: quoted(',"seqId":'),
  prev: quoted(',"prevSeqId":'),
  behind: quoted(',"0","'),
});

export class BookLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.take(layout.arg)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    const isSnapshot = !this.take(layout.update);
    if (isSnapshot && !this.take(layout.snapshot)) return false;
    update.reset(instrument.id, isSnapshot, receivedUs);
    if (!this.#levels(layout, update, false, instrument)) return false;
    if (!this.take(layout.bids) || !this.#levels(layout, update, true, instrument)) return false;
    if (!this.take(layout.time) || !this.millisecondsText()) return false;
    update.venueUs = this.value[0] as number;
    if (!this.takeQuote(layout) || !this.#numbers(layout, update)) return false;
    const isClosed = this.takeByte(CLOSE_BRACE) && this.takeByte(CLOSE_BRACKET) && this.takeByte(CLOSE_BRACE);
    return isClosed && this.at === last;
  }

  /** The numbers behind the time, in any order; one that is not among them leaves the frame to the general parser. */
  #numbers(layout: Layout, update: BookUpdate): boolean {
    for (;;) {
      if (this.take(layout.checksum)) {
        if (!this.skipInteger()) return false;
      } else if (this.take(layout.seq)) {
        if (!this.whole()) return false;
        update.seq = this.value[0] as number;
      } else if (this.take(layout.prev)) {
        if (!this.#previous()) return false;
        if (!update.isSnapshot) update.prevSeq = this.value[0] as number;
      } else return true;
    }
  }

  /** Takes the number of the message before; −1 where there is none. */
  #previous(): boolean {
    const isNone = this.takeByte(MINUS);
    if (!this.whole() || (isNone && this.value[0] !== 1)) return false;
    if (isNone) this.value[0] = NONE;
    return true;
  }

  /** Takes levels up to and with the closing bracket: price, quantity, an unused 0, and how many orders it has. */
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
      if (!this.take(layout.behind) || !this.skipText(layout, MAX_COUNT)) return false;
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
