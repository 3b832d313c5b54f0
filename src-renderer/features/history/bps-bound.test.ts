import { expect, test } from 'vitest';
import { bpsBound } from './bps-bound.ts';

test.each([
  ['', null],
  [' 5 ', 5],
  ['-2.5', -2.5],
  ['+0.1', 0.1],
])('"%s" is a bound', (typed, bps) => {
  expect(bpsBound(typed)).toEqual({ ok: true, bps });
});

test.each(['five', '1e3', '1,5', '--1', 'Infinity'])('"%s" is none, and it is said', (typed) => {
  expect(bpsBound(typed)).toMatchObject({ ok: false, error: expect.stringContaining('digits') });
});
