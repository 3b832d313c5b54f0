/** Two engines of one PostgreSQL database and one account, of which the second has taken the lease over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createEngine } from '../../assemble.ts';
import { connectEngine } from '../../testing/patient-client.ts';
import { PostgresLeasePlace } from '../../storage/lease/lease-row.ts';
import { startTestPostgres } from '../../testing/postgres.ts';
import { until, untilFits } from '../../testing/until.ts';
import { Connected } from '../../venues/kraken/private/testing/local-account.ts';
import { DEMO_ACCOUNT } from '../../venues/local-exchange/core/accounts/accounts.ts';
import { startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it('leaves the account, and the orders that the other engine has there, alone; a kill by hand does not', async ({
  skip,
}) => {
  const postgres = await startTestPostgres();
  if ('missing' in postgres) return skip(postgres.missing);
  const databaseUrl = await postgres.createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'parallax-takeover-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 50, accounts: [DEMO_ACCOUNT] });
  cleanups.push(() => exchange.stop());
  const engine = await createEngine({
    dataDir,
    databaseUrl,
    exchangeUrl: exchange.url,
    seed: 7,
    leaseTiming: { renewMs: 50 },
    secrets: {
      get: () => Promise.resolve(undefined),
      set: () => Promise.reject(new Error('not here')),
      delete: () => Promise.resolve(false),
    },
    note: () => undefined,
  });
  cleanups.push(() => engine.stop());
  const client = connectEngine(dataDir, 'test');
  await client.call('chooseProfile', { profile: 'rehearsal' });

  const place = new PostgresLeasePlace(databaseUrl);
  cleanups.push(() => place.close());
  const other = { holder: 'another machine', holderId: 'other' };
  await until(async () => place.take(await place.read(other), other));
  const theirs = new Connected(exchange, { account: DEMO_ACCOUNT });
  cleanups.push(() => theirs.venue.stop());
  await theirs.isUp();
  const orderId = theirs.place('buy', '1', '1', 'gtc', 60_000, 'BTC/USD');
  await until(() => expect(theirs.kindsOf(orderId)).toEqual(['accepted']));

  await untilFits(
    () => client.call('listLogs', { search: 'all others on its accounts left alone' }),
    ({ lines }) => lines.length > 0,
  );
  const { guard } = engine.engine.requireSession().parts.connections[0]?.account ?? {};
  expect(guard?.isWatching).toBe(false);
  const left = await client.call('getStatus', {});
  expect(left).toMatchObject({ killed: false, paused: true, storage: { healthy: false } });
  expect(left.haltReason).toMatch(/taken (?:it )?over/);
  const open = exchange.accounts.byKey(DEMO_ACCOUNT.key)?.openOrders;
  expect(open?.size).toBe(1);
  await client.call('kill', {});
  await until(() => open?.size === 0);
});
