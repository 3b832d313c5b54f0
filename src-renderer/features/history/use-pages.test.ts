import { expect, test } from 'vitest';
import { merged, PAGE, type Pages } from './use-pages.ts';

type Row = { readonly id: string; readonly atUs: number; readonly state: string };
const pages: Pages<Row> = {
  load: () => Promise.resolve([]),
  timeOf: ({ atUs }) => atUs,
  keyOf: ({ id }) => id,
};
const row = (id: number, state = 'open'): Row => ({ id: String(id), atUs: id, state });
const start = { rows: [row(3), row(2), row(1)], hasOlder: false, loadedMs: null };

test('new rows come first, changed ones are replaced, older ones stay', () => {
  const { rows } = merged(start, [row(4), row(3, 'filled'), row(2)], pages);
  expect(rows.map(({ id, state }) => `${id} ${state}`)).toEqual(['4 open', '3 filled', '2 open', '1 open']);
});

test('when more has come than a page holds, the list starts again rather than with a hole', () => {
  const newest = Array.from({ length: PAGE }, (_, k) => row(1_000 - k));
  const { rows, hasOlder } = merged(start, newest, pages);
  expect(rows).toHaveLength(PAGE);
  expect(rows.some(({ id }) => id === '3')).toBe(false);
  expect(hasOlder).toBe(true);
});
