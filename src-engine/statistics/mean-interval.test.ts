import { expect, test } from 'vitest';
import { intervalAround, meanInterval } from './mean-interval.ts';

test('the interval is that of Student’s t, wider where little was seen', () => {
  const halves = [1, 2, 5, 9, 10, 30, 1_000_000].map((freedom) =>
    intervalAround(0, 1, freedom).high.toFixed(3),
  );
  expect(halves).toEqual(['12.706', '4.303', '2.571', '2.262', '2.228', '2.042', '1.960']);
});

test('the mean of values has its error from their spread', () => {
  const { value, low, high } = meanInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) ?? {
    value: 0,
    low: 0,
    high: 0,
  };
  expect(value).toBe(6);
  expect([low.toFixed(3), high.toFixed(3)]).toEqual(['3.772', '8.228']);
  expect(meanInterval([1])).toBe(undefined);
});
