/** What a run before this one left: orders of unknown fate, and cycles in the middle of which it ended. */
import { describe, expect, it } from 'vitest';
import type { FillRecord, RecoveredOrder } from '../domain/event.ts';
import { AccountRig, fillOf, recovered, shown, VENUE } from '../testing/account-rig.ts';
import { START_US } from '../testing/kernel-harness.ts';

const S = 1_000_000;

describe('orders of the last run', () => {
  it('are unknown, reserved and asked for since they were made', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    expect(rig.of('orderUnknown')).toMatchObject([{ order: { orderId: 'old', state: 'unknown' } }]);
    expect(rig.effects).toMatchObject([{ type: 'reconcile', sinceUs: START_US - 90 * S }]);
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('1000.5');
  });

  it('are settled by the fills and the end that the venue shows, each fill once', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '0.01' },
    ];
    rig.report({ kind: 'fill', orderId: 'old', fill: fillOf(), atUs: rig.nowUs });
    rig.answer({ orders: [shown()], fills: [fillOf()], balances });
    rig.pass(1);
    rig.answer({ orders: [shown()], fills: [fillOf()], balances });
    expect(rig.of('orderFilled')).toHaveLength(1);
    expect(rig.of('orderCanceled')).toMatchObject(
      [{ order: { filledQty: '0.01', reason: /shows it as canceled/ } }].map(({ order }) => ({
        order: { filledQty: order.filledQty },
      })),
    );
    expect(rig.balances()).toEqual([
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '0.01' },
    ]);
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
    expect(rig.of('reconciled').at(-1)).toMatchObject({ unknownOrders: 0 });
    expect(rig.of('balancesDiffer')).toEqual([]);
  });

  it('that ended just before are what a venue may have rounded: no difference of that size halts trading', () => {
    const rounded = (venue: string) => {
      const [filledQty, filledNotional, fees] = ['0.01', '500', '0.25'];
      const { record } = recovered();
      const over = { ...record, state: 'filled', filledQty, filledNotional, fees } as const;
      const rig = new AccountRig({ openOrders: [{ record: over, fillIds: ['f1'] }] });
      rig.answer({ balances: [{ asset: 'USD', total: venue }] });
      rig.pass(1);
      rig.answer({ balances: [{ asset: 'USD', total: venue }] });
      return rig;
    };
    expect(rounded('9999.9999').of('tradingHalted')).toEqual([]);
    expect(rounded('9999.9999').total('USD')).toBe('9999.9999');
    expect(rounded('9999.9').of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
  });

  it('wait for fills that the venue counts but does not list yet', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    rig.answer({ orders: [shown()], fills: [], balances: rig.balances() });
    expect(rig.of('orderCanceled')).toEqual([]);
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(
      /the venue shows 0\.01 filled, it reported fills of 0/,
    );
    rig.pass(1);
    rig.agree({
      orders: [shown()],
      fills: [fillOf()],
      balances: [
        { asset: 'USD', total: '9499.75' },
        { asset: 'BTC', total: '0.01' },
      ],
    });
    expect(rig.of('orderFilled')).toHaveLength(1);
    expect(rig.of('orderCanceled')).toHaveLength(1);
  });

  it('stay unknown while the venue does not show them, and are settled when history comes 30 s late', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    for (let i = 0; i < 6; i++) {
      rig.agree();
      rig.pass([1, 2, 4, 8, 16, 30][i] ?? 0);
    }
    expect(rig.kernel.orders.get('old')?.state).toBe('unknown');
    expect(rig.asked).toBe(7);
    expect(rig.of('reconciled').at(-1)).toMatchObject({ unknownOrders: 1 });
    rig.agree({ orders: [shown({ filledQty: '0' })] });
    expect(rig.kernel.orders.get('old')?.state).toBe('canceled');
  });

  it('are ended by an operator where the venue never shows them, once it had a minute to', () => {
    const rig = new AccountRig({ openOrders: [recovered()] });
    rig.agree();
    rig.command({ type: 'settleOrder', orderId: 'old' });
    expect(rig.kernel.orders.openCount).toBe(1);
    rig.pass(31);
    rig.command({ type: 'settleOrder', orderId: 'old' });
    expect(rig.of('orderSettled')).toMatchObject([{ actor: { via: 'test' }, order: { state: 'canceled' } }]);
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('0');
  });
});

