/** Strategies at an account that is armed: what they send, what they are held to, and what a kill and a restart leave of them. */
import { describe, expect, it } from 'vitest';
import type { RecoveredOrder } from '../domain/event.ts';
import { AccountStrategies, setupAt, STRATEGY } from '../testing/account-strategies.ts';
import { recordOf } from '../execution/order-record.ts';
import type { Order } from '../domain/order.ts';

const set = (rig: AccountStrategies, change: Parameters<typeof setupAt>[0] = {}): void =>
  rig.command({ type: 'setStrategy', setup: setupAt(change) });

/** One that wants to hold, and whose order has left. */
function buying(change: Parameters<typeof setupAt>[0] = {}): { rig: AccountStrategies; order: Order } {
  const rig = new AccountStrategies().begin().arm();
  set(rig, change);
  rig.bar(510_000);
  const [order] = rig.own;
  if (order === undefined) throw new Error(`nothing was sent: ${JSON.stringify(rig.of('strategyMissed'))}`);
  return { rig, order };
}

const holding = (change: Parameters<typeof setupAt>[0] = {}): AccountStrategies => {
  const { rig, order } = buying(change);
  rig.fill(order);
  rig.agree();
  return rig;
};

describe('a strategy at an account', () => {
  it('sends nothing while the account is disarmed, and says so', () => {
    const rig = new AccountStrategies().begin();
    set(rig);
    rig.bar(510_000);
    expect(rig.own).toEqual([]);
    expect(rig.of('strategyMissed')).toMatchObject([{ mode: 'canary', code: 'trading-blocked' }]);
    expect(rig.of('strategyMissed')[0]?.detail).toMatch(/disarmed/);
  });

  it('buys by an order that is gone at once, of a hundredth of its stake, within the canary of its account', () => {
    const { rig, order } = buying();
    expect(order).toMatchObject({ timeInForce: 'ioc', purpose: 'open', side: 'buy', state: 'created' });
    // 1 % of 4,000 at the bar's close, in lots.
    expect(order.qty.toString()).toBe('0.0007843');
    rig.fill(order);
    expect(rig.kernel.portfolio.balances.free('BTC').toFixed()).toBe('0');
    expect(rig.kernel.strategies.heldOf('BTC').toString()).toBe('0.0007843');
    expect(rig.running.markets[0]?.position).toBe(1);
  });

  it('pays no more than a stake for what it holds: a fall of the price is no room for more', () => {
    const rig = new AccountStrategies().begin().arm();
    const half = { above: 40_000, stakes: 0.5 };
    set(rig, { parameters: half, lossBudget: '39' });
    rig.bar(510_000);
    rig.fill(rig.own[0] as Order);
    rig.agree();
    const market = rig.running.markets[0];
    const cost = market?.holding.cost.toNumber() ?? 0;
    expect(cost).toBeGreaterThan(20);
    // At 80 % of its price a stake buys more, and half of one was spent already.
    rig.price(408_000);
    market?.aim(1, 40_800.5, rig.nowUs);
    rig.pass(0.3);
    const [, more] = rig.own;
    expect(more?.side).toBe('buy');
    expect(cost + (more?.qty.toNumber() ?? 0) * 40_800.5).toBeLessThanOrEqual(40);
    expect(cost + (more?.qty.toNumber() ?? 0) * 40_800.5).toBeGreaterThan(39.99);
  });

  it('of its whole stake is refused by the canary of its account, which is asked for each order', () => {
    const rig = new AccountStrategies().begin().arm();
    set(rig, { mode: 'full', stake: '1000' });
    rig.bar(510_000);
    expect(rig.own).toEqual([]);
    expect(rig.of('strategyMissed')).toMatchObject([{ mode: 'full', code: 'canary-size' }]);
  });

  it('holds no more than its stake there, whatever it wants', () => {
    const { rig, order } = buying({ parameters: { above: 50_000, stakes: 3 } });
    expect(order.qty.toString()).toBe('0.0007843');
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'above-stake' }]);
  });

  it('trades no real account, whatever its mode says', () => {
    const rig = new AccountStrategies({ simulatedMarket: false }).begin().arm();
    set(rig);
    rig.bar(510_000);
    expect(rig.own).toEqual([]);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'no-strategies-at-accounts' }]);
  });

  it('takes nothing of what is kept for hedges', () => {
    const rig = new AccountStrategies().begin().arm();
    rig.kernel.portfolio.balances.keep(new Map([['USD', rig.kernel.portfolio.balances.free('USD')]]));
    set(rig);
    rig.bar(510_000);
    expect(rig.own).toEqual([]);
    expect(rig.of('orderDenied')).toMatchObject([{ code: 'insufficient-balance' }]);
  });

  it('sells what it holds, and no more, once it wants none', () => {
    const rig = holding();
    rig.bar(490_000);
    const [, sale] = rig.own;
    expect(sale).toMatchObject({ side: 'sell', purpose: 'unwind', timeInForce: 'ioc' });
    expect(sale?.qty.toString()).toBe('0.0007843');
  });

  it('is asked of its own record: one without an edge buys no more', () => {
    const rig = holding();
    const { figures } = rig.running;
    Object.assign(figures, { wins: 10, losses: 90 });
    figures.won = figures.won.plus(10);
    figures.lost = figures.lost.plus(90);
    rig.bar(490_000);
    rig.fill(rig.own[1] as Order);
    rig.agree();
    rig.bar(510_000);
    expect(rig.own).toHaveLength(2);
    expect(rig.of('orderDenied').at(-1)).toMatchObject({ code: 'kelly-cap' });
    expect(rig.of('strategyMissed').at(-1)?.detail).toMatch(
      /its own record allows 0\.00 USD, and the order is worth \d+\.\d\d USD$/,
    );
  });

  it('goes from canary to full with what it holds: the next decision is of its whole stake', () => {
    const rig = holding({ stake: '1000' });
    const { armings } = rig.kernel;
    armings.of('test').state = 'armed';
    set(rig, { mode: 'full', stake: '1000', lossBudget: '80' });
    rig.pass(3);
    expect(rig.own).toHaveLength(1);
    rig.bar(490_000);
    rig.fill(rig.own[1] as Order);
    rig.agree();
    rig.bar(510_000);
    expect(rig.own[2]?.qty.toString()).toBe('0.01960765');
    expect(rig.running.figures.fills).toBe(2);
  });
});

