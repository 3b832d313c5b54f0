/** Quotes that rest at the account of one venue and are hedged at that of another: every answer of both venues is the test's. */
import { describe, expect, it } from 'vitest';
import type { RecoveredOrder } from '../domain/event.ts';
import type { Order } from '../domain/order.ts';
import { START_US } from '../testing/kernel-harness.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { AT_EAST, AT_WEST, QuotedAccounts, quoting } from '../testing/quoted-accounts.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';

const termsOf = (orders: readonly Order[]) =>
  orders
    .toSorted((a, b) => a.price.comparedTo(b.price))
    .map(({ side, price, venue, postOnly }) => [side, price.toString(), venue, postOnly]);

describe('quotes at accounts', () => {
  it('rest post-only a tick before the best of others, and stay while the book shows them', () => {
    const rig = quoting();
    const both = [
      ['buy', '49900.1', WEST, true],
      ['sell', '50099.9', WEST, true],
    ];
    expect(termsOf(rig.quotes)).toEqual(both);
    // The public book shows the own quotes as its best: they are not outbid.
    for (let k = 0; k < 20; k++) {
      rig.shown(499_001, 500_999);
      rig.pass(0.3);
    }
    expect([termsOf(rig.quotes), rig.canceled()]).toEqual([both, []]);
    expect(rig.standing).toMatchObject({ obstacle: '', messages: 2, messagesPerMinute: 120 });
  });

  it.each([
    [
      'while the setting for accounts is off',
      {},
      { makerAtAccounts: false },
      'quotes at accounts are turned off',
    ],
    ['at real accounts', { simulatedMarket: false }, {}, 'quotes do not rest at real accounts yet'],
    ['where the venue has no dead-man switch', { withoutDeadMan: [WEST] }, {}, /west has no dead-man switch/],
    ['while nothing is armed', { mustArm: true }, {}, /disarmed/],
  ] as const)('are not placed %s', (_when, config, execution, obstacle) => {
    const rig = new QuotedAccounts(config, execution).begin();
    expect(rig.quotes).toEqual([]);
    expect(rig.standing?.obstacle).toMatch(obstacle);
  });

  it('wait for the countdown of their venue, and are pulled once it has run out', () => {
    const rig = new QuotedAccounts();
    for (const venue of [EAST, WEST]) rig.agreeAt(venue);
    rig.wide();
    rig.quote(AT_EAST, 499_900, 500_100);
    rig.pass(2);
    rig.guard(EAST);
    rig.pass(1);
    expect([rig.quotes, rig.standing?.obstacle]).toEqual([[], 'the dead-man switch of west is not set yet']);
    rig.guard(WEST);
    rig.pass(0.2);
    expect(rig.quotes).toHaveLength(2);
    rig.accept(...rig.quotes);
    // No renewal is answered any more.
    rig.nowUs += 61e6;
    rig.pass(0.1);
    expect(rig.standing?.obstacle).toBe('the dead-man switch of west ran out: no renewal was answered');
    expect(rig.canceled().length).toBeGreaterThan(1);
  });

  it.each([
    ['a pause', (rig: QuotedAccounts) => rig.command({ type: 'pause' })],
    ['a disarm', (rig: QuotedAccounts) => rig.command({ type: 'disarm', reason: 'drill' })],
    ['a kill', (rig: QuotedAccounts) => rig.command({ type: 'kill', reason: 'drill' })],
    [
      'a lost book of the hedge',
      (rig: QuotedAccounts) =>
        rig.step({ kind: 'book-lost', instrumentId: AT_EAST, reason: 'gap', atUs: rig.nowUs }),
    ],
    [
      'a lost private connection',
      (rig: QuotedAccounts) =>
        rig.report({ kind: 'link', venue: WEST, state: 'down', reason: 'cut', atUs: rig.nowUs }),
    ],
    [
      'a lost watchdog of the hedge',
      (rig: QuotedAccounts) =>
        rig.step({ kind: 'watchdog-lost', venue: EAST, reason: 'gone', atUs: rig.nowUs }),
    ],
    [
      'a journal that fails',
      (rig: QuotedAccounts) => rig.step({ kind: 'journal-failed', reason: 'disk full', atUs: rig.nowUs }),
    ],
  ])('%s pulls both in the same step, and shows neither as canceled before its venue does', (_what, stop) => {
    const rig = new QuotedAccounts({ mustArm: true });
    for (const venue of [EAST, WEST]) {
      rig.agreeAt(venue);
      rig.command({ type: 'arm', venue, lossBudget: '10' });
    }
    rig.wide();
    rig.quote(AT_EAST, 499_900, 500_100);
    rig.pass(2);
    for (const venue of [EAST, WEST]) rig.guard(venue);
    rig.pass(0.2);
    const { quotes } = rig;
    rig.accept(...quotes);
    stop(rig);
    expect(rig.canceled().toSorted()).toEqual(quotes.map(({ orderId }) => orderId).toSorted());
    expect([rig.of('orderCanceled'), rig.quotes.length]).toEqual([[], 2]);
    for (const quote of quotes) rig.end(quote);
    rig.pass(1);
    expect([rig.quotes, rig.of('orderCanceled').length]).toEqual([[], 2]);
  });

  it('a fill is hedged in the same step, and both quotes are pulled until it is', () => {
    const rig = quoting();
    const [bid, ask] = rig.quotes;
    if (bid === undefined || ask === undefined) throw new Error('both sides are quoted');
    rig.fill(bid, '0.004');
    expect(rig.hedges).toMatchObject([{ side: 'sell', venue: EAST, purpose: 'unwind' }]);
    expect(rig.hedges[0]?.qty.toString()).toBe('0.004');
    expect(rig.canceled().toSorted()).toEqual([bid.orderId, ask.orderId].toSorted());
    // More of it is filled before the cancel arrives: hedged as well.
    rig.fill(bid, '0.002');
    expect(rig.hedges.map(({ qty }) => qty.toString())).toEqual(['0.004', '0.002']);
  });

  it('a cancel that is refused, as it came before its order did, is sent again once a second has passed, and less and less often', () => {
    const rig = new QuotedAccounts().begin();
    const [bid] = rig.quotes;
    if (bid === undefined) throw new Error('a bid is on its way');
    rig.command({ type: 'pause' });
    const { orderId } = bid;
    rig.report({ kind: 'cancel-rejected', orderId, reason: 'not found', atUs: rig.nowUs });
    rig.accept(bid);
    rig.pass(0.9);
    const sent = (): number => rig.canceled().filter((one) => one === orderId).length;
    expect(sent()).toBe(1);
    rig.pass(0.2);
    expect(sent()).toBe(2);
    rig.pass(60);
    expect(sent()).toBeGreaterThan(4);
    expect(sent()).toBeLessThan(20);
  });

  it('one that its venue took and ended at once, as it would have taken, is placed again only after a rest', () => {
    const rig = quoting();
    const [bid] = rig.quotes;
    if (bid === undefined) throw new Error('a bid rests');
    const bids = (): number =>
      rig.placed.filter(({ side, timeInForce }) => side === 'buy' && timeInForce === 'gtc').length;
    rig.end(bid, 'post-only would take');
    rig.pass(0.8);
    expect(bids()).toBe(1);
    rig.pass(0.4);
    expect(bids()).toBe(2);
    const again = rig.quotes.find(({ side }) => side === 'buy');
    if (again === undefined) throw new Error('it was placed again');
    rig.accept(again);
    rig.end(again, 'post-only would take');
    rig.pass(1.5);
    expect(bids()).toBe(2);
    rig.pass(1);
    expect(bids()).toBe(3);
  });

  it('no cycle takes them, and an order that brings risk back has them out of its way first', () => {
    const rig = quoting();
    // The own ask is the best: a cycle that buys there would buy from it.
    rig.shown(499_001, 500_999);
    rig.quote(4, 4_998, 5_002, 5_000_000_000);
    rig.quote(5, 256_800, 256_900, 5_000_000_000);
    const codes = rig.of('opportunityDenied').map(({ code }) => code);
    expect([codes, rig.hedges]).toEqual([['own-quote'], []]);
    // What an operator flattens is sold into the own bid.
    const other = quoting();
    other.shown(499_001, 500_999);
    const from = other.effects.length;
    const bid = other.quotes.find(({ side }) => side === 'buy');
    other.command({ type: 'flatten', venue: WEST, coin: 'BTC' });
    const kinds = other.effects.slice(from).map((one) => (one.type === 'cancel' ? one.orderId : one.type));
    expect(kinds.slice(0, 2)).toEqual([bid?.orderId, 'place']);
  });

  it('are met by no cycle on paper either, whose books never show them', () => {
    const rig = new QuotedAccounts({ mustReconcile: false }).begin();
    rig.accept(...rig.quotes);
    expect(rig.quotes).toHaveLength(2);
    rig.quote(4, 4_998, 5_002, 5_000_000_000);
    rig.quote(5, 256_800, 256_900, 5_000_000_000);
    expect([rig.of('opportunityDenied').map(({ code }) => code), rig.hedges]).toEqual([['own-quote'], []]);
    expect(rig.kernel.store.book(AT_WEST).bestAsk).toBe(501_000);
  });

  it('keep the money of their hedges from cycles: one takes what is left of it, and a fill is hedged whole', () => {
    const held = { 'USD@east': '700', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
    const rig = quoting(twoVenuesHolding(held));
    const { balances } = rig.kernel.portfolio;
    const asks = (): Order[] => rig.quotes.filter(({ side }) => side === 'sell');
    const [ask] = asks();
    if (ask === undefined) throw new Error('an ask rests');
    // The whole hedge at what it was reckoned with, and one percent more.
    const price = balances.kept('USD@east').div(ask.qty).toNumber();
    expect(price / 50_010).toBeGreaterThan(1.01);
    expect(price / 50_010).toBeLessThan(1.012);
    expect(balances.kept('BTC@east').toString()).toBe(
      rig.quotes.find(({ side }) => side === 'buy')?.qty.toString(),
    );
    // A cycle pays at the venue of the hedges.
    rig.quote(AT_EAST, 499_950, 500_050);
    rig.quote(1, 4_998, 5_002, 5_000_000_000);
    rig.quote(2, 251_800, 251_900, 5_000_000_000);
    const [first] = rig.hedges;
    expect(first).toMatchObject({ venue: EAST, side: 'buy', purpose: 'open' });
    const spent = first?.price.times(first.qty).toNumber() ?? 0;
    expect(spent).toBeGreaterThan(100);
    expect(spent).toBeLessThan(200);
    expect(asks()).toHaveLength(1);
    rig.fill(ask, ask.qty.toString());
    const hedge = rig.hedges.at(-1);
    expect(hedge).toMatchObject({ venue: EAST, side: 'buy', purpose: 'unwind' });
    expect(hedge?.qty.toString()).toBe(ask.qty.toString());
    expect(balances.kept('USD@east').toString()).toBe('0');
  });

  it('do not keep the account from being compared, and one that a look shows open is none of another program', () => {
    const rig = quoting();
    const shown = rig.quotes.map(({ orderId, venueOrderId = '', symbol, side, price, qty }) => ({
      orderId,
      venueOrderId,
      symbol,
      side,
      price: price.toString(),
      qty: qty.toString(),
      filledQty: '0',
      state: 'open' as const,
    }));
    for (let minute = 0; minute < 2; minute++) {
      for (const seconds of [30, 31]) {
        rig.pass(seconds);
        for (const venue of [EAST, WEST]) rig.guard(venue);
      }
      rig.agreeAt(EAST);
      rig.agreeAt(WEST, { orders: shown });
      rig.pass(0.2);
    }
    const { reconciler } = rig.kernel.orderEvents;
    expect([reconciler.refusal(WEST), rig.of('foreignOrderSeen')]).toEqual(['', []]);
    expect(reconciler.standings().find(({ venue }) => venue === WEST)?.agreedUs).toBeGreaterThan(
      rig.nowUs - 1e6,
    );
    expect(rig.of('tradingHalted')).toEqual([]);
  });

  it('what a run before left resting is taken out of view, and canceled as soon as its venue shows it', () => {
    const record = sampleOrder({
      orderId: 'left',
      venue: WEST,
      symbol: 'BTC/USD',
      side: 'buy',
      price: '49950',
      qty: '0.01',
      timeInForce: 'gtc',
      state: 'accepted',
      createdUs: START_US - 30e6,
      updatedUs: START_US - 30e6,
    });
    const openOrders: RecoveredOrder[] = [
      { record: { ...record, filledQty: '0', filledNotional: '0', fees: '0' }, fillIds: [] },
    ];
    const rig = new QuotedAccounts({ openOrders, haltedFor: 'restarted' });
    rig.quote(AT_WEST, 499_500, 501_000, 1_000_000);
    expect(rig.kernel.store.book(AT_WEST).bidCount).toBe(0);
    expect(rig.canceled()).toEqual([]);
    const open = {
      orderId: 'left',
      venueOrderId: 'V1',
      symbol: 'BTC/USD',
      side: 'buy',
      price: '49950',
      qty: '0.01',
      filledQty: '0',
      state: 'open',
    } as const;
    rig.agreeAt(WEST, { orders: [open] });
    expect(rig.canceled()).toEqual(['left']);
    expect(rig.of('foreignOrderSeen')).toEqual([]);
  });
});

describe('a canary of quotes', () => {
  const armed = (): QuotedAccounts => {
    const rig = new QuotedAccounts({ mustArm: true });
    for (const venue of [EAST, WEST]) {
      rig.agreeAt(venue);
      rig.command({ type: 'arm', venue, lossBudget: '1' });
    }
    rig.wide();
    rig.quote(AT_EAST, 499_900, 500_100);
    rig.pass(2);
    for (const venue of [EAST, WEST]) rig.guard(venue);
    rig.pass(0.2);
    rig.accept(...rig.quotes);
    return rig;
  };
  const filled = (rig: QuotedAccounts, hedgePrice?: string): void => {
    const bid = rig.quotes.find(({ side }) => side === 'buy');
    if (bid === undefined) throw new Error('a bid rests');
    rig.fill(bid, bid.qty.toString());
    const hedge = rig.hedges.at(-1);
    if (hedge === undefined) throw new Error('the fill is hedged');
    rig.fill(
      hedgePrice === undefined ? hedge : { ...hedge, price: hedge.price.minus(hedge.price).plus(hedgePrice) },
      hedge.qty.toString(),
    );
    for (const quote of rig.quotes) rig.end(quote);
    rig.pass(1.2);
    rig.accept(...rig.quotes);
  };

  it('quotes a hundredth of the max. order value at most, on both sides', () => {
    const rig = armed();
    expect(rig.quotes.map(({ side }) => side).toSorted()).toEqual(['buy', 'sell']);
    // 1 % of 5,000 less a tenth, at 50,000.
    for (const { qty } of rig.quotes) expect(qty.toString()).toBe('0.0009');
    expect(rig.of('orderDenied')).toEqual([]);
  });

  it('has shown both accounts once it was filled and hedged as often as a canary needs cycles', () => {
    const rig = armed();
    for (let k = 0; k < 4; k++) filled(rig);
    for (const venue of [EAST, WEST]) rig.command({ type: 'armFully', venue });
    expect(rig.kernel.armings.of(WEST).state).toBe('canary');
    filled(rig);
    for (const venue of [EAST, WEST]) rig.command({ type: 'armFully', venue });
    expect([EAST, WEST].map((venue) => rig.kernel.armings.of(venue).state)).toEqual(['armed', 'armed']);
    rig.pass(0.2);
    // In full the setting bounds a quote: the small ones go.
    expect(rig.canceled().length).toBeGreaterThan(0);
  });

  it('is called back at both venues when it has lost its budget', () => {
    const rig = armed();
    filled(rig, '48000');
    expect([EAST, WEST].map((venue) => rig.kernel.armings.of(venue).state)).toEqual(['disarmed', 'disarmed']);
    expect(rig.kernel.armings.of(WEST).reason).toMatch(/the canary lost/);
  });
});
