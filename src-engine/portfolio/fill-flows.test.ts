import { describe, expect, it } from 'vitest';
import { createInstrument } from '../domain/instrument.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { feeInQuote, fillFlows } from './fill-flows.ts';

const ETH_BTC = createInstrument(TRIANGLE[1] ?? (TRIANGLE[0] as never), 1, 'test');
const fill = (fee: string, feeAsset: string) => ({
  fillId: 'f',
  orderId: 'o',
  price: '0.05',
  qty: '4',
  fee,
  feeAsset,
  atUs: 1,
});
const flows = (side: 'buy' | 'sell', fee: string, feeAsset: string) => {
  const { from, spent, to, received, aside } = fillFlows(side, ETH_BTC, fill(fee, feeAsset));
  return [from, String(spent), to, String(received), aside && `${String(aside.amount)} ${aside.asset}`];
};

describe('what a fill moves', () => {
  it.each([
    ['buy', '0.001', 'BTC', ['BTC', '0.201', 'ETH', '4', undefined]],
    ['buy', '0.01', 'ETH', ['BTC', '0.2', 'ETH', '3.99', undefined]],
    ['buy', '2', 'USD', ['BTC', '0.2', 'ETH', '4', '2 USD']],
    ['sell', '0.001', 'BTC', ['ETH', '4', 'BTC', '0.199', undefined]],
    ['sell', '0.01', 'ETH', ['ETH', '4.01', 'BTC', '0.2', undefined]],
    ['sell', '2', 'USD', ['ETH', '4', 'BTC', '0.2', '2 USD']],
    ['sell', '0', 'USD', ['ETH', '4', 'BTC', '0.2', undefined]],
  ] as const)('%s with a fee of %s %s', (side, fee, asset, expected) => {
    expect(flows(side, fee, asset)).toEqual(expected);
  });

  it('is what the venue booked, where it cuts the value of a fill to fewer decimals than price × quantity has', () => {
    const small = { ...fill('0', 'BTC'), price: '0.0000123', qty: '0.0123', cost: '0.00000015' };
    expect(String(fillFlows('sell', ETH_BTC, small).received)).toBe('0.00000015');
    expect(String(fillFlows('buy', ETH_BTC, small).spent)).toBe('0.00000015');
  });

  it('is a fee in quote: as it is, by the price where it is in base, and none in a third asset', () => {
    expect(String(feeInQuote(ETH_BTC, fill('0.001', 'BTC')))).toBe('0.001');
    expect(String(feeInQuote(ETH_BTC, fill('0.01', 'ETH')))).toBe('0.0005');
    expect(String(feeInQuote(ETH_BTC, fill('2', 'USD')))).toBe('0');
    // Gas and price of a pool have 18 digits each: the product must fit into the text that an engine reads at its next start.
    const pool = { ...fill('0.000000000000000001', 'ETH'), price: '0.000000000000000001' };
    expect(feeInQuote(ETH_BTC, pool).toFixed()).toBe('0.000000000000000000000001');
  });
});