describe('a strategy is lowered from full to canary', () => {
  const full = (): { rig: AccountStrategies; order: Order } => {
    const rig = new AccountStrategies().begin().arm();
    rig.kernel.armings.of('test').state = 'armed';
    set(rig, { mode: 'full', stake: '1000' });
    rig.bar(510_000);
    return { rig, order: rig.own[0] as Order };
  };
  const lower = (rig: AccountStrategies, change: Parameters<typeof setupAt>[0] = {}): void =>
    set(rig, { mode: 'canary', stake: '1000', ...change });

  it('with what it holds: it sells what is beyond a hundredth at once', () => {
    const { rig, order } = full();
    expect(order.qty.toString()).toBe('0.01960765');
    rig.fill(order);
    rig.agree();
    // To be sold at its limit costs 2.0; what it paid before, 1.0, is more than a hundredth of the stake may lose, and not counted.
    lower(rig, { lossBudget: '2.5' });
    rig.pass(0.3);
    const [, sale] = rig.own;
    expect(sale).toMatchObject({ side: 'sell' });
    expect(sale?.qty.toString()).toBe('0.01941158');
    rig.fill(sale as Order);
    rig.agree();
    rig.bar(510_000);
    expect(rig.own).toHaveLength(2);
    expect(rig.running.markets[0]?.holding.qty.toString()).toBe('0.00019607');
    expect(rig.running.markets[0]?.position).toBe(1);
    expect(rig.of('strategyFailed')).toEqual([]);
    rig.price(440_000);
    rig.pass(0.2);
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'loss-budget' }]);
  });

  it('with an order under way: what that brings beyond a hundredth is sold', () => {
    const { rig, order } = full();
    lower(rig, { lossBudget: '9' });
    rig.fill(order);
    rig.agree();
    rig.pass(0.3);
    expect(rig.own[1]).toMatchObject({ side: 'sell' });
    expect(rig.own[1]?.qty.toString()).toBe('0.01941158');
  });

  it('with a purchase that was filled in part: it buys on to a hundredth and no further', () => {
    const { rig, order } = full();
    lower(rig);
    rig.fill(order, '0.00005');
    rig.cancel(order);
    rig.agree();
    rig.pass(0.3);
    expect(rig.own.map(({ side, qty }) => `${side} ${qty.toString()}`)).toEqual([
      'buy 0.01960765',
      'buy 0.00014607',
    ]);
  });

  it('while it is being sold off: that goes on', () => {
    const { rig, order } = full();
    set(rig, { mode: 'off', stake: '1000' });
    lower(rig, { lossBudget: '9' });
    rig.fill(order);
    rig.agree();
    rig.pass(0.3);
    expect(rig.own[1]?.qty.toString()).toBe(order.qty.toString());
  });
});

