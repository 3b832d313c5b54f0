/** When the account is asked for again, and what of an answer holds new orders up. */
import { describe, expect, it } from 'vitest';
import { AccountRig, fillOf, recovered, shown, VENUE, withOrder } from '../testing/account-rig.ts';
import { START_US } from '../testing/kernel-harness.ts';

const refusalOf = (rig: AccountRig): string => rig.kernel.orderEvents.reconciler.refusal(VENUE);

describe('an account that could not be compared', () => {
  it('is asked for no sooner than after the wait, which grows with each failure', () => {
    const rig = new AccountRig();
    for (const [nth, waitS] of [1, 2, 4, 8].entries()) {
      rig.report({ kind: 'account-failed', venue: VENUE, reason: 'EService:Unavailable', atUs: rig.nowUs });
      rig.pass(waitS - 0.1);
      expect(rig.asked).toBe(nth + 1);
      rig.pass(0.1);
      expect(rig.asked).toBe(nth + 2);
    }
    // A success starts the waits again.
    rig.agree();
    rig.command({ type: 'reconcile' });
    const before = rig.asked;
    rig.report({ kind: 'account-failed', venue: VENUE, reason: 'EService:Unavailable', atUs: rig.nowUs });
    rig.pass(0.9);
    expect(rig.asked).toBe(before);
    rig.pass(0.1);
    expect(rig.asked).toBe(before + 1);
  });

  it('is asked for no sooner than after the wait while its balances differ', () => {
    const rig = new AccountRig();
    const balances = [{ asset: 'USD', total: '9000' }];
    for (const [nth, waitS] of [1, 2, 4].entries()) {
      rig.answer({ balances });
      rig.pass(waitS - 0.1);
      expect(rig.asked).toBe(nth + 1);
      rig.pass(0.1);
      expect(rig.asked).toBe(nth + 2);
    }
  });

  it('counts one failure for one question: what comes without a question is none', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.report({ kind: 'account-failed', venue: VENUE, reason: 'late', atUs: rig.nowUs });
    expect([rig.of('reconcileFailed'), refusalOf(rig)]).toEqual([[], '']);
  });
});

describe('an account that is being asked for', () => {
  it('is asked for once more after the answer, however often an operator asks meanwhile', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.command({ type: 'reconcile' });
    const { asked } = rig;
    rig.command({ type: 'reconcile' });
    rig.command({ type: 'reconcile' });
    expect(rig.asked).toBe(asked);
    rig.agree();
    expect(rig.asked).toBe(asked + 1);
    rig.agree();
    expect(rig.asked).toBe(asked + 1);
  });
});

describe('a regular look while orders are under way', () => {
  it('holds nothing up until the fifth in a row', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    rig.pass(61);
    for (let nth = 1; nth <= 5; nth++) {
      const before = rig.placed.length;
      // An order begins and ends while the answer is on its way: the ledger changed meanwhile.
      rig.quote(2, 249_900, 250_100, 5_000_000_000);
      rig.openEdge();
      const order = rig.placed.at(-1);
      expect(rig.placed.length).toBe(before + 1);
      rig.report({ kind: 'canceled', orderId: order?.orderId ?? '', reason: 'ioc', atUs: rig.nowUs });
      rig.agree();
      expect(refusalOf(rig)).toBe(nth < 5 ? '' : `${VENUE}: orders were in flight during the comparison`);
      // A cycle under way is brought to its end all the same.
      expect(rig.kernel.orderEvents.reconciler.refusal(VENUE, true)).toBe('');
      rig.pass([1, 2, 4, 8, 16][nth - 1] ?? 0);
    }
    rig.agree();
    expect(refusalOf(rig)).toBe('');
  });
});

