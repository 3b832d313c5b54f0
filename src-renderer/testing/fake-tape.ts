/** Made-up trades and bars of a made-up market. */
import { BAR_SPAN_US, type Bar, type BarSpan } from '../../src-engine/contract/market-records.ts';
import type { QuoteView } from '../../src-engine/contract/topics.ts';

type Market = {
  readonly instruments: readonly { readonly id: number }[];
  quote(id: number, nowMs: number): QuoteView;
};

/** As `listBars` is asked. */
export type BarsInput = { readonly instrumentId: number; readonly span: BarSpan; readonly limit: number };

const TRADES = 200;

export class FakeTape {
  readonly #market: Market;
  readonly #random: () => number;
  readonly #trades = new Map<number, number[]>();
  readonly #totals = new Map<number, number>();
  readonly #bars = new Map<string, Bar[]>();

  constructor(market: Market, random: () => number) {
    this.#market = market;
    this.#random = random;
  }

  /** Samples every book, and trades at some. */
  move(nowUs: number, nowMs: number): void {
    for (const { id } of this.#market.instruments) {
      const { bid, ask, bidQty, askQty, state } = this.#market.quote(id, nowMs);
      if (state !== 'live' || bid === 0 || ask === 0) continue;
      let traded = 0;
      if (this.#random() < 0.08) {
        const isBuy = this.#random() < 0.5;
        traded = Math.max(1, Math.round((isBuy ? askQty : bidQty) * this.#random() ** 3));
        this.#trade(id, [nowUs, isBuy ? ask : bid, traded, isBuy ? 1 : -1]);
      }
      for (const span of ['1s', '1m'] as const) this.#sample(id, span, nowUs, bid, ask, traded);
    }
  }

  /** The topics `trades` and `bars`. */
  view(topic: 'trades' | 'bars', params: unknown, nowUs: number): unknown {
    const {
      instrumentId,
      limit = 100,
      span = '1s',
    } = params as {
      readonly instrumentId: number;
      readonly limit?: number;
      readonly span?: BarSpan;
    };
    if (topic === 'bars')
      return { instrumentId, span, bars: this.list({ instrumentId, span, limit: 5 }, nowUs).bars };
    const trades = (this.#trades.get(instrumentId) ?? []).slice(0, limit * 4);
    return { instrumentId, total: this.#totals.get(instrumentId) ?? 0, trades };
  }

  list(input: BarsInput, nowUs: number) {
    const key = `${input.instrumentId} ${input.span}`;
    const bars = this.#bars.get(key) ?? this.#past(input.instrumentId, input.span, nowUs);
    this.#bars.set(key, bars);
    return { bars: bars.slice(-input.limit) };
  }

  #trade(id: number, trade: readonly number[]): void {
    this.#trades.set(id, [...trade, ...(this.#trades.get(id) ?? [])].slice(0, TRADES * 4));
    this.#totals.set(id, (this.#totals.get(id) ?? 0) + 1);
  }

  #sample(id: number, span: BarSpan, nowUs: number, bid: number, ask: number, volume: number): void {
    const bars = this.#bars.get(`${id} ${span}`);
    if (bars === undefined) return;
    const startUs = nowUs - (nowUs % BAR_SPAN_US[span]);
    const twice = bid + ask;
    const last = bars.at(-1);
    if (last === undefined || last.startUs < startUs) {
      bars.push(barOf(startUs, twice, ask - bid, volume));
      if (bars.length > 500) bars.shift();
      return;
    }
    bars[bars.length - 1] = {
      ...last,
      highTwice: Math.max(last.highTwice, twice),
      lowTwice: Math.min(last.lowTwice, twice),
      closeTwice: twice,
      spread: ask - bid,
      widestSpread: Math.max(last.widestSpread, ask - bid),
      volume: last.volume + volume,
      trades: last.trades + (volume > 0 ? 1 : 0),
    };
  }

  /** A walk that ends at the price of this moment. */
  #past(id: number, span: BarSpan, nowUs: number): Bar[] {
    const { bid, ask } = this.#market.quote(id, performance.now());
    const spanUs = BAR_SPAN_US[span];
    const bars: Bar[] = [];
    let twice = bid + ask;
    for (let back = 1; back <= 240; back++) {
      const step = Math.max(2, Math.round(twice / 20_000));
      const move = () => Math.round((this.#random() - 0.5) * 2 * step);
      const open = twice + move();
      const startUs = nowUs - (nowUs % spanUs) - back * spanUs;
      bars.unshift({
        ...barOf(
          startUs,
          twice,
          Math.max(1, ask - bid + Math.round(move() / 8)),
          Math.round(this.#random() * 4e8),
        ),
        openTwice: open,
        highTwice: Math.max(open, twice) + Math.abs(move()),
        lowTwice: Math.min(open, twice) - Math.abs(move()),
      });
      twice = open;
    }
    return bars;
  }
}

function barOf(startUs: number, twice: number, spread: number, volume: number): Bar {
  return {
    startUs,
    openTwice: twice,
    highTwice: twice,
    lowTwice: twice,
    closeTwice: twice,
    spread,
    widestSpread: spread,
    volume,
    trades: volume > 0 ? 1 : 0,
  };
}
