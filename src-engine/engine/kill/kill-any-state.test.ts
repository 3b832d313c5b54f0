/** A kill with an account chosen reaches the venue whatever state the engine is in, or says that it could not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../../assemble.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { openDatabase } from '../../storage/database.ts';
import { Journal } from '../../storage/journal.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { until, untilFits } from '../../testing/until.ts';
import { Connected } from '../../venues/kraken/private/testing/local-account.ts';
import {
  type Account,
  type AccountOptions,
  DEMO_ACCOUNT,
} from '../../venues/local-exchange/core/accounts/accounts.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let exchange: LocalExchange;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-kill-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  rmSync(dataDir, { recursive: true, force: true });
});

const NO_SECRETS: SecretStore = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('not here')),
  delete: () => Promise.resolve(false),
};

/** An exchange on whose account an order of ours, and a trailing stop of the trader, rest. @returns the order's id. */
async function resting(account: AccountOptions = DEMO_ACCOUNT, symbol = 'BTC/USD'): Promise<string> {
  exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 300, accounts: [account] });
  cleanups.push(() => exchange.stop());
  const earlier = new Connected(exchange, { account });
  await earlier.isUp();
  const orderId = earlier.place('buy', '1', '1', 'gtc', 60_000, symbol);
  await until(() => expect(earlier.kindsOf(orderId)).toEqual(['accepted']));
  await earlier.venue.stop();
  return orderId;
}

const demo = (): Account => exchange.accounts.byKey(DEMO_ACCOUNT.key) as Account;

async function start(more: Partial<EngineOptions> = {}): Promise<EngineClient> {
  const options = { dataDir, exchangeUrl: exchange.url, secrets: NO_SECRETS, seed: 7, note: () => undefined };
  const engine: RunningEngine = await createEngine({ ...options, ...more });
  cleanups.push(() => engine.stop());
  return connectEngine(dataDir, 'test');
}

const verified = (client: EngineClient) =>
  untilFits(
    () => client.call('getStatus', {}),
    ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
  );

it('that was refused a session: the account is canceled over REST, and the venue shows that nothing is open', async () => {
  await resting({ ...DEMO_ACCOUNT, permissions: ['query-funds', 'withdraw-funds'] });
  const client = await start();
  await expect(client.call('chooseProfile', { profile: 'rehearsal' })).rejects.toThrow(/may move money out/);
  expect(demo().openOrders.size).toBe(1);
  expect(await client.call('kill', {})).toMatchObject({
    killed: true,
    cancelsSent: 1,
    venues: [{ venue: 'simulated', title: 'Local exchange (simulated)', cancelsSent: 1, problem: '' }],
  });
  expect(demo().openOrders.size).toBe(0);
  expect(await verified(client)).toMatchObject({ killed: true, killProblem: '', profile: 'rehearsal' });
});

it('that is still starting: the account is canceled, and the session that comes up is killed', async () => {
  await resting();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isHeld = false;
  let asked = 0;
  // The keychain keeps the session waiting, and the kill after it not.
  const get = (): Promise<undefined> =>
    isHeld && asked++ === 0 ? held.then(() => undefined) : Promise.resolve(undefined);
  const client = await start({ secrets: { ...NO_SECRETS, get } });
  isHeld = true;
  const chosen = client.call('chooseProfile', { profile: 'rehearsal' });
  await until(() => asked === 1);
  expect(await client.call('kill', {})).toMatchObject({ killed: true, cancelsSent: 1 });
  expect(demo().openOrders.size).toBe(0);
  release();
  expect(await chosen).toMatchObject({ killed: true, arming: { state: 'disarmed' } });
  await verified(client);
});

it('whose venue cannot be reached: it says so, tries again, and cancels as soon as it can', async () => {
  await resting();
  const client = await start();
  exchange.faults.setSystemStatus('maintenance');
  await expect(client.call('chooseProfile', { profile: 'rehearsal' })).rejects.toThrow(/could not be read/);
  const answer = await client.call('kill', {});
  expect(answer).toMatchObject({
    killed: true,
    cancelsSent: 0,
    problem: expect.stringMatching(/Unavailable/),
  });
  expect(await client.call('getStatus', {})).toMatchObject({
    killed: true,
    killVerifiedOpenOrders: null,
    killProblem: expect.stringMatching(/Unavailable/),
  });
  const { lines } = await client.call('listLogs', { search: 'KILL NOT VERIFIED' });
  expect(lines.length).toBeGreaterThan(0);
  exchange.faults.setSystemStatus('online');
  await verified(client);
  expect(demo().openOrders.size).toBe(0);
});

