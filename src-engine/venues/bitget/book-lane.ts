/**
 * The short way for books, as Bitget writes them on its connections of v3:
 * `{"action":"update","arg":{"instType":"spot","symbol":"BTCUSDT","topic":"books"},"data":[{"a":[["27000.5","8.76"],…],"b":[…],"checksum":0,"pseq":…,"seq":…,"ts":"1695716059516"}],"ts":…}`,
 * the fields of `arg` and of the book in any order. Inside of a JSON string each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A snapshot of 1,000 levels a side has some 50,000 bytes. */
const MAX_LENGTH = 65_000;

const COMMA = 44;
const CLOSE_BRACE = 125;

/** Fields that were met, as bits. */
const [MARKET, TOPIC, SYMBOL] = [1, 2, 4];
const [ASKS, BIDS, CHECKSUM, PREV, SEQ, TIME] = [1, 2, 4, 8, 16, 32];

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly update: Words;
  readonly snapshot: Words;
  readonly market: Words;
  readonly topic: Words;
  readonly symbol: Words;
  readonly data: Words;
  readonly asks: Words;
  readonly bids: Words;
  readonly checksum: Words;
  readonly prev: Words;
  readonly seq: Words;
  readonly time: Words;
  readonly sent: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  update: quoted('{"action":"update","arg":{'),
  snapshot: quoted('{"action":"snapshot","arg":{'),
  market: quoted('"instType":"spot"'),
  topic: quoted('"topic":"books"'),
  symbol: quoted('"symbol":"'),
  data: quoted(',"data":[{'),
  asks: quoted('"a":['),
  bids: quoted('"b":['),
  checksum: quoted('"checksum":'),
  prev: quoted('"pseq":'),
  seq: quoted('"seq":'),
  time: quoted('"ts":"'),
  sent: quoted('],"ts":'),
});

export class BookLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    const isSnapshot = !this.take(layout.update);
    if (isSnapshot && !this.take(layout.snapshot)) return false;
    const instrument = this.#arg(layout);
    if (instrument === undefined || !this.take(layout.data)) return false;
    update.reset(instrument.id, isSnapshot, receivedUs);
    if (!this.#entry(layout, update, instrument)) return false;
    return this.take(layout.sent) && this.whole() && this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  #arg(layout: Layout): Instrument | undefined {
    let instrument: Instrument | undefined;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.market)) field = MARKET;
      else if (this.take(layout.symbol)) {
        field = SYMBOL;
        instrument = this.instrument(layout);
        if (instrument === undefined || !this.takeQuote(layout)) return undefined;
      } else if (this.take(layout.topic)) field = TOPIC;
      if (field === 0 || (met & field) !== 0) return undefined;
      met |= field;
    } while (this.takeByte(COMMA));
    return met === (MARKET | SYMBOL | TOPIC) && this.takeByte(CLOSE_BRACE) ? instrument : undefined;
  }

  #entry(layout: Layout, update: BookUpdate, instrument: Instrument): boolean {
    let met = 0;
    do {
      const field = this.#field(layout, update, instrument);
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    const least = ASKS | BIDS | SEQ | (update.isSnapshot ? 0 : PREV);
    return (met & least) === least && this.takeByte(CLOSE_BRACE);
  }

  /** Takes a field of the book, and answers which; 0: it is none that is known. */
  #field(layout: Layout, update: BookUpdate, instrument: Instrument): number {
    if (this.take(layout.asks)) return this.levels(layout, update, false, instrument) ? ASKS : 0;
    if (this.take(layout.bids)) return this.levels(layout, update, true, instrument) ? BIDS : 0;
    if (this.take(layout.checksum)) return this.skipInteger() ? CHECKSUM : 0;
    if (this.take(layout.prev)) {
      if (!this.chain()) return 0;
      if (!update.isSnapshot) update.prevSeq = this.value[0] as number;
      return PREV;
    }
    if (this.take(layout.seq)) {
      if (!this.chain()) return 0;
      update.seq = this.value[0] as number;
      return SEQ;
    }
    if (!this.take(layout.time)) return 0;
    if (!this.millisecondsText()) return 0;
    update.venueUs = this.value[0] as number;
    return this.takeQuote(layout) ? TIME : 0;
  }
}
