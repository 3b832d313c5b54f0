/** A strategy at a rehearsed account: the whole engine, and an account at a local exchange; then a kill, a restart with what it holds, and the session played again. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../../assemble.ts';
import { findDivergence } from '../../divergence/divergence.ts';
import { readSessionLog } from '../../divergence/session-log.ts';
import { decimal } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { openDatabase } from '../../storage/database.ts';
import { eventsOfRun } from '../../storage/queries/recovery.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import { writePaperRecord } from '../../testing/paper-record.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { untilFits } from '../../testing/until.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { verifierOf } from '../../venues/registry.ts';

const NAME = { venue: 'simulated', title: 'Local exchange (simulated)' };
const NO_SECRETS: SecretStore = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('not here')),
  delete: () => Promise.resolve(false),
};

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-strategy-rehearsal-'));
  exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 300, edgeSeconds: 2 });
});

afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(more: Partial<EngineOptions> = {}): Promise<EngineClient> {
  const options = { dataDir, exchangeUrl: exchange.url, secrets: NO_SECRETS, seed: 7, note: () => undefined };
  running.push(await createEngine({ ...options, ...more }));
  return connectEngine(dataDir, 'test');
}

const only = async (client: EngineClient) => {
  const [row] = (await client.call('listStrategies', {})).strategies;
  if (row === undefined) throw new Error('one is set');
  return row;
};

const placed = (): number => exchange.log.entries.filter(({ kind }) => kind === 'placed').length;

async function* streamOf(events: readonly EngineEvent[]): AsyncGenerator<EngineEvent> {
  yield* events;
}

it('trades it as a canary beside cycles, is killed, carries what it holds over a restart, and replays to the same orders', async () => {
  await writePaperRecord(dataDir, 20);
  const client = await start({ sessionLog: true });
  await client.call('chooseProfile', { profile: 'rehearsal' });
  await client.call('applyLimitPreset', { preset: 'conservative' });
  await client.call('applyLimitPreset', { preset: 'standard' });
  await untilFits(
    () => client.call('getArming', {}),
    ({ venues }) => venues.length === 1 && venues.every(({ checklist }) => checklist.every(({ ok }) => ok)),
  );
  const { strategy } = await client.call('setStrategy', {
    name: 'sma-crossover',
    markets: ['BTC/USD@simulated'],
    mode: 'shadow',
    barSeconds: 1,
    stake: '3000',
    maxSlippageBps: 100,
    parameters: { fast: 1, slow: 2 },
  });
  const promotion = { strategy, to: 'canary', confirm: strategy, lossBudget: '20' } as const;
  await expect(client.call('promoteStrategy', promotion)).rejects.toThrow(/needs an account that is armed/);
  await client.call('armLive', NAME);
  await expect(client.call('promoteStrategy', promotion)).rejects.toThrow(/does not pass \d of 6 gates/);
  const row = await client.call('promoteStrategy', {
    ...promotion,
    override: 'OVERRIDE',
    why: 'a rehearsal',
  });
  expect(row).toMatchObject({ mode: 'canary', account: { stake: '30', lossBudget: '20' } });
  await untilFits(
    () => only(client),
    ({ fills, markets: [market] }) => fills > 1 && market?.held !== '0',
  );
  const { orders } = await client.call('listOrders', { limit: 1_000 });
  const own = orders.filter(({ executionId }) => executionId.includes('-strategy-'));
  expect(own.length).toBeGreaterThan(1);
  for (const { timeInForce, price, qty } of own) {
    expect(timeInForce).toBe('ioc');
    expect(decimal(price).times(qty).toNumber()).toBeLessThan(31);
  }

  await client.call('kill', {});
  await untilFits(
    () => client.call('getStatus', {}),
    ({ killVerifiedOpenOrders, ordersInFlight }) => killVerifiedOpenOrders === 0 && ordersInFlight === 0,
  );
  await client.call('rearm', { confirm: 'REARM' });
  const [atKill, count] = [await only(client), placed()];
  expect(atKill.mode).toBe('canary');
  await running.pop()?.stop();

  const [name = ''] = readdirSync(join(dataDir, 'sessions'));
  const log = await readSessionLog(join(dataDir, 'sessions', name));
  const database = await openDatabase({ dataDir });
  const journal = (await eventsOfRun(database, log.head.profile, log.config.runId, 0, 1_000_000)).map(
    ({ event }) => event,
  );
  await database.close();
  const found = await findDivergence(log, streamOf(journal), verifierOf, {
    shelf: { find: (wanted) => HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === wanted) },
    prepare: () => Promise.resolve(),
  });
  expect(found.first).toBeNull();
  expect(found.orders).toBeGreaterThan(own.length - 1);
  expect(
    journal.find((event) => event.type === 'strategySet' && event.promotion !== undefined),
  ).toMatchObject({
    promotion: { isOverride: true, why: 'a rehearsal' },
  });

  const again = await start();
  const standing = await untilFits(
    () => again.call('getAccountStanding', {}),
    ({ venues }) => venues.length > 0 && venues.every(({ agreedUs }) => agreedUs !== null),
  );
  expect(standing.venues[0]?.differences).toEqual([]);
  const carried = await only(again);
  expect(carried).toMatchObject({ mode: 'canary', markets: [{ held: atKill.markets[0]?.held }] });
  expect(carried.fills).toBe(atKill.fills);
  expect(placed()).toBe(count);
  // Switched off while the account is disarmed: nothing leaves, and it says why.
  await again.call('setStrategyMode', { strategy, mode: 'off' });
  if (carried.markets[0]?.held !== '0')
    await untilFits(
      () => only(again),
      ({ lastMiss }) => lastMiss?.code === 'trading-blocked',
    );
  expect(placed()).toBe(count);
});
