/** The live profile at Binance, whole: its addresses lead to the local exchange as Binance, everything else is as in production. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { claimAccount } from './claim-account.ts';
import { connectEngine } from '../testing/patient-client.ts';
import { writePaperRecord } from '../testing/paper-record.ts';
import { until, untilFits } from '../testing/until.ts';
import type { AccountOptions } from '../venues/local-exchange/core/accounts/accounts.ts';
import { type RunningExchange, startBinanceExchange } from '../venues/local-exchange/local-exchange.ts';

const TRADER: AccountOptions = {
  name: 'trader',
  key: 'key-of-a-trader-at-binance',
  secret: 'secretofatrader'.repeat(4),
  balances: { USDT: '20000' },
};

let dataDir: string;
let exchange: RunningExchange;
let engine: RunningEngine | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-binance-'));
  exchange = await startBinanceExchange({
    seed: 7,
    updatesPerSecond: 300,
    edgeSeconds: 0.5,
    accounts: [TRADER],
  });
});

afterEach(async () => {
  await engine?.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('is compared, armed with its checklist read, trades, agrees with the exchange afterwards, and is emptied by a kill', async () => {
  await writePaperRecord(dataDir, 20, 'paper');
  engine = await createEngine({
    dataDir,
    seed: 7,
    note: () => undefined,
    secrets: {
      get: (name) =>
        Promise.resolve(name === 'binance-api-key' ? `${TRADER.key}\n${TRADER.secret}` : undefined),
      set: () => Promise.reject(new Error('not here')),
      delete: () => Promise.resolve(false),
    },
    venueUrls: {
      binance: { rest: exchange.url, stream: exchange.wsUrl, account: `${exchange.wsUrl}/ws-api/v3` },
    },
  });
  const client = connectEngine(dataDir, 'test');
  const chosen = await client.call('chooseProfile', { profile: 'live', venues: ['binance'] });
  expect(chosen).toMatchObject({ profile: 'live', mode: 'ghost', venueTitle: 'Binance' });
  await client.call('applyLimitPreset', { preset: 'conservative' });
  await client.call('applyLimitPreset', { preset: 'standard' });
  const { venues: accounts } = await untilFits(
    () => client.call('getArming', {}),
    ({ venues }) => venues[0]?.checklist.every(({ ok }) => ok) === true,
  );
  const detail = (id: string) => accounts[0]?.checklist.find((item) => item.id === id)?.detail;
  expect(detail('dead-engine')).toMatch(/the venue has no dead-man switch/);
  expect(detail('key')).toMatch(/cannot withdraw.*works from any IP address/);
  await client.call('armLive', { venue: 'binance', title: 'Binance' });
  // Asked of the exchange itself: an engine answers so many calls a second.
  await until(() => (exchange.accounts.byKey(TRADER.key)?.trades.length ?? 0) >= 3);
  const standing = await untilFits(
    () => client.call('getAccountStanding', {}),
    ({ venues, unknownOrders }) =>
      venues[0]?.refusal === '' && unknownOrders.length === 0 && venues[0].limits.length > 0,
  );
  expect(standing).toMatchObject({
    isWatched: true,
    venues: [{ venue: 'binance', differences: [], deadManSwitch: { state: 'none' } }],
  });
  await client.call('kill', {});
  await untilFits(
    () => client.call('getStatus', {}),
    ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
  );
  expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(0);

  // A journal that does not close keeps the account from no other engine, nor from the next session of this one.
  const running = engine.engine;
  const { journal } = running.requireSession().parts;
  journal.close = () => Promise.reject(new Error('the disk is gone'));
  const next = { profile: 'demo', capital: undefined } as const;
  await expect(running.chooseProfile(next)).rejects.toThrow('the disk is gone');
  expect(running.session).toBeUndefined();
  const name = { adapter: 'binance', title: 'Binance', key: TRADER.key, restUrl: exchange.url };
  claimAccount(name).release();
});
