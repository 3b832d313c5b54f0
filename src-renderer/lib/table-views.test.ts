import { expect, test } from 'vitest';
import { MAX_SAVED, readTables, useTableViews } from './table-views.ts';

test('what was stored is taken entry by entry, and what is not of its form is left out', () => {
  const stored = {
    views: {
      ' Orders': {
        shown: { a: true, b: 'yes' },
        order: ['a', 7],
        widths: { a: 80, b: 5, c: 'x' },
        filter: 'net>2',
      },
      ' Fills': 'damaged',
    },
    filters: { Orders: [{ name: 'big', text: 'size>5' }, { name: '', text: 'x' }, 3], Fills: null },
  };
  expect(readTables(stored)).toEqual({
    views: {
      ' Orders': { shown: { a: true }, order: ['a'], widths: { a: 80 }, filter: 'net>2' },
      ' Fills': { shown: {}, order: [], widths: {}, filter: '' },
    },
    filters: { Orders: [{ name: 'big', text: 'size>5' }], Fills: [] },
  });
  for (const read of [null, 3, [], 'text', { views: [], filters: 'no' }])
    expect(readTables(read)).toEqual({ views: {}, filters: {} });
});

test('filters are saved by table under one name each, and bounded', () => {
  const { saveFilter, removeFilter, change, reset } = useTableViews.getState();
  const texts = () => useTableViews.getState().filters['Orders']?.map(({ text }) => text);
  saveFilter('Orders', { name: 'big', text: 'size>5' });
  saveFilter('Orders', { name: 'big', text: 'size>6' });
  expect(texts()).toEqual(['size>6']);
  for (let k = 0; k < MAX_SAVED + 5; k++) saveFilter('Orders', { name: `f${k}`, text: 'x' });
  expect(texts()).toHaveLength(MAX_SAVED);
  removeFilter('Orders', 'f7');
  expect(texts()).toHaveLength(MAX_SAVED - 1);
  change('p Orders', { filter: 'a' });
  change('p Orders', { widths: { qty: 80 } });
  expect(useTableViews.getState().views['p Orders']).toMatchObject({ filter: 'a', widths: { qty: 80 } });
  reset('p Orders');
  expect(useTableViews.getState().views['p Orders']).toBeUndefined();
});
