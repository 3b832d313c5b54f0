/** The adapter against the local exchange, over real loopback sockets: what happens when all goes well, or is refused. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../lib/clock.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import type { LocalExchange } from '../../local-exchange/local-exchange.ts';
import type { KrakenNames } from '../names.ts';
import { addOrderFields } from './private-rest.ts';
import { Connected, MAKER, memoryNonces, quietExchange, TRADER } from './testing/local-account.ts';
import { until } from '../../../testing/until.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function exchangeOf(options: Parameters<typeof quietExchange>[0] = {}): Promise<LocalExchange> {
  const exchange = await quietExchange(options);
  cleanups.push(() => exchange.stop());
  return exchange;
}

async function connected(exchange: LocalExchange, options: ConstructorParameters<typeof Connected>[1] = {}) {
  const one = new Connected(exchange, options);
  cleanups.push(() => one.venue.stop());
  await one.isUp();
  return one;
}

/** A trader, and a maker who quotes 1 BTC at 50,000 and another at 50,010. */
async function market(options: Parameters<typeof quietExchange>[0] = {}) {
  const exchange = await exchangeOf(options);
  const maker = await connected(exchange, { account: MAKER });
  const orders = ['50000', '50010'].map((price) => maker.place('sell', '1', price, 'gtc'));
  await until(() => expect(orders.map((id) => maker.kindsOf(id))).toEqual([['accepted'], ['accepted']]));
  return { exchange, maker, trader: await connected(exchange) };
}

/** A venue's clock that runs ahead of the machine's by so much. */
class ShiftedClock implements Clock {
  readonly #system = new SystemClock();
  aheadUs = 0;

  nowUs(): number {
    return this.#system.nowUs() + this.aheadUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    return this.#system.schedule(atUs - this.aheadUs, callback);
  }
}

const ledgerOf = (exchange: LocalExchange, key: string, asset: string): string | undefined =>
  exchange.accounts.byKey(key)?.ledger.balance(asset).toFixed();

describe('orders', () => {
  it('fill, and are reported in the venue’s order with every digit', async () => {
    const { exchange, trader } = await market();
    const id = trader.place('buy', '1.00000001', '50010');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill', 'fill']));
    const fills = trader.all('fill').map(({ fill }) => [fill.price, fill.qty, fill.fee, fill.feeAsset]);
    expect(fills).toEqual([
      ['50000', '1', '25', 'USD'],
      ['50010', '0.00000001', '0', 'USD'],
    ]);
    const placed = exchange.log.entries.filter(({ clOrdId }) => clOrdId === id);
    expect(placed.map(({ kind }) => kind)).toEqual(['placed', 'filled', 'filled']);
    await until(() => expect(trader.venue.balances.get('USD')).toBe(ledgerOf(exchange, TRADER.key, 'USD')));
    expect(trader.venue.balances.get('BTC')).toBe('11.00000001');
  });

  it('pay their fee in quote when they sell too', async () => {
    const { maker, trader } = await market();
    const bid = maker.place('buy', '0.5', '49000', 'gtc');
    await until(() => expect(maker.kindsOf(bid)).toEqual(['accepted']));
    const id = trader.place('sell', '0.5', '49000');
    await until(() => expect(trader.all('fill')).toHaveLength(1));
    expect(trader.all('fill')[0]).toMatchObject({ orderId: id, fill: { feeAsset: 'USD', fee: '12.25' } });
    expect(trader.network.sent.join('\n')).toContain('"fee_preference":"quote"');
  });

  it('end as canceled when the rest of an IOC found nothing', async () => {
    const { trader } = await market();
    const id = trader.place('buy', '1.5', '50000');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill', 'canceled']));
    expect(trader.all('canceled')[0]?.reason).toBe('Immediate or cancel');
  });

  it('rest until they are canceled', async () => {
    const { exchange, trader } = await market();
    const id = trader.place('buy', '0.1', '40000', 'gtc');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted']));
    trader.venue.cancel(id);
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'canceled']));
    trader.venue.cancel(id);
    await until(() => expect(trader.all('cancel-rejected')).toHaveLength(1));
    expect(trader.all('cancel-rejected')[0]?.reason).toBe('EOrder:Unknown order');
    expect(exchange.accounts.byKey(TRADER.key)?.openOrders.size).toBe(0);
  });

  it('that must not take rest, or are ended at once; by REST too', async () => {
    const { trader } = await market();
    const rests = trader.place('buy', '0.1', '40000', 'post-only');
    const takes = trader.place('buy', '0.1', '50000', 'post-only');
    await until(() =>
      expect(trader.of(takes).at(-1)).toMatchObject({ kind: 'canceled', reason: 'Post only order' }),
    );
    expect([trader.kindsOf(rests), trader.all('fill')]).toEqual([['accepted'], []]);
    const terms = {
      orderId: takes,
      symbol: 'BTC/USD',
      side: 'buy',
      price: '1',
      qty: '1',
      timeInForce: 'gtc',
    } as const;
    const names = { pair: () => 'XBTUSD' } as unknown as KrakenNames;
    const flagsOf = (postOnly?: true) =>
      addOrderFields({ ...terms, postOnly, deadline: '' }, names)['oflags'];
    expect([flagsOf(), flagsOf(true)]).toEqual(['fciq', 'fciq,post']);
  });

  it('are rejected in the venue’s words', async () => {
    const { trader } = await market();
    const poor = trader.place('buy', '5', '50000');
    const small = trader.place('buy', '0.00001', '50000');
    const unknown = trader.place('buy', '1', '50000', 'ioc', 50_000, 'XYZ/USD');
    await until(() => expect(trader.all('rejected')).toHaveLength(3));
    expect([poor, small, unknown].map((id) => trader.of(id))).toMatchObject([
      [{ kind: 'rejected', reason: 'EOrder:Insufficient funds' }],
      [{ kind: 'rejected', reason: 'EOrder:Order minimum not met' }],
      [{ kind: 'rejected', reason: 'EQuery:Unknown asset pair' }],
    ]);
  });

  it('are sent once, however often they are handed over', async () => {
    const { exchange, trader } = await market();
    const id = trader.place('buy', '0.1', '50000');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']));
    trader.again();
    trader.venue.cancelAll();
    await until(() => expect(trader.all('open-orders')).toHaveLength(1));
    expect(
      exchange.log.entries.filter(({ clOrdId, kind }) => clOrdId === id && kind === 'placed'),
    ).toHaveLength(1);
    expect(trader.kindsOf(id)).toEqual(['accepted', 'fill']);
  });

  it.each(['maintenance', 'cancel_only', 'post_only'] as const)(
    'are not sent while the venue is in %s',
    async (status) => {
      const { exchange, trader } = await market();
      exchange.faults.setSystemStatus(status);
      // The status comes by the same connection as every answer: wait for it.
      await until(() => {
        const id = trader.place('buy', '0.1', '30000');
        expect(id).toBeDefined();
        expect(trader.all('rejected').at(-1)?.reason).toBe(
          `not sent: Kraken reports its status as ${status}`,
        );
      });
      const id = trader.place('buy', '0.1', '50000');
      await until(() => expect(trader.kindsOf(id)).toEqual(['rejected']));
      expect(trader.network.sent.join()).not.toContain(id);
      exchange.faults.setSystemStatus('online');
      await until(() => {
        trader.place('buy', '0.001', '50000');
        expect(trader.all('fill').length).toBeGreaterThan(0);
      });
    },
  );
});