describe('what a regular look asks for', () => {
  it('is what is open and the balances, and the history once these differ or an order of ours is missing', () => {
    const rig = new AccountRig();
    expect(rig.question.withHistory).toBe(true);
    rig.agree();
    rig.pass(60);
    expect(rig.question.withHistory).toBe(false);
    rig.answer({ balances: [{ asset: 'USD', total: '9999' }] });
    rig.pass(1);
    expect(rig.question.withHistory).toBe(true);
    rig.agree();
    rig.pass(57.5);
    rig.openEdge();
    rig.pass(2.5);
    // The order is not among the open ones: it may have ended, which the history shows.
    expect(rig.question.withHistory).toBe(false);
    rig.agree();
    expect(rig.of('orderUnknown')).toEqual([]);
    rig.pass(1);
    expect(rig.question.withHistory).toBe(true);
    const [order] = rig.placed;
    const ended = shown({ orderId: order?.orderId ?? '', state: 'canceled', filledQty: '0' });
    rig.agree({ orders: [ended] });
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
  });

  it('is the history whenever the connection was down or an operator asks', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.command({ type: 'reconcile' });
    expect(rig.question.withHistory).toBe(true);
    rig.agree();
    rig.report({ kind: 'link', venue: VENUE, state: 'down', reason: 'cut', atUs: rig.nowUs });
    rig.report({ kind: 'link', venue: VENUE, state: 'up', reason: '', atUs: rig.nowUs });
    expect(rig.question.withHistory).toBe(true);
  });
});

describe('a history of several answers', () => {
  const S = 1_000_000;

  it('goes on where the last answer ended, keeps what was learned, and holds new orders up until its end', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    const fill = fillOf({ orderId, qty: '0.005', fee: '0' });
    const readToUs = rig.nowUs - 30 * S;
    rig.answer({ fills: [fill], readToUs });
    expect(rig.total('BTC')).toBe('0.005');
    expect(rig.question).toMatchObject({ sinceUs: readToUs, withHistory: true });
    expect(refusalOf(rig)).toMatch(/^test: reading its history, by now up to \d{4}-/);
    // A failure in between loses nothing of it.
    rig.report({ kind: 'account-failed', venue: VENUE, reason: 'busy', atUs: rig.nowUs });
    rig.pass(1);
    expect(rig.question.sinceUs - readToUs).toBeLessThanOrEqual(1);
    rig.agree({ fills: [fill], orders: [shown({ orderId, state: 'canceled', filledQty: '0.005' })] });
    // The order ended by this answer: its balances may be of before.
    rig.pass(1);
    rig.agree();
    expect(refusalOf(rig)).toBe('');
    expect(rig.total('BTC')).toBe('0.005');
    rig.command({ type: 'reconcile' });
    // Read to its end: the next one overlaps with it again.
    expect(rig.question.sinceUs).toBeLessThan(rig.nowUs - 59 * S);
  });
});

describe('a cycle under way', () => {
  it('is brought to its end while a regular look fails or falls between orders, and no other begins', () => {
    const { rig, orderId } = withOrder();
    rig.pass(1);
    rig.command({ type: 'reconcile' });
    rig.report({ kind: 'account-failed', venue: VENUE, reason: 'EService:Busy', atUs: rig.nowUs });
    expect(refusalOf(rig)).toBe(`${VENUE}: comparing failed 1 times: EService:Busy`);
    const [order] = rig.placed;
    const whole = { qty: String(order?.qty), price: String(order?.price), fee: '0' };
    rig.report({ kind: 'accepted', orderId, venueOrderId: 'v1', atUs: rig.nowUs });
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, ...whole }), atUs: rig.nowUs });
    expect(rig.of('orderDenied')).toEqual([]);
    expect(rig.placed).toHaveLength(2);
    rig.openEdge();
    expect(rig.of('executionStarted')).toHaveLength(1);
  });

  it('waits as soon as a regular look finds balances that differ', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.pass(60);
    rig.answer({ balances: [{ asset: 'USD', total: '9000' }] });
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE, true)).toBe(
      `${VENUE}: balances differ; comparing again`,
    );
  });

  it('waits where something speaks against the account', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'link', venue: VENUE, state: 'down', reason: 'cut', atUs: rig.nowUs });
    rig.report({ kind: 'link', venue: VENUE, state: 'up', reason: '', atUs: rig.nowUs });
    const [order] = rig.placed;
    const whole = { qty: String(order?.qty), price: String(order?.price), fee: '0' };
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, ...whole }), atUs: rig.nowUs });
    expect(rig.placed).toHaveLength(1);
    expect(rig.of('orderDenied')[0]).toMatchObject({ code: 'not-reconciled' });
    // It is neither given up meanwhile nor a reason to halt: once the account agrees, what it holds goes home.
    rig.pass(8);
    expect(rig.of('tradingHalted')).toEqual([]);
    // The fill came while the account was being asked for: it is asked again.
    for (let looks = 0; looks < 2; looks++) {
      rig.agree();
      rig.pass(2);
    }
    expect(rig.placed).toHaveLength(2);
    expect(rig.of('tradingHalted')).toEqual([]);
  });
});

