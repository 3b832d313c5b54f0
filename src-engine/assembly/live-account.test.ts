/**
 * The kernel that trades, the Kraken adapter and the local exchange as the venue with its own ledger, over real
 * loopback sockets: cycles are traded while connections are cut, frames doubled and orders refused, and in the end
 * both ledgers agree to the last digit.
 */
import { afterEach, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { Runner } from '../runner/runner.ts';
import { KrakenCredentials } from '../venues/kraken/private/credentials.ts';
import { KrakenExecution } from '../venues/kraken/private/execution.ts';
import { memoryNonces } from '../venues/kraken/private/testing/local-account.ts';
import { startLocalExchange } from '../venues/simulated/exchange/local-exchange.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { krakenMarket } from './kraken-market.ts';

const VENUE = 'simulated';
const CAPITAL = '25000';
const TRADER = {
  name: 'trader',
  key: 'trader-key-of-a-test',
  secret: Buffer.from('a secret of a trader for tests').toString('base64'),
  balances: { USD: CAPITAL },
};

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function engine() {
  const clock = new SystemClock();
  const exchange = await startLocalExchange({ seed: 3, accounts: [TRADER], updatesPerSecond: 600 });
  cleanups.push(() => exchange.stop());
  const random = (): number => 0.3;
  const market = await krakenMarket({
    venue: VENUE,
    title: 'Local exchange',
    isSimulated: true,
    restUrl: exchange.url,
    wsUrl: `${exchange.wsUrl}/v2`,
    homeAsset: 'USD',
    clock,
    random,
    stop: () => Promise.resolve(),
  });
  const kernel = new Kernel({
    runId: 'live-test',
    mode: 'live',
    simulatedMarket: true,
    seed: 1,
    homeAsset: 'USD',
    instruments: market.instruments,
    bookDepth: market.bookDepth,
    limits: DEFAULT_LIMITS,
    execution: DEFAULT_EXECUTION,
    detection: DEFAULT_DETECTION,
    opening: { balances: [{ asset: 'USD', total: CAPITAL }], realizedPnl: '0', fees: '0' },
    killed: false,
    mustReconcile: true,
  });
  const venue = new KrakenExecution({
    venue: VENUE,
    clock,
    network: new SystemNetwork(),
    random,
    restUrl: exchange.url,
    wsUrl: `${exchange.wsUrl}/v2/auth`,
    credentials: new KrakenCredentials(TRADER.key, TRADER.secret),
    nonceStore: memoryNonces(),
    tier: 'pro',
    socket: { backoffBaseMs: 100 },
  });
  cleanups.push(() => venue.stop());
  const events: EngineEvent[] = [];
  const runner = new Runner({
    kernel,
    clock,
    journal: { append: () => undefined },
    venues: new Map([[VENUE, venue]]),
    feeds: new Map([[VENUE, market.feed]]),
    publish: (facts) => events.push(...facts),
  });
  runner.begin();
  market.feed.start(market.instruments, {
    onBook: (update) => runner.submit(update),
    onTrade: (trade) => runner.submit(trade),
    onFeed: (event) => runner.submit(event),
    onAlive: (name, receivedUs) => runner.submit({ kind: 'alive', venue: name, receivedUs }),
    onInstrumentStatus: (instrumentId, status, atUs) =>
      runner.submit({ kind: 'instrument-status', instrumentId, status, atUs }),
    onBookLost: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
    onRaw: () => undefined,
  });
  cleanups.push(() => market.feed.stop());
  const ticks = setInterval(() => runner.submit({ kind: 'tick', atUs: clock.nowUs() }), 50);
  cleanups.push(() => clearInterval(ticks));
  const command = (what: Command): void =>
    runner.submit({
      kind: 'command',
      command: what,
      actor: { kind: 'operator', via: 'test' },
      atUs: clock.nowUs(),
    });
  const count = (type: EngineEvent['type']): number => events.filter((event) => event.type === type).length;
  return { exchange, events, command, count, clock };
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 10 });

it('trades through cuts, doubled frames, refusals and partial fills, and the ledger stays the venue’s', async () => {
  const { exchange, events, command, count } = await engine();
  await until(() => expect(count('executionFinished')).toBeGreaterThan(0));
  const { faults } = exchange;
  const disasters = [
    () => {
      faults.duplicateNextFrame();
      faults.partialFillNextOrder(0.4);
      faults.dropConnections();
    },
    () => {
      faults.rejectNextOrder('EOrder:Insufficient funds');
      faults.failNextRest(502, true);
    },
  ];
  const starts = (): number => count('executionStarted') + count('sweepStarted');
  const quiet = (): Promise<void> => until(() => expect(count('executionFinished')).toBe(starts()));
  for (const disaster of disasters) {
    // Between two cycles: an order that a cut connection swallows is unknown for good, and an operator's to settle.
    await quiet();
    const before = count('executionFinished');
    disaster();
    // What has halted trading is an operator's to look at; here it may go on as soon as the account was compared.
    await until(() => {
      if (count('tradingHalted') > count('tradingResumed')) command({ type: 'resume' });
      expect(count('executionFinished')).toBeGreaterThan(before);
    });
  }
  command({ type: 'pause' });
  await quiet();
  const created = count('orderCreated');
  command({ type: 'reconcile' });
  const compared = count('reconciled');
  await until(() => expect(count('reconciled')).toBeGreaterThan(compared));
  expect(created).toBeGreaterThan(5);
  const ledger = exchange.accounts.byKey(TRADER.key)?.ledger;
  const ours: Record<string, string> = {};
  for (const event of events) {
    if (event.type === 'balancesChanged') for (const { asset, total } of event.balances) ours[asset] = total;
  }
  for (const asset of ledger?.assets() ?? []) {
    expect(`${asset} ${ours[asset] ?? '0'}`).toBe(`${asset} ${ledger?.balance(asset).toFixed()}`);
  }
  const ids = exchange.log.entries.filter(({ kind }) => kind === 'placed').map(({ clOrdId }) => clOrdId);
  expect(new Set(ids).size).toBe(ids.length);
  // The last comparison found nothing: what was unknown has been settled by the venue's own word.
  expect(events.findLast((event) => event.type === 'reconciled')).toMatchObject({ unknownOrders: 0 });
}, 120_000);

it('a kill in the midst of it leaves nothing open, is verified within a second, and lets nothing follow', async () => {
  const { exchange, events, command, count, clock } = await engine();
  await until(() => expect(count('orderAccepted')).toBeGreaterThan(3));
  const killedUs = clock.nowUs();
  command({ type: 'kill', reason: 'test' });
  await until(() => expect(count('killVerified')).toBeGreaterThan(0));
  const verified = events.find((event) => event.type === 'killVerified');
  expect(verified).toMatchObject({ openOrders: 0 });
  expect((verified?.atUs ?? 0) - killedUs).toBeLessThan(1_000_000);
  expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(0);
  const placed = exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
  const dueUs = clock.nowUs() + 500_000;
  await until(() => expect(clock.nowUs()).toBeGreaterThan(dueUs));
  expect(exchange.log.entries.filter(({ kind }) => kind === 'placed')).toHaveLength(placed);
});