describe('deadlines', () => {
  it('that have passed keep an order from being sent', async () => {
    const { trader } = await market();
    const id = trader.place('buy', '0.1', '50000', 'ioc', -1);
    await until(() =>
      expect(trader.of(id)).toMatchObject([
        { kind: 'rejected', reason: 'not sent: its deadline has passed' },
      ]),
    );
    expect(trader.network.sent.join()).not.toContain(id);
  });

  it('keep the venue from taking an order that comes late', async () => {
    const clock = new ShiftedClock();
    const { exchange, trader } = await market({ clock });
    trader.network.holds = (frame) => frame.includes('add_order');
    const id = trader.place('buy', '0.1', '50000', 'ioc', 20_000);
    clock.aheadUs = 21_000_000;
    trader.network.release();
    await until(() =>
      expect(trader.of(id)).toMatchObject([{ kind: 'rejected', reason: 'EService:Deadline elapsed' }]),
    );
    expect(exchange.log.entries.some(({ clOrdId, kind }) => clOrdId === id && kind === 'placed')).toBe(false);
  });

  it('are timed by the venue’s clock, which may differ', async () => {
    const clock = new ShiftedClock();
    clock.aheadUs = 3_600_000_000;
    const exchange = await exchangeOf({ clock });
    const trader = await connected(exchange);
    const { skewUs = 0, errorUs = 0 } = trader.venue.clockSkew ?? {};
    expect(Math.abs(skewUs - 3_600_000_000)).toBeLessThan(errorUs + 5_000);
    const id = trader.place('buy', '0.1', '50000', 'gtc');
    await until(() => expect(trader.kindsOf(id)).toEqual(['accepted']));
    const beganUs = new SystemClock().nowUs();
    const check = await trader.venue.checkAccount(['BTC/USD']);
    const tookUs = new SystemClock().nowUs() - beganUs;
    expect(Math.abs(check.skewUs - 3_600_000_000)).toBeLessThan(500_000 + tookUs);
  });
});

