import { expect, it } from 'vitest';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { ADAPTERS } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';
import { readSelection } from './venue-selection.ts';

const pair = (base: string, quote: string): InstrumentSpec => ({
  symbol: `${base}/${quote}`,
  base,
  quote,
  tickSize: '0.01',
  lotSize: '0.001',
  minQty: '0.001',
  minNotional: '1',
  status: 'online',
});
/** Triangles of USD, BTC and five others: eleven pairs. */
const LISTED = [
  pair('BTC', 'USD'),
  ...['A', 'B', 'C', 'D', 'E'].flatMap((coin) => [pair(coin, 'USD'), pair(coin, 'BTC')]),
];

it('pairs beyond what the feed of a venue carries are left out by name, and those that stay are whole triangles', async () => {
  const [any] = ADAPTERS;
  if (any === undefined) throw new Error('there is no adapter');
  const adapter: VenueAdapter = {
    ...any,
    title: 'East',
    maxInstruments: 7,
    listActive: () => Promise.resolve({ instruments: LISTED, leftOut: [], activity: new Map() }),
  };
  const context = { clock: new SystemClock(), network: new SystemNetwork(), random: () => 0.5 };
  const plan = { venue: 'east', homeAsset: 'USD' };
  const { instruments, leftOut } = await readSelection(adapter, context, { ...plan, maxInstruments: 800 });
  expect(instruments.map(({ id, symbol }) => [id, symbol])).toEqual(
    ['BTC/USD', 'A/USD', 'A/BTC', 'B/USD', 'B/BTC', 'C/USD', 'C/BTC'].map((symbol, id) => [id, symbol]),
  );
  expect(leftOut).toEqual(
    ['D/USD', 'D/BTC', 'E/USD', 'E/BTC'].map((name) => ({
      name,
      reason: 'one connection to East carries 7 pairs at most',
    })),
  );
  const few = await readSelection(adapter, context, { ...plan, maxInstruments: 5 });
  expect([few.instruments.length, few.leftOut]).toEqual([5, []]);
});

it('a pair whose names a run could not write or cut apart again is left out, under a name and a reason of bounded length', async () => {
  const [any] = ADAPTERS;
  if (any === undefined) throw new Error('there is no adapter');
  const odd = [
    pair('X@kraken', 'USD'),
    pair('A>B', 'USD'),
    pair('A', 'U SD'),
    pair('\u202eTB', 'USD'),
    { ...pair('F', 'USD'), symbol: 'F","USD' },
    { ...pair('G', 'USD'), symbol: 'G/USD,B/USD' },
  ];
  const unread = { name: `\u001b[31m${'n'.repeat(1_000)}`, reason: `tick "${'9'.repeat(100_000)}" is odd` };
  const adapter: VenueAdapter = {
    ...any,
    listActive: () =>
      Promise.resolve({ instruments: [...odd, ...LISTED], leftOut: [unread], activity: new Map() }),
  };
  const context = { clock: new SystemClock(), network: new SystemNetwork(), random: () => 0.5 };
  const { instruments, leftOut } = await readSelection(adapter, context, { venue: 'east', homeAsset: 'USD' });
  expect(instruments.map(({ symbol }) => symbol)).toEqual(LISTED.map(({ symbol }) => symbol));
  const [first, ...rest] = leftOut;
  expect([(first?.name ?? '').length < 60, (first?.reason ?? '').length]).toEqual([true, 200]);
  expect(first?.name).not.toContain('\u001b');
  expect(rest.map(({ reason }) => reason)).toEqual([
    'its asset code contains "@"',
    'its asset code contains ">"',
    'its asset code contains " "',
    expect.stringContaining('its asset code contains'),
    'its symbol contains "\\""',
    'its symbol contains ","',
  ]);
});
