import { expect, test } from 'vitest';
import { operations } from '../../../src-engine/contract/operations.ts';
import { LAB_FIELDS, settingsOf, valuesOf } from './lab-fields.ts';
import { accountBase, checkAccount, redisError } from './start-account.ts';

const typed = (change: Partial<Parameters<typeof checkAccount>[0]> = {}) =>
  checkAccount({ asset: 'USD', amount: '1000', balances: '', ...change });

test('one amount, or balances by venue, as a backtest and a sweep take them', () => {
  const one = typed({ asset: ' usd ' });
  expect(one).toEqual({ ok: true, account: { capital: { USD: '1000' } } });
  const several = typed({ balances: 'kraken.USD=1000, binance.USDT=500,kraken.ETH2.S=2.5' });
  expect(several).toEqual({
    ok: true,
    account: { balances: { kraken: { USD: '1000', 'ETH2.S': '2.5' }, binance: { USDT: '500' } } },
  });
  if (!several.ok) throw new Error('fits');
  const settings = settingsOf(
    { 'limits.maxOrderNotional': '50', feeVolumeUsd: '60000' },
    several.account,
    'paper',
  );
  expect(settings).toMatchObject({
    feeVolumeUsd: 60_000,
    latencyOf: 'paper',
    limits: { maxOrderNotional: '50' },
    balances: { binance: { USDT: '500' } },
  });
  expect(operations.startBacktest.input.safeParse({ recordings: ['a'], settings }).success).toBe(true);
  expect(accountBase(several.account)).toEqual({
    'balances.kraken.USD': '1000',
    'balances.kraken.ETH2.S': '2.5',
    'balances.binance.USDT': '500',
  });
});

test.each([
  [{ amount: '0' }, 'capital', /above zero/],
  [{ amount: '1e5' }, 'capital', /above zero/],
  [{ asset: 'U$D' }, 'capital', /like USD/],
  [{ balances: 'USD=5' }, 'balances', /“USD=5” is not like kraken\.USD=1000/],
  [{ balances: 'kraken.USD=5,' }, 'balances', /“” is not like/],
  [{ balances: 'kraken.USD=-5' }, 'balances', /“kraken\.USD=-5”/],
  [{ balances: 'kraken.USD=5, kraken.USD=6' }, 'balances', /kraken\.USD is entered twice/],
])('%j is refused at %s', (change, field, error) => {
  expect(typed(change)).toMatchObject({ ok: false, field, error: expect.stringMatching(error) });
});

test('every limit can be set and varied by the name that the engine knows', () => {
  const limits = LAB_FIELDS.filter(({ name }) => name.startsWith('limits.'));
  expect(limits.length).toBeGreaterThan(20);
  expect(valuesOf({ 'limits.maxOrdersPerSecond': '5' })).toEqual({ 'limits.maxOrdersPerSecond': 5 });
  expect(valuesOf({ 'limits.maxOrdersPerSecond': '5000' })).toBeNull();
});

test('the address of a Redis is one, and holds no password', () => {
  expect(redisError('')).toBe('');
  expect(redisError(' redis://127.0.0.1:6379/0 ')).toBe('');
  expect(redisError('127.0.0.1:6379')).toMatch(/address like/);
  expect(redisError('http://x')).toMatch(/address like/);
  expect(redisError('redis://h/abc')).toMatch(/address like/);
  expect(redisError('redis://h:0')).toMatch(/address like/);
  expect(redisError('redis://:canary@host')).toMatch(/^No password here/);
});
