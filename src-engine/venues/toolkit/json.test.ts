import { expect, it } from 'vitest';
import { numericOf, wordIn, wordOf } from './json.ts';

const TRAP: unknown = JSON.parse('{"valueOf":1,"toString":1}');

it('values of the wrong type are no number, no word and no known word, and none of them throws', () => {
  expect(['1e-05', 2, '', 'x'].map(numericOf)).toEqual([0.000_01, 2, 0, Number.NaN]);
  expect([7, 'seven', true].map(wordOf)).toEqual(['7', 'seven', 'true']);
  for (const odd of [null, undefined, [5], {}, TRAP, [TRAP]])
    expect([numericOf(odd), wordOf(odd)]).toEqual([Number.NaN, '']);
  const table = { filled: 1 };
  expect(
    ['filled', 'constructor', '__proto__', 'toString', TRAP, null].map((word) => wordIn(table, word)),
  ).toEqual([1, undefined, undefined, undefined, undefined, undefined]);
});
