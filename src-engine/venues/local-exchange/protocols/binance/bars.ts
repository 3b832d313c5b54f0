/** Bars of one market by the minute since the exchange started, and longer ones made of them. */
import type { TimeUs } from '../../../../domain/time.ts';
import type { PublicTrade } from '../../core/market.ts';

export type Bar = {
  readonly startUs: TimeUs;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Sums of price × quantity in units. */
  turnover: number;
  trades: number;
  takerBuyVolume: number;
  takerBuyTurnover: number;
};

const MINUTE_US = 60_000_000;
/** A day of minutes. */
const MAX_BARS = 1_440;

/** Intervals of the API that whole minutes and the clock can give, in minutes. */
export const INTERVALS: ReadonlyMap<string, number> = new Map([
  ['1m', 1],
  ['3m', 3],
  ['5m', 5],
  ['15m', 15],
  ['30m', 30],
  ['1h', 60],
  ['2h', 120],
  ['4h', 240],
  ['6h', 360],
  ['8h', 480],
  ['12h', 720],
  ['1d', 1_440],
]);

export class Bars {
  readonly #minutes: Bar[] = [];

  add(trade: PublicTrade): void {
    const startUs = trade.atUs - (trade.atUs % MINUTE_US);
    const last = this.#minutes.at(-1);
    if (last !== undefined && last.startUs === startUs) {
      merge(last, barOf(trade, startUs));
      return;
    }
    this.#minutes.push(barOf(trade, startUs));
    if (this.#minutes.length > MAX_BARS) this.#minutes.shift();
  }

  /** Bars of so many minutes, oldest first; an interval without a trade has none. */
  of(minutes: number): Bar[] {
    const spanUs = minutes * MINUTE_US;
    const bars: Bar[] = [];
    for (const minute of this.#minutes) {
      const startUs = minute.startUs - (minute.startUs % spanUs);
      const last = bars.at(-1);
      if (last !== undefined && last.startUs === startUs) merge(last, minute);
      else bars.push({ ...minute, startUs });
    }
    return bars;
  }
}

function barOf({ price, qty, side }: PublicTrade, startUs: TimeUs): Bar {
  const isBuy = side === 'buy';
  const turnover = price * qty;
  return {
    startUs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: qty,
    turnover,
    trades: 1,
    takerBuyVolume: isBuy ? qty : 0,
    takerBuyTurnover: isBuy ? turnover : 0,
  };
}

function merge(into: Bar, next: Bar): void {
  into.high = Math.max(into.high, next.high);
  into.low = Math.min(into.low, next.low);
  into.close = next.close;
  into.volume += next.volume;
  into.turnover += next.turnover;
  into.trades += next.trades;
  into.takerBuyVolume += next.takerBuyVolume;
  into.takerBuyTurnover += next.takerBuyTurnover;
}
