import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';

/** A symbol in the form of exchangeInfo, with the fields that are read and some that are not. */
function row(symbol: string, changes: object = {}): Record<string, unknown> {
  return {
    symbol,
    status: 'TRADING',
    baseAsset: symbol.slice(0, 3),
    baseAssetPrecision: 8,
    quoteAsset: symbol.slice(3),
    quotePrecision: 8,
    isSpotTradingAllowed: true,
    permissions: [],
    permissionSets: [['SPOT', 'MARGIN']],
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: '0.01000000',
        maxPrice: '1000000.00000000',
        tickSize: '0.01000000',
      },
      { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
      { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '100.0', stepSize: '0.00000000' },
      {
        filterType: 'NOTIONAL',
        minNotional: '5.00000000',
        applyMinToMarket: true,
        maxNotional: '9000000.0',
        avgPriceMins: 5,
      },
    ],
    ...changes,
  };
}

function filtered(changes: Readonly<Record<string, object>>): object {
  const { filters } = row('ETHBTC') as { filters: { filterType: string }[] };
  return { filters: filters.map((filter) => ({ ...filter, ...changes[filter.filterType] })) };
}

describe('exchangeInfo', () => {
  it('gives tick, lot and minimums from the filters, never from the precisions of balances, and no fee', () => {
    const { instruments, leftOut } = instrumentsFromExchangeInfo({ symbols: [row('BTCUSDT')] });
    expect(leftOut).toEqual([]);
    expect(instruments).toEqual([
      {
        symbol: 'BTCUSDT',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.01',
        lotSize: '0.00001',
        minQty: '0.00001',
        minNotional: '5',
        // Eight where they stay exact: orders of older rules rest off today's tick and lot.
        priceDecimals: 8,
        qtyDecimals: 8,
        status: 'online',
      },
    ]);
  });

  it.each([
    ['the older filter alone', { NOTIONAL: { filterType: 'MIN_NOTIONAL', minNotional: '10.0' } }, '10'],
    ['no minimum at all', { NOTIONAL: { filterType: 'ICEBERG_PARTS' } }, '0'],
  ])('reads the least order value of %s', (_case, changes, minNotional) => {
    const { instruments } = instrumentsFromExchangeInfo({ symbols: [row('ETHBTC', filtered(changes))] });
    expect(instruments[0]?.minNotional).toBe(minNotional);
  });

  it('counts a book in fewer decimals where eight would not be exact, never in fewer than tick and lot', () => {
    const coin = filtered({
      PRICE_FILTER: { tickSize: '1.00000000', maxPrice: '10000000000.00000000' },
      LOT_SIZE: { stepSize: '1.00000000', maxQty: '46116860414.00000000' },
    });
    const fine = filtered({ LOT_SIZE: { stepSize: '0.00000100', maxQty: '922337203685.00000000' } });
    const { instruments } = instrumentsFromExchangeInfo({
      symbols: [row('AAABBB', coin), row('CCCDDD', fine)],
    });
    expect(instruments[0]).toMatchObject({ priceDecimals: 5, qtyDecimals: 3 });
    expect(instruments[1]).toMatchObject({ priceDecimals: 8, qtyDecimals: 6 });
  });

  it.each([
    ['TRADING', true, 'online'],
    ['TRADING', false, 'maintenance'],
    ['CANCEL_ONLY', true, 'cancel_only'],
    ['HALT', true, 'maintenance'],
    ['BREAK', true, 'maintenance'],
    ['A_NEW_WORD', true, 'maintenance'],
    [null, true, 'maintenance'],
  ])('takes status %s, spot allowed %s, for %s', (status, isSpotTradingAllowed, expected) => {
    const { instruments } = instrumentsFromExchangeInfo({
      symbols: [row('ETHBTC', { status, isSpotTradingAllowed })],
    });
    expect(instruments[0]?.status).toBe(expected);
  });

  it.each([
    ['a tick of zero', filtered({ PRICE_FILTER: { tickSize: '0.00000000' } }), /PRICE_FILTER.tickSize is 0/],
    ['no lot', { filters: [] }, /PRICE_FILTER.tickSize/],
    ['a lot of a number', filtered({ LOT_SIZE: { stepSize: 0.1 } }), /LOT_SIZE.stepSize/],
    ['an asset against itself', { quoteAsset: 'ETH' }, /two different assets/],
    ['no base', { baseAsset: null }, /baseAsset is not a name/],
    ['decimals beyond a book', filtered({ PRICE_FILTER: { tickSize: '0.0000000000001' } }), /priceDecimals/],
  ])('leaves a symbol with %s out under its name, and keeps the others', (_case, changes, reason) => {
    const { instruments, leftOut } = instrumentsFromExchangeInfo({
      symbols: [row('ETHBTC', changes), row('BTCUSDT')],
    });
    expect(instruments.map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
    expect(leftOut).toEqual([{ name: 'ETHBTC', reason: expect.stringMatching(reason) as string }]);
  });

  it('keeps all other symbols whatever stands in one field of one', () => {
    const fields = Object.keys(row('ETHBTC'));
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const symbols = [row('ETHBTC', { [field]: value }), row('BTCUSDT')];
        const { instruments } = instrumentsFromExchangeInfo({ symbols });
        expect(instruments.some(({ symbol }) => symbol === 'BTCUSDT')).toBe(true);
      }),
    );
  });

  it.each([[undefined], [{}], [{ symbols: {} }], [{ symbols: [] }], [{ symbols: [null] }]])(
    'refuses %j',
    (json) => {
      expect(() => instrumentsFromExchangeInfo(json)).toThrow(UserError);
    },
  );
});
