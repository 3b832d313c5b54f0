import { expect, test } from 'vitest';
import { quantilesOf } from './latency.ts';

test('the distribution of a hundred latencies has each of them in its place', () => {
  const sorted = Array.from({ length: 101 }, (_, k) => k * 10);
  expect(quantilesOf(sorted)).toEqual(sorted);
  expect(quantilesOf([7])).toEqual(Array.from({ length: 101 }, () => 7));
  expect(quantilesOf([0, 100])[25]).toBe(25);
});
