/** A venue that counts as Kraken documents it finds nothing to refuse, however much is asked of the adapter. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalExchange } from '../../simulated/exchange/local-exchange.ts';
import { Connected, quietExchange, TRADER, until } from './testing/local-account.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function connected(options: Parameters<typeof quietExchange>[0], tier: 'starter' | 'pro') {
  const exchange = await quietExchange(options);
  cleanups.push(() => exchange.stop());
  const trader = new Connected(exchange, { tier });
  cleanups.push(() => trader.venue.stop());
  await trader.isUp();
  return { exchange, trader };
}

/** Cost of a cancel by the seconds that an order rested. */
const COSTS: readonly (readonly [number, number])[] = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
];

/** The highest that a pair's counter stood at the venue, by the venue's own record of what arrived when. */
function worstCount(exchange: LocalExchange, symbol: string, perSecond: number): number {
  const placedUs = new Map<string, number>();
  let [count, atUs, worst] = [0, 0, 0];
  for (const entry of exchange.log.entries) {
    if (entry.account !== TRADER.name || entry.symbol !== symbol) continue;
    const isAdd = entry.kind === 'placed' || entry.kind === 'rejected';
    if (entry.kind === 'placed') placedUs.set(entry.orderId, entry.atUs);
    if (!isAdd && (entry.kind !== 'canceled' || entry.detail !== 'User requested')) continue;
    const restedS = (entry.atUs - (placedUs.get(entry.orderId) ?? 0)) / 1e6;
    const cost = isAdd ? 1 : (COSTS.find(([below]) => restedS < below)?.[1] ?? 0);
    count = Math.max(0, count - ((entry.atUs - atUs) / 1e6) * perSecond) + cost;
    atUs = entry.atUs;
    worst = Math.max(worst, count);
  }
  return worst;
}

describe('in a burst', () => {
  it('orders and cancels stay below the venue’s counter, and the rest is refused here', async () => {
    const { exchange, trader } = await connected({}, 'starter');
    for (let round = 0; round < 12; round++) {
      const ids = Array.from({ length: 10 }, (_, n) =>
        trader.place('buy', '0.001', String(20_000 + n), 'gtc'),
      );
      for (const id of ids.slice(0, 5)) trader.venue.cancel(id);
      await until(() => expect(ids.every((id) => trader.of(id).length > 0)).toBe(true));
    }
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(0);
    const worst = worstCount(exchange, 'BTC/USD', 1);
    expect(worst).toBeGreaterThan(40);
    expect(worst).toBeLessThanOrEqual(60);
    const reasons = new Set(trader.all('rejected').map(({ reason }) => reason.replace(/\d+ ms/, 'N ms')));
    expect([...reasons]).toEqual(["not sent: Kraken's rate limit for BTC/USD is used up for N ms"]);
  });

  it('questions wait, and none is refused by the venue', async () => {
    const { trader } = await connected({ callLimit: { max: 20, decayPerSecond: 1 } }, 'pro');
    for (let n = 1; n <= 3; n++) {
      trader.venue.reconcile(0);
      await until(() => expect(trader.all('account')).toHaveLength(n));
    }
    // What is urgent has calls of its own, even now.
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(trader.all('account-failed')).toEqual([]);
  });

  it('a question gives way to a later one, and the later one is answered', async () => {
    const { trader } = await connected({}, 'pro');
    for (let n = 1; n <= 30; n++) trader.venue.reconcile(n);
    await until(() => expect(trader.all('account').at(-1)?.account.sinceUs).toBe(30));
    expect(trader.all('account').map(({ account }) => account.sinceUs)).toEqual([1, 30]);
  });
});
