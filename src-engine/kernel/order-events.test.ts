/** The ledger against the venue, with a venue whose answers the test gives. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { AccountRig, fillOf, shown, VENUE, withOrder } from '../testing/account-rig.ts';
import { START_US } from '../testing/kernel-harness.ts';

const S = 1_000_000;

function raise(): never {
  throw new Error('it is there');
}

describe('a run whose venue keeps an account', () => {
  it('sends no order before the account was compared, and begins once it agrees', () => {
    const rig = new AccountRig();
    expect(rig.effects).toMatchObject([{ type: 'reconcile', venue: VENUE, sinceUs: START_US - 60 * S }]);
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    expect(rig.of('opportunityOpened')[0]?.opportunity).toMatchObject({
      decision: 'not-reconciled',
      decisionDetail: 'test: not compared with it yet',
    });
    rig.agree();
    expect(rig.of('reconciled')).toMatchObject([{ cause: 'start', adoptedFills: 0, unknownOrders: 0 }]);
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('begins halted where the run asks for it, until an operator resumes', () => {
    const rig = new AccountRig({ haltedFor: 'the engine was started again' });
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'restart' }]);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('refuses new orders while comparing fails, asks again ever more rarely, and still cancels', () => {
    const rig = new AccountRig();
    for (let i = 0; i < 8; i++) {
      rig.report({ kind: 'account-failed', venue: VENUE, reason: 'EService:Unavailable', atUs: rig.nowUs });
      rig.pass([1, 2, 4, 8, 16, 30, 30, 30][i] ?? 0);
      expect(rig.asked).toBe(i + 2);
    }
    expect(rig.of('reconcileFailed').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    expect(rig.of('opportunityOpened')[0]?.opportunity.decisionDetail).toMatch(
      /comparing failed 8 times: EService:Unavailable/,
    );
    rig.command({ type: 'kill', reason: 'drill' });
    expect(rig.effects.at(-1)).toEqual({ type: 'cancelAll', venue: VENUE });
    rig.command({ type: 'rearm' });
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('counts a question without an answer for 120 seconds as failed, and does not take its late answer', () => {
    const rig = new AccountRig();
    const [late] = rig.effects;
    rig.pass(120.1);
    expect(rig.of('reconcileFailed')).toMatchObject([{ reason: 'no answer within 120 s' }]);
    rig.pass(1);
    expect(rig.asked).toBe(2);
    const sinceUs = late?.type === 'reconcile' ? late.sinceUs : 0;
    const account = { venue: VENUE, orders: [], fills: [], balances: rig.balances(), sinceUs };
    rig.report({ kind: 'account', account, atUs: rig.nowUs });
    expect(rig.of('reconciled')).toEqual([]);
    rig.agree();
    expect(rig.of('reconciled')).toHaveLength(1);
  });

  it('is compared every minute, after sleep, and when the private connection comes back', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.pass(59);
    expect(rig.asked).toBe(1);
    rig.pass(2);
    expect(rig.asked).toBe(2);
    // While a regular question is under way nothing is held up.
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);

    const woken = new AccountRig();
    woken.agree();
    woken.kernel.step({ kind: 'wake', atUs: woken.nowUs });
    woken.openEdge();
    expect(woken.placed).toEqual([]);
    woken.pass(0.1);
    woken.agree();
    woken.openEdge();
    expect(woken.placed).toHaveLength(1);

    const cut = new AccountRig();
    cut.agree();
    const link = (state: 'up' | 'down') =>
      cut.report({ kind: 'link', venue: VENUE, state, reason: 'cut', atUs: cut.nowUs });
    link('down');
    cut.openEdge();
    expect(cut.of('opportunityOpened').at(-1)?.opportunity.decisionDetail).toMatch(
      /connection is down \(cut\)/,
    );
    link('up');
    cut.openEdge();
    expect(cut.placed).toEqual([]);
    cut.agree();
    expect(cut.of('reconciled').at(-1)).toMatchObject({ cause: 'reconnect' });
    cut.openEdge();
    expect(cut.placed).toHaveLength(1);
  });
});

describe('balances that differ', () => {
  const more = [
    { asset: 'USD', total: '10000.00000001' },
    { asset: 'ETH', total: '3' },
  ];

  it('stop trading with the numbers, to the last decimal, once a second look confirms them', () => {
    const rig = new AccountRig();
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toEqual([]);
    rig.pass(1);
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toMatchObject([
      {
        differences: [
          { asset: 'ETH', ledger: '0', venue: '3' },
          { asset: 'USD', ledger: '10000', venue: '10000.00000001' },
        ],
      },
    ]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    // Reported once, compared again and again.
    rig.pass(2);
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toHaveLength(1);
    rig.pass(4);
    rig.agree();
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('as a chain took back what was reported are taken over, and halt by name until an operator resumes; another asset among them is none of it', () => {
    const rig = new AccountRig();
    const takenBack = { reason: 'block 7 was taken back', assets: ['USD', 'BTC'] };
    rig.answer({ balances: more, takenBack });
    rig.pass(1);
    rig.answer({ balances: more, takenBack });
    expect(rig.of('balancesAdopted')).toEqual([]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
    rig.pass(2);
    rig.answer({ balances: more, takenBack: { ...takenBack, assets: ['USD', 'ETH'] } });
    expect(rig.of('balancesAdopted')).toMatchObject([
      { actor: { via: 'reorganisation' }, differences: [{ asset: 'ETH' }, { asset: 'USD' }] },
    ]);
    expect(rig.of('tradingHalted').at(-1)).toMatchObject({
      code: 'taken-back',
      reason: expect.stringMatching(/block 7 was taken back; balances differ: ETH 0 here, 3 at/) as string,
    });
    expect(rig.kernel.portfolio.balances.total('ETH').toString()).toBe('3');
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('as a chain took back and made again agree, and trading halts by name all the same, once', () => {
    const rig = new AccountRig();
    const takenBack = { reason: 'block 7 was taken back', assets: ['USD', 'BTC'] };
    rig.agree({ takenBack });
    expect(rig.of('tradingHalted')).toMatchObject([
      {
        code: 'taken-back',
        reason: expect.stringMatching(/block 7 was taken back; balances agree$/) as string,
      },
    ]);
    rig.command({ type: 'resume' });
    rig.pass(61);
    rig.agree({ takenBack });
    expect(rig.of('tradingHalted')).toHaveLength(1);
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('that are gone at the second look are none: a fill lay between two questions', () => {
    const rig = new AccountRig();
    rig.answer({ balances: more });
    rig.pass(1);
    rig.agree();
    expect(rig.of('balancesDiffer')).toEqual([]);
    expect(rig.of('tradingHalted')).toEqual([]);
    expect(rig.of('reconciled')).toHaveLength(1);
  });

  it('are taken over on an operator’s word, without profit or loss', () => {
    const rig = new AccountRig();
    rig.answer({ balances: more });
    rig.pass(1);
    rig.answer({ balances: more });
    rig.command({ type: 'adoptBalances', venue: VENUE });
    rig.answer({ balances: more });
    expect(rig.of('balancesAdopted')).toMatchObject([{ actor: { via: 'test' } }]);
    expect(rig.balances()).toEqual(more);
    expect(
      rig
        .of('balancesChanged')
        .at(-1)
        ?.balances.map(({ asset }) => asset),
    ).toEqual(['USD', 'ETH']);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('are not taken over when they are no longer what was reported', () => {
    const rig = new AccountRig();
    const other = [{ asset: 'USD', total: '9000' }];
    rig.answer({ balances: more });
    rig.pass(1);
    rig.answer({ balances: more });
    rig.command({ type: 'adoptBalances', venue: VENUE });
    rig.answer({ balances: other });
    rig.pass(8);
    rig.answer({ balances: other });
    expect(rig.of('balancesAdopted')).toEqual([]);
    expect(rig.of('balancesDiffer').at(-1)?.differences).toEqual([
      { asset: 'USD', ledger: '10000', venue: '9000' },
    ]);
    rig.pass(31);
    rig.answer({ balances: other });
    expect(rig.of('balancesAdopted')).toEqual([]);
    expect(rig.kernel.orderEvents.reconciler.standings()).toMatchObject([
      { venue: VENUE, agreedUs: undefined, differences: [{ asset: 'USD' }] },
    ]);
  });

  it('are taken over without a halt where the venue rounded what it booked, and only as far as that goes', () => {
    const traded = (usd: string) => {
      const rig = new AccountRig();
      rig.agree();
      rig.openEdge();
      const [order] = rig.placed;
      if (order === undefined) throw new Error('an order was placed');
      const { orderId } = order;
      // 49995.1 × 0.00512345 = 256.147395095; the fee has six places more than the venue keeps.
      const fill = fillOf({ orderId, price: '49995.1', qty: '0.00512345', fee: '0.1280736975' });
      rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
      rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
      expect(rig.balances()[0]?.total).toBe('9743.7245312075');
      const shownOrder = shown({ orderId, filledQty: '0.00512345' });
      const balances = [
        { asset: 'USD', total: usd },
        { asset: 'BTC', total: '0.00512345' },
      ];
      rig.pass(1);
      rig.answer({ fills: [fill], balances });
      rig.pass(2);
      rig.answer({ orders: [shownOrder], fills: [fill], balances });
      return rig;
    };
    const rounded = traded('9743.7245');
    expect(rounded.of('balancesDiffer')).toEqual([]);
    expect(rounded.of('balancesAdopted')).toMatchObject([
      {
        actor: { kind: 'engine', via: 'rounding' },
        differences: [{ asset: 'USD', ledger: '9743.7245312075', venue: '9743.7245' }],
      },
    ]);
    expect(rounded.total('USD')).toBe('9743.7245');
    const off = traded('9743.7242');
    expect(off.of('balancesAdopted')).toEqual([]);
    expect(off.of('balancesDiffer')).toHaveLength(1);
  });

  it('are not looked for while orders are under way', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
    rig.report({ kind: 'link', venue: VENUE, state: 'up', reason: '', atUs: rig.nowUs });
    rig.agree({ balances: more });
    expect(rig.of('balancesDiffer')).toEqual([]);
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(/orders were in flight/);
  });
});

describe('what does not fit', () => {
  it('a fill before the order is over is kept for its own cycle', () => {
    const { rig, orderId } = withOrder();
    const { balances } = rig.kernel.portfolio;
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, qty: '0.004' }), atUs: rig.nowUs });
    expect(balances.free('BTC').toString()).toBe('0');
    rig.report({
      kind: 'fill',
      orderId,
      fill: fillOf({ orderId, qty: '0.003', fillId: 'f2' }),
      atUs: rig.nowUs,
    });
    expect(balances.reserved('BTC').toString()).toBe('0.007');
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', filledQty: '0.007', atUs: rig.nowUs });
    expect(rig.placed).toHaveLength(2);
    expect(balances.free('BTC').toString()).toBe('0');
  });

  it('a fill reported after the end goes home while its cycle is under way, and halts when that is over', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, qty: '0.005' }), atUs: rig.nowUs });
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    expect(rig.placed).toHaveLength(2);
    const late = fillOf({ orderId, qty: '0.002', fillId: 'late' });
    rig.report({ kind: 'fill', orderId, fill: late, atUs: rig.nowUs });
    expect(rig.of('tradingHalted')).toEqual([]);
    const [, second] = rig.placed;
    rig.report({ kind: 'canceled', orderId: second?.orderId ?? '', reason: 'ioc', atUs: rig.nowUs });
    // Both the rest of the leg and the late fill look for a way home.
    expect(rig.placed[2]).toMatchObject({ purpose: 'unwind' });
    expect(rig.kernel.portfolio.balances.free('BTC').toString()).toBe('0');
    for (let nth = 2; nth < rig.placed.length; nth++) {
      const { orderId: unwindId, price, qty } = rig.placed[nth] ?? raise();
      const fill = fillOf({ orderId: unwindId, price: price.toString(), qty: qty.toString(), fee: '0' });
      rig.report({ kind: 'fill', orderId: unwindId, fill, atUs: rig.nowUs });
    }
    // The record has what the account gained and lost, the late fill with it.
    const [{ execution } = raise()] = rig.of('executionFinished');
    expect(execution.outcome).toBe('unwound');
    expect(decimal(execution.profit).plus(10_000).toString()).toBe(rig.total('USD'));
    expect(execution.dust).toEqual(
      rig
        .balances()
        .filter(({ asset, total }) => asset !== 'USD' && total !== '0')
        .map(({ asset, total }) => ({ asset, amount: total })),
    );

    const { rig: over, orderId: ended } = withOrder();
    over.report({ kind: 'canceled', orderId: ended, reason: 'ioc', atUs: over.nowUs });
    expect(over.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    const stray = fillOf({ orderId: ended, qty: '0.002' });
    over.report({ kind: 'fill', orderId: ended, fill: stray, atUs: over.nowUs });
    expect(over.of('tradingHalted')).toMatchObject([{ code: 'late-fill' }]);
  });

  it('a fee of a late fill in a third asset is counted once, beside the fees that were counted before', () => {
    const balances = [
      { asset: 'USD', total: '10000' },
      { asset: 'VEN', total: '5' },
    ];
    const { rig, orderId } = withOrder({ opening: { balances, realizedPnl: '0', fees: '0' } });
    const fillIn = (id: string, fillId: string, qty: string, fee: string): void => {
      const { price } = rig.placed.find((order) => order.orderId === id) ?? raise();
      const fill = fillOf({ orderId: id, fillId, price: price.toString(), qty, fee, feeAsset: 'VEN' });
      rig.report({ kind: 'fill', orderId: id, fill, atUs: rig.nowUs });
    };
    fillIn(orderId, 'f1', '0.005', '0.1');
    rig.report({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    // The second leg finds nothing, and the bitcoin goes home in full.
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    rig.report({ kind: 'canceled', orderId: rig.placed[1]?.orderId ?? '', reason: 'ioc', atUs: rig.nowUs });
    const home = rig.placed[2] ?? raise();
    expect(home).toMatchObject({ symbol: 'BTC/USD', side: 'sell', purpose: 'unwind' });
    fillIn(home.orderId, 'f2', home.qty.toString(), '0.2');
    fillIn(orderId, 'late', '0.002', '0.4');
    const [cycle, late] = rig.of('executionFinished').map(({ execution }) => execution);
    expect(cycle).toMatchObject({ outcome: 'unwound' });
    expect(cycle?.dust).toContainEqual({ asset: 'VEN', amount: '-0.3' });
    expect(late).toMatchObject({ outcome: 'late' });
    // 0.002 bought at the limit of the first order.
    expect(
      decimal(late?.profit ?? '0')
        .div(rig.placed[0]?.price ?? 1)
        .toString(),
    ).toBe('-0.002');
    expect(late?.dust).toEqual([
      { asset: 'BTC', amount: '0.002' },
      { asset: 'VEN', amount: '-0.4' },
    ]);
    expect(rig.total('VEN')).toBe('4.3');
  });

  it('orders placed elsewhere are shown once and never touched', () => {
    const rig = new AccountRig();
    const foreign = shown({ orderId: undefined, venueOrderId: 'X', state: 'open' });
    rig.agree({ orders: [foreign, shown({ orderId: undefined, venueOrderId: 'Y', state: 'filled' })] });
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [foreign] });
    expect(rig.of('foreignOrderSeen')).toMatchObject([{ order: { venueOrderId: 'X' } }]);
    expect(rig.effects.filter(({ type }) => type !== 'reconcile')).toEqual([]);
  });

  it('an unknown order halts, is exposure, and is asked about at once', () => {
    const { rig, orderId } = withOrder();
    const before = rig.asked;
    rig.report({ kind: 'unknown', orderId, reason: 'no answer within 5 s', atUs: rig.nowUs });
    expect(rig.asked).toBe(before + 1);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
    expect(rig.kernel.desk.sequencer.inFlightHome().gt(400)).toBe(true);
    expect(rig.placed).toHaveLength(1);
    rig.pass(3);
    rig.answer({ orders: [shown({ orderId, state: 'canceled', filledQty: '0' })], balances: rig.balances() });
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
  });

  it('an order that the venue should list and does not is in doubt, never taken for over', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'accepted', orderId, venueOrderId: 'V', atUs: rig.nowUs });
    rig.pass(3);
    rig.command({ type: 'reconcile' });
    rig.agree();
    expect(rig.kernel.orders.get(orderId)?.state).toBe('unknown');
  });

  it('an order whose end is not reported within five seconds is canceled, in doubt, and halts trading', () => {
    const { rig, orderId } = withOrder();
    rig.pass(5.2);
    expect(rig.of('orderUnknown')).toMatchObject([
      { order: { reason: 'its end was not reported within 5000 ms' } },
    ]);
    expect(rig.effects).toContainEqual({ type: 'cancel', venue: VENUE, orderId });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
  });

  it('a refused cancel and a fill of an unknown order ask for the account', () => {
    const { rig, orderId } = withOrder();
    const before = rig.asked;
    rig.report({ kind: 'cancel-rejected', orderId, reason: 'EOrder:Unknown order', atUs: rig.nowUs });
    expect(rig.asked).toBe(before + 1);

    const other = new AccountRig();
    other.agree();
    other.report({
      kind: 'fill',
      orderId: 'forgotten',
      fill: fillOf({ orderId: 'forgotten' }),
      atUs: other.nowUs,
    });
    expect(other.asked).toBe(2);
    expect(other.of('orderFilled')).toEqual([]);
    // The ledger has not moved; the venue's has.
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '0.01' },
    ];
    other.answer({ balances });
    other.pass(1);
    other.answer({ balances });
    expect(other.of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
  });

  it('an order that is over here and open there is canceled, and halts trading', () => {
    const { rig, orderId } = withOrder();
    rig.report({ kind: 'rejected', orderId, reason: 'EOrder:Insufficient funds', atUs: rig.nowUs });
    rig.pass(2.1);
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [shown({ orderId, state: 'open', filledQty: '0' })] });
    expect(rig.effects).toContainEqual({ type: 'cancel', venue: VENUE, orderId });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-alive' }]);
  });

  it('a venue that counts less than it reported halts trading', () => {
    const { rig, orderId } = withOrder();
    const fill = fillOf({ orderId, qty: '0.006' });
    rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    rig.pass(1);
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [shown({ orderId, state: 'canceled', filledQty: '0.005' })], fills: [fill] });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'venue-contradiction' }]);
  });

  it('an overdrawn balance is booked as reported, and halts', () => {
    const { rig, orderId } = withOrder();
    rig.report({
      kind: 'fill',
      orderId,
      fill: fillOf({ orderId, qty: '0.005', price: '4000000' }),
      atUs: rig.nowUs,
    });
    expect(rig.kernel.portfolio.balances.total('USD').toString()).toBe('-10000.25');
    expect(rig.of('tradingHalted')[0]).toMatchObject({ code: 'overdrawn' });
    rig.pass(10);
  });
});

describe('an order that our own count of the rate limit kept back', () => {
  const limits = { ...DEFAULT_LIMITS, maxOrderFaultsPerMinute: 3 };
  const keepBack = (rig: AccountRig): void => {
    const order = rig.placed.at(-1);
    if (order?.state !== 'created') throw new Error('an order has just left');
    const { orderId } = order;
    rig.report({ kind: 'rejected', orderId, reason: 'not sent', cause: 'rate-limit', atUs: rig.nowUs });
  };

  it('is no fault of its venue where it was the first of its cycle: nothing is out', () => {
    const { rig } = withOrder({ limits });
    keepBack(rig);
    for (let nth = 2; nth <= 5; nth++) {
      rig.pass(3);
      rig.quote(2, 249_900, 250_100, 5_000_000_000);
      rig.openEdge();
      expect(rig.placed).toHaveLength(nth);
      keepBack(rig);
    }
    expect(rig.of('breakerChanged')).toEqual([]);
  });

  it('is one where a cycle needs it: second legs and ways home that are kept back close the venue for new cycles', () => {
    const { rig, orderId } = withOrder({ limits });
    const qty = rig.placed[0]?.qty.toString() ?? '';
    rig.report({ kind: 'fill', orderId, fill: fillOf({ orderId, qty, fee: '0' }), atUs: rig.nowUs });
    expect(rig.placed.at(-1)?.purpose).toBe('continue');
    for (let nth = 1; nth <= 3; nth++) {
      expect(rig.of('breakerChanged')).toEqual([]);
      keepBack(rig);
    }
    expect(rig.of('breakerChanged')[0]).toMatchObject({ breaker: 'api-reliability', state: 'open' });
  });
});
