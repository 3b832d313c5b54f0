import { expect, test } from 'vitest';
import { checkField, DETECTION_FIELDS, LIMIT_FIELDS } from './fields.ts';

const field = (key: string) => {
  const found = [...LIMIT_FIELDS, ...DETECTION_FIELDS].find((each) => each.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

test.each([
  ['maxOrderNotional', '5000.25', '5000.25'],
  ['priceCollarBps', ' 100 ', 100],
  ['minNetBps', '0', 0],
  ['cooldownMs', '0', 0],
])('%s takes "%s"', (key, typed, value) => {
  expect(checkField(field(key), typed)).toEqual({ ok: true, value });
});

test('a bound is named in plain words', () => {
  expect(checkField(field('priceCollarBps'), '99999')).toEqual({ ok: false, error: 'At most 5000.' });
  expect(checkField(field('maxBookAgeMs'), '5')).toEqual({ ok: false, error: 'At least 100.' });
  expect(checkField(field('maxBookAgeMs'), '500.5')).toEqual({ ok: false, error: 'Must be a whole number.' });
});

test.each([
  ['maxOrderNotional', ''],
  ['maxOrderNotional', '-5'],
  ['maxOrderNotional', '0.00'],
  ['maxOrderNotional', '1e9'],
  ['minNetBps', '-2.5'],
  ['minNetBps', '-0.01'],
  ['priceCollarBps', '99999'],
  ['priceCollarBps', 'Infinity'],
  ['maxBookAgeMs', '99.5'],
  ['slippageBps', '0x10'],
])('%s refuses "%s" with a reason', (key, typed) => {
  const check = checkField(field(key), typed);
  expect(check.ok).toBe(false);
  expect(check.ok ? '' : check.error).not.toBe('');
});
