import { expect, it } from 'vitest';
import { operations } from '../../../src-engine/contract/operations.ts';
import { fitOf, operationTitle } from './palette-words.ts';

it('an operation is called as a person says it, each by a title of its own', () => {
  expect(operationTitle('listLimitChanges')).toBe('List limit changes');
  expect(operationTitle('kill')).toBe('Kill');
  const titles = Object.keys(operations).map(operationTitle);
  expect(new Set(titles).size).toBe(titles.length);
});

it('titles come before descriptions, whole ones before parts, and no line fits without every word', () => {
  const lines: readonly (readonly [string, string])[] = [
    ['Cancel all', 'Cancels the orders of every venue'],
    ['List orders', 'listOrders Orders of the run, the newest first'],
    ['Open Orders', 'Orders and their states'],
    ['Orders', ''],
    ['Orders by venue', ''],
    ['Reorder panels', ''],
  ];
  const ranked = lines
    .map(([title, more]) => ({ title, fit: fitOf(title, more, 'orders') }))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit);
  expect(ranked.map(({ title }) => title)).toEqual([
    'Orders',
    'Orders by venue',
    'List orders',
    'Open Orders',
    'Cancel all',
  ]);
  expect(fitOf('List orders', 'listOrders', 'listorders')).toBeGreaterThan(0);
  expect(fitOf('List orders', '', 'orders fills')).toBe(0);
  expect(fitOf('List orders', '', 'l o')).toBeGreaterThan(0);
  expect(fitOf('List orders', '', ' ')).toBe(1);
});
