import { expect, test } from 'vitest';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { paceOf, type Span } from './pace.ts';

/** Spans of a second whose orders come three at a time, by chance. */
function spans(count: number, beside: number, without: number): Span[] {
  const random = new SeededRandom(7);
  const side = (mean: number) => {
    let cycles = 0;
    for (let n = 0; n < 1_000; n++) if (random.next() < mean / 1_000) cycles++;
    return { orders: cycles * 3, ms: 1_000, bookUpdates: 600, opportunities: cycles };
  };
  return Array.from({ length: count }, () => ({ beside: side(beside), without: side(without) }));
}

test('the same pace is within its bounds, half of it is not, and few spans say little', () => {
  const same = paceOf(spans(100, 10, 10), 'ms', 1);
  expect(same.low).toBeLessThan(1);
  expect(same.high).toBeGreaterThan(1);
  expect(same.low).toBeGreaterThan(0.85);
  const half = paceOf(spans(100, 5, 10), 'ms', 1);
  expect(half.high).toBeLessThan(0.9);
  expect(half.ratio).toBeCloseTo(0.5, 1);
  const few = paceOf(spans(3, 10, 10), 'ms', 1);
  expect(few.high - few.low).toBeGreaterThan(same.high - same.low);
  // A market that offered half as much is not a slower engine: all that was offered was traded.
  expect(paceOf(spans(100, 5, 10), 'opportunities', 1)).toMatchObject({ ratio: 1, low: 1, high: 1 });
});

test('without spans, or without an order, nothing is claimed', () => {
  const nothing = { beside: 0, without: 0 };
  expect(paceOf([], 'ms', 1)).toEqual({ orders: nothing, offered: nothing, ratio: 1, low: 0, high: 1_000 });
  const side = { orders: 0, ms: 5, bookUpdates: 3, opportunities: 0 };
  const none = [{ beside: side, without: side }];
  expect(paceOf([...none, ...none], 'opportunities', 1)).toMatchObject({ ratio: 1, low: 0, high: 1_000 });
});
