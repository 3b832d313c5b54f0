import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { decimal } from '../domain/decimal.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { FeeCharge } from './fee-charge.ts';
import { fillOf } from './leg-fill.ts';
import { listed } from './testing/route-rig.ts';

/** Prices in hundredths and quantities in hundredths; a fee of a thousandth. */
const instrument = listed({ pair: 'BTC/USD', venue: 'east' }, 0);
const IN_QUOTE: FeeCharge = { in: 'quote' };

/** Bids and asks of two levels, each with 3.00. */
function book(): OrderBook {
  const made = new OrderBook(10);
  const update = new BookUpdate();
  const show = (asks: readonly number[]): void => {
    update.reset(0, true, 1);
    for (const price of [9_900, 9_800]) update.pushBid(price, 300);
    for (const price of asks) update.pushAsk(price, 300);
    made.apply(update);
  };
  // A third level was there before.
  show([10_000, 10_100, 10_200]);
  show([10_000, 10_100]);
  return made;
}

const shown = (side: 'buy' | 'sell', units: number, charge: FeeCharge = IN_QUOTE) => {
  const { qty, spent, received, asideInQuote, worstUnits } = fillOf(instrument, side, units, book(), charge);
  return [qty, spent, received, asideInQuote].map((one) => one.toFixed()).concat(String(worstUnits));
};

describe('what one trade costs and gives', () => {
  it('is what the levels give that it needs, and no level beyond the last lot', () => {
    expect(shown('buy', 300)).toEqual(['3', '300.3', '3', '0', '10000']);
    expect(shown('buy', 301)).toEqual(['3.01', '301.31101', '3.01', '0', '10100']);
    expect(shown('sell', 300)).toEqual(['3', '3', '296.703', '0', '9900']);
    expect(shown('buy', 1)).toEqual(['0.01', '1.001', '0.01', '0', '10000']);
  });

  it('is less where the ladder ends, whatever it showed before, and nothing where nothing is asked for', () => {
    expect(shown('buy', 700)).toEqual(['6', '603.603', '6', '0', '10100']);
    expect(shown('sell', 700)).toEqual(['6', '6', '590.409', '0', '9800']);
    expect(shown('buy', 0)).toEqual(['0', '0', '0', '0', '0']);
  });

  it('has its fee where the venue charges it: a buyer gets less, or an asset of the venue pays', () => {
    expect(shown('buy', 300, { in: 'received' })).toEqual(['3', '300', '2.997', '0', '10000']);
    expect(shown('sell', 300, { in: 'received' })).toEqual(['3', '3', '296.703', '0', '9900']);
    const aside = { in: 'discount-asset', asset: 'BNB@east', share: decimal('0.75') } as const;
    expect(shown('buy', 300, aside)).toEqual(['3', '300', '3', '0.225', '10000']);
    expect(shown('sell', 300, aside)).toEqual(['3', '3', '297', '0.22275', '9900']);
  });

  it('has fees rounded up to the tenth place', () => {
    const fine = listed({ pair: 'BTC/USD', venue: 'east', takerFee: '0.00000000001' }, 0);
    const { spent } = fillOf(fine, 'buy', 100, book(), IN_QUOTE);
    expect(spent.toFixed()).toBe('100.000000001');
    const { received } = fillOf(fine, 'buy', 100, book(), { in: 'received' });
    expect(received.toFixed()).toBe('0.9999999999');
  });
});
