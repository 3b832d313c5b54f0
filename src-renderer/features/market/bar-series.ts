/** Bars in the form that the chart draws, and our fills as marks on them. Pure. */
import type { Bar } from '../../../src-engine/contract/market-records.ts';
import type { FillRecord } from '../../../src-engine/domain/event.ts';
import { formatAmount } from '../../lib/decimal-text.ts';

export type Candle = {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
};

const US = 1_000_000;

/** @param priceDecimals of the instrument. Drawn only: what is read beside the chart is exact. */
export function candleOf(bar: Bar, priceDecimals: number): Candle {
  const scale = 2 * 10 ** priceDecimals;
  return {
    time: bar.startUs / US,
    open: bar.openTwice / scale,
    high: bar.highTwice / scale,
    low: bar.lowTwice / scale,
    close: bar.closeTwice / scale,
  };
}

/** Ask minus bid of the bar's last sample, in bps of its mid price. */
export function barSpreadBps(bar: Bar): number {
  return bar.closeTwice === 0 ? 0 : (bar.spread / bar.closeTwice) * 20_000;
}

/**
 * The bars after an update of the view, oldest first, at most `most`. The current bar is replaced. False when the
 * view does not continue what is there: the whole has to be asked for again.
 */
export function withView(bars: readonly Bar[], view: readonly Bar[], most: number): Bar[] | false {
  const first = view[0];
  const last = bars.at(-1);
  if (first === undefined) return [...bars];
  if (last !== undefined && first.startUs > last.startUs) return false;
  const kept = bars.filter(({ startUs }) => startUs < first.startUs);
  return [...kept, ...view].slice(-most);
}

/** Bars of `stepUs`, a multiple of their own length, on the clock's grid. */
export function mergeBars(bars: readonly Bar[], stepUs: number): Bar[] {
  const merged: Bar[] = [];
  for (const bar of bars) {
    const startUs = bar.startUs - (bar.startUs % stepUs);
    const last = merged.at(-1);
    if (last?.startUs !== startUs) {
      merged.push({ ...bar, startUs });
      continue;
    }
    merged[merged.length - 1] = {
      ...bar,
      startUs,
      openTwice: last.openTwice,
      highTwice: Math.max(last.highTwice, bar.highTwice),
      lowTwice: Math.min(last.lowTwice, bar.lowTwice),
      widestSpread: Math.max(last.widestSpread, bar.widestSpread),
      volume: last.volume + bar.volume,
      trades: last.trades + bar.trades,
    };
  }
  return merged;
}

export type FillMark = {
  readonly time: number;
  readonly side: 'buy' | 'sell';
  readonly count: number;
  readonly text: string;
};

/** More marks than this have no text: it would lie over the candles. */
const MOST_TOLD = 3;

/** Our fills of one instrument, those of one bar and side together, in time. */
export function fillMarks(fills: readonly FillRecord[], bars: readonly Bar[], spanUs: number): FillMark[] {
  const first = bars[0]?.startUs ?? Number.POSITIVE_INFINITY;
  const starts = new Set(bars.map(({ startUs }) => startUs));
  const marks = new Map<string, { time: number; side: 'buy' | 'sell'; fills: FillRecord[] }>();
  for (const fill of fills) {
    const startUs = fill.atUs - (fill.atUs % spanUs);
    if (fill.atUs < first || !starts.has(startUs)) continue;
    const key = `${startUs} ${fill.side}`;
    const mark = marks.get(key) ?? { time: startUs / US, side: fill.side, fills: [] };
    mark.fills.push(fill);
    marks.set(key, mark);
  }
  return [...marks.values()]
    .sort((a, b) => a.time - b.time)
    .map(({ time, side, fills: own }) => ({
      time,
      side,
      count: own.length,
      text:
        marks.size > MOST_TOLD
          ? ''
          : own.length === 1
            ? formatAmount(own[0]?.qty ?? '0', 4)
            : `${own.length}×`,
    }));
}