describe('a strategy is taken back from its account', () => {
  const back = (rig: AccountStrategies): void => {
    expect(rig.running.setup.mode).toBe('off');
    rig.pass(1.2);
    const sale = rig.own.at(-1) as Order;
    expect(sale.side).toBe('sell');
    rig.fill(sale);
    rig.agree();
    rig.pass(0.3);
    expect([rig.running.way, rig.running.isFalling]).toEqual(['shadow', false]);
    expect(rig.of('strategySet').at(-1)).toMatchObject({
      actor: { kind: 'engine' },
      setup: { mode: 'shadow' },
    });
    // In shadow it sends nothing.
    const count = rig.own.length;
    rig.bar(520_000);
    expect(rig.own).toHaveLength(count);
  };

  it('by its loss budget, with what it holds at the best price: it sells, and goes on in shadow', () => {
    const rig = holding({ lossBudget: '0.9' });
    rig.price(501_000);
    rig.pass(0.1);
    expect(rig.of('strategyFailed')).toEqual([]);
    rig.price(499_900);
    rig.pass(0.1);
    expect(rig.of('strategyFailed')).toMatchObject([
      { code: 'loss-budget', detail: 'it lost 0.91 USD of at most 0.90 USD' },
    ]);
    back(rig);
  });

  it('by the drift of its model', () => {
    const rig = holding();
    rig.bar(600_000);
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'drift' }]);
    back(rig);
  });

  it('by a halt that one of its orders made; what became of the order decides what is sold', () => {
    const { rig, order } = buying();
    rig.report({ kind: 'unknown', orderId: order.orderId, reason: 'no answer', atUs: rig.nowUs });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'halted' }]);
    rig.pass(1);
    expect(rig.own).toHaveLength(1);
    rig.fill(order);
    // Orders were in flight during the first comparison: the second is whole.
    for (let looks = 0; looks < 2; looks++) {
      rig.agree();
      rig.pass(1);
    }
    back(rig);
  });

  it('by a fill after its end, which is booked as its own and sold', () => {
    const { rig, order } = buying();
    rig.fill(order, '0.0004');
    rig.cancel(order);
    expect(rig.running.markets[0]?.holding.qty.toString()).toBe('0.0004');
    rig.fill(order, '0.0002', 'late');
    expect(rig.running.markets[0]?.holding.qty.toString()).toBe('0.0006');
    expect(rig.running.markets[0]?.holding.cost.toFixed()).toBe(order.spent.toFixed());
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'late-fill' }]);
    rig.agree();
    back(rig);
  });

  it('and once it is in shadow a fill of an order of before is swept, and not booked with the shadow', () => {
    const { rig, order } = buying({ lossBudget: '0.9' });
    rig.fill(order, '0.0004');
    rig.cancel(order);
    rig.agree();
    rig.price(480_000);
    rig.pass(0.2);
    back(rig);
    const { holdings } = rig.recorded[0] as (typeof rig.recorded)[number];
    const fills = rig.of('strategyFilled').length;
    const { residuals } = rig.kernel.desk.sequencer.sweeper;
    expect(residuals.of('BTC').toString()).toBe('0');
    rig.fill(order, '0.0002', 'late');
    expect(rig.of('tradingHalted').at(-1)).toMatchObject({ code: 'late-fill' });
    expect(rig.of('strategyFilled')).toHaveLength(fills);
    expect(rig.recorded[0]?.holdings).toEqual(holdings);
    expect(residuals.of('BTC').toString()).toBe('0.0002');
    // A restart looks for no fills of strategies: it has a record of its own.
    expect(rig.of('executionFinished').at(-1)?.execution).toMatchObject({ outcome: 'late' });
  });

  it('and stays off where an operator switches it off meanwhile', () => {
    const rig = holding({ lossBudget: '0.9' });
    rig.price(499_900);
    rig.pass(0.1);
    set(rig, { mode: 'off', lossBudget: '0.9' });
    rig.pass(0.2);
    rig.fill(rig.own.at(-1) as Order);
    rig.pass(1);
    expect(rig.running).toMatchObject({ way: 'canary', isFlat: true, isFalling: false });
  });
});

