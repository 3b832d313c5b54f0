/**
 * The short way for windows of a book, as Gate writes them:
 * `{"channel":"spot.obu","result":{"t":…,"full":true,"s":"ob.BTC_USDT.50","U":…,"u":…,"b":[["83705.9","0.3"],…],"a":[…]},"time_ms":…,"event":"update"}`,
 * fields in any order once the book is named. Inside of a JSON string each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A window of 400 levels a side has some 20,000 bytes. */
const MAX_LENGTH = 65_000;
/** Longest pair, in bytes. */
const MAX_PAIR = 64;

const COMMA = 44;
const POINT = 46;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Fields that were met, as bits: of the frame, and of the book in it. */
const [CHANNEL, EVENT, RESULT, TIME_MS, TIME_S] = [1, 2, 4, 8, 16];
const [TIME, FULL, NAME, FIRST, LAST, BIDS, ASKS] = [1, 2, 4, 8, 16, 32, 64];

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly channel: Words;
  readonly event: Words;
  readonly result: Words;
  readonly timeMs: Words;
  readonly timeS: Words;
  readonly time: Words;
  readonly full: Words;
  readonly name: Words;
  readonly first: Words;
  readonly last: Words;
  readonly bids: Words;
  readonly asks: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  channel: quoted('"channel":"spot.obu"'),
  event: quoted('"event":"update"'),
  result: quoted('"result":{'),
  timeMs: quoted('"time_ms":'),
  timeS: quoted('"time":'),
  time: quoted('"t":'),
  full: quoted('"full":true'),
  name: quoted('"s":"ob.'),
  first: quoted('"U":'),
  last: quoted('"u":'),
  bids: quoted('"b":['),
  asks: quoted('"a":['),
});

export class WindowLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.takeByte(OPEN_BRACE)) return false;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.channel)) field = CHANNEL;
      else if (this.take(layout.result)) field = this.#book(layout, receivedUs, update) ? RESULT : 0;
      else if (this.take(layout.timeMs)) field = this.whole() ? TIME_MS : 0;
      else if (this.take(layout.event)) field = EVENT;
      else if (this.take(layout.timeS)) field = this.whole() ? TIME_S : 0;
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    const least = CHANNEL | RESULT;
    return (met & least) === least && this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  #book(layout: Layout, receivedUs: TimeUs, update: BookUpdate): boolean {
    update.reset(0, false, receivedUs);
    let instrument: Instrument | undefined;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.name)) {
        instrument = this.#pair(layout);
        if (instrument === undefined) return false;
        update.instrumentId = instrument.id;
        field = NAME;
      } else if (this.take(layout.time)) {
        if (!this.milliseconds()) return false;
        update.venueUs = this.value[0] as number;
        field = TIME;
      } else if (this.take(layout.first)) {
        if (!this.whole()) return false;
        update.prevSeq = (this.value[0] as number) - 1;
        field = FIRST;
      } else if (this.take(layout.last)) {
        if (!this.whole()) return false;
        update.seq = this.value[0] as number;
        field = LAST;
      } else if (this.take(layout.full)) field = FULL;
      else if (instrument === undefined) return false;
      else if (this.take(layout.bids)) field = this.levels(layout, update, true, instrument) ? BIDS : 0;
      else if (this.take(layout.asks)) field = this.levels(layout, update, false, instrument) ? ASKS : 0;
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    update.isSnapshot = (met & FULL) !== 0;
    if (update.isSnapshot) update.prevSeq = NONE;
    // A side without a change is left out.
    const least = NAME | LAST | (update.isSnapshot ? 0 : FIRST);
    return (met & least) === least && this.takeByte(CLOSE_BRACE);
  }

  /** `BTC_USDT.50"`: the pair, and how deep its window is. */
  #pair(layout: Layout): Instrument | undefined {
    const start = this.at;
    let end = start;
    while (this.bytes[end] !== POINT) if (++end - start > MAX_PAIR) return undefined;
    this.at = end + 1;
    return this.whole() && this.takeQuote(layout) ? this.instrumentOf(start, end) : undefined;
  }
}