describe('cycles in the middle of which the last run ended', () => {
  const left = (change: Partial<FillRecord>): FillRecord => ({
    ...fillOf(),
    executionId: 'before-x7',
    venue: VENUE,
    symbol: 'BTC/USD',
    side: 'buy',
    ...change,
  });

  it('go no further: what they left is reported, and swept home once trading is resumed', () => {
    const rig = new AccountRig({
      opening: {
        balances: [
          { asset: 'USD', total: '9499.75' },
          { asset: 'BTC', total: '1.01' },
        ],
        realizedPnl: '0',
        fees: '0',
      },
      unfinishedFills: [left({ fillId: 'a', qty: '0.006' }), left({ fillId: 'b', qty: '0.004' })],
      haltedFor: 'the engine was started again',
    });
    expect(rig.of('executionAbandoned')).toMatchObject([
      { executionId: 'before-x7', left: [{ asset: 'BTC', amount: '0.01' }] },
    ]);
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.pass(11);
    expect(rig.placed).toEqual([]);
    rig.command({ type: 'resume' });
    rig.pass(11);
    expect(rig.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: '0.01' }]);
    expect(rig.placed).toMatchObject([{ side: 'sell', symbol: 'BTC/USD', purpose: 'unwind' }]);
    expect(rig.placed[0]?.qty.toString()).toBe('0.01');
  });

  it('and finished ones leave residuals that are swept when there is enough of them, never more than is held', () => {
    const balances = [
      { asset: 'USD', total: '9000' },
      { asset: 'BTC', total: '0.004' },
    ];
    const opening = { balances, realizedPnl: '0', fees: '0' };
    const residuals = [
      { asset: 'BTC', amount: '0.005' },
      { asset: 'ETH', amount: '0.0001' },
    ];
    const rig = new AccountRig({ opening, residuals });
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.pass(11);
    expect(rig.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: '0.004' }]);
  });

  it('of earlier runs are not reported again, and are swept less what sweeps took of them since', () => {
    const rig = new AccountRig({
      opening: {
        balances: [
          { asset: 'USD', total: '9499.75' },
          { asset: 'BTC', total: '1.006' },
        ],
        realizedPnl: '0',
        fees: '0',
      },
      abandonedFills: [left({ fillId: 'a', qty: '0.006' }), left({ fillId: 'b', qty: '0.004' })],
      residuals: [{ asset: 'BTC', amount: '-0.004' }],
    });
    expect(rig.of('executionAbandoned')).toEqual([]);
    rig.agree();
    rig.quote(0, 499_950, 500_050);
    rig.pass(11);
    expect(rig.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: '0.006' }]);
  });

  it('count what their open orders bring once these are settled, and nothing twice', () => {
    const record = {
      ...recovered().record,
      executionId: 'before-x7',
      filledQty: '0.004',
      filledNotional: '200',
      fees: '0.1',
    };
    const rig = new AccountRig({
      opening: {
        balances: [
          { asset: 'USD', total: '9799.9' },
          // One bitcoin is the account's own: a sweep could take from it what was counted twice.
          { asset: 'BTC', total: '1.004' },
        ],
        realizedPnl: '0',
        fees: '0',
      },
      openOrders: [{ record, fillIds: ['a'] }],
      unfinishedFills: [left({ fillId: 'a', qty: '0.004', fee: '0.1' })],
    });
    const known = fillOf({ fillId: 'a', qty: '0.004', fee: '0.1' });
    const missed = fillOf({ fillId: 'b', qty: '0.006', fee: '0.15' });
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '1.01' },
    ];
    rig.answer({ orders: [shown()], fills: [known, missed], balances });
    rig.pass(1);
    rig.answer({ orders: [shown()], fills: [known, missed], balances });
    rig.command({ type: 'resume' });
    rig.quote(0, 499_950, 500_050);
    rig.pass(11);
    expect(rig.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: '0.01' }]);
  });
});

describe('a fill that the venue reports after its cycle was over', () => {
  /** An order that an earlier run had called over, with 0.01 BTC asked for. */
  const ended = (isCycleOver: boolean): RecoveredOrder => {
    const { record } = recovered();
    return { record: { ...record, state: 'canceled', executionId: 'before-x3' }, fillIds: [], isCycleOver };
  };
  const opening = (usd: string, btc: string) => ({
    balances: [
      { asset: 'USD', total: usd },
      { asset: 'BTC', total: btc },
    ],
    realizedPnl: '0',
    fees: '0',
  });

  it('is a record of its own: a restart finds what it left, and sweeps that', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const [order] = rig.placed;
    const orderId = order?.orderId ?? '';
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed', dust: [] } }]);
    const fill = fillOf({ orderId, qty: '0.005', fee: '0.1' });
    rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    const [missed, late, ...more] = rig.of('executionFinished').map(({ execution }) => execution);
    expect(more).toEqual([]);
    expect(late).toMatchObject({
      outcome: 'late',
      profit: '-250.1',
      profitHome: '-0.1',
      dust: [{ asset: 'BTC', amount: '0.005' }],
      detail: `order ${orderId} of ${missed?.executionId ?? ''} was filled after it was canceled`,
    });
    expect(late?.executionId).not.toBe(missed?.executionId);

    // What the database holds of finished cycles, as `leftByExecutions` adds it up.
    const again = new AccountRig({ opening: opening('9749.9', '1.005'), residuals: late?.dust ?? [] });
    again.agree();
    again.quote(0, 499_950, 500_050);
    again.pass(11);
    expect(again.of('sweepStarted')).toMatchObject([{ asset: 'BTC', amount: '0.005' }]);
  });

  it('of an earlier run is a record too, where the cycle had one; else a restart finds it by its fills', () => {
    for (const isCycleOver of [true, false]) {
      const rig = new AccountRig({ opening: opening('9499.75', '1'), openOrders: [ended(isCycleOver)] });
      rig.report({ kind: 'fill', orderId: 'old', fill: fillOf(), atUs: rig.nowUs });
      const records = rig.of('executionFinished').map(({ execution }) => execution);
      expect(records.map(({ outcome }) => outcome)).toEqual(isCycleOver ? ['late'] : []);
      expect(rig.kernel.desk.sequencer.sweeper.residuals.of('BTC').toString()).toBe('0.01');
      expect(rig.of('tradingHalted')).toMatchObject([{ code: 'late-fill' }]);
    }
  });
});
