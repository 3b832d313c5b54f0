/** The venue lists no fees, as Kraken since September 2026: every profile starts, and says where its fees are from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type EngineOptions, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import { DEMO_ACCOUNT } from '../venues/local-exchange/core/accounts/accounts.ts';
import { type LocalExchange, startLocalExchange } from '../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let exchange: LocalExchange;
let running: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-fees-'));
  exchange = await startLocalExchange({ listsFees: false, updatesPerSecond: 0, fees: 'real' });
});

afterEach(async () => {
  await running?.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The keys of a live account, which the local exchange stands for under Kraken's name. */
const SECRETS: SecretStore = {
  get: () => Promise.resolve(`${DEMO_ACCOUNT.key}\n${DEMO_ACCOUNT.secret}`),
  set: () => Promise.reject(new Error('not here')),
  delete: () => Promise.resolve(false),
};

async function start(more: Partial<EngineOptions> = {}): Promise<EngineClient> {
  const stream = `${exchange.wsUrl}/v2`;
  const venueUrls = { kraken: { rest: exchange.url, stream, account: `${stream}/auth` } };
  running = await createEngine({
    dataDir,
    venueUrls,
    exchangeUrl: exchange.url,
    secrets: SECRETS,
    seed: 1,
    note: () => undefined,
    ...more,
  });
  return connectEngine(dataDir, 'test');
}

async function feesOf(client: EngineClient): Promise<Record<string, [string | null, string]>> {
  const { instruments } = await client.call('getSnapshot', {});
  expect(instruments.length).toBeGreaterThan(10);
  return Object.fromEntries(
    instruments.map(({ symbol, takerFee, feeBasis }) => [symbol, [takerFee, feeBasis]]),
  );
}

it('paper takes the published schedule and says that it is assumed, and of when', async () => {
  const client = await start();
  await client.call('chooseProfile', { profile: 'paper' });
  const fees = await feesOf(client);
  expect(fees['BTC/USD']).toEqual(['0.004', 'assumed, schedule of 2026-01-12']);
  expect(fees['USDT/USD']).toEqual(['0.002', 'assumed, schedule of 2026-01-12']);
  const { feeds } = await client.call('getStatus', {});
  expect(feeds[0]?.notTraded).toEqual({ count: 0, named: [] });
});

it('paper takes the tier of the trader’s volume', async () => {
  const client = await start({ feeVolumeUsd: 60_000 });
  await client.call('chooseProfile', { profile: 'paper' });
  const fees = await feesOf(client);
  expect(fees['BTC/USD']?.[0]).toBe('0.0024');
  expect(fees['USDT/USD']?.[0]).toBe('0.0016');
});

it('the volume is a stored setting: the paper profile takes it when it begins, and the option goes before it', async () => {
  const client = await start();
  expect(await client.call('getFeeSettings', {})).toEqual({ volumeUsd: 0, setBy: 'default' });
  await expect(client.call('updateFeeSettings', { volumeUsd: -1 })).rejects.toThrow(/volumeUsd/);
  const stored = { volumeUsd: 60_000, setBy: 'setting' };
  expect(await client.call('updateFeeSettings', { volumeUsd: 60_000 })).toEqual(stored);
  await running?.stop();
  const again = await start();
  expect(await again.call('getFeeSettings', {})).toEqual(stored);
  await again.call('chooseProfile', { profile: 'paper' });
  expect((await feesOf(again))['BTC/USD']?.[0]).toBe('0.0024');
  await running?.stop();
  const optioned = await start({ feeVolumeUsd: 0 });
  expect(await optioned.call('getFeeSettings', {})).toEqual({ volumeUsd: 0, setBy: 'option' });
  await optioned.call('chooseProfile', { profile: 'paper' });
  expect((await feesOf(optioned))['BTC/USD']?.[0]).toBe('0.004');
});

it.each(['rehearsal', 'live'] as const)('%s takes the fees of the account', async (profile) => {
  const client = await start();
  await client.call('chooseProfile', { profile });
  const fees = await feesOf(client);
  expect(fees['BTC/USD']).toEqual(['0.004', 'account']);
  expect(fees['USDT/USD']).toEqual(['0.002', 'account']);
});

it('the demo starts', async () => {
  const client = await start();
  await client.call('chooseProfile', { profile: 'demo' });
  expect((await feesOf(client))['BTC/USD']?.[1]).toBe('assumed, schedule of 2026-01-12');
});
