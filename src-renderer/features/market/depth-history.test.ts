import { expect, test } from 'vitest';
import { axisPrices, binDepth, DepthHistory, priceRange } from './depth-history.ts';

const live = (bids: number[], asks: number[]) => ({ bids, asks, state: 'live' as const });

test('the ring keeps the newest columns in their order', () => {
  const history = new DepthHistory(3);
  for (let i = 1; i <= 5; i++) history.add(i, live([100 + i, i], [200 + i, i]));
  expect(history.length).toBe(3);
  expect([0, 1, 2].map((nth) => history.atUs(nth))).toEqual([3, 4, 5]);
  expect([0, 1, 2].map((nth) => history.side(nth, 'bid')[0])).toEqual([103, 104, 105]);
});

test('a book that is not live leaves a gap and nothing of the column before it in the ring', () => {
  const history = new DepthHistory(2);
  history.add(1, live([100, 7], [110, 7]));
  history.add(2, live([101, 7], [110, 7]));
  history.add(3, { ...live([102, 9], [110, 9]), state: 'stale' });
  expect([...history.side(1, 'bid')].every((value) => value === 0)).toBe(true);
  expect(priceRange(history)).toEqual({ low: 101, high: 110 });
});

test('bins add up what lies in them and no quantity is lost', () => {
  const history = new DepthHistory(2);
  history.add(1, live([104, 1, 100, 2], [105, 4, 109, 8]));
  const range = priceRange(history);
  expect(range).toEqual({ low: 100, high: 109 });
  if (range === undefined) return;
  const into = new Float32Array(2 * 5);
  expect(binDepth(history, range, 5, into)).toBe(8);
  expect([...into.subarray(0, 5)]).toEqual([2, 0, 5, 0, 8]);
});

test('axis prices are round and inside of the range', () => {
  expect(axisPrices({ low: 98, high: 152 }, 6)).toEqual([100, 110, 120, 130, 140, 150]);
  expect(axisPrices({ low: 7, high: 9 }, 8)).toEqual([7, 8, 9]);
});
