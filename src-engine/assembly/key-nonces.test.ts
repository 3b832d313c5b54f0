/** The account with a real database: nonces over restarts, and what a look into the database shows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { VenueOrderEvent } from '../domain/order.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import { startLocalExchange } from '../venues/local-exchange/local-exchange.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { openKrakenAccount } from '../venues/kraken/adapter.ts';
import { databaseNonces } from './key-nonces.ts';
import { until } from '../testing/until.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const ACCOUNT = {
  name: 'trader',
  key: 'CANARY-key-of-a-trader-at-the-venue',
  secret: Buffer.from('CANARY secret of a trader').toString('base64'),
  balances: { USD: '1000' },
};

it('connects with nonces above all that were used, whatever the clock says after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-account-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const exchange = await startLocalExchange({ accounts: [ACCOUNT], updatesPerSecond: 0 });
  cleanups.push(() => exchange.stop());
  const system = new SystemClock();
  const nonces: bigint[] = [];
  for (const offsetUs of [0, -3_600_000_000, 0]) {
    const clock = {
      nowUs: () => system.nowUs() + offsetUs,
      schedule: (atUs: number, callback: () => void) => system.schedule(atUs - offsetUs, callback),
    };
    const database = await openDatabase({ dataDir });
    const events: VenueOrderEvent[] = [];
    const venue = openKrakenAccount({
      venue: 'kraken',
      nonces: databaseNonces(database, 'kraken', ACCOUNT.key),
      clock,
      network: new SystemNetwork(),
      random: () => 0.5,
      credential: ACCOUNT,
      urls: { rest: exchange.url, account: `${exchange.wsUrl}/v2/auth` },
    });
    venue.connect((event) => events.push(event));
    await until(() => expect(events).toMatchObject([{ kind: 'link', state: 'up' }]));
    nonces.push(exchange.accounts.byKey(ACCOUNT.key)?.lastNonce ?? 0n);
    await venue.stop();
    await database.close();
  }
  expect(nonces.every((nonce, n) => n === 0 || nonce > (nonces[n - 1] ?? nonce))).toBe(true);
  for (const file of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    const bytes = readFileSync(join(dataDir, file), { encoding: 'latin1' });
    expect(bytes).not.toContain('CANARY');
    expect(bytes).not.toContain(ACCOUNT.secret);
  }
});

it('keeps the nonces of two keys apart, and takes nothing for one that is none', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-account-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const database = await openDatabase({ dataDir });
  cleanups.push(() => database.close());
  const [one, other] = [
    databaseNonces(database, 'kraken', 'key-one'),
    databaseNonces(database, 'kraken', 'key-two'),
  ];
  expect(await one.load()).toBeUndefined();
  await one.save(1_763_690_000_000_000n);
  expect(await one.load()).toBe(1_763_690_000_000_000n);
  expect(await other.load()).toBeUndefined();
});
