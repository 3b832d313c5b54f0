import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, decimal } from './decimal.ts';
import { UserError } from './errors.ts';
import {
  createInstrument,
  FEE_STEP,
  type InstrumentSpec,
  isTradable,
  specOf,
  takerFeeOf,
} from './instrument.ts';

const SPEC: InstrumentSpec = {
  symbol: 'BTC/USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: '0.1',
  lotSize: '0.00000001',
  minQty: '0.0001',
  minNotional: '0.5',
  takerFee: '0.004',
};

function problemOf(change: Partial<InstrumentSpec>) {
  try {
    createInstrument({ ...SPEC, ...change }, 0, 'test');
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
  throw new Error(`it took ${JSON.stringify(change)}`);
}

describe('an instrument', () => {
  it('counts its book in the digits of its steps, unless the book shows more', () => {
    expect(createInstrument(SPEC, 3, 'test')).toMatchObject({
      id: 3,
      priceDecimals: 1,
      qtyDecimals: 8,
      status: 'online',
    });
    const shown = createInstrument({ ...SPEC, tickSize: '0.5', priceDecimals: 5 }, 0, 'test');
    expect(shown.priceDecimals).toBe(5);
    expect(createInstrument({ ...SPEC, tickSize: '10' }, 0, 'test').priceDecimals).toBe(0);
  });

  it('may have no minimum', () => {
    const instrument = createInstrument({ ...SPEC, minQty: '0', minNotional: '0' }, 0, 'test');
    expect([instrument.minQty, instrument.minNotional].map(String)).toEqual(['0', '0']);
  });

  it.each([undefined, null])(
    'without a fee (%s) has none that could be taken for zero, and is not traded',
    (takerFee) => {
      const instrument = createInstrument({ ...SPEC, takerFee }, 0, 'test');
      expect(instrument.takerFee).toBeUndefined();
      expect(isTradable(instrument)).toBe(false);
      expect(specOf(instrument).takerFee).toBeNull();
      expect(isTradable(createInstrument({ ...SPEC, takerFee: '0' }, 0, 'test'))).toBe(true);
      // What was ordered there by an earlier run has more set aside for its fee than any venue charges.
      expect(takerFeeOf(instrument, decimal('100')).toString()).toBe('1');
    },
  );

  it.each([
    ['tickSize', { tickSize: '0' }],
    ['tickSize', { tickSize: '1e-8' }],
    ['lotSize', { lotSize: '-0.1' }],
    ['lotSize', { lotSize: '' }],
    ['minQty', { minQty: '-1' }],
    ['minNotional', { minNotional: 'NaN' }],
    ['takerFee', { takerFee: '1' }],
    ['takerFee', { takerFee: '-0.001' }],
    ['takerFee', { takerFee: '0,4%' }],
    ['priceDecimals', { priceDecimals: 13 }],
    ['priceDecimals', { priceDecimals: 1.5 }],
    ['qtyDecimals', { qtyDecimals: -1 }],
    // A step that the book cannot show: an order on tick would lie between two of its prices.
    ['priceDecimals', { tickSize: '0.25', priceDecimals: 1 }],
    ['qtyDecimals', { lotSize: '0.0000000000001' }],
  ] as const)('is refused by the name of its bad field: %s in %j', (field, change) => {
    expect(problemOf(change)).toMatchObject({ code: 'bad-instrument', field: `BTC/USD.${field}` });
    expect(problemOf(change).remedy).toBeTruthy();
  });

  it('trades two different assets', () => {
    expect(problemOf({ quote: 'BTC' })).toMatchObject({ field: 'BTC/USD', value: 'BTC/BTC' });
  });

  it('charges a fee that is never less than the rate says, by less than one step of it', () => {
    const instrument = createInstrument(SPEC, 0, 'test');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (units) => {
        const notional = new Decimal(units.toString()).times('0.000000000001');
        const over = takerFeeOf(instrument, notional).minus(notional.times('0.004'));
        expect(over.gte(0) && over.lt(FEE_STEP)).toBe(true);
      }),
    );
    expect(takerFeeOf(instrument, decimal('0')).toString()).toBe('0');
  });
});