it('whose session runs and whose venue then falls silent: it says so, and cancels as soon as it can', async () => {
  await resting();
  const client = await start();
  await client.call('chooseProfile', { profile: 'rehearsal' });
  exchange.faults.setSystemStatus('maintenance');
  exchange.faults.dropConnections();
  await client.call('kill', {});
  const failed = await untilFits(
    () => client.call('getStatus', {}),
    ({ killProblem }) => killProblem !== '',
  );
  expect(failed).toMatchObject({ killed: true, killVerifiedOpenOrders: null, paused: true });
  expect(failed.haltReason).toMatch(/the kill has not reached simulated; retrying/);
  exchange.faults.setSystemStatus('online');
  expect(await verified(client)).toMatchObject({ killProblem: '' });
  expect(demo().openOrders.size).toBe(0);
});

it('with an order of the last run on a pair that left trading: it starts, carries the pair along, and cancels it', async () => {
  const orderId = await resting(DEMO_ACCOUNT, 'LTC/USD');
  const nowUs = Date.now() * 1_000;
  const order = sampleOrder({
    orderId,
    symbol: 'LTC/USD',
    price: '1',
    qty: '1',
    timeInForce: 'gtc',
    state: 'accepted',
  });
  const ended = sampleOrder({
    orderId: 'e'.repeat(32),
    symbol: 'MATIC/USD',
    state: 'filled',
    updatedUs: nowUs,
  });
  const balances = Object.entries(DEMO_ACCOUNT.balances).map(([asset, total]) => ({
    asset,
    total,
    reserved: '0',
    costHome: '0',
  }));
  const left: EngineEvent[] = [
    {
      type: 'runStarted',
      atUs: nowUs - 9,
      mode: 'live',
      simulatedMarket: true,
      seed: 1,
      homeAsset: 'USD',
      balances,
    },
    { type: 'balancesChanged', atUs: nowUs - 8, balances },
    {
      type: 'orderCreated',
      atUs: nowUs - 7,
      order: { ...order, createdUs: nowUs - 7, updatedUs: nowUs - 7 },
    },
    {
      type: 'orderAccepted',
      atUs: nowUs - 6,
      order: { ...order, createdUs: nowUs - 7, updatedUs: nowUs - 6 },
    },
    {
      type: 'orderFilled',
      atUs: nowUs - 5,
      order: ended,
      fill: {
        fillId: 'f',
        orderId: ended.orderId,
        executionId: 'x',
        venue: 'simulated',
        symbol: 'MATIC/USD',
        side: 'buy',
        price: '1',
        qty: '0.01',
        fee: '0',
        feeAsset: 'USD',
        atUs: nowUs,
      },
    },
  ];
  const database = await openDatabase({ dataDir });
  const journal = await Journal.open(database, { profile: 'rehearsal', runId: 'rehearsal-before' });
  await journal.append(left);
  await journal.close();
  await database.close();
  exchange.setPairStatus('LTC/USD', 'maintenance');

  const client = await start();
  await client.call('chooseProfile', { profile: 'rehearsal' });
  const { instruments } = await client.call('getSnapshot', {});
  expect(instruments.map(({ symbol }) => symbol)).not.toContain('LTC/USD');
  const standing = await untilFits(
    () => client.call('getAccountStanding', {}),
    ({ venues }) => venues.every(({ agreedUs }) => agreedUs !== null),
  );
  expect(standing).toMatchObject({ venues: [{ differences: [], unreadRows: { count: 0 } }] });
  // On a slow machine the engine has canceled it by itself by now: its end was overdue.
  expect(await client.call('kill', {})).toMatchObject({ killed: true });
  await verified(client);
  expect(demo().openOrders.size).toBe(0);
  expect(exchange.log.entries.at(-1)).toMatchObject({ kind: 'canceled', symbol: 'LTC/USD' });
});

it('of a profile without an account: there is nothing to cancel', async () => {
  await resting();
  const client = await start({
    venueUrls: { kraken: { rest: 'http://127.0.0.1:1', stream: 'ws://127.0.0.1:1' } },
  });
  await expect(client.call('chooseProfile', { profile: 'paper' })).rejects.toThrow(/cannot be reached/);
  expect(await client.call('kill', {})).toEqual({ killed: true, cancelsSent: 0, venues: [] });
  await verified(client);
  expect(demo().openOrders.size).toBe(1);
});
