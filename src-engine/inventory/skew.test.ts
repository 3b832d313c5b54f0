import { expect, test } from 'vitest';
import { inventorySkewBps, leanOf } from './skew.ts';

test('a side leans by how far it is from its target, up to the ends of its band', () => {
  const leans = [0, 50, 75, 100, 125, 150, 1_000].map((pct) => leanOf(pct, 50, 150));
  expect(leans).toEqual([1, 1, 0.5, 0, -0.5, -1, -1]);
  expect(leanOf(undefined, 50, 150)).toBe(0);
  expect([60, 90, 110, 250].map((pct) => leanOf(pct, 20, 300))).toEqual([0.5, 0.125, -0.05, -0.75]);
});

test('more is asked of a route that spends where it is short, less of one that brings it back, within the bound', () => {
  expect(inventorySkewBps([0.5, 0], [0, 0], 10)).toBe(5);
  expect(inventorySkewBps([0, 0], [0.5, 0], 10)).toBe(-5);
  expect(inventorySkewBps([1, 1], [-1, -1], 10)).toBe(10);
  expect(inventorySkewBps([-1, -1], [1, 1], 10)).toBe(-10);
  // What one trade brings and the next one spends at the same venue counts for nothing.
  expect(inventorySkewBps([0, 0.7], [0.7, 0], 10)).toBe(0);
  expect(inventorySkewBps([1], [0], 0)).toBe(0);
});
