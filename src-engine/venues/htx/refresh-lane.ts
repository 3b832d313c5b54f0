/**
 * The short way for whole books, as HTX writes them:
 * `{"ch":"market.btcusdt.mbp.refresh.20","ts":…,"tick":{"seqNum":…,"bids":[[618.37,7.1E-4],…],"asks":[…]}}`, and the same of
 * `depth.step0` with its `version` and `ts`, the fields of the tick in any order. Inside of a JSON string each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** A book of 150 levels a side has some 9,000 bytes. More levels than a message may have, of six bytes each, are longer. */
const MAX_LENGTH = 29_000;
/** Longest symbol, in bytes. */
const MAX_SYMBOL = 64;

const COMMA = 44;
const POINT = 46;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** Fields of a tick that were met, as bits. */
const [BIDS, ASKS, SEQ, VERSION, TIME] = [1, 2, 4, 8, 16];

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly channel: Words;
  readonly refresh: Words;
  readonly step: Words;
  readonly time: Words;
  readonly tick: Words;
  readonly bids: Words;
  readonly asks: Words;
  readonly seq: Words;
  readonly version: Words;
  readonly tickTime: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  channel: quoted('{"ch":"market.'),
  refresh: quoted('mbp.refresh.'),
  step: quoted('depth.step0'),
  time: quoted('","ts":'),
  tick: quoted(',"tick":{'),
  bids: quoted('"bids":['),
  asks: quoted('"asks":['),
  seq: quoted('"seqNum":'),
  version: quoted('"version":'),
  tickTime: quoted('"ts":'),
});

export class RefreshLane extends FrameLane<Layout> {
  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    if (!this.take(layout.channel)) return false;
    const instrument = this.#symbol();
    if (instrument === undefined) return false;
    if (this.take(layout.refresh) ? !this.whole() : !this.take(layout.step)) return false;
    if (!this.take(layout.time) || !this.milliseconds()) return false;
    update.reset(instrument.id, true, receivedUs);
    update.venueUs = this.value[0] as number;
    if (!this.take(layout.tick)) return false;
    let met = 0;
    do {
      const field = this.#field(layout, update, instrument);
      if (field === 0 || (met & field) !== 0) return false;
      met |= field;
    } while (this.takeByte(COMMA));
    return this.takeByte(CLOSE_BRACE) && this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  /** `btcusdt.`, and what is behind it. */
  #symbol(): Instrument | undefined {
    const start = this.at;
    let end = start;
    while (this.bytes[end] !== POINT) if (++end - start > MAX_SYMBOL) return undefined;
    this.at = end + 1;
    return this.instrumentOf(start, end);
  }

  /** Takes a field of the tick, and answers which; 0: it is none that is known. */
  #field(layout: Layout, update: BookUpdate, instrument: Instrument): number {
    if (this.take(layout.bids)) return this.#rows(update, true, instrument) ? BIDS : 0;
    if (this.take(layout.asks)) return this.#rows(update, false, instrument) ? ASKS : 0;
    if (this.take(layout.seq)) return this.whole() ? SEQ : 0;
    if (this.take(layout.version)) return this.whole() ? VERSION : 0;
    return this.take(layout.tickTime) && this.whole() ? TIME : 0;
  }

  /** Takes rows of two numbers up to and with the bracket that closes their list. */
  #rows(update: BookUpdate, areBids: boolean, { priceDecimals, qtyDecimals }: Instrument): boolean {
    if (this.takeByte(CLOSE_BRACKET)) return true;
    do {
      if (!this.takeByte(OPEN_BRACKET) || !this.number(priceDecimals, false)) return false;
      const price = this.value[0] as number;
      if (price === 0 || !this.takeByte(COMMA) || !this.number(qtyDecimals, true)) return false;
      const qty = this.value[0] as number;
      if (!this.takeByte(CLOSE_BRACKET)) return false;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    } while (this.takeByte(COMMA));
    return this.takeByte(CLOSE_BRACKET);
  }
}
