/** A coin in quarantine is released by an operator: over REST and by the command line, and never by who may only look. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { parallaxHere } from '../../cli/testing/in-process.ts';
import { json } from '../../cli/testing/parallax-process.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { quarantineCoin } from '../../testing/quarantined-coin.ts';
import { until, untilFits } from '../../testing/until.ts';

const OPERATOR = 'a'.repeat(43);
const VIEWER = 'b'.repeat(43);
const VENUES = ['simulated', 'sim-binance'];

let dataDir: string;
let engine: RunningEngine;
let client: EngineClient;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-coin-'));
  await quarantineCoin(dataDir, 'demo', 'ETH', VENUES);
  engine = await createEngine({
    dataDir,
    seed: 3,
    profile: 'demo',
    venues: ['kraken', 'binance'],
    tokens: { operator: OPERATOR, viewer: VIEWER },
    note: () => undefined,
  });
  client = connectEngine(dataDir, 'test');
  await until(() => client.call('getRisk', {}));
});
afterEach(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const doubted = async () =>
  (await client.call('getStatus', {})).doubtedCoins.map(({ coin, venues }) => [coin, venues]);

async function post(body: object, token: string) {
  const answer = await fetch(`${engine.url}/api/trustCoin`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

it('over REST: by an operator alone, by a code that is quarantined; the Events list and the audit trail have it', async () => {
  expect(await doubted()).toEqual([['ETH', VENUES]]);
  expect(await post({ coin: 'ETH' }, VIEWER)).toMatchObject({ status: 403, body: { ok: false } });
  expect(await post({ coin: '' }, OPERATOR)).toMatchObject({ status: 400, body: { ok: false } });
  expect(await post({ coin: 'BTC' }, OPERATOR)).toMatchObject({
    status: 422,
    body: { error: { code: 'not-doubted', value: 'BTC', remedy: 'Quarantined are ETH.' } },
  });
  expect(await doubted()).toHaveLength(1);
  expect(await post({ coin: 'ETH' }, OPERATOR)).toEqual({
    status: 200,
    body: { ok: true, data: { doubtedCoins: [] } },
  });
  expect(await doubted()).toEqual([]);
  const { news } = await untilFits(
    () => client.call('listNews', { limit: 500 }),
    (listed) => listed.news.some(({ event }) => event.type === 'coinTrusted'),
  );
  const trusted = news.find(({ event }) => event.type === 'coinTrusted');
  expect(trusted?.event).toMatchObject({ coin: 'ETH', venues: VENUES, actor: { kind: 'operator' } });
  const { entries } = await client.call('listAudit', { limit: 50 });
  expect(entries.map(({ action, outcome, detail }) => [action, outcome, detail])).toContainEqual([
    'trust coin',
    'trusted',
    `ETH at ${VENUES.join(', ')}`,
  ]);
  expect(await post({ coin: 'ETH' }, OPERATOR)).toMatchObject({
    status: 422,
    body: { error: { remedy: 'No coin is.' } },
  });
});

it('by the command line, and is one coin after a restart too', async () => {
  const wrong = await parallaxHere('trust-coin', 'BTC', '--data-dir', dataDir);
  expect([wrong.code, wrong.stderr]).toEqual([
    expect.any(Number) as number,
    expect.stringMatching(/coin: "BTC" is not quarantined. Quarantined are ETH./) as string,
  ]);
  expect(wrong.code).not.toBe(0);
  const done = await parallaxHere('trust-coin', 'ETH', '--data-dir', dataDir, '--json');
  expect([done.code, json(done)]).toEqual([0, { doubtedCoins: [] }]);
  await engine.stop();
  engine = await createEngine({ dataDir, seed: 3, note: () => undefined });
  client = connectEngine(dataDir, 'test');
  await until(() => client.call('getRisk', {}));
  expect(await doubted()).toEqual([]);
});
