import { expect, test } from 'vitest';
import { PLAIN_VIEW } from '../lib/table-views.ts';
import { arrangedColumns, boundedWidth, inOrder, movedOrder } from './arranged-columns.ts';
import { fitColumns } from './fit-columns.ts';

const COLUMNS = [
  { id: 'name', track: 'minmax(100px, 1fr)' },
  { id: 'late', track: '50px', fromWidth: 900 },
  { id: 'venue', track: 'minmax(60px, 1fr)', onlyMixed: true },
  { id: 'age', track: '40px' },
];
const ids = (columns: readonly { readonly id: string }[]) => columns.map(({ id }) => id).join(' ');

test('columns stand in the order of the trader, without those that he hid', () => {
  const view = { ...PLAIN_VIEW, order: ['age', 'name'], shown: { venue: false } };
  expect(ids(arrangedColumns(COLUMNS, view))).toBe('age name late');
  expect(arrangedColumns(COLUMNS, PLAIN_VIEW)).toBe(COLUMNS);
});

test('one that is to be shown stands in the narrowest panel, and has the width that it was given', () => {
  const view = { ...PLAIN_VIEW, shown: { late: true, venue: true }, widths: { age: 77 } };
  const arranged = arrangedColumns(COLUMNS, view);
  expect(ids(fitColumns(arranged, 120))).toBe('name late venue age');
  expect(arranged.map(({ track }) => track)).toEqual([
    'minmax(100px, 1fr)',
    '50px',
    'minmax(60px, 1fr)',
    '77px',
  ]);
  expect(arranged[2]?.onlyMixed).toBe(false);
});

test('columns of a later version stand where they belong, and names that are gone do nothing', () => {
  expect(ids(inOrder(COLUMNS, ['venue', 'gone', 'name']))).toBe('venue age name late');
  expect(ids(inOrder(COLUMNS, []))).toBe('name late venue age');
});

test('a column moves one place, and stays at the end', () => {
  expect(movedOrder(COLUMNS, PLAIN_VIEW, 'late', -1).join(' ')).toBe('late name venue age');
  const view = { ...PLAIN_VIEW, order: ['age', 'name', 'late', 'venue'] };
  expect(movedOrder(COLUMNS, view, 'age', 1).join(' ')).toBe('name age late venue');
  expect(movedOrder(COLUMNS, view, 'age', -1).join(' ')).toBe('age name late venue');
});

test('a width is a whole number of px within its bounds', () => {
  expect([boundedWidth(12), boundedWidth(99.6), boundedWidth(1e6)]).toEqual([30, 100, 900]);
});
