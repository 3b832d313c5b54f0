import { expect, test } from 'vitest';
import { rangeContinuity } from './continuity.ts';

test.each([
  // The book holds 10.
  [11, 11, 'follows'],
  [11, 15, 'follows'],
  [5, 11, 'follows'],
  [10, 12, 'follows'],
  [12, 12, 'gap'],
  [12, 20, 'gap'],
  [10, 10, 'stale'],
  [3, 9, 'stale'],
] as const)('messages %i to %i after 10: %s', (first, last, expected) => {
  expect(rangeContinuity(first, last, 10)).toBe(expected);
});
