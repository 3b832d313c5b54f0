import { expect, test } from 'vitest';
import kept from '../../resources/api/openapi.json' with { type: 'json' };
import { entriesOf, found } from './document.ts';

const entries = entriesOf(kept, 'http://127.0.0.1:4777');
const entryOf = (path: string) => entries.find((entry) => entry.path === path);

test('every resource and operation of the document is an entry, and each says what it gives', () => {
  const paths = Object.keys(kept.paths).filter((path) => path.startsWith('/api/v1/'));
  expect(entries.map(({ path }) => path)).toEqual(paths);
  expect(entries.filter(({ gives, summary }) => gives === '' || summary === '')).toEqual([]);
});

test('an entry says what it takes, in the words of its schema, and how to ask for it', () => {
  expect(entryOf('/api/v1/orders')).toMatchObject({
    method: 'GET',
    takes: expect.arrayContaining(['limit: integer 1 to 200, 100 when left out', 'cursor: string']),
    gives: 'orders, next',
    example: 'curl -s http://127.0.0.1:4777/api/v1/orders -H "Authorization: Bearer $KEY"',
  });
  expect(entryOf('/api/v1/operations/kill')?.takes).toEqual(['reason?: string, "operator" when left out']);
  expect(entryOf('/api/v1/operations/rearm')?.takes).toEqual(['confirm: "REARM"']);
});

test('is found by words of its path and summary, in any order; those of the path come first', () => {
  const paths = (search: string): string[] => found(entries, search).map(({ path }) => path);
  expect(paths('word REARM')).toEqual(['/api/v1/operations/rearm']);
  expect(paths('orders')[0]).toBe('/api/v1/orders');
  expect(paths('orders')).toContain('/api/v1/totals');
  expect(paths('')).toHaveLength(entries.length);
});
