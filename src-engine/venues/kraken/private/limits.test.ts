/** A venue that locks out a client which passes one of Kraken's documented limits never has a reason to. */
import { afterEach, describe, expect, it } from 'vitest';
import { Connected, quietExchange, TRADER } from './testing/local-account.ts';
import { until } from '../../../testing/until.ts';

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

describe('in a burst', () => {
  it('orders and cancels stay below the venue’s counter, and the rest is refused here', async () => {
    const { exchange, trader } = await connected({ limits: 'starter' }, 'starter');
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
    expect(exchange.bans()).toBe(0);
    // It went as far as what rests may: room for orders that are gone at once is kept.
    const arrived = (symbol: string): number =>
      exchange.log.entries.filter((entry) => entry.symbol === symbol).length;
    expect(arrived('BTC/USD')).toBeGreaterThanOrEqual(8);
    for (let n = 0; n < 90; n++) trader.place('buy', '0.01', '100', 'ioc', 50_000, 'ETH/USD');
    await until(() => expect(trader.all('rejected').length).toBeGreaterThan(80 + 20));
    await until(() => expect(trader.all('canceled').length).toBeGreaterThan(55));
    expect(arrived('ETH/USD')).toBeGreaterThan(100);
    expect(exchange.bans()).toBe(0);
    const reasons = new Set(trader.all('rejected').map(({ reason }) => reason.replace(/\d+ ms/, 'N ms')));
    expect([...reasons].every((reason) => reason.startsWith("not sent: Kraken's rate limit for"))).toBe(true);
  });

  it('questions wait, and none is refused by the venue', async () => {
    const { exchange, trader } = await connected({ limits: 'pro' }, 'pro');
    for (let n = 1; n <= 3; n++) {
      trader.venue.reconcile(0, true);
      await until(() => expect(trader.all('account')).toHaveLength(n));
    }
    // What is urgent has calls of its own, even now.
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(trader.all('account-failed')).toEqual([]);
    expect(exchange.bans()).toBe(0);
  });

  it('a question gives way to a later one, and the later one is answered', async () => {
    const { trader } = await connected({}, 'pro');
    for (let n = 1; n <= 30; n++) trader.venue.reconcile(n, true);
    await until(() => expect(trader.all('account').at(-1)?.account.sinceUs).toBe(30));
    expect(trader.all('account').map(({ account }) => account.sinceUs)).toEqual([1, 30]);
  });
});
