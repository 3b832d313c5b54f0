import { expect, test } from 'vitest';
import { nextSort } from '../lib/table-sorts.ts';
import { rowAfter, tableAction } from './use-table-cursor.ts';

const press = (key: string, modifiers: Partial<Parameters<typeof tableAction>[0]> = {}) =>
  tableAction({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });

test('c copies the value, with Shift the row, and with Ctrl as everywhere', () => {
  expect(press('c')).toEqual({ does: 'copy' });
  expect(press('c', { ctrlKey: true })).toEqual({ does: 'copy' });
  expect(press('C', { shiftKey: true })).toEqual({ does: 'copyRow' });
  expect(press('C', { ctrlKey: true, shiftKey: true })).toBeNull();
});

test('keys with a modifier are left to other shortcuts', () => {
  expect(press('ArrowDown', { altKey: true })).toBeNull();
  expect(press('s', { ctrlKey: true })).toBeNull();
  expect(press('k')).toBeNull();
  expect(press('F10', { shiftKey: true })).toEqual({ does: 'menu' });
});

test('the cursor stays within the rows, from before the first too', () => {
  expect(rowAfter('ArrowDown', -1, 3, 10)).toBe(0);
  expect(rowAfter('ArrowUp', 0, 3, 10)).toBe(0);
  expect(rowAfter('PageDown', 1, 100, 10)).toBe(9);
  expect(rowAfter('End', 0, 100, 10)).toBe(99);
});

test('a column is sorted its natural way, then the other, then not at all', () => {
  const first = nextSort(undefined, 'profit', true);
  expect(first).toEqual({ column: 'profit', direction: 'descending' });
  const second = nextSort(first, 'profit', true);
  expect(second).toEqual({ column: 'profit', direction: 'ascending' });
  expect(nextSort(second, 'profit', true)).toBeUndefined();
  expect(nextSort(second, 'symbol', false)).toEqual({ column: 'symbol', direction: 'ascending' });
});