describe('an answer', () => {
  it('with a row of ours that cannot be read, and another that can, settles the one and holds up for the other', () => {
    const { rig, orderId } = withOrder();
    rig.command({ type: 'reconcile' });
    rig.agree({
      orders: [shown({ orderId, state: 'canceled', filledQty: '0', problem: 'vol_exec is "x"' })],
    });
    expect(rig.of('executionFinished')).toEqual([]);
    expect(refusalOf(rig)).toContain(`order ${orderId}: the venue’s row cannot be read, vol_exec is "x"`);
    rig.pass(1);
    rig.agree({ orders: [shown({ orderId, state: 'canceled', filledQty: '0' })] });
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
  });

  it('adopts a fill of ours once, and none of an order that is not ours', () => {
    const { rig, orderId } = withOrder();
    const fill = fillOf({ orderId, qty: '0.005', fee: '0' });
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    rig.answer({
      fills: [fill, fill, fillOf({ orderId: 'theirs', fillId: 'f9' })],
      orders: [shown({ orderId, state: 'canceled', filledQty: '0.005' })],
      balances: [
        { asset: 'USD', total: '9750' },
        { asset: 'BTC', total: '0.005' },
      ],
    });
    expect(rig.of('orderFilled')).toHaveLength(1);
    expect(rig.of('reconciled').at(-1)).toMatchObject({ adoptedFills: 1, settledOrders: 1 });
    expect(rig.total('BTC')).toBe('0.005');
  });
});

describe('an order that the venue shows as open', () => {
  it('is accepted from then on, and settled', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    rig.pass(1);
    rig.answer({
      orders: [shown({ orderId, venueOrderId: 'V7', state: 'open', filledQty: '0' })],
      balances: rig.balances(),
    });
    expect(rig.of('orderAccepted')).toMatchObject([{ order: { orderId, state: 'accepted' } }]);
    expect(rig.kernel.orders.get(orderId)).toMatchObject({ state: 'accepted', venueOrderId: 'V7' });
    expect(rig.of('reconciled').at(-1)).toMatchObject({ settledOrders: 1, unknownOrders: 0 });
    expect(rig.kernel.orders.isOpen(orderId)).toBe(true);
  });
});

describe('fills that were never reported', () => {
  it('are booked in the order in which they happened, whatever the venue lists first', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    const fills = [3, 1, 2].map((second) =>
      fillOf({ orderId, fillId: `f${second}`, qty: '0.001', fee: '0', atUs: rig.nowUs + second }),
    );
    rig.answer({ fills });
    expect(rig.of('orderFilled').map(({ fill }) => fill.fillId)).toEqual(['f1', 'f2', 'f3']);
  });
});

describe('an order that the venue does not list', () => {
  it('is in doubt once it was older than two seconds when the account was asked for', () => {
    const { rig, orderId } = withOrder();
    const listed = (): string | undefined => {
      rig.command({ type: 'reconcile' });
      rig.agree();
      return rig.kernel.orders.get(orderId)?.state;
    };
    rig.pass(2);
    expect(listed()).toBe('created');
    rig.pass(0.1);
    expect(listed()).toBe('unknown');
  });
});

describe('a cycle in the middle of which the account is compared', () => {
  const fill = (rig: AccountRig, orderId: string): void => {
    const order = rig.placed.find((one) => one.orderId === orderId);
    if (order === undefined) throw new Error('it was placed');
    const { price, qty } = order;
    const missed = fillOf({ fillId: `${orderId}-f`, orderId, price: price.toString(), qty: qty.toString() });
    rig.report({ kind: 'fill', orderId, fill: missed, atUs: rig.nowUs });
  };

  it('goes on when an operator asks for it: what was compared before stands until the answer', () => {
    const { rig, orderId } = withOrder();
    rig.command({ type: 'reconcile' });
    expect(refusalOf(rig)).toBe('');
    fill(rig, orderId);
    expect(rig.placed).toHaveLength(2);
    expect(rig.of('tradingHalted')).toEqual([]);
  });
});

