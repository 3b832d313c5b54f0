/** Alerts and rules of a whole engine: made, acknowledged, and there after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { until } from '../../testing/until.ts';

let dataDir: string;
let exchange: LocalExchange;
let running: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-alerts-'));
  exchange = await startLocalExchange({ seed: 5, updatesPerSecond: 200, edgeSeconds: 0.5 });
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  running = await createEngine({
    dataDir,
    exchangeUrl: exchange.url,
    seed: 5,
    profile: 'demo',
    note: () => undefined,
  });
  const client = connectEngine(dataDir, 'test');
  await until(async () =>
    expect((await client.call('getStatus', {})).feeds[0]?.booksLive).toBeGreaterThan(30),
  );
  return client;
}

async function restart(): Promise<EngineClient> {
  await running?.stop();
  return start();
}

const alerts = (client: EngineClient) => client.call('listAlerts', {});
/** Those that the test is about: a kill in the middle of a cycle may strand it, and a busy machine be behind, which is reported too. */
const own = async (client: EngineClient) =>
  (await alerts(client)).alerts.filter(({ key }) => /^(kill|rule|feed)/.test(key));
const eventually = (check: () => Promise<void>) => until(check);

it('a kill and a fired rule are alerts, once each, unread until acknowledged, through a restart', async () => {
  const client = await start();
  expect(await own(client)).toEqual([]);
  // Any opportunity has more than that; a price that cannot be is never crossed.
  const edge = { kind: 'edge', netBps: -100, restS: 86_400, severity: 'info' } as const;
  await client.call('saveAlertRule', { rule: edge });
  const price = {
    kind: 'price',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side: 'above',
    price: '999999999',
  } as const;
  const { rules } = await client.call('saveAlertRule', { rule: price });
  expect(rules.map(({ ruleId, state }) => [ruleId, state])).toEqual([
    [1, expect.any(String)],
    [2, 'unknown'],
  ]);
  await eventually(async () => {
    const listed = await client.call('listAlertRules', {});
    // It is armed again as soon as nothing is open, which may be before the test looks: that it fired is kept.
    expect(listed.rules[0]).toMatchObject({ firedUs: expect.any(Number) });
    expect(listed.rules[1]).toMatchObject({ state: 'armed', value: expect.stringMatching(/^\d+(\.\d+)?$/) });
  });
  await client.call('kill', { reason: 'drill' });
  await eventually(async () => {
    expect((await own(client)).map(({ key, times, endedUs }) => [key, times, endedUs])).toEqual([
      ['kill', 1, null],
      ['rule 1', 1, null],
    ]);
  });
  expect((await alerts(client)).worst).toBe('critical');
  const kill = (await own(client)).find(({ key }) => key === 'kill');
  await client.call('acknowledgeAlerts', { alertIds: [kill?.alertId ?? 0] });

  const again = await restart();
  // Closing down is nothing to be alarmed by, and a rule that fired does not fire again for having been started again.
  const kept = await own(again);
  expect(kept.map(({ key, acknowledgedUs }) => [key, acknowledgedUs !== null])).toEqual([
    ['kill', true],
    ['rule 1', false],
  ]);
  expect((await again.call('listAlertRules', {})).rules).toMatchObject([
    { ruleId: 1, rule: edge },
    { ruleId: 2, rule: price },
  ]);
  await again.call('rearm', { confirm: 'REARM' });
  await eventually(async () =>
    expect((await own(again))[0]).toMatchObject({ key: 'kill', endedUs: expect.any(Number) }),
  );
  await again.call('deleteAlertRule', { ruleId: 1 });
  await expect(again.call('deleteAlertRule', { ruleId: 1 })).rejects.toThrow(/is not a rule/);
  await again.call('acknowledgeAlerts', {});
  const last = await restart();
  const read = await own(last);
  expect(read.map(({ key }) => key)).toEqual(['kill', 'rule 1']);
  expect(read.filter(({ acknowledgedUs }) => acknowledgedUs === null)).toEqual([]);
  expect((await last.call('listAlertRules', {})).rules.map(({ ruleId }) => ruleId)).toEqual([2]);
});

it('a venue that cuts the line is an alert that ends by itself, however often it does', async () => {
  const client = await start();
  exchange.faults.dropConnections();
  await eventually(async () => {
    const list = await own(client);
    expect(list).toMatchObject([{ key: 'feed simulated', severity: 'warning', panel: 'health' }]);
    expect(list[0]?.endedUs).not.toBeNull();
  });
});