describe('a kill with an order of a strategy under way', () => {
  it('cancels it, keeps what it filled as the strategy’s own, and nothing more leaves before an arming', () => {
    const { rig, order } = buying();
    rig.fill(order, '0.0004');
    rig.command({ type: 'kill', reason: 'drill' });
    expect(rig.effects.some(({ type }) => type === 'cancelAll')).toBe(true);
    rig.cancel(order);
    rig.agree();
    expect(rig.running.markets[0]).toMatchObject({ orderId: undefined, isFlat: false });
    expect(rig.kernel.portfolio.balances.free('BTC').toFixed()).toBe('0');
    rig.bar(490_000);
    expect(rig.own).toHaveLength(1);
    rig.report({ kind: 'open-orders', venue: 'test', count: 0, atUs: rig.nowUs });
    rig.command({ type: 'rearm' });
    rig.pass(2);
    // Disarmed by the kill: what ends its position waits as well.
    expect(rig.own).toHaveLength(1);
    rig.arm();
    rig.pass(2);
    expect(rig.own[1]).toMatchObject({ side: 'sell' });
    expect(rig.own[1]?.qty.toString()).toBe('0.0004');
  });
});

describe('a restart', () => {
  const after = (
    rig: AccountStrategies,
    openOrders: readonly RecoveredOrder[] = [],
    strategies = rig.recorded,
  ) =>
    new AccountStrategies({
      runId: 'next',
      strategies,
      openOrders,
      opening: { balances: rig.balances(), realizedPnl: '0', fees: '0' },
    });
  const open = (order: Order, fillIds: readonly string[] = []): RecoveredOrder => ({
    record: recordOf(order),
    fillIds: [...fillIds],
  });

  it('carries a position: it is set aside, and sold only once the account is armed again', () => {
    const rig = after(holding());
    expect(rig.running.markets[0]?.position).toBe(1);
    expect(rig.kernel.portfolio.balances.free('BTC').toFixed()).toBe('0');
    rig.begin();
    rig.bar(490_000);
    expect(rig.own).toEqual([]);
    expect(rig.of('sweepStarted')).toEqual([]);
    rig.arm();
    rig.pass(2);
    expect(rig.own).toMatchObject([{ side: 'sell' }]);
  });

  it('gives an order under way, filled in part before and in part after, to the strategy: nothing of it is swept', () => {
    const { rig: before, order } = buying();
    before.fill(order, '0.0004', 'f1');
    const rig = after(before, [open(order, ['f1'])]);
    expect(rig.running.markets[0]?.orderId).toBe(order.orderId);
    rig.fill(order, '0.0002', 'f2');
    rig.cancel(order);
    expect(rig.running.markets[0]?.holding.qty.toString()).toBe('0.0006');
    expect(rig.kernel.desk.sequencer.sweeper.residuals.of('BTC').toString()).toBe('0');
    rig.begin();
    rig.arm();
    rig.pass(15);
    expect(rig.of('sweepStarted')).toEqual([]);
    expect(rig.recorded[0]?.holdings[0]?.qty).toBe('0.0006');
  });

  it('knows the order of a strategy by the order alone, as its intent is all that is on the disk', () => {
    const { rig: before, order } = buying();
    // The record of when it was set is the last that was stored.
    const rig = after(before, [open(order)], before.of('strategiesRecorded')[0]?.strategies ?? []);
    rig.fill(order);
    expect(rig.running.markets[0]?.holding.qty.toString()).toBe(order.qty.toString());
  });

  it('sweeps what an order buys whose strategy is not known any longer', () => {
    const { rig: before, order } = buying();
    const rig = after(before, [open(order)], []);
    rig.fill(order);
    expect(rig.kernel.desk.sequencer.sweeper.residuals.of('BTC').toString()).toBe(order.qty.toString());
  });

  it.each([
    ['runs', []],
    ['is kept for the next run', [{ venue: 'test', symbol: 'SOL/USD' }]],
  ])('sweeps what an order buys whose strategy is in shadow by then, and %s', (_what, more) => {
    const { rig: before, order } = buying();
    const [recorded] = before.recorded;
    if (recorded === undefined) throw new Error('it is recorded');
    const setup = {
      ...recorded.setup,
      mode: 'shadow',
      markets: [...recorded.setup.markets, ...more],
    } as const;
    const holdings = setup.markets.map(() => recorded.holdings[0]) as never;
    const rig = after(before, [open(order)], [{ ...recorded, setup, way: 'shadow', holdings }]);
    rig.fill(order);
    expect(rig.of('strategyFilled')).toEqual([]);
    expect(rig.kernel.desk.sequencer.sweeper.residuals.of('BTC').toString()).toBe(order.qty.toString());
  });

  it('books it with a strategy whose other market is no part of the run, and keeps that for the next', () => {
    const { rig: before, order } = buying();
    const [recorded] = before.recorded;
    if (recorded === undefined) throw new Error('it is recorded');
    const markets = [...recorded.setup.markets, { venue: 'test', symbol: 'SOL/USD' }];
    const [held] = recorded.holdings;
    const kept = { ...recorded, setup: { ...recorded.setup, markets }, holdings: [held, held] as never };
    const rig = after(before, [open(order)], [kept]);
    expect(rig.kernel.strategies.get(STRATEGY)).toBeUndefined();
    rig.fill(order);
    expect(rig.recorded[0]?.holdings[0]).toMatchObject({
      qty: order.qty.toString(),
      cost: rig.kernel.orders.get(order.orderId)?.spent.toFixed(),
    });
    expect(rig.kernel.strategies.heldOf('BTC').toString()).toBe(order.qty.toString());
  });

  it('brings one that was being taken back to its end', () => {
    const before = holding({ lossBudget: '0.9' });
    before.price(499_900);
    before.pass(0.05);
    before.pass(0.1);
    before.command({ type: 'pause' });
    const rig = after(
      before,
      before.own.slice(1).map((order) => open(order)),
    );
    expect(rig.running.isFalling).toBe(true);
    rig.begin();
    for (const order of before.own.slice(1)) rig.fill(order);
    rig.pass(0.3);
    expect(rig.running.way).toBe('shadow');
  });
});
