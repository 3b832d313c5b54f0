import { describe, expect, it } from 'vitest';
import { decimal, ONE } from '../domain/decimal.ts';
import { waterfallOf } from './route-waterfall.ts';

const totals = {
  spent: decimal('33.3'),
  result: decimal('1'),
  topGross: 1.05,
  topNet: 1.04,
  alongLadders: 1.035,
  price: ONE,
};

describe('the waterfall of a route', () => {
  it('rounds reserves up, against the trader', () => {
    const reserves = { slippageBps: 1e-7, ageRiskBps: 0, inventoryBps: 0 };
    const { waterfall, profit } = waterfallOf(totals, reserves, 0);
    expect(waterfall.home?.slippage).toBe('-0.0000000004');
    expect(profit.toFixed()).toBe('0.9999999996');
  });

  it('is in the home currency at the price of what is spent, rounded down', () => {
    const reserves = { slippageBps: 10, ageRiskBps: 0, inventoryBps: 0 };
    const { waterfall } = waterfallOf({ ...totals, price: decimal('0.33') }, reserves, 0);
    expect(waterfall.home).toEqual({
      gross: '0.54945',
      fees: '-0.10989',
      depth: '-0.054945',
      rounding: '-0.054615',
      slippage: '-0.010989',
      ageRisk: '0',
      inventory: '0',
      net: '0.319011',
    });
    const third = waterfallOf({ ...totals, price: decimal('0.333333333') }, reserves, 0);
    expect(third.waterfall.home?.slippage).toBe('-0.0111');
  });
});
