/** Inventory over the contract: targets, terms and declared transfers by REST and the command line, kept over a restart, in the audit trail. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { parallaxHere } from '../../cli/testing/in-process.ts';
import { json } from '../../cli/testing/parallax-process.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { until, untilFits } from '../../testing/until.ts';

const OPERATOR = 'a'.repeat(43);
const VIEWER = 'b'.repeat(43);
const [EAST, WEST] = ['simulated', 'sim-binance'] as const;

let dataDir: string;
let engine: RunningEngine;
let client: EngineClient;

async function start(): Promise<void> {
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
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-inventory-'));
  await start();
});
afterAll(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function post(operation: string, body: object, token = OPERATOR) {
  const answer = await fetch(`${engine.url}/api/${operation}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const board = () => client.call('getInventory', {});
const USDT = { coin: 'USDT', venue: WEST };

it('sets targets and terms, by an operator alone, of coins and venues of the session', async () => {
  expect(await post('setInventoryTarget', { ...USDT, target: '1' }, VIEWER)).toMatchObject({ status: 403 });
  expect(await post('setInventoryTarget', { ...USDT, target: '0' })).toMatchObject({ status: 400 });
  expect(await post('setInventoryTarget', { ...USDT, venue: 'north', target: '1' })).toMatchObject({
    status: 422,
    body: { error: { code: 'unknown-venue', value: 'north' } },
  });
  expect(await post('setInventoryTarget', { coin: 'NIX', venue: WEST, target: '1' })).toMatchObject({
    status: 422,
    body: { error: { code: 'unknown-coin', field: 'coin', value: 'NIX' } },
  });
  expect(await post('setInventoryTarget', { ...USDT, target: '90000' })).toMatchObject({ status: 200 });
  const row = (await board()).rows.find((one) => one.coin === 'USDT' && one.venue === WEST);
  expect(row).toMatchObject({ target: '90000', isOwnTarget: true, state: 'dry', lowPct: 50, highPct: 150 });
  const terms = { coin: 'USDT', venue: EAST, network: 'TRON', fee: '2' };
  expect(await post('setTransferTerms', terms)).toMatchObject({ status: 200 });
  expect((await board()).terms).toEqual([{ ...terms, minimum: null, minutes: null }]);
  for (const network of ['   ', ' TRON', 'TR\nON', '\u001b[31mTRON', 'TRON\u202e', '\ud800'])
    expect(await post('setTransferTerms', { ...terms, network })).toMatchObject({
      status: 400,
      body: {
        error: { field: 'network', message: expect.stringContaining('one line of visible characters') },
      },
    });
  expect(await post('removeTransferTerms', { ...USDT, network: 'TRON' })).toMatchObject({
    status: 422,
    body: { error: { remedy: `Stored are USDT from ${EAST} over TRON.` } },
  });
});

it('declares and cancels transfers by REST and the command line; they are facts, audited, and outlive a restart', async () => {
  const request = { coin: 'USD', amount: '100', from: EAST, to: WEST, fee: '1', minutes: 60 };
  expect(await post('declareTransfer', { ...request, fee: undefined })).toMatchObject({ status: 400 });
  expect(await post('declareTransfer', { ...request, to: EAST })).toMatchObject({
    status: 422,
    body: { error: { code: 'bad-transfer', field: 'to' } },
  });
  const usdt = ['--coin', 'USDT', '--amount', '100', '--fee', '1', '--minutes', '60'];
  const way = ['--from', WEST, '--to', EAST, '--data-dir', dataDir];
  const declared = await parallaxHere('transfer', ...usdt, ...way, '--json');
  expect([declared.code, json(declared)]).toMatchObject([0, { state: 'departed', left: '100' }]);
  const wrong = await parallaxHere('transfer', ...usdt.with(3, '9000000'), ...way);
  expect([wrong.code === 0, wrong.stderr]).toEqual([false, expect.stringMatching(/amount: "9000000"/)]);
  // A snapshot may be one that was made for another client a moment before.
  await untilFits(
    () => client.call('getSnapshot', {}),
    ({ balances }) => balances.find(({ asset }) => asset === 'USDT@in-transit')?.total === '100',
  );
  await engine.stop();
  await start();
  const [open] = (await board()).transfers;
  expect(open).toMatchObject({ coin: 'USDT', state: 'departed', from: WEST, to: EAST });
  const canceled = await parallaxHere('transfer', '--cancel', open?.transferId ?? '', '--data-dir', dataDir);
  expect([canceled.code, canceled.stdout]).toEqual([0, expect.stringMatching(/is canceled/)]);
  const listed = await parallaxHere('inventory', '--data-dir', dataDir);
  expect(listed.stdout).toMatch(/USDT at sim-binance: [\d.]+; target 90000 \([\d.]+ %\), dry/);
  const { news } = await untilFits(
    () => client.call('listNews', { limit: 500 }),
    (all) => all.news.some(({ event }) => event.type === 'transferChanged'),
  );
  expect(news.some(({ event }) => event.type === 'inventorySet')).toBe(true);
  const { entries } = await client.call('listAudit', { limit: 100 });
  const actions = entries.map(({ action, outcome }) => `${action} ${outcome}`);
  expect(actions).toEqual(
    expect.arrayContaining(['transfer departed', 'transfer canceled', 'set inventory set']),
  );
  const again = await post('cancelTransfer', { transferId: open?.transferId ?? '' });
  expect(again).toMatchObject({ status: 422, body: { error: { remedy: 'None is.' } } });
});
