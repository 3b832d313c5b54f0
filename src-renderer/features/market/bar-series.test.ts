import { expect, test } from 'vitest';
import type { Bar } from '../../../src-engine/contract/market-records.ts';
import type { FillRecord } from '../../../src-engine/domain/event.ts';
import { barSpreadBps, candleOf, fillMarks, mergeBars, withView } from './bar-series.ts';

const bar = (second: number, closeTwice = 2_001): Bar => ({
  startUs: second * 1_000_000,
  openTwice: 2_000,
  highTwice: 2_010,
  lowTwice: 1_990,
  closeTwice,
  spread: 2,
  widestSpread: 4,
  volume: 0,
  trades: 0,
});

test('a candle is the middle of what was sampled', () => {
  expect(candleOf(bar(5), 1)).toEqual({ time: 5, open: 100, high: 100.5, low: 99.5, close: 100.05 });
  expect(barSpreadBps(bar(5, 2_000))).toBe(20);
});

test('a view replaces the bar under way and appends the next', () => {
  const joined = withView([bar(1), bar(2)], [bar(2, 2_005), bar(3)], 10);
  expect(
    joined === false ? [] : joined.map(({ startUs, closeTwice }) => [startUs / 1e6, closeTwice]),
  ).toEqual([
    [1, 2_001],
    [2, 2_005],
    [3, 2_001],
  ]);
});

test('a view that leaves a hole says so, and the list stays bounded', () => {
  expect(withView([bar(1)], [bar(3), bar(4)], 10)).toBe(false);
  expect(withView([bar(1), bar(2)], [bar(2), bar(3)], 2)).toHaveLength(2);
});

test('fills of one bar and side are one mark; those outside of the bars are none', () => {
  const fill = (atUs: number, side: 'buy' | 'sell'): FillRecord => ({
    fillId: String(atUs),
    orderId: 'o',
    executionId: 'x',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side,
    price: '100',
    qty: '0.5',
    fee: '0',
    feeAsset: 'USD',
    atUs,
  });
  const fills = [
    fill(2_500_000, 'buy'),
    fill(2_600_000, 'buy'),
    fill(2_700_000, 'sell'),
    fill(9_000_000, 'buy'),
  ];
  expect(fillMarks(fills, [bar(1), bar(2)], 1_000_000)).toEqual([
    { time: 2, side: 'buy', count: 2, text: '2×' },
    { time: 2, side: 'sell', count: 1, text: '0.5000' },
  ]);
});

test('longer bars lie on the clock’s grid and lose nothing of the short ones', () => {
  const bars = [
    { ...bar(4), volume: 1, trades: 1 },
    { ...bar(5), highTwice: 2_050, volume: 2, trades: 1 },
    { ...bar(6, 1_995), volume: 3, trades: 2 },
  ];
  expect(mergeBars(bars, 5_000_000)).toMatchObject([
    { startUs: 0, closeTwice: 2_001, volume: 1 },
    { startUs: 5_000_000, openTwice: 2_000, highTwice: 2_050, closeTwice: 1_995, volume: 5, trades: 3 },
  ]);
});
