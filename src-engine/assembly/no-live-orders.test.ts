/**
 * Demo and paper cannot reach an account: with everything recorded that an engine asks for over real sockets, both
 * trade, and neither names a private address or sends a private message.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngine, type EngineOptions } from '../assemble.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import type { ConnectionEvents } from '../venues/network.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { openKrakenAccount } from '../venues/kraken/adapter.ts';
import { databaseNonces } from './key-nonces.ts';
import { until } from '../testing/until.ts';

const TRADER = {
  name: 'trader',
  key: 'key-of-a-trader-at-the-local-exchange',
  secret: Buffer.from('secret of a trader').toString('base64'),
  balances: { USD: '10000' },
};

let dataDir: string;
let exchange: LocalExchange;
/** Path of every request and connection. */
let paths: string[];
/** Method of every WebSocket message. */
let methods: Set<unknown>;
const cleanups: (() => Promise<unknown> | void)[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-no-live-orders-'));
  exchange = await startLocalExchange({ seed: 11, updatesPerSecond: 400, accounts: [TRADER] });
  record();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  vi.restoreAllMocks();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Lets everything through and writes it down: `fetch` carries all HTTP, `SystemNetwork.connect` all WebSockets. */
function record(): void {
  paths = [];
  methods = new Set();
  const plainFetch = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    paths.push(new URL(input instanceof Request ? input.url : input).pathname);
    return plainFetch(input, init);
  });
  const network = new SystemNetwork();
  const connect = network.connect.bind(network);
  vi.spyOn(SystemNetwork.prototype, 'connect').mockImplementation(
    (url: string, options: { readonly maxFrameBytes: number }, events: ConnectionEvents) => {
      paths.push(new URL(url).pathname);
      const connection = connect(url, options, events);
      return {
        ...connection,
        send(text) {
          methods.add((JSON.parse(text) as { method?: unknown }).method);
          return connection.send(text);
        },
      };
    },
  );
}

const isPublic = (path: string): boolean => path.startsWith('/0/public/') || path === '/v2';

async function trade(options: Partial<EngineOptions>): Promise<void> {
  const running = await createEngine({ dataDir, seed: 11, note: () => undefined, ...options });
  cleanups.push(() => running.stop());
  await until(() => expect(running.engine.status().counters.fills).toBeGreaterThan(0));
}

describe('an engine that trades', () => {
  it.each(['demo', 'paper'] as const)('%s: asks for public data only and places nothing', async (profile) => {
    const venueUrls = { kraken: { rest: exchange.url, stream: `${exchange.wsUrl}/v2` } };
    await trade({ profile, exchangeUrl: exchange.url, venueUrls });
    expect(paths).toContain('/v2');
    expect(paths).toContain('/0/public/AssetPairs');
    expect(paths.filter((path) => !isPublic(path))).toEqual([]);
    expect(methods).toContain('subscribe');
    expect(
      [...methods].filter((method) => !['subscribe', 'unsubscribe', 'ping'].includes(String(method))),
    ).toEqual([]);
    expect(exchange.log.entries.filter(({ kind }) => kind === 'placed')).toEqual([]);
    expect(exchange.accounts.byKey(TRADER.key)?.lastNonce).toBe(0n);
  });

  it('would be seen: the same record shows the private addresses of an account', async () => {
    const database = await openDatabase({ dataDir });
    cleanups.push(() => database.close());
    const venue = openKrakenAccount({
      venue: 'kraken',
      nonces: databaseNonces(database, 'kraken', TRADER.key),
      clock: new SystemClock(),
      network: new SystemNetwork(),
      random: () => 0.5,
      credential: TRADER,
      urls: { rest: exchange.url, account: `${exchange.wsUrl}/v2/auth` },
    });
    cleanups.push(() => venue.stop());
    const up = vi.fn();
    venue.connect(up);
    await until(() =>
      expect(up).toHaveBeenCalledWith(expect.objectContaining({ kind: 'link', state: 'up' })),
    );
    expect(paths.filter((path) => !isPublic(path))).toEqual(
      expect.arrayContaining(['/0/private/GetWebSocketsToken', '/v2/auth']),
    );
    expect(exchange.accounts.byKey(TRADER.key)?.lastNonce).toBeGreaterThan(0n);
  });
});
