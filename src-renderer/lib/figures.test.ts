import { expect, test } from 'vitest';
import { bpsSign, formatBps, formatSpread, spreadBps } from './figures.ts';

test('bps carry their sign, and what rounds to nought carries none', () => {
  expect(formatBps(3.417)).toBe('+3.42');
  expect(formatBps(-3.417)).toBe('-3.42');
  expect(formatBps(-0.001)).toBe('0.00');
  expect(formatBps(Number.NaN)).toBe('—');
});

test('the sign is that of the figure as it reads', () => {
  expect([bpsSign(0.01), bpsSign(0.004), bpsSign(-0.004), bpsSign(-0.01)]).toEqual([1, 0, 0, -1]);
});

test('a spread is measured from the middle and is absent with a side', () => {
  expect(spreadBps(9_995, 10_005)).toBeCloseTo(10, 9);
  expect(spreadBps(10_005, 9_995)).toBeCloseTo(-10, 9);
  expect(spreadBps(0, 10_005)).toBeNull();
  expect(formatSpread(null)).toBe('—');
  expect(formatSpread(0.333)).toBe('0.33');
  expect(formatSpread(1_234.5)).toBe('1235');
});
