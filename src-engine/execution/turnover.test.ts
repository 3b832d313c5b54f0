import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { Fill } from '../domain/order.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { Turnover } from './turnover.ts';

const [BTC_USD, ETH_BTC] = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));
if (BTC_USD === undefined || ETH_BTC === undefined) throw new Error('the triangle has these pairs');

function fill(change: Partial<Fill>): Fill {
  const plain = {
    fillId: 'f',
    orderId: 'o',
    price: '50000',
    qty: '0.02',
    fee: '2.5',
    feeAsset: 'USD',
    atUs: 1,
  };
  return { ...plain, ...change };
}

/** Values of 1,000 and fees of 2.50, both in dollars: two amounts that a venue may have rounded. */
function traded(): Turnover {
  const turnover = new Turnover();
  turnover.add(BTC_USD as NonNullable<typeof BTC_USD>, fill({}));
  return turnover;
}

const explains = (turnover: Turnover, asset: string, ledger: string, venue: string): boolean =>
  turnover.explains(asset, decimal(ledger), decimal(venue));

describe('what rounding explains', () => {
  it('is one unit in the last place for each amount, on either side, and no more', () => {
    // Two amounts and four decimals: at most 0.0002.
    expect(explains(traded(), 'USD', '100.0002', '100.0000')).toBe(true);
    expect(explains(traded(), 'USD', '100.0000', '100.0002')).toBe(true);
    expect(explains(traded(), 'USD', '100.00020001', '100.0000')).toBe(false);
    expect(explains(traded(), 'USD', '100.0000', '100.0003')).toBe(false);
  });

  it('grows with each fill, by one amount for its value and one for its fee', () => {
    const turnover = traded();
    turnover.add(BTC_USD, fill({ fillId: 'g' }));
    expect(explains(turnover, 'USD', '100.0004', '100.0000')).toBe(true);
    expect(explains(turnover, 'USD', '100.0005', '100.0000')).toBe(false);
  });

  it('counts a unit of the places that the venue shows where it shows more than four', () => {
    const turnover = new Turnover();
    turnover.add(ETH_BTC, fill({ price: '0.05', qty: '2', fee: '0', feeAsset: 'BTC' }));
    expect(explains(turnover, 'BTC', '1.00000001', '1.00000002')).toBe(true);
    expect(explains(turnover, 'BTC', '1.00000000', '1.00000002')).toBe(false);
    // Fewer places than four are shown of a number that ends in zeros: its unit is still the fourth.
    expect(explains(turnover, 'BTC', '1.00001', '1')).toBe(true);
    expect(explains(turnover, 'BTC', '1.0001', '1')).toBe(false);
  });

  it('is a hundredth of a percent of what was traded at most, exactly that included', () => {
    const small = new Turnover();
    // A value of 1, no fee: 0.0001 is both one unit and a hundredth of a percent.
    small.add(BTC_USD, fill({ price: '50000', qty: '0.00002', fee: '0' }));
    expect(explains(small, 'USD', '100.0001', '100')).toBe(true);
    const smaller = new Turnover();
    smaller.add(BTC_USD, fill({ price: '49999.5', qty: '0.00002', fee: '0' }));
    expect(explains(smaller, 'USD', '100.0001', '100')).toBe(false);
  });

  it('counts what an order gave back, a rebate, by its size', () => {
    const turnover = new Turnover();
    turnover.add(ETH_BTC, fill({ price: '0.05', qty: '2', fee: '-2', feeAsset: 'USD' }));
    expect(explains(turnover, 'USD', '100.0001', '100')).toBe(true);
    expect(explains(turnover, 'USD', '100.0002', '100')).toBe(false);
  });

  it('is nothing in an asset that was not traded, in one without a fee, and after the books agreed', () => {
    expect(explains(traded(), 'BTC', '1.0001', '1')).toBe(false);
    const free = new Turnover();
    free.add(ETH_BTC, fill({ price: '0.05', qty: '2', fee: '0', feeAsset: 'USD' }));
    expect(explains(free, 'USD', '100', '100')).toBe(false);
    const turnover = traded();
    turnover.clear();
    expect(explains(turnover, 'USD', '100.0001', '100')).toBe(false);
  });
});
