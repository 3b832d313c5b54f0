/**
 * The short way for changes of a book, in exactly the two layouts that KuCoin writes:
 * `{"topic":"/market/level2:BTC-USDT","type":"message","subject":"trade.l2update","data":{"changes":{"asks":[["18906","0.00331","14103845"]],"bids":[]},"sequenceEnd":14103845,"sequenceStart":14103845,"symbol":"BTC-USDT","time":1663747970273}}`,
 * and the same with the type before the topic. Inside of a JSON string, as a market log keeps it, each quote is behind a backslash.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameLane, type LaneLayout, type LayoutOf, type Words } from '../toolkit/frame-lane.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';

/** Most changes have one level. */
const MAX_LENGTH = 65_000;

const COMMA = 44;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** What stands between the values. */
type Layout = LaneLayout & {
  readonly topic: Words;
  readonly behindTopic: Words;
  readonly typeFirst: Words;
  readonly behindType: Words;
  readonly bids: Words;
  readonly last: Words;
  readonly first: Words;
  readonly symbol: Words;
  readonly time: Words;
};

const layoutOf: LayoutOf<Layout> = (isEscaped, quoted) => ({
  isEscaped,
  topic: quoted('{"topic":"/market/level2:'),
  behindTopic: quoted('","type":"message","subject":"trade.l2update","data":{"changes":{"asks":['),
  typeFirst: quoted('{"type":"message","topic":"/market/level2:'),
  behindType: quoted('","subject":"trade.l2update","data":{"changes":{"asks":['),
  bids: quoted(',"bids":['),
  last: quoted('},"sequenceEnd":'),
  first: quoted(',"sequenceStart":'),
  symbol: quoted(',"symbol":"'),
  time: quoted('","time":'),
});

export class ChangeLane extends FrameLane<Layout> {
  /** First number that the last frame covers; its last one is the update's `seq`. */
  readonly firstSeq = new Float64Array(1);

  constructor(symbols: SymbolIndex) {
    super(symbols, MAX_LENGTH, layoutOf);
  }

  protected override parse(layout: Layout, last: number, receivedUs: TimeUs, update: BookUpdate): boolean {
    const isTopicFirst = this.take(layout.topic);
    if (!isTopicFirst && !this.take(layout.typeFirst)) return false;
    const instrument = this.instrument(layout);
    if (instrument === undefined) return false;
    if (!this.take(isTopicFirst ? layout.behindTopic : layout.behindType)) return false;
    update.reset(instrument.id, false, receivedUs);
    if (!this.#rows(layout, update, false, instrument)) return false;
    if (!this.take(layout.bids) || !this.#rows(layout, update, true, instrument)) return false;
    if (!this.take(layout.last) || !this.whole()) return false;
    update.seq = this.value[0] as number;
    if (!this.take(layout.first) || !this.whole()) return false;
    this.firstSeq[0] = this.value[0] as number;
    if (this.firstSeq[0] > update.seq) return false;
    if (!this.take(layout.symbol) || this.instrument(layout) !== instrument) return false;
    if (!this.take(layout.time) || !this.milliseconds()) return false;
    update.venueUs = this.value[0] as number;
    return this.takeByte(CLOSE_BRACE) && this.takeByte(CLOSE_BRACE) && this.at === last;
  }

  /** Takes rows of price, quantity and number; one whose price is zero only advances the sequence. */
  #rows(
    layout: Layout,
    update: BookUpdate,
    areBids: boolean,
    { priceDecimals, qtyDecimals }: Instrument,
  ): boolean {
    if (this.takeByte(CLOSE_BRACKET)) return true;
    do {
      if (!this.takeByte(OPEN_BRACKET) || !this.#quoted(layout, priceDecimals)) return false;
      const price = this.value[0] as number;
      if (!this.takeByte(COMMA) || !this.#quoted(layout, qtyDecimals)) return false;
      const qty = this.value[0] as number;
      if (!this.takeByte(COMMA) || !this.takeQuote(layout) || !this.whole()) return false;
      if (!this.takeQuote(layout) || !this.takeByte(CLOSE_BRACKET)) return false;
      if (price === 0) continue;
      if (areBids) update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    } while (this.takeByte(COMMA));
    return this.takeByte(CLOSE_BRACKET);
  }

  #quoted(layout: Layout, decimals: number): boolean {
    return this.takeQuote(layout) && this.units(decimals) && this.takeQuote(layout);
  }
}
