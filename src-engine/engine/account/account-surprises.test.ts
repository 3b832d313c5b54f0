/** An armed engine whose venue and whose trader do what no plan says: it trades on by what is true, and a kill empties. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type RunningEngine } from '../../assemble.ts';
import { Decimal } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { writePaperRecord } from '../../testing/paper-record.ts';
import { until, untilFits } from '../../testing/until.ts';
import { apiSign } from '../../venues/kraken/private/sign.ts';
import { DEMO_ACCOUNT } from '../../venues/local-exchange/core/accounts/accounts.ts';
import { trailingStopRow } from '../../venues/local-exchange/protocols/kraken/testing/trailing-stop-row.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';

let dataDir: string;
let exchange: LocalExchange;
let engine: RunningEngine | undefined;
let facts: EngineEvent[];

beforeEach(async () => {
  facts = [];
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-surprises-'));
  exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 300, edgeSeconds: 0.5 });
});

afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const NO_SECRETS: SecretStore = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('not here')),
  delete: () => Promise.resolve(false),
};

/** An engine that trades the account of the local exchange as a canary. */
async function armed(): Promise<EngineClient> {
  await writePaperRecord(dataDir, 20);
  const options = { dataDir, exchangeUrl: exchange.url, secrets: NO_SECRETS, seed: 7, note: () => undefined };
  engine = await createEngine(options);
  engine.engine.facts.subscribe((more) => facts.push(...more.map(({ event }) => event)));
  const client = connectEngine(dataDir, 'test');
  await client.call('chooseProfile', { profile: 'rehearsal' });
  await client.call('applyLimitPreset', { preset: 'conservative' });
  await client.call('applyLimitPreset', { preset: 'standard' });
  await untilFits(
    () => client.call('getArming', {}),
    ({ venues }) => venues.length === 1 && venues.every(({ checklist }) => checklist.every(({ ok }) => ok)),
  );
  await client.call('armLive', { venue: 'simulated', title: 'Local exchange (simulated)' });
  return client;
}

/** Cycles that end from now on. What is long in coming is looked for in the facts: callers have a rate limit. */
async function tradesOn(more = 2): Promise<void> {
  const count = (): number => facts.filter(({ type }) => type === 'executionFinished').length;
  const before = count();
  const halts = () =>
    facts.flatMap((event) =>
      event.type === 'tradingHalted' && event.reason !== 'paused by the operator' ? [event.reason] : [],
    );
  await until(() => count() >= before + more || halts().length > 0);
  expect(halts()).toEqual([]);
}

/** An order of another program on the same account: it knows nothing of ours. */
async function placeElsewhere(fields: Readonly<Record<string, string>>): Promise<void> {
  const path = '/0/private/AddOrder';
  // Above what the engine has used, and below what it uses next.
  const nonce = String(Date.now() * 1_000);
  const body = new URLSearchParams({ nonce, ...fields }).toString();
  const secret = Buffer.from(DEMO_ACCOUNT.secret, 'base64');
  const headers = {
    'API-Key': DEMO_ACCOUNT.key,
    'API-Sign': apiSign(path, nonce, body, secret),
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const answer = await fetch(`${exchange.url}${path}`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ error: [] });
}

it('a fee that rises in mid-session: the first fill with a higher fee raises it, all fees are read again, the operator is alerted', async () => {
  const client = await armed();
  await tradesOn();
  exchange.setFees({ takerPercent: '0.25', makerPercent: '0.25' });
  const changed = () =>
    new Map(
      facts.flatMap((event) =>
        event.type === 'instrumentChanged' ? [[event.symbol, event.spec.takerFee ?? '']] : [],
      ),
    );
  const before = (await client.call('getSnapshot', {})).instruments;
  await until(() => changed().size === before.length);
  const { instruments } = await client.call('getSnapshot', {});
  for (const { symbol, takerFee } of instruments) {
    expect(new Decimal(takerFee ?? 0).gte('0.0025'), symbol).toBe(true);
  }
  // The pair that was charged first, by its fill; every other one, by what the account then says.
  const { news } = await client.call('listNews', { limit: 1_000 });
  const changes = news
    .toReversed()
    .flatMap(({ event }) => (event.type === 'instrumentChanged' ? [[event.cause, event.spec.feeBasis]] : []));
  expect(changes[0]).toEqual(['fill', expect.stringMatching(/^charged by a fill of /)]);
  expect(changes.filter(([cause]) => cause === 'account').length).toBeGreaterThan(10);
  const { alerts } = await untilFits(
    () => client.call('listAlerts', {}),
    (list) => list.alerts.some(({ key }) => key.startsWith('dearer fee simulated ')),
  );
  const alert = alerts.find(({ key }) => key.startsWith('dearer fee'));
  expect(alert).toMatchObject({
    severity: 'warning',
    title: expect.stringMatching(/was charged a higher fee than planned/),
  });
  expect(alert?.detail).toMatch(/takerFee 0\.\d+ → 0\.0025/);
  // What is decided from here on goes by the new fees, and what is charged is what was planned: no further alert.
  const count = alerts.filter(({ key }) => key.startsWith('dearer fee')).length;
  await tradesOn();
  const after = await client.call('listAlerts', {});
  expect(after.alerts.filter(({ key }) => key.startsWith('dearer fee'))).toHaveLength(count);
  const { fills } = await client.call('listFills', { limit: 1 });
  const [last] = fills;
  const rate = new Decimal(last?.fee ?? 0).div(new Decimal(last?.price ?? 1).times(last?.qty ?? 1));
  // A canary's fills are small, and the venue rounds their fees.
  expect(Math.abs(rate.toNumber() - 0.0025)).toBeLessThan(0.0002);
});

