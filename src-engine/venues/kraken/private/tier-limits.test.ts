/** What a tier allows, to the last call and order, and what each call is counted as: passed once, Kraken locks the key out. */
import { describe, expect, it } from 'vitest';
import { KrakenNames } from '../names.ts';
import { PrivateRest } from './private-rest.ts';
import { CallBudget, TradingBudget } from './rate-counter.ts';
import type { CallOptions, PrivateCaller } from './rest-caller.ts';

const NOW_US = 1_700_000_000_000_000;
const S = 1_000_000;

describe('what a tier allows at once', () => {
  // docs.kraken.com, "Spot Trading Limits": 60, 125, 180, falling by 1, 2.34 and 3.75 a second. Two seconds' worth is left unused.
  it.each([
    ['starter', 58, 1],
    ['intermediate', 120, 2.34],
    ['pro', 172, 3.75],
  ] as const)(
    '%s: %i orders that do not rest, then one for each unit that falls',
    (tier, orders, perSecond) => {
      const budget = new TradingBudget(tier);
      let placed = 0;
      while (budget.place(`o${placed}`, 'BTC/USD', false, NOW_US) === undefined) placed++;
      expect(placed).toBe(orders);
      const waitUs = budget.place('late', 'BTC/USD', false, NOW_US) ?? 0;
      expect(waitUs).toBe(Math.ceil(S / perSecond));
      expect(budget.place('late', 'BTC/USD', false, NOW_US + waitUs - 1)).toBe(1);
      expect(budget.place('late', 'BTC/USD', false, NOW_US + waitUs)).toBeUndefined();
    },
  );

  // "Spot REST Rate Limits": 15, 20, 20, falling by 0.33, 0.5 and 1 a second. Four calls are kept for what is urgent.
  it.each([
    ['starter', 10, 0.33],
    ['intermediate', 15, 0.5],
    ['pro', 14, 1],
  ] as const)(
    '%s: %i calls, four more that are urgent, then one for each unit that falls',
    (tier, calls, perSecond) => {
      const budget = new CallBudget(tier);
      let made = 0;
      for (; budget.readyUs(1, false, NOW_US) === NOW_US; made++) budget.take(1, NOW_US);
      expect(made).toBe(calls);
      const readyUs = budget.readyUs(1, false, NOW_US);
      expect(readyUs - NOW_US).toBeCloseTo(S / perSecond, -1);
      let urgent = 0;
      for (; budget.readyUs(1, true, NOW_US) === NOW_US; urgent++) budget.take(1, NOW_US);
      expect(urgent).toBe(4);
    },
  );

  it('is half as many calls of twice the cost', () => {
    const budget = new CallBudget('pro');
    let made = 0;
    for (; budget.readyUs(2, false, NOW_US) === NOW_US; made++) budget.take(2, NOW_US);
    expect(made).toBe(7);
  });
});

/** The calls of the private REST API, and how each was counted. */
function recorded(results: Readonly<Record<string, unknown>> = {}) {
  const calls: [method: string, options: CallOptions][] = [];
  const caller: Pick<PrivateCaller, 'call'> = {
    call: async (method, _fields, options) => {
      calls.push([method, options]);
      return { open: {}, closed: {}, trades: {}, fees: {}, token: 't', permissions: [], ...results };
    },
  };
  const names = new KrakenNames({ XXBTZUSD: { wsname: 'XBT/USD', altname: 'XBTUSD' } }, {});
  return { calls, rest: new PrivateRest(caller, async () => names) };
}

describe('what a call is counted as', () => {
  it('a question is one, a page of the history of trades two', async () => {
    const { calls, rest } = recorded();
    await rest.webSocketsToken();
    await rest.keyInfo();
    await rest.openOrders();
    await rest.closedOrders(NOW_US);
    await rest.trades(NOW_US);
    expect(calls.map(([method, { cost }]) => [method, cost])).toEqual([
      ['GetWebSocketsToken', 1],
      ['GetApiKeyInfo', 1],
      ['OpenOrders', 1],
      ['ClosedOrders', 1],
      ['TradesHistory', 2],
    ]);
    expect(calls.every(([, { isUrgent, once }]) => isUrgent !== true && once !== true)).toBe(true);
  });

  it('orders and cancels are none: another counter has them; what ends risk is urgent', async () => {
    const { calls, rest } = recorded({ txid: ['V1'] });
    const placement = {
      orderId: 'o',
      symbol: 'BTC/USD',
      side: 'buy',
      price: '50000',
      qty: '0.01',
      timeInForce: 'ioc',
      deadline: '2026-01-01T00:00:00Z',
    } as const;
    expect(await rest.addOrder(placement)).toBe('V1');
    await rest.cancelOrder('o');
    await rest.cancelAll();
    await rest.cancelAllOrdersAfter(60);
    await rest.openOrderIds();
    expect(calls).toEqual([
      ['AddOrder', { cost: 0, once: true }],
      ['CancelOrder', { cost: 0, isUrgent: true }],
      ['CancelAll', { cost: 1, isUrgent: true }],
      ['CancelAllOrdersAfter', { cost: 1, isUrgent: true }],
      ['OpenOrders', { cost: 1, isUrgent: true }],
    ]);
  });

  it('balances are one call', async () => {
    const calls: [string, CallOptions][] = [];
    const caller: Pick<PrivateCaller, 'call'> = {
      call: async (method, _fields, options) => {
        calls.push([method, options]);
        return {};
      },
    };
    await new PrivateRest(caller, async () => new KrakenNames({}, {})).balances();
    expect(calls).toMatchObject([['BalanceEx', { cost: 1 }]]);
  });
});
