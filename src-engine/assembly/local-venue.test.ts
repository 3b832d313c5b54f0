import { expect, it } from 'vitest';
import { THREE_EXCHANGES } from '../contract/records.ts';
import { venueAdapter } from '../venues/registry.ts';
import { ownExchange } from './local-venue.ts';

const FACES = ['kraken', 'binance', 'bybit'] as const;
const chosen = {
  profile: THREE_EXCHANGES,
  plan: { mode: 'demo' },
  adapters: FACES.map((name) => venueAdapter(name, 'venues')),
} as const;

it('gives exchanges that share a market a crowd, noise and outages of their own', () => {
  const exchanges = FACES.map((face) => ownExchange(face, true, chosen, { seed: 3, edgeSeconds: undefined }));
  expect(new Set(exchanges.map(({ seed }) => seed)).size).toBe(3);
  expect(exchanges.map(({ market }) => market?.seed)).toEqual([3, 3, 3]);
  expect(exchanges.every(({ outageSeconds }) => outageSeconds !== undefined)).toBe(true);
});

it('leaves the one exchange of a session the seed that was chosen, without outages', () => {
  const alone = ownExchange(
    'kraken',
    false,
    { ...chosen, profile: 'demo' },
    { seed: 3, edgeSeconds: undefined },
  );
  expect(alone).toMatchObject({ seed: 3, fees: 'demo' });
  expect(alone.market).toBeUndefined();
  expect(alone.outageSeconds).toBeUndefined();
});