describe('the account', () => {
  it('is read in full: orders of ours and of others, fills, balances', async () => {
    const { exchange, maker, trader } = await market();
    const startUs = new SystemClock().nowUs();
    const filled = trader.place('buy', '0.4', '50000');
    const partly = trader.place('buy', '0.9', '50000');
    const resting = trader.place('buy', '0.1', '40000', 'gtc');
    await until(() => expect(trader.all('accepted')).toHaveLength(3));
    trader.venue.reconcile(startUs, true);
    await until(() => expect(trader.all('account')).toHaveLength(1));
    const listed = trader.all('account')[0]?.account;
    const states = new Map(
      listed?.orders.map(({ orderId, state, filledQty }) => [orderId, [state, filledQty]]),
    );
    expect(states).toEqual(
      new Map([
        [filled, ['filled', '0.40000000']],
        [partly, ['canceled', '0.60000000']],
        [resting, ['open', '0.00000000']],
      ]),
    );
    const streamed = trader.all('fill').map(({ fill }) => fill.fillId);
    expect(listed?.fills.map(({ fillId }) => fillId)).toEqual(streamed);
    expect(listed?.fills.map(({ orderId, qty }) => [orderId, qty])).toEqual([
      [filled, '0.40000000'],
      [partly, '0.60000000'],
    ]);
    expect(Object.fromEntries(listed?.balances?.map(({ asset, total }) => [asset, total]) ?? [])).toEqual({
      USD: ledgerOf(exchange, TRADER.key, 'USD'),
      BTC: '11',
      ETH: '100',
    });
    // The maker's order was taken from in two fills; of the trader's orders it hears nothing.
    maker.venue.reconcile(startUs, true);
    await until(() => expect(maker.all('account')).toHaveLength(1));
    expect(maker.all('account')[0]?.account.fills.map(({ qty }) => qty)).toEqual([
      '0.40000000',
      '0.60000000',
    ]);
  });

  it('has pages, and all of them are read', async () => {
    const { trader } = await market();
    const startUs = new SystemClock().nowUs();
    const ids: string[] = [];
    for (let n = 0; n < 130; n++) {
      ids.push(trader.place('buy', '0.001', '50000'));
      if (n % 25 === 24) await until(() => expect(trader.all('fill').length).toBe(n + 1));
    }
    await until(() => expect(trader.all('fill')).toHaveLength(130));
    trader.venue.reconcile(startUs, true);
    await until(() => expect(trader.all('account')).toHaveLength(1));
    const listed = trader.all('account')[0]?.account;
    expect(new Set(listed?.orders.map(({ orderId }) => orderId))).toEqual(new Set(ids));
    expect(new Set(listed?.fills.map(({ fillId }) => fillId)).size).toBe(130);
  });

  it('that cannot be read is said to have failed', async () => {
    const { exchange, trader } = await market();
    exchange.faults.failNextRest(502, false);
    trader.venue.reconcile(0, true);
    await until(() => expect(trader.all('account-failed')).toHaveLength(1));
    expect(trader.all('account-failed')[0]?.reason).toContain('status 502');
  });

  it('is that of an earlier run after a restart: its orders are known, and its fills come', async () => {
    const exchange = await exchangeOf();
    const nonceStore = memoryNonces();
    const before = await connected(exchange, { nonceStore });
    const id = before.place('buy', '0.1', '50000', 'gtc');
    await until(() => expect(before.kindsOf(id)).toEqual(['accepted']));
    await before.venue.stop();
    const after = await connected(exchange, { nonceStore });
    expect(after.kindsOf(id)).toEqual([]);
    const maker = await connected(exchange, { account: MAKER });
    maker.place('sell', '0.1', '50000');
    await until(() => expect(after.kindsOf(id)).toEqual(['fill']));
  });
});

describe('before an account trades', () => {
  const trading = [
    'query-funds',
    'query-open-trades',
    'query-closed-trades',
    'modify-trades',
    'close-trades',
  ];

  it('fees in force, permissions and the venue’s clock are read', async () => {
    const exchange = await exchangeOf({ fees: 'real' });
    const one = await connected(exchange);
    const beganUs = new SystemClock().nowUs();
    const check = await one.venue.checkAccount(['BTC/USD', 'ETH/BTC']);
    const tookUs = new SystemClock().nowUs() - beganUs;
    expect([...check.fees.takers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([
      ['BTC/USD', '0.004'],
      ['ETH/BTC', '0.004'],
    ]);
    // The venue answers in whole seconds, read at some moment between request and answer.
    expect(Math.abs(check.skewUs)).toBeLessThan(500_000 + tookUs);
  });

  it.each([
    ['withdraw', [...trading, 'create-ws-token', 'withdraw-funds'], 'key-can-withdraw'],
    ['prepare a withdrawal', [...trading, 'create-ws-token', 'add-withdraw-address'], 'key-can-withdraw'],
    [
      'withdraw in a way that is not known yet',
      [...trading, 'create-ws-token', 'withdraw-earn'],
      'key-can-withdraw',
    ],
    ['not use the WebSocket', trading, 'key-lacks-permission'],
    ['only read', trading.slice(0, 3), 'key-lacks-permission'],
  ])('a key that may %s is refused', async (_what, permissions, code) => {
    const exchange = await exchangeOf({ accounts: [{ ...TRADER, permissions }, MAKER] });
    const one = await connected(exchange);
    await expect(one.venue.checkAccount(['BTC/USD'])).rejects.toMatchObject({ problem: { code } });
  });
});
