import { expect, it } from 'vitest';
import { median } from './median.ts';

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[10, 9], 9.5],
  [[7], 7],
  [[], Number.NaN],
])('the middle of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});
