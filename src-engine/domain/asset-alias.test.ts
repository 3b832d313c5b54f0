import { expect, it } from 'vitest';
import { openingCapital } from '../backtest/opening-capital.ts';
import { assetAmong, assetOfToday, ofAsset, pairAmong, pairOfToday, spellingsOf } from './asset-alias.ts';
import { createInstrument } from './instrument.ts';

it('XBT is BTC and XDG is DOGE, wherever a person names them, and no other code is touched', () => {
  expect(['XBT', 'XDG', 'BTC', 'AIXBT', 'toString'].map(assetOfToday)).toEqual([
    'BTC',
    'DOGE',
    'BTC',
    'AIXBT',
    'toString',
  ]);
  const has =
    (...known: string[]) =>
    (asset: string) =>
      known.includes(asset);
  expect(assetAmong('XBT', has('BTC', 'USD'))).toBe('BTC');
  expect(assetAmong('BTC', has('XBT', 'USD'))).toBe('XBT');
  expect(assetAmong('XBT', has('XBT', 'BTC'))).toBe('XBT');
  expect(assetAmong('ZZZ', has('BTC'))).toBe('ZZZ');
  expect(ofAsset({ XBT: '1' }, 'BTC')).toBe('1');
  expect(ofAsset({ XBT: '1', BTC: '2' }, 'BTC')).toBe('2');
  expect(ofAsset({ XBT: '1' }, 'ETH')).toBeUndefined();
});

it('a pair is known by its old name and by that of today', () => {
  expect(['XBT/USD', 'ETH/XBT', 'BTC/USD', 'AIXBT/USD'].map(pairOfToday)).toEqual([
    'BTC/USD',
    'ETH/BTC',
    'BTC/USD',
    'AIXBT/USD',
  ]);
  const among = (...known: string[]) => pairAmong('XBT/USD', (symbol) => known.includes(symbol));
  expect([among('BTC/USD'), among('XBT/USD', 'BTC/USD'), among('ETH/USD')]).toEqual([
    'BTC/USD',
    'XBT/USD',
    'XBT/USD',
  ]);
  expect(pairAmong('BTC/USD', (symbol) => symbol === 'XBT/USD')).toBe('XBT/USD');
  expect(spellingsOf('DOGE/BTC')).toEqual(['DOGE/BTC', 'DOGE/XBT', 'XDG/BTC', 'XDG/XBT']);
});

it('a backtest that starts with XBT starts with BTC', () => {
  const sizes = { tickSize: '0.1', lotSize: '0.1', minQty: '0.1', minNotional: '0', takerFee: '0' };
  const spec = { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', ...sizes };
  const instruments = [createInstrument(spec, 0, 'kraken')];
  expect(openingCapital({ capital: { XBT: '1' } }, instruments)).toEqual([{ asset: 'BTC', total: '1' }]);
  expect(openingCapital({ balances: { kraken: { XBT: '2' } } }, instruments)).toEqual([
    { asset: 'BTC', total: '2' },
  ]);
});
