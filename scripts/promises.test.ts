import { expect, test } from 'vitest';
import { PROMISES } from './promises/table.ts';
import { problemsOf } from './promises.ts';

test('every promise is listed once, by numbers without a gap, and what is named as its evidence exists', () => {
  const ids = PROMISES.map(({ id }) => id).toSorted((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: Math.max(42, ids.length) }, (_, index) => index + 1));
  expect(PROMISES.flatMap(problemsOf)).toEqual([]);
});

test('a row without evidence, or with evidence that is not there, is found', () => {
  const row = { id: 1, promise: 'x', status: 'holds', evidence: [] } as const;
  expect(problemsOf(row)).toHaveLength(1);
  expect(problemsOf({ ...row, evidence: ['src-engine/nothing.test.ts › at all'] })).toHaveLength(1);
  expect(problemsOf({ ...row, evidence: ['scripts/promises.test.ts › no such test'] })).toHaveLength(1);
  expect(problemsOf({ ...row, status: 'partly' })).toHaveLength(1);
});
