import { expect, test } from 'vitest';
import { balanceRows } from './balance-rows.ts';
import { curvePoints } from './curve-points.ts';
import { shownRest } from './shown-rest.ts';

const balance = (asset: string, total: string, reserved: string) => ({
  asset,
  total,
  reserved,
  costHome: '0',
});

const sample = (atUs: number, equity: string) => ({
  atUs,
  equity,
  homeAsset: 'USD',
  realizedPnl: '0',
  unrealizedPnl: '0',
  fees: '0',
});

test('what is free is exact, the home asset comes first, empty assets are left out', () => {
  const rows = balanceRows(
    [
      balance('ETH', '0.3', '0.1'),
      balance('XRP', '0.000', '0'),
      balance('BTC', '1', '0'),
      balance('USD', '0', '0'),
    ],
    'USD',
  );
  expect(rows.map(({ asset, free }) => [asset, free])).toEqual([
    ['USD', '0'],
    ['BTC', '1'],
    ['ETH', '0.2'],
  ]);
});

test('the chart gets every sample, at times that rise', () => {
  const points = curvePoints([sample(1_000_000, '1'), sample(1_900_000, '2'), sample(1_900_000, '3')]);
  expect(points.map(({ value }) => value)).toEqual([1, 2, 3]);
  expect(points[0]?.time).toBe(1);
  expect(points[2]?.time).toBeGreaterThan(points[1]?.time ?? 2);
});

test('rounded figures of a sum add up as they are shown', () => {
  // 100.00 + 0.00 + 0.01, of 0.004.
  expect(shownRest('100.012', ['100.004', '0.004'], 2)).toBe('0.01');
  expect(shownRest('0.008', ['0.004'], 2)).toBe('0.01');
  // 1.01 − 1.02, of −1.015.
  expect(shownRest('-0.01', ['1.005'], 2)).toBe('-1.02');
});
