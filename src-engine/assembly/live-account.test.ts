/**
 * The kernel that trades, the Kraken adapter and the local exchange as the venue with its own ledger, over real
 * loopback sockets: cycles are traded while connections are cut, frames doubled and orders refused, and in the end
 * both ledgers agree to the last digit.
 */
import { afterEach, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import type { Command } from '../kernel/input.ts';
import { LiveEngine, TRADER } from '../testing/live-engine.ts';
import { until } from '../testing/until.ts';

const engines: LiveEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

async function start(): Promise<LiveEngine> {
  const engine = await LiveEngine.start(3);
  engines.push(engine);
  return engine;
}

it('trades through cuts, doubled frames, refusals and partial fills, and the ledger stays the venue’s', async () => {
  const engine = await start();
  const { exchange, events } = engine;
  const command = (what: Command): void => engine.command(what);
  const count = (type: EngineEvent['type']): number => engine.count(type);
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
  /** An order that a cut connection swallowed is unknown for good, and a minute later an operator's to settle. */
  const settle = (): void => {
    const unknown = events.flatMap((event) => (event.type === 'orderUnknown' ? [event.order.orderId] : []));
    for (const orderId of new Set(unknown)) command({ type: 'settleOrder', orderId });
  };
  const quiet = (): Promise<void> =>
    until(() => {
      settle();
      expect(count('executionFinished')).toBe(starts());
    });
  for (const disaster of disasters) {
    // Between two cycles: the disaster then meets one that is just beginning.
    await quiet();
    const before = count('executionFinished');
    disaster();
    // What has halted trading is an operator's to look at; here it may go on as soon as the account was compared.
    await until(() => {
      if (count('tradingHalted') > count('tradingResumed')) command({ type: 'resume' });
      expect(count('executionFinished')).toBeGreaterThan(before);
    });
  }
  await until(() => {
    if (count('tradingHalted') > count('tradingResumed')) command({ type: 'resume' });
    expect(count('orderCreated')).toBeGreaterThan(5);
  });
  command({ type: 'pause' });
  await quiet();
  command({ type: 'reconcile' });
  const compared = count('reconciled');
  await until(() => expect(count('reconciled')).toBeGreaterThan(compared));
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
});

it('a kill in the midst of it leaves nothing open, is verified by one answer, and lets nothing follow', async () => {
  const engine = await start();
  const { exchange, events } = engine;
  const command = (what: Command): void => engine.command(what);
  const count = (type: EngineEvent['type']): number => engine.count(type);
  await until(() => expect(count('orderAccepted')).toBeGreaterThan(3));
  command({ type: 'kill', reason: 'test' });
  await until(() => expect(count('killVerified')).toBeGreaterThan(0));
  const verified = events.find((event) => event.type === 'killVerified');
  expect(verified).toMatchObject({ openOrders: 0 });
  expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(0);
  const placed = exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
  // The market goes on, and nothing of it is answered with an order.
  const { updates } = engine;
  await until(() => expect(engine.updates).toBeGreaterThan(updates + 200));
  expect(exchange.log.entries.filter(({ kind }) => kind === 'placed')).toHaveLength(placed);
});
