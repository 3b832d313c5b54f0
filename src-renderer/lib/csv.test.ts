import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

const columns = [
  { title: 'id', text: (row: { id: string; note: string }) => row.id },
  { title: 'note, quoted', text: (row: { id: string; note: string }) => row.note },
];

test('fields with commas, quotes and line breaks are quoted, and nothing is lost', () => {
  const rows = [{ id: '1', note: 'say "no", twice\nor more' }];
  expect(toCsv(columns, rows)).toBe('id,"note, quoted"\r\n1,"say ""no"", twice\nor more"\r\n');
});

test('what a spreadsheet would run is kept from it, and negative figures stay figures', () => {
  expect(toCsv(columns, [{ id: '=1+1', note: '-0.25' }])).toContain("'=1+1,-0.25\r\n");
  expect(toCsv(columns, [{ id: '-cmd', note: '@x' }])).toContain("'-cmd,'@x\r\n");
});
