import { expect, test } from 'vitest';
import { LATENCY_BARS_US } from '../../../src-engine/contract/records.ts';
import { heightsOf, placeOf } from './latency-painter.ts';

test('every tenfold takes as much room as the next, and what is beyond the ends is at the end', () => {
  expect([0.1, 1, 10, 1_000, 1e7].map((us) => Number(placeOf(us).toFixed(6)))).toEqual([
    0, 0.125, 0.25, 0.5, 1,
  ]);
  expect([0, -1, Number.NaN, 0.01, 1e9].map(placeOf)).toEqual([0, 0, 0, 0, 1]);
});

test('a bar begins where its latency lies', () => {
  for (const [bar, us] of LATENCY_BARS_US.entries()) {
    expect(placeOf(us)).toBeCloseTo(bar / (LATENCY_BARS_US.length - 1), 9);
  }
});

test('the highest bar is full, a single one is seen, none is nothing', () => {
  const [none, one, most] = heightsOf([0, 1, 100_000]);
  expect([none, most]).toEqual([0, 1]);
  expect(one).toBeGreaterThan(0.05);
  expect(heightsOf([0, 0])).toEqual([0, 0]);
  expect(heightsOf([])).toEqual([]);
});
