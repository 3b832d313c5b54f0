import { expect, test } from 'vitest';
import { hourGrid } from './hour-grid.ts';

const HOUR = 3_600_000_000;
const at = (hours: number, seen: number, taken: number, bestBps: number) => ({
  startUs: 480_000 * HOUR + hours * HOUR,
  seen,
  taken,
  bestBps,
});

test('an hour stands in its day and place, the strongest is the largest of what is shown', () => {
  const hours = [at(25, 4, 1, -2), at(3, 8, 0, 12.34)];
  const seen = hourGrid(hours, 'seen');
  expect(seen.total).toBe(12);
  expect(seen.days.map(({ day }) => day)).toEqual(['2024-10-05', '2024-10-04']);
  expect(
    seen.days.map(({ cells }) =>
      cells.flatMap((cell, k) => (cell === undefined ? [] : [[k, cell.text, cell.heat]])),
    ),
  ).toEqual([[[1, '4', 0.5]], [[3, '8', 1]]]);
  const best = hourGrid(hours, 'best bps').days.flatMap(({ cells }) => cells.flatMap((cell) => cell ?? []));
  expect(best.map(({ text, heat }) => [text, heat])).toEqual([
    ['-2.0', 0],
    ['12.3', 1],
  ]);
  expect(hourGrid([at(0, 0, 0, -1)], 'taken').days[0]?.cells[0]?.heat).toBe(0);
  expect(hourGrid([], 'seen').days).toEqual([]);
});
