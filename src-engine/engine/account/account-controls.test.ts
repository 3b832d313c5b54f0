/** What an operator may do about the account, through the contract, over a real database and a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { DEFAULT_EXECUTION } from '../../domain/limits.ts';
import { parallaxHere } from '../../cli/testing/in-process.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { until } from '../../testing/until.ts';

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-account-'));
  exchange = await startLocalExchange({ seed: 12, updatesPerSecond: 100 });
});

afterEach(async () => {
  await running.pop()?.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EngineClient> {
  const options = { dataDir, exchangeUrl: exchange.url, seed: 12, note: () => undefined };
  running.push(await createEngine({ ...options, profile: 'demo' }));
  const client = connectEngine(dataDir, 'test');
  await until(() => client.call('getAccountStanding', {}));
  return client;
}

describe('execution settings', () => {
  it('are changed with a version, kept over a restart, and refused when they make no sense', async () => {
    const client = await start();
    expect(await client.call('getExecutionSettings', {})).toEqual(DEFAULT_EXECUTION);
    await client.call('updateExecution', { maxUnwindBps: 120, parallelLegs: true });
    await expect(client.call('updateExecution', { unwindDeadlineMs: 0 })).rejects.toThrow(/unwindDeadlineMs/);
    const { changes } = await client.call('listLimitChanges', {});
    expect(changes).toMatchObject([
      {
        scope: 'execution',
        changes: [
          { field: 'maxUnwindBps', from: '300', to: '120' },
          { field: 'parallelLegs', from: 'false', to: 'true' },
        ],
      },
    ]);
    await running.pop()?.stop();
    const again = await start();
    expect(await again.call('getExecutionSettings', {})).toMatchObject({
      maxUnwindBps: 120,
      parallelLegs: true,
    });
  });
});

/** What the command line says, with the data folder of the engine. */
async function parallax(...args: string[]): Promise<{ readonly failed: boolean; readonly said: string }> {
  const { code, stdout, stderr } = await parallaxHere(...args, '--data-dir', dataDir);
  return { failed: code !== 0, said: stdout + stderr };
}

describe('the command line', () => {
  it('says how the account stands, and why something cannot be done about it', async () => {
    await start();
    expect(await parallax('account')).toEqual({ failed: false, said: 'simulated: keeps no account\n' });
    const settled = await parallax('account', '--settle', 'abc');
    expect(settled).toMatchObject({ failed: true });
    expect(settled.said).toMatch(/orderId: "abc" cannot be settled by hand: no order abc is open/);
    expect(JSON.parse((await parallax('account', '--json')).said)).toMatchObject({ unknownOrders: [] });
  });
});

describe('a venue without an account of its own', () => {
  it('has nothing to compare, to settle or to adopt, and says so', async () => {
    const client = await start();
    expect(await client.call('getAccountStanding', {})).toMatchObject({
      comparesAccounts: false,
      venues: [{ refusal: '', agreedUs: null, differences: [] }],
    });
    await expect(client.call('reconcile', {})).rejects.toThrow(/has no account at a venue/);
    await expect(client.call('settleOrder', { orderId: 'abc' })).rejects.toThrow(/no order abc is open/);
    await expect(client.call('adoptBalances', { venue: 'simulated' })).rejects.toThrow(
      /no balances that differ/,
    );
    await expect(client.call('adoptBalances', { venue: 'other' })).rejects.toThrow(/not a venue of this run/);
    await expect(client.call('trustCoin', { coin: 'ETH' })).rejects.toThrow(
      /coin: "ETH" is not quarantined. No coin is./,
    );
  });
});
