/** Every request that changes orders, carried out by the local exchange. */
import { afterEach, describe, expect, it } from 'vitest';
import { formatTimeUs } from '../../../domain/time.ts';
import { deriveOrderId } from '../../../execution/order-id.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import type { LocalExchange } from '../../local-exchange/local-exchange.ts';
import { SystemNetwork } from '../../system-network.ts';
import { KrakenRest } from '../rest.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { KrakenCredentials } from './credentials.ts';
import { type Answer, PrivateFeed } from './private-feed.ts';
import { PrivateRest } from './private-rest.ts';
import { PrivateCaller } from './rest-caller.ts';
import { memoryNonces, quietExchange, SYMBOL, TRADER } from './testing/local-account.ts';
import {
  addOrder,
  amendOrder,
  batchAdd,
  batchCancel,
  cancelAll,
  cancelAllOrdersAfter,
  cancelOrder,
  type TradingRequest,
} from './trading-requests.ts';
import { until } from '../../../testing/until.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function session() {
  const exchange: LocalExchange = await quietExchange();
  cleanups.push(() => exchange.stop());
  const [clock, network, random] = [new SystemClock(), new SystemNetwork(), () => 0.5];
  const caller = new PrivateCaller({
    clock,
    network,
    restUrl: exchange.url,
    credentials: new KrakenCredentials(TRADER.key, TRADER.secret),
    nonceStore: memoryNonces(),
    tier: 'pro',
  });
  const rest = new PrivateRest(caller, () =>
    new KrakenRest({ clock, network, random, baseUrl: exchange.url }).names(),
  );
  const nothing = () => undefined;
  const feed = new PrivateFeed(
    {
      clock,
      network,
      random,
      url: `${exchange.wsUrl}/v2/auth`,
      token: () => rest.webSocketsToken(),
      skew: new ClockSkew(),
    },
    {
      onUp: nothing,
      onDown: nothing,
      onReports: nothing,
      onBalances: nothing,
      onUnread: nothing,
      onStatus: nothing,
    },
  );
  cleanups.push(() => feed.stop());
  feed.start();
  await until(() => expect(feed.isUp).toBe(true));
  const ask = (request: TradingRequest) =>
    new Promise<Answer>((resolve) => {
      expect(feed.send(request, 2_000, resolve)).toBe(true);
    });
  return { exchange, ask };
}

const deadline = (): string => formatTimeUs(new SystemClock().nowUs() + 5_000_000);
const terms = (name: string, price: string) =>
  ({ clOrdId: deriveOrderId(name), side: 'buy', price, qty: '0.00012345', timeInForce: 'gtc' }) as const;

const resting = (exchange: LocalExchange) =>
  [...(exchange.accounts.byKey(TRADER.key)?.openOrders.values() ?? [])].map(({ clOrdId, price, qty }) => [
    clOrdId,
    price,
    qty,
  ]);

describe('trading requests', () => {
  it('place, amend and cancel one order', async () => {
    const { exchange, ask } = await session();
    const order = terms('one', '40000.1');
    expect(await ask(addOrder(SYMBOL, order, deadline()))).toMatchObject({
      kind: 'done',
      result: { cl_ord_id: order.clOrdId },
    });
    expect(resting(exchange)).toEqual([[order.clOrdId, 400_001, 12_345]]);
    expect(await ask(amendOrder(order.clOrdId, { price: '40000.2', qty: '0.0002' }))).toMatchObject({
      kind: 'done',
    });
    await until(() => expect(resting(exchange)[0]?.[2]).toBe(20_000));
    expect(await ask(cancelOrder(order.clOrdId))).toMatchObject({ kind: 'done' });
    expect(resting(exchange)).toEqual([]);
    expect(await ask(cancelOrder(order.clOrdId))).toEqual({
      kind: 'refused',
      error: 'EOrder:Unknown order',
      isDefinite: true,
    });
  });

  it('place and cancel several at once', async () => {
    const { exchange, ask } = await session();
    const orders = ['a', 'b', 'c'].map((name, n) => terms(name, String(40_000 + n)));
    expect(await ask(batchAdd(SYMBOL, orders, deadline()))).toMatchObject({ kind: 'done' });
    expect(resting(exchange).map(([id]) => id)).toEqual(orders.map(({ clOrdId }) => clOrdId));
    const ids = [...(exchange.accounts.byKey(TRADER.key)?.openOrders.keys() ?? [])];
    expect(await ask(batchCancel(ids.slice(0, 2)))).toMatchObject({ kind: 'done' });
    expect(resting(exchange)).toHaveLength(1);
    expect(await ask(cancelAll())).toEqual({ kind: 'done', result: { count: 1 } });
    expect(resting(exchange)).toEqual([]);
  });

  it('start and end the dead-man switch', async () => {
    const { exchange, ask } = await session();
    expect(await ask(cancelAllOrdersAfter(60))).toMatchObject({ kind: 'done' });
    expect(exchange.accounts.byKey(TRADER.key)?.stopCountdown).toBeDefined();
    expect(await ask(cancelAllOrdersAfter(0))).toMatchObject({ kind: 'done', result: { triggerTime: '0' } });
    expect(exchange.accounts.byKey(TRADER.key)?.stopCountdown).toBeUndefined();
  });

  it('are refused when their deadline is out of bounds', async () => {
    const { exchange, ask } = await session();
    const at = (ms: number): string => formatTimeUs(new SystemClock().nowUs() + ms * 1_000);
    const answers = [await ask(addOrder(SYMBOL, terms('late', '40000'), at(-10)))];
    for (const ms of [100, 90_000])
      answers.push(await ask(addOrder(SYMBOL, terms(`${ms}`, '40000'), at(ms))));
    expect(answers.map((answer) => (answer.kind === 'refused' ? answer.error : answer.kind))).toEqual([
      'EService:Deadline elapsed',
      'EGeneral:Invalid arguments:deadline',
      'EGeneral:Invalid arguments:deadline',
    ]);
    expect(resting(exchange)).toEqual([]);
  });

  it('never end without an answer: silence is one', async () => {
    const { exchange, ask } = await session();
    exchange.faults.silence(true);
    expect(await ask(cancelAll())).toEqual({
      kind: 'silent',
      reason: 'no answer to cancel_all within 2000 ms',
    });
    const cut = ask(cancelAll());
    exchange.faults.dropConnections();
    expect(await cut).toMatchObject({ kind: 'silent', reason: expect.stringContaining('connection ended') });
  });
});
