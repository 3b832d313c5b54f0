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
  const profile = { homeAsset: 'USD', paidIn: '74981.76', venues: 3, symbols: ['BTC/USD'] };
  expect(usualCapital(profile)).toEqual({ amount: '24993.92', asset: 'USD' });
  expect(usualCapital({ ...profile, symbols: ['BTCUSDT'] })).toMatchObject({ asset: '' });
  expect(usualCapital({ ...profile, paidIn: undefined, venues: 0 }).amount).toBe('25000');
  expect(usualCapital({ ...profile, paidIn: '-3' }).amount).toBe('25000');
  for (const amount of ['', '0', '-1', '1e9', 'ten', '1,5'])
    expect(capitalFault({ amount, asset: 'USD' })).not.toBe('');
  expect(capitalFault({ amount: '0.5', asset: 'BTC' })).toBe('');
  expect(
    replaySettings({ limits: DEFAULT_LIMITS, detection: DEFAULT_DETECTION }, { amount: '', asset: '' }),
  ).not.toHaveProperty('capital');
});
