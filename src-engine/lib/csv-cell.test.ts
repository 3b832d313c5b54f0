import { expect, it } from 'vitest';
import { csvCell } from './csv-cell.ts';

it.each([
  '-2+3+cmd|/C calc!A0',
  '=1+1',
  '+1+cmd',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '\u00a0=1',
  '\uff1d1',
  '-1e5+2',
  '-',
  '--1',
  '-1 OR 1',
  '+',
  '-1%+cmd',
  '\u0000=1',
  '\u200b=1',
  '\u202e=1',
  '\ud800=1',
])('%j is made text', (text) => {
  expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
});

it.each(['-0.25', '+3', '-1,234.50', '1e-7', '-2.5e+3', '-0.25%', '0', 'BTC/USD', 'a-b', 'x=1'])(
  '%j stays as it is',
  (text) => {
    expect(csvCell(text).replaceAll('"', '')).toBe(text);
  },
);

it('quotes what would end the field', () => {
  expect(csvCell('say "no", twice')).toBe('"say ""no"", twice"');
});

// A spreadsheet that separates by semicolons takes quotes in the middle of a line for signs like any other.
it.each([
  ['a;=1+1', "a;'=1+1"],
  ['a; @SUM(A1)', "a;' @SUM(A1)"],
  ['a\t=1', "a\t'=1"],
  ['a\n=cmd|1', `"a\n'=cmd|1"`],
  ['a,"\n-1+2', `"a,""\n'-1+2"`],
])('%j is made text behind the separator too', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

it.each(['lost 3; -0.25 %; kept', 'a; -2', 'a=b; c-d'])('%j stays text and figures', (text) => {
  expect(csvCell(text).replaceAll("'", '')).toBe(text);
});
