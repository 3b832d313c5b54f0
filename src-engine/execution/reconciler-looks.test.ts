/** What of one look at an account carries over to the next, and what two accounts have to do with each other: nothing. */
import { describe, expect, it } from 'vitest';
import { AccountRig, fillOf, shown, VENUE, withOrder } from '../testing/account-rig.ts';
import { START_US } from '../testing/kernel-harness.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';

const refusalOf = (rig: AccountRig): string => rig.kernel.orderEvents.reconciler.refusal(VENUE);
const failed = (rig: AccountRig, reason: string): void =>
  rig.report({ kind: 'account-failed', venue: VENUE, reason, atUs: rig.nowUs });
const link = (rig: AccountRig, state: 'up' | 'down', venue = VENUE): void =>
  rig.report({ kind: 'link', venue, state, reason: 'cut', atUs: rig.nowUs });

describe('a question that is not answered', () => {
  it('has failed after more than two minutes, and is asked again after the first wait', () => {
    const rig = new AccountRig();
    rig.pass(120);
    expect([rig.asked, rig.of('reconcileFailed')]).toEqual([1, []]);
    rig.pass(0.1);
    expect(rig.of('reconcileFailed')).toMatchObject([
      { venue: VENUE, cause: 'start', attempt: 1, reason: 'no answer within 120 s' },
    ]);
    rig.pass(1);
    expect(rig.asked).toBe(2);
  });
});

describe('an answer that comes twice', () => {
  it('counts once: what the second one shows belongs to no question', () => {
    const { rig, orderId } = withOrder();
    rig.agree();
    rig.agree({ fills: [fillOf({ orderId })], balances: [{ asset: 'USD', total: '1' }] });
    expect([refusalOf(rig), rig.of('orderFilled'), rig.asked]).toEqual(['', [], 1]);
  });
});

describe('a venue that is none of the run', () => {
  it('is never asked and holds nothing up, whatever is said of it', () => {
    const rig = new AccountRig();
    rig.agree();
    link(rig, 'down', 'other');
    link(rig, 'up', 'other');
    const { reconciler } = rig.kernel.orderEvents;
    reconciler.request('other', 'doubt', rig.nowUs);
    reconciler.adoptBalances('other', { kind: 'operator', via: 'test' }, rig.nowUs);
    rig.pass(1);
    expect([rig.asked, refusalOf(rig), reconciler.refusal('other')]).toEqual([1, '', '']);
  });
});

describe('a connection that was cut while a regular look was under way', () => {
  it('leaves the history to be read, even where that look fails', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.pass(60);
    expect(rig.question.withHistory).toBe(false);
    link(rig, 'down');
    link(rig, 'up');
    failed(rig, 'EService:Busy');
    rig.pass(1);
    // Fills may have been missed: open orders and balances alone do not show which.
    expect([rig.asked, rig.question.withHistory]).toEqual([3, true]);
    expect(refusalOf(rig)).toBe(`${VENUE}: comparing failed 1 times: EService:Busy`);
  });
});

describe('a look for a crossed cancel', () => {
  const look = (rig: AccountRig): void =>
    rig.kernel.orderEvents.reconciler.request(VENUE, 'periodic', rig.nowUs);

  it('takes the place of no doubt that waits for the answer before it: its history is read', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.pass(60);
    expect(rig.question.withHistory).toBe(false);
    const { asked } = rig;
    rig.kernel.orderEvents.reconciler.request(VENUE, 'doubt', rig.nowUs);
    look(rig);
    rig.agree();
    expect([rig.asked, rig.question.withHistory]).toEqual([asked + 1, true]);
  });

  it('leaves an operator the fact that answers him, whether that question waits, is on its way, or failed', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.pass(60);
    rig.command({ type: 'reconcile' });
    look(rig);
    failed(rig, 'EService:Busy');
    look(rig);
    rig.step({ kind: 'tick', atUs: rig.nowUs });
    rig.agree();
    expect(rig.of('reconciled').map(({ cause }) => cause)).toEqual(['start', 'operator']);
  });
});

describe('an order that ended here less than two seconds before the venue listed it as open', () => {
  it('is looked at again after three seconds, and canceled where it still is', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'rejected', orderId, reason: 'no', atUs: rig.nowUs });
    rig.pass(1.5);
    rig.command({ type: 'reconcile' });
    const { asked } = rig;
    const orders = [shown({ orderId, state: 'open', filledQty: '0' })];
    rig.agree({ orders });
    rig.pass(2.8);
    expect([rig.asked, rig.of('tradingHalted')]).toEqual([asked, []]);
    rig.pass(0.3);
    expect(rig.asked).toBe(asked + 1);
    rig.agree({ orders });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-alive' }]);
    expect(rig.effects.at(-1)).toMatchObject({ type: 'cancel', orderId });
  });
});

describe('what holds new cycles up after a regular look', () => {
  it('stays until a look has found that all agrees: one between two orders has not', () => {
    const { rig } = withOrder();
    rig.pass(1);
    rig.command({ type: 'reconcile' });
    failed(rig, 'EService:Busy');
    const busy = `${VENUE}: comparing failed 1 times: EService:Busy`;
    expect(refusalOf(rig)).toBe(busy);
    rig.pass(1);
    expect(rig.asked).toBe(3);
    rig.agree();
    expect(refusalOf(rig)).toBe(busy);
  });
});

