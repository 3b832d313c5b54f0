import { expect, it } from 'vitest';
import { lotsCovering, lotsWithin } from './whole-lots.ts';

it('counts whole lots, and takes the last bits of a float for none', () => {
  expect([lotsWithin(29.9, 10), lotsCovering(20.1, 10)]).toEqual([20, 30]);
  // 0.1 + 0.2 is a little more than 0.3, and 0.3 / 0.1 a little less than 3.
  expect([lotsWithin(0.3, 0.1), lotsCovering(0.1 + 0.2, 0.1)]).toEqual([3 * 0.1, 3 * 0.1]);
  expect(lotsWithin(0, 10)).toBe(0);
});
