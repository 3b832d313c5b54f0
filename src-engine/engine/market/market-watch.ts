/**
 * What every market did lately: its last trades, and bars of its middle price. It is filled after the kernel has taken
 * an input in, and by the session's tick: nothing of it is on the way of a book update. Bounded by instrument.
 */
import type { BookStore } from '../../books/book-store.ts';
import {
  BAR_SPAN_US,
  type Bar,
  type BarSpan,
  type BarsView,
  KEPT_BARS,
  MAX_TRADES,
  TRADE_FIELDS,
  type TradesView,
} from '../../contract/market-records.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';

const SPANS: readonly BarSpan[] = ['1s', '1m'];
/** startUs, four prices, two spreads, volume, trades. */
export const BAR_FIELDS = 9;
/** The bar under way, and enough before it that a view which comes late leaves no hole. */
const VIEW_BARS = 5;

export class MarketWatch {
  readonly #store: BookStore;
  readonly #recent: (RecentTrades | undefined)[] = [];
  readonly #series: Readonly<Record<BarSpan, (BarSeries | undefined)[]>> = { '1s': [], '1m': [] };

  constructor(store: BookStore) {
    this.#store = store;
  }

  onTrade(trade: TradePrint): void {
    const recent = (this.#recent[trade.instrumentId] ??= new RecentTrades());
    recent.add(trade);
    for (const span of SPANS) this.#seriesOf(trade.instrumentId, span).addTrade(trade);
  }

  /** Takes the middle price of every live book into its bars. */
  sample(nowUs: TimeUs): void {
    for (const { id } of this.#store.instruments) {
      const { state, book } = this.#store.sync(id);
      if (state !== 'live' || book.isOneSided || book.isCrossed) continue;
      for (const span of SPANS) this.#seriesOf(id, span).addPrices(nowUs, book.bestBid, book.bestAsk);
    }
  }

  /** Undefined when there is no such instrument. */
  trades(instrumentId: InstrumentId, limit: number): TradesView | undefined {
    if (instrumentId >= this.#store.instruments.length) return undefined;
    const recent = this.#recent[instrumentId];
    return { instrumentId, total: recent?.total ?? 0, trades: recent?.newest(limit) ?? [] };
  }

  /** Oldest first, the bar under way last. */
  bars(instrumentId: InstrumentId, span: BarSpan, limit: number): Bar[] {
    return this.#series[span][instrumentId]?.newest(limit) ?? [];
  }

  /** The newest that are kept, oldest first, BAR_FIELDS numbers a bar: a copy. */
  minuteBars(instrumentId: InstrumentId, limit: number): Float64Array {
    return this.#series['1m'][instrumentId]?.copy(limit) ?? new Float64Array(0);
  }

  /** Before the first sample: what an earlier session kept. */
  restore(instrumentId: InstrumentId, numbers: Float64Array): void {
    this.#seriesOf(instrumentId, '1m').fill(numbers);
  }

  barsView(instrumentId: InstrumentId, span: BarSpan): BarsView | undefined {
    if (instrumentId >= this.#store.instruments.length) return undefined;
    return { instrumentId, span, bars: this.bars(instrumentId, span, VIEW_BARS) };
  }

  #seriesOf(instrumentId: InstrumentId, span: BarSpan): BarSeries {
    return (this.#series[span][instrumentId] ??= new BarSeries(BAR_SPAN_US[span], KEPT_BARS[span]));
  }
}

/** The last MAX_TRADES trades, in a ring. */
class RecentTrades {
  readonly #ring = new Float64Array(MAX_TRADES * TRADE_FIELDS);
  total = 0;

  add({ receivedUs, price, qty, side }: TradePrint): void {
    const at = (this.total % MAX_TRADES) * TRADE_FIELDS;
    this.#ring[at] = receivedUs;
    this.#ring[at + 1] = price;
    this.#ring[at + 2] = qty;
    this.#ring[at + 3] = side === 'buy' ? 1 : -1;
    this.total++;
  }

  newest(limit: number): number[] {
    const numbers: number[] = [];
    const count = Math.min(limit, this.total, MAX_TRADES);
    for (let back = 1; back <= count; back++) {
      const at = ((this.total - back) % MAX_TRADES) * TRADE_FIELDS;
      for (let field = 0; field < TRADE_FIELDS; field++) numbers.push(this.#ring[at + field] as number);
    }
    return numbers;
  }
}

/** The last bars of one span, in a ring. A time without a sample has no bar. */
class BarSeries {
  readonly #spanUs: number;
  readonly #kept: number;
  readonly #ring: Float64Array;
  #count = 0;
  /** Of trades that came in the bar's time before its first price. */
  #earlyVolume = 0;
  #earlyTrades = 0;

  constructor(spanUs: number, kept: number) {
    this.#spanUs = spanUs;
    this.#kept = kept;
    this.#ring = new Float64Array(kept * BAR_FIELDS);
  }

  addPrices(nowUs: TimeUs, bid: number, ask: number): void {
    const ring = this.#ring;
    const startUs = nowUs - (nowUs % this.#spanUs);
    const twice = bid + ask;
    const spread = ask - bid;
    const at = this.#at(this.#count - 1);
    // A clock that was set back goes on in the bar under way: times of bars only rise.
    if (this.#count > 0 && startUs <= (ring[at] as number)) {
      if (twice > (ring[at + 2] as number)) ring[at + 2] = twice;
      if (twice < (ring[at + 3] as number)) ring[at + 3] = twice;
      ring[at + 4] = twice;
      ring[at + 5] = spread;
      if (spread > (ring[at + 6] as number)) ring[at + 6] = spread;
      return;
    }
    const next = this.#at(this.#count++);
    ring.set(
      [startUs, twice, twice, twice, twice, spread, spread, this.#earlyVolume, this.#earlyTrades],
      next,
    );
    this.#earlyVolume = 0;
    this.#earlyTrades = 0;
  }

  addTrade({ receivedUs, qty }: TradePrint): void {
    const at = this.#at(this.#count - 1);
    if (this.#count > 0 && receivedUs < (this.#ring[at] as number) + this.#spanUs) {
      this.#ring[at + 7] = (this.#ring[at + 7] as number) + qty;
      this.#ring[at + 8] = (this.#ring[at + 8] as number) + 1;
      return;
    }
    this.#earlyVolume += qty;
    this.#earlyTrades++;
  }

  newest(limit: number): Bar[] {
    const bars: Bar[] = [];
    for (let nth = Math.max(0, this.#count - Math.min(limit, this.#kept)); nth < this.#count; nth++) {
      const at = this.#at(nth);
      const field = (offset: number): number => this.#ring[at + offset] as number;
      bars.push({
        startUs: field(0),
        openTwice: field(1),
        highTwice: field(2),
        lowTwice: field(3),
        closeTwice: field(4),
        spread: field(5),
        widestSpread: field(6),
        volume: field(7),
        trades: field(8),
      });
    }
    return bars;
  }

  /** In two pieces at most: up to the end of the ring, and from its beginning on. */
  copy(limit: number): Float64Array {
    const count = Math.min(limit, this.#count, this.#kept);
    const numbers = new Float64Array(count * BAR_FIELDS);
    const older = this.#ring.subarray(this.#at(this.#count - count)).subarray(0, numbers.length);
    numbers.set(older);
    numbers.set(this.#ring.subarray(0, numbers.length - older.length), older.length);
    return numbers;
  }

  /** Of an empty series. */
  fill(numbers: Float64Array): void {
    const kept = numbers.subarray(Math.max(0, numbers.length - this.#kept * BAR_FIELDS));
    this.#ring.set(kept);
    this.#count = kept.length / BAR_FIELDS;
  }

  #at(nth: number): number {
    return (Math.max(0, nth) % this.#kept) * BAR_FIELDS;
  }
}
