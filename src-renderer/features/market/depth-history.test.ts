import { expect, test } from 'vitest';
import { DepthHistory, gridOf, KEPT_MOMENTS } from './depth-history.ts';

test('a bounded number of moments is kept, the newest', () => {
  const history = new DepthHistory();
  for (let k = 0; k < 5_000; k++) history.add(k, { bids: [100, 1], asks: [101, 1] });
  expect(history.moments.length).toBeLessThanOrEqual(KEPT_MOMENTS * 1.5);
  expect(history.moments.at(-1)?.atMs).toBe(4_999);
});

test('levels fall into the rows of their prices, bids above zero and asks below, the newest at the right', () => {
  const moments = [
    { atMs: 1, bids: [995, 3], asks: [1005, 4] },
    { atMs: 2, bids: [995, 1, 985, 7], asks: [1005, 2, 2_000, 99] },
  ];
  const grid = gridOf(moments, 3, 10, 0.1);
  // The middle is 1,000; rows of 10 from 950 to 1,050.
  expect(grid).toMatchObject({ low: 950, step: 10, most: 7 });
  const cell = (column: number, row: number) => grid?.cells[column * 10 + row];
  expect([cell(0, 4), cell(1, 4), cell(2, 4)]).toEqual([0, 3, 1]);
  expect(cell(2, 3)).toBe(7);
  expect([cell(1, 5), cell(2, 5)]).toEqual([-4, -2]);
  expect(gridOf([{ atMs: 1, bids: [], asks: [5, 1] }], 3, 10, 0.1)).toBeUndefined();
});
