import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, decimal } from '../domain/decimal.ts';
import { createInstrument, takerFeeOf } from '../domain/instrument.ts';
import { affordableQty, limitBeyond, meetsMinimums, onTick, qtyUpTo } from './leg-sizing.ts';

const instrument = createInstrument(
  {
    symbol: 'ETH/BTC',
    base: 'ETH',
    quote: 'BTC',
    tickSize: '0.00001',
    lotSize: '0.00000001',
    minQty: '0.001',
    minNotional: '0.00002',
    takerFee: '0.0026',
  },
  0,
  'test',
);

describe('affordable quantity', () => {
  it('uses an amount that pays for whole lots and the fee to its last digit', () => {
    // One at 0.05 and a fee of 26 bps.
    const qty = (amount: string) => affordableQty(instrument, 'buy', decimal(amount), decimal('0.05'));
    expect([qty('0.05013').toString(), qty('0.0501299999').toString()]).toEqual(['1', '0.99999999']);
  });

  it('is in whole lots, is paid for in full with the fee, and leaves less than a lot', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 10_000_000_000 }),
        (ticks, units) => {
          const limit = new Decimal(ticks).times('0.00001');
          const amount = new Decimal(units).times('0.0000000001');
          const cost = (qty: Decimal): Decimal =>
            qty.times(limit).plus(takerFeeOf(instrument, qty.times(limit)));
          const qty = affordableQty(instrument, 'buy', amount, limit);
          expect(qty.mod('0.00000001').isZero()).toBe(true);
          expect(qty.isNegative()).toBe(false);
          expect(cost(qty).lte(amount)).toBe(true);
          // What is kept for the rounding of the fee is worth no more than two steps of it.
          const spare = amount.minus(cost(qty)).minus(limit.times('0.00000001').times('1.0026'));
          expect(spare.lt('0.0000000002')).toBe(true);
        },
      ),
    );
  });

  it('of a sale is what there is, cut to lots', () => {
    expect(affordableQty(instrument, 'sell', decimal('0.123456789'), decimal('1')).toString()).toBe(
      '0.12345678',
    );
  });
});

describe('limit beyond a price', () => {
  it('lies against us by at most the bps that are given, on tick', () => {
    const price = decimal('0.05003');
    expect(limitBeyond(instrument, 'buy', price, 30).toString()).toBe('0.05018');
    expect(limitBeyond(instrument, 'sell', price, 30).toString()).toBe('0.04988');
    expect(limitBeyond(instrument, 'buy', decimal('0.5'), 10).toString()).toBe('0.5005');
  });

  it('is the price itself where one tick is worth more', () => {
    const price = decimal('0.00051');
    expect(limitBeyond(instrument, 'buy', price, 30).toString()).toBe('0.00051');
    expect(limitBeyond(instrument, 'sell', price, 30).toString()).toBe('0.00051');
  });
});

describe('a limit from a price that lies off the tick', () => {
  // The venue made its tick coarser; levels of before are still in the book.
  const coarse = { ...instrument, tickSize: decimal('0.001') };

  it('reaches it by the next tick, and goes no further where the bps do not', () => {
    expect(limitBeyond(coarse, 'buy', decimal('0.05003'), 30).toString()).toBe('0.051');
    expect(limitBeyond(coarse, 'sell', decimal('0.05003'), 30).toString()).toBe('0.05');
  });

  it('reaches it by the next tick where it may move by nothing, for a sale as for a purchase', () => {
    expect(limitBeyond(coarse, 'buy', decimal('0.05003'), 0).toString()).toBe('0.051');
    expect(limitBeyond(coarse, 'sell', decimal('0.05003'), 0).toString()).toBe('0.05');
  });

  it('is never beyond a planned one', () => {
    expect(onTick(coarse, 'buy', decimal('0.05003')).toString()).toBe('0.05');
    expect(onTick(coarse, 'sell', decimal('0.05003')).toString()).toBe('0.051');
    expect(onTick(coarse, 'buy', decimal('0.051')).toString()).toBe('0.051');
  });
});

describe('minimums', () => {
  it('are met at the boundary and missed a lot below', () => {
    expect(meetsMinimums(instrument, decimal('0.001'), decimal('0.02'))).toBe(true);
    expect(meetsMinimums(instrument, decimal('0.00099999'), decimal('1'))).toBe(false);
    expect(meetsMinimums(instrument, decimal('0.001'), decimal('0.01999'))).toBe(false);
    expect(meetsMinimums(instrument, decimal('0'), decimal('1'))).toBe(false);
  });

  it('are never met by nothing, where the venue names none', () => {
    const free = { ...instrument, minQty: decimal('0'), minNotional: decimal('0') };
    expect(meetsMinimums(free, decimal('0'), decimal('1'))).toBe(false);
    expect(meetsMinimums(free, decimal('0.00000001'), decimal('1'))).toBe(true);
  });
});

describe('a quantity that brings no more than is wanted', () => {
  // At 0.07 BTC each, one BTC is 14.2857 ETH.
  it('is the wanted base of a purchase, and what brings the wanted quote of a sale, both cut to whole lots', () => {
    const [want, best] = [decimal('1.000000009'), decimal('0.07')];
    expect(qtyUpTo(instrument, 'buy', want, best).toString()).toBe('1');
    expect(qtyUpTo(instrument, 'sell', want, best).toString()).toBe('14.28571441');
    // A quotient that lies within the last place below a whole lot does not reach it.
    const lot = { ...instrument, lotSize: decimal('1') };
    expect(qtyUpTo(lot, 'sell', decimal('2.999999999999999999999999'), decimal('3')).toString()).toBe('0');
  });
});
