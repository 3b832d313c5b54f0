import { describe, expect, it } from 'vitest';
import { createInstrument, type InstrumentSpec } from '../domain/instrument.ts';
import { buyRate, keptOfFixed, sellRate, toBps } from './costs.ts';
import { gridOf } from './instrument-grid.ts';

const grid = (change: Partial<InstrumentSpec>) =>
  gridOf(
    createInstrument(
      {
        symbol: 'X/Y',
        base: 'X',
        quote: 'Y',
        tickSize: '0.5',
        lotSize: '0.05',
        minQty: '0.1',
        minNotional: '5',
        takerFee: '0.01',
        status: 'online',
        ...change,
      },
      0,
      'test',
    ),
  );

describe('an instrument in plain numbers', () => {
  it.each([
    // A lot of five units of the last place, one of several whole pieces, and a plain one.
    [{ lotSize: '0.05', qtyDecimals: 2 }, 0.01, 5, 10],
    [{ lotSize: '5', minQty: '10', qtyDecimals: 0 }, 1, 5, 10],
    [{ lotSize: '5', minQty: '10', qtyDecimals: 2 }, 0.01, 500, 1_000],
    [{ lotSize: '0.00000001', minQty: '0.0001', qtyDecimals: 8 }, 1e-8, 1, 10_000],
    [{ lotSize: '0.001', minQty: '0', qtyDecimals: 3 }, 0.001, 1, 0],
  ])('%o: lots and minimums in units of the book', (change, qtyUnit, lotUnits, minQtyUnits) => {
    const made = grid(change);
    expect(made.qtyUnit).toBeCloseTo(qtyUnit, 15);
    expect([made.lotUnits, made.minQtyUnits]).toEqual([lotUnits, minQtyUnits]);
  });

  it.each([
    [{ tickSize: '0.5', priceDecimals: 1 }, 0.1, 5],
    [{ tickSize: '25', priceDecimals: 0 }, 1, 25],
    [{ tickSize: '0.25', priceDecimals: 4 }, 0.0001, 2_500],
    [{ tickSize: '0.01', priceDecimals: 2 }, 0.01, 1],
  ])('%o: ticks in units of the book', (change, priceUnit, tickUnits) => {
    const made = grid(change);
    expect(made.priceUnit).toBeCloseTo(priceUnit, 15);
    expect(made.tickUnits).toBe(tickUnits);
  });

  it('is tradable while it is online, and only then', () => {
    expect(grid({}).tradable).toBe(true);
    for (const status of [
      'cancel_only',
      'post_only',
      'limit_only',
      'reduce_only',
      'maintenance',
      'delisted',
    ] as const)
      expect(grid({ status }).tradable).toBe(false);
  });

  it('takes the fee from what a seller gets, and adds it to what a buyer pays', () => {
    const made = grid({ tickSize: '0.5', priceDecimals: 1 });
    expect(sellRate(made, 2_000)).toBeCloseTo(200 * 0.99, 12);
    expect(buyRate(made, 2_000)).toBeCloseTo(1 / (200 * 1.01), 15);
    expect(made.minNotional).toBe(5);
    expect(toBps(0.0012)).toBeCloseTo(12, 12);
  });

  it('says what an order keeps beside its fixed cost: of what is paid when it buys, of what came in when it sells', () => {
    const made = { ...grid({}), orderCost: 1 };
    expect(keptOfFixed('buy', 50, 7, made)).toBe(0.98);
    expect(keptOfFixed('buy', 1, 7, made)).toBe(0);
    expect(keptOfFixed('sell', 7, 49, made)).toBe(0.98);
    expect(keptOfFixed('buy', 0, 0, made)).toBe(1);
    expect(keptOfFixed('sell', 7, 98, grid({}))).toBe(1);
    expect(keptOfFixed('sell', 7, 0, grid({}))).toBe(1);
  });
});