describe('what an account is asked for', () => {
  const AGO = 60_000_000;

  it('reaches back a minute before the oldest order whose outcome is unknown', () => {
    const order = recovered();
    const rig = new AccountRig({ openOrders: [order] });
    expect(rig.question.sinceUs).toBe(order.record.createdUs - AGO);
    rig.answer({ balances: rig.balances() });
    expect(rig.kernel.orders.get('old')?.state).toBe('unknown');
    const asked = rig.asked;
    rig.pass(0.9);
    expect(rig.asked).toBe(asked);
    rig.pass(0.1);
    expect(rig.asked).toBe(asked + 1);
    // The order is as old as it was; two questions differ all the same.
    expect(Math.abs(rig.question.sinceUs - (order.record.createdUs - AGO))).toBe(1);
  });

  it('reaches back to an order of an earlier run that ended before the account was compared', () => {
    const { record, fillIds } = recovered();
    const createdUs = record.createdUs - 10 * AGO;
    const rig = new AccountRig({ openOrders: [{ record: { ...record, createdUs }, fillIds }] });
    rig.report({ kind: 'account-failed', venue: VENUE, reason: 'busy', atUs: rig.nowUs });
    rig.report({ kind: 'canceled', orderId: 'old', reason: 'ioc', atUs: rig.nowUs });
    rig.pass(1);
    expect([rig.asked, Math.abs(rig.question.sinceUs - (createdUs - AGO))]).toEqual([2, 1]);
  });

  it('is no more than what changed since it last agreed, less a minute', () => {
    const rig = new AccountRig();
    rig.pass(5);
    const askedUs = START_US;
    rig.agree();
    rig.command({ type: 'reconcile' });
    // Asked for at the start; a second question for the same time differs by one.
    expect(rig.question.sinceUs - (askedUs - AGO)).toBe(1);
    expect(rig.kernel.orderEvents.reconciler.standings()).toMatchObject([
      { venue: VENUE, refusal: '', agreedUs: rig.nowUs, differences: [] },
    ]);
    expect(rig.kernel.orderEvents.reconciler.refusal('other')).toBe('');
  });
});

describe('what does not fit', () => {
  it('is asked about once a second at most, and at once after a second', () => {
    const { rig, orderId } = withOrder();
    const doubt = (): void =>
      rig.report({ kind: 'cancel-rejected', orderId, reason: 'EOrder:Unknown order', atUs: rig.nowUs });
    const { asked } = rig;
    doubt();
    expect(rig.asked).toBe(asked + 1);
    rig.agree();
    rig.pass(0.5);
    doubt();
    expect(rig.asked).toBe(asked + 1);
    rig.pass(0.5);
    expect(rig.asked).toBe(asked + 2);
    rig.agree();
    doubt();
    expect(rig.asked).toBe(asked + 3);
  });

  it('is asked about a second after the last doubt, however far away the next regular look is', () => {
    const rig = new AccountRig();
    rig.agree();
    const fill = fillOf({ orderId: 'forgotten' });
    const doubt = (): void => rig.report({ kind: 'fill', orderId: 'forgotten', fill, atUs: rig.nowUs });
    doubt();
    rig.agree();
    const { asked } = rig;
    rig.pass(0.5);
    doubt();
    rig.pass(0.4);
    expect(rig.asked).toBe(asked);
    rig.pass(0.1);
    expect(rig.asked).toBe(asked + 1);
  });

  it('is a row of an order of ours that cannot be read: it is in doubt, and another’s is not', () => {
    const { rig, orderId } = withOrder();
    const { asked } = rig;
    const unread = (of: string | undefined): void =>
      rig.report({
        kind: 'unread-rows',
        venue: VENUE,
        rows: [{ where: 'executions', problem: 'vol is "x"', orderId: of, row: '{}' } as never],
        atUs: rig.nowUs,
      });
    unread(undefined);
    unread('theirs');
    expect([rig.asked, rig.of('orderUnknown')]).toEqual([asked, []]);
    unread(orderId);
    expect(rig.of('orderUnknown')).toMatchObject([
      { order: { orderId, reason: 'the venue’s report cannot be read: vol is "x"' } },
    ]);
    expect(rig.asked).toBe(asked + 1);
  });
});

describe('a regular look', () => {
  it('is reported where it found something, and not where all agrees', () => {
    const rig = new AccountRig();
    rig.agree();
    const before = rig.of('reconciled').length;
    rig.pass(61);
    expect(rig.question.withHistory).toBe(false);
    rig.agree();
    expect(rig.of('reconciled')).toHaveLength(before);

    const { rig: found, orderId } = withOrder();
    const first = found.of('reconciled').length;
    found.pass(1);
    found.report({ kind: 'accepted', orderId, venueOrderId: 'V1', atUs: found.nowUs });
    found.pass(2);
    expect(found.of('reconciled')).toHaveLength(first);
  });
});
