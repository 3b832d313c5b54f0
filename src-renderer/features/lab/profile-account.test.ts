import { expect, it } from 'vitest';
import { overProfile, profileSettings } from './profile-account.ts';
import { partsOf } from './same-file.ts';

const file = (venue: string, part = 1) => `${venue}-20261201T005929-000${part}.market-log.jsonl.gz`;
const instrument = (venue: string, base: string, quote: string) => ({
  venue,
  base: `${base}@${venue}`,
  quote: `${quote}@${venue}`,
});
const PROFILE = {
  homeAsset: 'USD@simulated',
  balances: [
    { asset: 'BTC@sim-binance', total: '0.5' },
    { asset: 'USD@simulated', total: '12000' },
    { asset: 'ETH@sim-binance', total: '0' },
    { asset: 'BTC@in-transit', total: '1' },
    { asset: 'OLD@simulated', total: '3' },
  ],
  instruments: [
    instrument('simulated', 'BTC', 'USD'),
    instrument('sim-binance', 'BTC', 'USDT'),
    instrument('sim-binance', 'ETH', 'USDT'),
  ],
  limits: { maxOpenCycles: 4 },
  detection: { maxLegs: 4, crossVenue: true, tradeCrossVenue: true },
} as unknown as Parameters<typeof profileSettings>[0];

it('a run over recordings of the profile’s venues begins with what lies at each, home first, and looks for routes as it does', () => {
  const settings = profileSettings(PROFILE, [file('sim-binance'), file('simulated'), file('simulated', 2)]);
  expect(settings).toEqual({
    balances: { simulated: { USD: '12000' }, 'sim-binance': { BTC: '0.5' } },
    limits: { maxOpenCycles: 4 },
    detection: { crossVenue: true, tradeCrossVenue: true },
    legs: 4,
  });
  expect(Object.keys(settings?.balances ?? {})[0]).toBe('simulated');
});

it('has none for one venue, for a venue where nothing lies, and for files of unknown venues', () => {
  expect(profileSettings(PROFILE, [file('simulated')])).toBeUndefined();
  expect(profileSettings(PROFILE, [file('simulated'), file('okx')])).toBeUndefined();
  expect(profileSettings(PROFILE, [file('simulated'), 'merged.jsonl'])).toBeUndefined();
});

it('gives way to what is typed', () => {
  const profile = profileSettings(PROFILE, [file('simulated'), file('sim-binance')]) ?? {};
  const merged = overProfile(profile, { balances: {}, detection: { minNetBps: 3 }, feeBps: 4 });
  expect(merged.balances).toBe(profile.balances);
  expect(merged).toMatchObject({ feeBps: 4, detection: { crossVenue: true, minNetBps: 3 } });
});

it('finds every venue and part of the recording that has ended', () => {
  const names = [file('simulated'), file('simulated', 2), file('okx'), `${file('sim-bybit')}.part`];
  const written = `/data/recordings/${file('simulated', 2)}.part, /data/recordings/${file('sim-bybit')}.part`;
  expect(partsOf(written, names)).toEqual([file('simulated'), file('simulated', 2)]);
});
