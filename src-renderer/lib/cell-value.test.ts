import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal } from '../../src-engine/domain/decimal.ts';
import { compareValues, sortRows, valueText } from './cell-value.ts';

const plain = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 8 }))
  .map(([minus, units, places]) => {
    const digits = String(units).padStart(places + 1, '0');
    const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return minus ? `-${text}` : text;
  });

test('decimal text is sorted by its exact size, whatever its length', () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      expect(Math.sign(compareValues(a, b))).toBe(decimal(a).cmp(decimal(b)));
    }),
  );
  // Equal as doubles, and not as figures.
  expect(compareValues('9007199254740993.1', '9007199254740993.2')).toBeLessThan(0);
  expect(compareValues('-0.00', '0')).toBe(0);
});

test('rows are sorted either way, equal ones stay as they were, and those without a value come last', () => {
  const rows = [
    { id: 'a', profit: '2' },
    { id: 'b', profit: '' },
    { id: 'c', profit: '10' },
    { id: 'd', profit: '2.0' },
    { id: 'e', profit: '-1' },
  ];
  const ids = (direction: 'ascending' | 'descending') =>
    sortRows(rows, ({ profit }) => profit, direction).map(({ id }) => id);
  expect(ids('ascending').join('')).toBe('eadcb');
  expect(ids('descending').join('')).toBe('cadeb');
});

test('words go by the alphabet, and the numbers in them by size', () => {
  const rows = ['run 10', 'Run 9', 'apple'];
  expect(sortRows(rows, (row) => row, 'ascending')).toEqual(['apple', 'Run 9', 'run 10']);
});

test('a time leaves the window in UTC, exact', () => {
  expect(valueText(1_795_246_212_345_678, 'timeUs')).toBe('2026-11-21 07:30:12.345678Z');
  expect(valueText(null)).toBe('');
  expect(valueText('0.10')).toBe('0.10');
});
