import { expect, test } from 'vitest';
import { balanceRows } from './balance-rows.ts';
import { changeSeries, gapText } from '../lab/equity-series.ts';
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

test('where a coin had no price the curve has a gap, and words', () => {
  const left = { ...sample(2_000_000, '6000'), withoutPrice: 2 };
  const all = [sample(1_000_000, '10000'), left, sample(3_000_000, '10000')];
  expect(curvePoints(all)).toEqual([
    { time: 1, value: 10_000, lineColor: 'transparent', topColor: 'transparent', bottomColor: 'transparent' },
    { time: 2 },
    { time: 3, value: 10_000 },
  ]);
  expect(gapText(all)).toBe('Not drawn: points that leave out up to 2 coins without a price');
  expect(gapText(all.slice(0, 2))).toBe('The newest point is not drawn: 6000 and 2 coins without a price');
  expect(gapText([sample(1_000_000, '1')])).toBe('');
  // Two runs side by side: the change is that of the points that can be compared.
  expect(changeSeries(all).map(({ value }) => value)).toEqual([0, 0]);
});

test('the chart gets every sample, at times that rise', () => {
  const points = curvePoints([sample(1_000_000, '1'), sample(1_900_000, '2'), sample(1_900_000, '3')]);
  expect(points).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
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
