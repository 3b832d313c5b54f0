import { expect, test } from 'vitest';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { feeGroups } from './fee-groups.ts';

const at = (symbol: string, takerFee: string, venue = 'kraken') =>
  ({ symbol, takerFee, venue }) as InstrumentRecord;

test('fees are told exactly, by venue, the usual one first', () => {
  const groups = feeGroups([
    at('USDC/USD', '0.0001'),
    at('BTC/USD', '0.004'),
    at('ETH/USD', '0.0040'),
    at('BTC/USD', '0.00000001', 'other'),
  ]);
  expect(groups).toEqual([
    { venue: 'kraken', takerBps: '40', symbols: ['BTC/USD', 'ETH/USD'] },
    { venue: 'kraken', takerBps: '1', symbols: ['USDC/USD'] },
    { venue: 'other', takerBps: '0.0001', symbols: ['BTC/USD'] },
  ]);
});
