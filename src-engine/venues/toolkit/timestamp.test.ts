import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimeUs } from '../../domain/time.ts';
import { millisecondsUs, parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  it('is the inverse of the ISO text for any microsecond from 1970 to 2250', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2250, 0) * 1_000 }), (timeUs) => {
        expect(parseTimestamp(formatTimeUs(timeUs))).toBe(timeUs);
      }),
    );
  });

  it('takes fewer and more digits of the second, and a span within a text', () => {
    const second = Date.UTC(2024, 1, 29, 23, 59, 59) * 1_000;
    expect(parseTimestamp('2024-02-29T23:59:59Z')).toBe(second);
    expect(parseTimestamp('2024-02-29T23:59:59.5Z')).toBe(second + 500_000);
    expect(parseTimestamp('2024-02-29T23:59:59.123456789Z')).toBe(second + 123_456);
    expect(parseTimestamp('"2024-02-29T23:59:59Z"', 1, 21)).toBe(second);
  });

  it('answers 0 for what it does not know', () => {
    for (const text of [
      '',
      'yesterday',
      '2024-02-29T23:59:59',
      '2024-02-29T23:59:59+01:00',
      '2024-02-29T23:5x:59Z',
    ]) {
      expect(parseTimestamp(text)).toBe(0);
    }
  });
});

it('milliseconds beyond the year 9999, below zero, or that are no number are no time', () => {
  expect(millisecondsUs(1_700_000_000_123)).toBe(1_700_000_000_123_000);
  for (const odd of [0, -1, 0.5, Number.NaN, 2 ** 64, 9_007_199_254_740_991, '1700000000123', null, {}])
    expect(millisecondsUs(odd)).toBe(0);
});
