import { expect, test } from 'vitest';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { feeGroups } from './fee-groups.ts';

const at = (symbol: string, takerFee: string | null, venue = 'kraken', feeBasis = 'account') =>
  ({ symbol, takerFee, venue, feeBasis }) as InstrumentRecord;

test('fees are shown exactly, by venue, the usual one first', () => {
  const groups = feeGroups([
    at('USDC/USD', '0.0001'),
    at('BTC/USD', '0.004'),
    at('ETH/USD', '0.0040'),
    at('BTC/USD', '0.00000001', 'other'),
  ]);
  expect(groups).toEqual([
    { venue: 'kraken', takerBps: '40', basis: 'account', symbols: ['BTC/USD', 'ETH/USD'] },
    { venue: 'kraken', takerBps: '1', basis: 'account', symbols: ['USDC/USD'] },
    { venue: 'other', takerBps: '0.0001', basis: 'account', symbols: ['BTC/USD'] },
  ]);
});

test('an unknown fee is shown as unknown and never as zero, and an assumed one apart from the account’s', () => {
  const groups = feeGroups([
    at('A/USD', null, 'kraken', ''),
    at('B/USD', '0.004'),
    at('C/USD', '0.004', 'kraken', 'assumed, schedule of 2026-01-12'),
  ]);
  expect(groups.map(({ takerBps, basis }) => [takerBps, basis])).toEqual([
    [null, ''],
    ['40', 'account'],
    ['40', 'assumed, schedule of 2026-01-12'],
  ]);
});
