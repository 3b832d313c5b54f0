import { expect, test } from 'vitest';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import { operations } from '../../../src-engine/contract/operations.ts';
import { capitalFault, type ProfileSettings, replaySettings, usualCapital } from './replay-settings.ts';

test('a replay decides by the limits and the detection of the profile', () => {
  const profile: ProfileSettings = {
    limits: { ...DEFAULT_LIMITS, maxOrderNotional: '25' },
    detection: { ...DEFAULT_DETECTION, minNetBps: 4, maxLegs: 4 },
  };
  const settings = replaySettings(profile, { amount: '2500.5', asset: 'EUR' });
  expect(settings).toMatchObject({
    capital: { EUR: '2500.5' },
    limits: { maxOrderNotional: '25' },
    detection: { minNetBps: 4 },
    legs: 4,
  });
  expect(operations.startReplay.input.parse({ recordings: ['a.jsonl'], settings }).settings).toEqual(
    settings,
  );
});

test('its capital is a venue’s share of what was paid in, in the home currency where the recording trades it', () => {
  const instruments = [
    { venue: 'binance', symbol: 'BTCUSDT', base: 'BTC@binance', quote: 'USDT@binance' },
    { venue: 'bitfinex', symbol: 'BTCUSD', base: 'BTC@bitfinex', quote: 'USD@bitfinex' },
  ];
  const of = (venue: string, ...symbols: string[]) => ({ venue, symbols });
  const base = { homeAsset: 'USD', paidIn: '74981.76', venues: 3, instruments };
  const profile = { ...base, recordings: [of('kraken', 'BTC/USD')] };
  expect(usualCapital(profile)).toEqual({ amount: '24993.92', asset: 'USD', isShare: true });
  const assetOf = (...recordings: ReturnType<typeof of>[]) => usualCapital({ ...base, recordings }).asset;
  // Letters alone are no asset, and a venue that does not trade it would start with nothing.
  for (const symbol of ['BTCUSDT', 'BTCFDUSD', 'USDT/EUR', 'USDCUSDT'])
    expect(assetOf(of('binance', symbol))).toBe('');
  expect(assetOf(of('bitfinex', 'BTCUSD'))).toBe('USD');
  expect(assetOf(of('kraken', 'BTC/USD'), of('binance', 'BTCUSDT'))).toBe('');
  expect(assetOf(of('kraken + binance', 'BTC/USD', 'BTCUSDT'))).toBe('');
  expect(assetOf()).toBe('');
  expect(usualCapital({ ...profile, paidIn: '74999.9999999999' }).amount).toBe('25000');
  expect(usualCapital({ ...profile, paidIn: undefined, venues: 0 })).toMatchObject({
    amount: '25000',
    isShare: false,
  });
  expect(usualCapital({ ...profile, paidIn: '-3' }).amount).toBe('25000');
  for (const amount of ['', '0', '-1', '1e9', 'ten', '1,5'])
    expect(capitalFault({ amount, asset: 'USD' })).not.toBe('');
  expect(capitalFault({ amount: '0.5', asset: 'BTC' })).toBe('');
  expect(
    replaySettings({ limits: DEFAULT_LIMITS, detection: DEFAULT_DETECTION }, { amount: '', asset: '' }),
  ).not.toHaveProperty('capital');
});
