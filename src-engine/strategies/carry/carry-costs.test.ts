import { expect, test } from 'vitest';
import { decimal, ZERO } from '../../domain/decimal.ts';
import { perpetualValue, roundTripBps } from './carry-costs.ts';

const SLIP = decimal('0.001');
const top = { bid: '101', ask: '102', bidQty: '4', askQty: '0' };

test('a perpetual is sold at its best bid for what lies there and the slip worse for the rest; without best prices the slip worse than its mark', () => {
  const value = (side: 'sell' | 'buy', qty: string, shown: typeof top | undefined): string =>
    perpetualValue(side, decimal(qty), { mark: '100', top: shown }, SLIP).toFixed();
  expect(value('sell', '4', top)).toBe('404');
  // 4 × 101 + 6 × 101 × 0.999.
  expect(value('sell', '10', top)).toBe('1009.394');
  // What lies at the ask is not known: 10 × 102 × 1.001.
  expect(value('buy', '10', top)).toBe('1021.02');
  expect(value('sell', '10', undefined)).toBe('999');
  expect(value('buy', '10', undefined)).toBe('1001');
});

test('four fills cost their fees, both spreads and what an order costs besides; the slip stands for a spread that is not shown', () => {
  const costs = { spotFee: SLIP, perpetualFee: decimal('0.0005'), perpetualSlip: decimal('0.0002') };
  const spot = { bid: decimal('99.9'), ask: decimal('100') };
  const bps = (shown: typeof top | undefined, orderCost = ZERO): number =>
    roundTripBps(costs, decimal('1000'), orderCost, spot, shown);
  // Fees 2 × 15, the spread of the spot market 10, and twice the slip.
  expect(bps(undefined)).toBeCloseTo(44, 9);
  // An order costs 0.5 of 1,000 twice.
  expect(bps(undefined, decimal('0.5'))).toBeCloseTo(54, 9);
  expect(bps({ ...top, bid: '99.8', ask: '100' })).toBeCloseTo(60, 9);
});
