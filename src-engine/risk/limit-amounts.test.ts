import { expect, test } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { amountsOf, LimitAmounts } from './limit-amounts.ts';

const limits = {
  ...DEFAULT_LIMITS,
  maxOrderNotional: '5000.5',
  maxOpenNotional: '20000',
  maxPositionPct: 5,
  maxGrossExposurePct: 12.5,
};

test('amounts are those of the settings, and shares those of the equity that is asked about, whichever is asked first', () => {
  const amounts = new LimitAmounts(limits);
  expect([amounts.maxOrderNotional, amounts.maxOpenNotional].map(String)).toEqual(['5000.5', '20000']);
  expect(amounts.maxGross(decimal('1000')).toString()).toBe('125');
  expect(amounts.maxPosition(decimal('1000')).toString()).toBe('50');
  expect(amounts.maxPosition(decimal('2000')).toString()).toBe('100');
  expect(amounts.maxGross(decimal('3000')).toString()).toBe('375');
  expect(amounts.maxPosition(decimal('3000')).toString()).toBe('150');
});

test('without a known equity no position is within its limit, after a known one too', () => {
  const amounts = new LimitAmounts(limits);
  for (const first of [undefined, decimal('1000')]) {
    amounts.maxGross(first);
    expect(amounts.maxGross(undefined).toString()).toBe('0');
    amounts.maxPosition(first);
    expect(amounts.maxPosition(undefined).toString()).toBe('0');
  }
});

test('amounts are read once from the same settings, and anew from others', () => {
  const own = { ...limits };
  expect(amountsOf(own)).toBe(amountsOf(own));
  expect(amountsOf({ ...limits, maxOrderNotional: '7' }).maxOrderNotional.toString()).toBe('7');
});
