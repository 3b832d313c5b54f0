import { expect, test } from 'vitest';
import { candlesOf } from './candles.ts';

test('seconds are gathered on the clock’s grid, and what was not there is not drawn', () => {
  const mids = [100, 103, 99, null, null, null, null, 101];
  // 00:00:58 is where it begins: two seconds of one minute, then the next.
  expect(candlesOf(58_000_000, mids, 60, 0.1)).toEqual([
    { time: 0, open: 10, high: expect.closeTo(10.3), low: 10, close: expect.closeTo(10.3) },
    {
      time: 60,
      open: expect.closeTo(9.9),
      high: expect.closeTo(10.1),
      low: expect.closeTo(9.9),
      close: expect.closeTo(10.1),
    },
  ]);
  expect(candlesOf(0, [null, null], 1, 1)).toEqual([]);
});
