/**
 * The short way for books, as Gemini writes them:
 * `{"e":"depthUpdate","E":1764550512767893123,"s":"btcusd","U":…,"u":…,"b":[["60000.0","1.5"],…],"a":[…]}`, fields in any order once the
 * book is named. Inside of a JSON string each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import { isDigit } from '../toolkit/lane-bytes.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import type { LastNumbers } from './last-numbers.ts';

/** Longer ones, as first books are, are left to the general way. */
const MAX_LENGTH = 65_000;
const NS_PER_US = 1_000;
/** A time of 19 digits in ns: its seconds, and the nine digits behind them. */
const [TIME_DIGITS, SECOND_DIGITS] = [19, 10];
const BILLION = 1_000_000_000;
/** Up to here seconds × 10⁹ is exact, so that the sum rounds as a number in JSON does. */
const MOST_SECONDS = 4_000_000_000;

const COMMA = 44;
const ZERO = 48;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Fields that were met, as bits. */
const [KIND, TIME, SYMBOL, FIRST, LAST, BIDS, ASKS] = [1, 2, 4, 8, 16, 32, 64];
const ALL = KIND | TIME | SYMBOL | FIRST | LAST | BIDS | ASKS;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly kind: Words;
  readonly time: Words;
  readonly symbol: Words;
  readonly first: Words;
  readonly last: Words;
  readonly bids: Words;
  readonly asks: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  kind: quoted('"e":"depthUpdate"'),
  time: quoted('"E":'),
  symbol: quoted('"s":"'),
  first: quoted('"U":'),
  last: quoted('"u":'),
  bids: quoted('"b":['),
  asks: quoted('"a":['),
});

export class DepthLane extends FrameLane<Layout> {
  readonly #numbers: LastNumbers;
  /** First and last number of the frame in hand: those of the parser are set only by a frame that was read whole. */
  readonly #span = new Float64Array(2);

  constructor(symbols: SymbolIndex, numbers: LastNumbers) {
    super(symbols, MAX_LENGTH, layoutOf);
    this.#numbers = numbers;
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.takeByte(OPEN_BRACE)) return false;
    update.reset(0, false, receivedUs);
    let instrument: Instrument | undefined;
    let met = 0;
    do {
      let field = 0;
      if (this.take(layout.kind)) field = KIND;
      else if (this.take(layout.time)) field = this.#time(update) ? TIME : 0;
      else if (this.take(layout.symbol)) {
        instrument = this.instrument(layout);
        if (instrument === undefined || !this.takeQuote(layout)) return false;
        update.instrumentId = instrument.id;
        field = SYMBOL;
      } else if (this.take(layout.first)) field = this.#number(0) ? FIRST : 0;
      else if (this.take(layout.last)) field = this.#number(1) ? LAST : 0;
      else if (instrument === undefined) return false;
      else if (this.take(layout.bids)) field = this.levels(layout, update, true, instrument) ? BIDS : 0;
      else if (this.take(layout.asks)) field = this.levels(layout, update, false, instrument) ? ASKS : 0;
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    if (met !== ALL || !this.takeByte(CLOSE_BRACE) || this.at !== last) return false;
    const { span } = this.#numbers;
    span[0] = this.#span[0] as number;
    span[1] = this.#span[1] as number;
    this.#numbers.take(update);
    return true;
  }

  #number(place: 0 | 1): boolean {
    if (!this.whole()) return false;
    this.#span[place] = this.value[0] as number;
    return true;
  }

  #time(update: BookUpdate): boolean {
    const bytes = this.bytes;
    const start = this.at;
    let seconds = 0;
    let rest = 0;
    for (let i = 0; i < TIME_DIGITS; i++) {
      const byte = bytes[start + i] as number;
      if (!isDigit(byte)) return false;
      if (i < SECOND_DIGITS) seconds = seconds * 10 + byte - ZERO;
      else rest = rest * 10 + byte - ZERO;
    }
    if (seconds < BILLION || seconds > MOST_SECONDS) return false;
    this.at = start + TIME_DIGITS;
    update.venueUs = Math.floor((seconds * BILLION + rest) / NS_PER_US);
    return true;
  }
}
