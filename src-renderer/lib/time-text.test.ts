import { expect, test } from 'vitest';
import { formatAge, formatClock, formatDuration, formatFull, formatLatency } from './time-text.ts';

test.each([
  [null, '—'],
  [-5, '0.0 s'],
  [240_000, '0.2 s'],
  [9_999_999, '9.9 s'],
  [34_000_000, '34 s'],
  [724_000_000, '12m 04s'],
  [11_100_000_000, '3h 05m'],
  [187_200_000_000, '2d 4h'],
])('age of %s µs', (us, text) => expect(formatAge(us)).toBe(text));

test.each([
  [340, '340 µs'],
  [42_900, '42 ms'],
  [3_429_000, '3.42 s'],
  [61_000_000, '1m 01s'],
])('duration of %s µs', (us, text) => expect(formatDuration(us)).toBe(text));

test.each([
  [0, '0.00 µs'],
  [0.4186, '0.42 µs'],
  [9.996, '10.0 µs'],
  [99.96, '100 µs'],
  [999.6, '1.00 ms'],
  [4_240, '4.24 ms'],
  [230_400, '230 ms'],
  [3_429_000, '3.42 s'],
  [Number.NaN, '—'],
  [-1, '—'],
])('latency of %s µs', (us, text) => expect(formatLatency(us)).toBe(text));

test('times keep their microseconds', () => {
  const us = Date.UTC(2026, 7, 2, 3, 35, 51, 660) * 1_000 + 84;
  expect(formatClock(us, 'utc')).toBe('03:35:51');
  expect(formatClock(us, 'utc', true)).toBe('03:35:51.660');
  expect(formatFull(us, 'utc')).toBe('2026-08-02 03:35:51.660084');
});
