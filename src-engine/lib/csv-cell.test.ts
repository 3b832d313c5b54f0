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