it('an order, money and rows of others, a reward, and a pair that leaves, all at once: it trades on, and a kill empties', async () => {
  const client = await armed();
  await tradesOn();
  // Another program holds most of the dollars, far below the market.
  const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '1000', volume: '10' };
  await placeElsewhere(order);
  exchange.report(DEMO_ACCOUNT.key, 'executions', {
    order_id: 'OTRAIL-STOP0-000001',
    exec_type: 'new',
    order_status: 'new',
    order_type: 'trailing-stop',
    symbol: 'BTC/USD',
    side: 'sell',
    limit_price: '+5.0000%',
    cum_qty: null,
    timestamp: new Date().toISOString(),
  });
  // What the REST lists hold of it: trailing stops as the trader set them, open and ended, and a pair that has another name now.
  const elsewhere = exchange.accounts.byKey(DEMO_ACCOUNT.key)?.elsewhere;
  const offsets = ['+5.0000%', '-5.0%', '#3.0', ''];
  for (const [n, offset] of offsets.entries()) {
    const row = trailingStopRow(n === 0 ? 'MATICUSD' : 'XBTUSD', 'sell', '10.00000000', offset);
    elsewhere?.open(`OSTOP${n}-AAAAA-AAAAAA`, row, undefined);
    elsewhere?.closedOrders.set(`OENDED-AAAAA-AAAAA${n}`, { ...row, status: 'expired' });
  }
  elsewhere?.trades.set('TMATIC-AAAAA-AAAAAA', {
    ordertxid: 'OENDED-AAAAA-AAAAA0',
    pair: 'MATICUSD',
    time: Date.now() / 1_000,
    type: 'sell',
    ordertype: 'trailing-stop',
    price: '0.5',
    cost: '5',
    fee: '0.01',
    vol: '10',
    margin: '0',
    misc: '',
  });
  exchange.credit(DEMO_ACCOUNT.key, 'DOT.S', '0.000001');
  exchange.setPairStatus('LTC/USD', 'cancel_only');
  await tradesOn();
  const status = await client.call('getStatus', {});
  expect(status).toMatchObject({ mode: 'live', paused: false, killed: false });
  // Compared while nothing is under way: an order that waits for a comparison could not be brought home meanwhile.
  await client.call('pauseTrading', {});
  await untilFits(
    () => client.call('getStatus', {}),
    ({ ordersInFlight }) => ordersInFlight === 0,
  );
  await client.call('reconcile', {});
  const { venues } = await untilFits(
    () => client.call('getAccountStanding', {}),
    (standing) =>
      standing.venues.every(({ foreignOrders, refusal }) => foreignOrders.length > 0 && refusal === ''),
  );
  expect(venues[0]).toMatchObject({ differences: [], unreadRows: { count: 0 } });
  const prices = venues[0]?.foreignOrders.map(({ price }) => price);
  expect(prices).toEqual(expect.arrayContaining(['1000.0', ...offsets]));
  await client.call('resumeTrading', {});
  await tradesOn();
  const { balances } = await client.call('getSnapshot', {});
  expect(balances.find(({ asset }) => asset === 'USD')).toBeDefined();
  const lastLtc = (await client.call('listOrders', { limit: 5 })).orders;
  expect(lastLtc.filter(({ symbol }) => symbol === 'LTC/USD')).toEqual([]);

  expect(await client.call('kill', {})).toMatchObject({ killed: true });
  await untilFits(
    () => client.call('getStatus', {}),
    ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
  );
  expect(exchange.accounts.byKey(DEMO_ACCOUNT.key)?.openOrders.size).toBe(0);
});