describe('a regular look that finds what was missed', () => {
  /** The look after the one that left the order's fate open. */
  function regularly(): { rig: AccountRig; orderId: string } {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    rig.agree();
    rig.events.length = 0;
    rig.pass(1);
    // Of an order whose fate is open the history shows more than the list of open ones.
    expect([rig.asked, rig.question.withHistory]).toEqual([3, true]);
    return { rig, orderId };
  }
  const paid = [
    { asset: 'USD', total: '9750' },
    { asset: 'BTC', total: '0.005' },
  ];

  it('says so of a single fill', () => {
    const { rig, orderId } = regularly();
    rig.answer({ fills: [fillOf({ orderId, qty: '0.005', fee: '0' })], balances: paid });
    expect(rig.of('reconciled')).toMatchObject([{ cause: 'periodic', adoptedFills: 1, settledOrders: 0 }]);
  });

  it('says so of a fill and of the end of its order', () => {
    const { rig, orderId } = regularly();
    const orders = [shown({ orderId, state: 'canceled', filledQty: '0.005' })];
    rig.answer({ fills: [fillOf({ orderId, qty: '0.005', fee: '0' })], orders, balances: paid });
    expect(rig.of('reconciled')).toMatchObject([{ cause: 'periodic', adoptedFills: 1, settledOrders: 1 }]);
  });

  it('says nothing where it finds nothing', () => {
    const { rig } = regularly();
    rig.agree();
    expect(rig.of('reconciled')).toEqual([]);
  });
});

describe('a history of several answers', () => {
  it('is reported with why it was asked for, or with what was asked for meanwhile', () => {
    const rig = new AccountRig();
    rig.answer({ readToUs: rig.nowUs - 30_000_000 });
    rig.agree();
    expect(rig.of('reconciled')).toMatchObject([{ cause: 'start' }]);
    rig.command({ type: 'reconcile' });
    link(rig, 'down');
    link(rig, 'up');
    rig.answer({ readToUs: rig.nowUs - 30_000_000 });
    const { asked } = rig;
    rig.agree();
    expect(rig.of('reconciled').map(({ cause }) => cause)).toEqual(['start', 'reconnect']);
    // Both were answered by that.
    expect([rig.asked, refusalOf(rig)]).toEqual([asked, '']);
  });
});

describe('an order that the venue lists as open', () => {
  it('is in no doubt, however old it is', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'accepted', orderId, venueOrderId: 'V1', atUs: rig.nowUs });
    rig.pass(3);
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [shown({ orderId, state: 'open', filledQty: '0' })] });
    expect(rig.of('orderUnknown')).toEqual([]);
    expect(rig.kernel.orders.get(orderId)?.state).toBe('accepted');
  });
});

describe('rounding', () => {
  it('explains no difference once the balances have agreed: what was traded before is settled', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, qty: '0.005', fee: '0' }), atUs: rig.nowUs });
    for (let nth = 0; nth < rig.placed.length && nth < 9; nth++) {
      const id = rig.placed[nth]?.orderId ?? '';
      rig.report({ kind: 'canceled', orderId: id, reason: 'ioc', atUs: rig.nowUs });
      if (nth > 0) rig.pass(1);
    }
    expect(rig.kernel.orders.openCount).toBe(0);
    const off = (by: number): { asset: string; total: string }[] =>
      rig
        .balances()
        .map((one) =>
          one.asset === 'USD' ? { asset: 'USD', total: (Number(one.total) - by).toFixed(4) } : one,
        );
    rig.command({ type: 'reconcile' });
    rig.answer({ balances: off(0.0001) });
    expect(rig.of('balancesAdopted')).toMatchObject([{ actor: { kind: 'engine', via: 'rounding' } }]);
    rig.command({ type: 'reconcile' });
    rig.answer({ balances: off(0.0001) });
    expect(rig.of('balancesAdopted')).toHaveLength(1);
    expect(refusalOf(rig)).toBe(`${VENUE}: balances differ; comparing again`);
  });
});

describe('two accounts', () => {
  function agree(rig: AccountRig, venue: string): void {
    const own = rig.balances().filter(({ asset }) => asset.endsWith(`@${venue}`));
    rig.answer(
      { balances: own.map(({ asset, total }) => ({ asset: asset.split('@')[0] ?? '', total })) },
      venue,
    );
  }
  function sinceOf(rig: AccountRig, venue: string): number {
    const question = rig.effects.findLast((one) => one.type === 'reconcile' && one.venue === venue);
    return question?.type === 'reconcile' ? (question.sinceUs - START_US) / 1_000_000 : Number.NaN;
  }

  it('are looked at each with its own orders: those of one are in no doubt by the list of the other', () => {
    const rig = new AccountRig(twoVenuesHolding({ 'USD@east': '10000', 'USD@west': '10000' }));
    for (const venue of [EAST, WEST]) agree(rig, venue);
    rig.pass(50);
    rig.quote(3, 499_950, 500_050);
    rig.quote(4, 4_998, 5_002, 5_000_000_000);
    rig.quote(5, 251_800, 251_900, 5_000_000_000);
    const [order] = rig.placed;
    expect(order?.venue).toBe(WEST);
    rig.pass(2.5);
    rig.command({ type: 'reconcile' });
    agree(rig, EAST);
    expect(rig.of('orderUnknown')).toEqual([]);
    expect(rig.kernel.orderEvents.reconciler.refusal(EAST)).toBe('');
    agree(rig, WEST);
    expect(rig.of('orderUnknown')).toMatchObject([{ order: { orderId: order?.orderId } }]);
    // Only the west is asked for what happened since its order.
    rig.command({ type: 'reconcile' });
    expect(sinceOf(rig, EAST)).toBeCloseTo(52.5 - 60, 3);
  });
});
