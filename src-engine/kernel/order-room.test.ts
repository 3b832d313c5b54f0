/** The ledger against the venue, with a venue whose answers the test gives. */
import { describe, expect, it } from 'vitest';
import type { Effect } from '../domain/effect.ts';
import type { EngineEvent, FillRecord, RecoveredOrder } from '../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Fill, VenueAccount, VenueOrder, VenueOrderEvent } from '../domain/order.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import type { Command } from './input.ts';
import { Kernel } from './kernel.ts';
import type { KernelConfig } from './kernel-config.ts';

const VENUE = 'test';
const S = 1_000_000;
type Account = Partial<Omit<VenueAccount, 'venue' | 'sinceUs'>>;

class Rig {
  readonly kernel: Kernel;
  readonly events: EngineEvent[] = [];
  readonly effects: Effect[] = [];
  nowUs = START_US;

  constructor(config: Partial<KernelConfig> = {}) {
    this.kernel = new Kernel({
      runId: 'run',
      mode: 'live',
      simulatedMarket: false,
      seed: 1,
      homeAsset: 'USD',
      instruments: TRIANGLE.map((spec, id) => createInstrument(spec, id, VENUE)),
      bookDepth: 10,
      limits: DEFAULT_LIMITS,
      detection: DEFAULT_DETECTION,
      opening: { balances: [{ asset: 'USD', total: '10000' }], realizedPnl: '0', fees: '0' },
      killed: false,
      mustReconcile: true,
      ...config,
    });
    this.kernel.begin(this.nowUs);
    this.#take();
  }

  of<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  get placed() {
    return this.effects.flatMap((effect) => (effect.type === 'place' ? [effect.order] : []));
  }

  /** Questions that the venue was asked so far. */
  get asked(): number {
    return this.effects.filter(({ type }) => type === 'reconcile').length;
  }

  tell(event: VenueOrderEvent): void {
    this.kernel.step({ kind: 'order', event });
    this.#take();
  }

  /** Answers the last question. */
  answer({ orders = [], fills = [], balances }: Account): void {
    const question = this.effects.findLast((effect) => effect.type === 'reconcile');
    const sinceUs = question?.type === 'reconcile' ? question.sinceUs : 0;
    const account = { venue: VENUE, orders, fills, balances, sinceUs };
    this.tell({ kind: 'account', account, atUs: this.nowUs });
  }

  /** As `answer`, with the balances of the ledger. */
  agree(account: Account = {}): void {
    this.answer({ balances: this.balances(), ...account });
  }

  balances(): { asset: string; total: string }[] {
    return this.kernel.portfolio.snapshot().map(({ asset, total }) => ({ asset, total }));
  }

  command(command: Command): void {
    const actor = { kind: 'operator', via: 'test' } as const;
    this.kernel.step({ kind: 'command', command, actor, atUs: this.nowUs });
    this.#take();
  }

  /** Ticks of 100 ms; the books stay true. */
  pass(seconds: number): void {
    for (let i = 0; i < seconds * 10; i++) {
      this.nowUs += S / 10;
      this.kernel.step({ kind: 'alive', venue: VENUE, receivedUs: this.nowUs });
      this.kernel.step({ kind: 'tick', atUs: this.nowUs });
      this.#take();
    }
  }

  /** One level of a book in its units, deep enough. */
  quote(id: number, bid: number, ask: number, qty = 200_000_000): void {
    const update = new BookUpdate();
    update.reset(id, true, this.nowUs);
    update.pushBid(bid, qty);
    update.pushAsk(ask, qty);
    this.kernel.step(update);
    this.#take();
  }

  /** A cycle that pays: USD → BTC → ETH → USD. */
  openEdge(): void {
    this.quote(0, 499_950, 500_050);
    this.quote(1, 4_998, 5_002, 5_000_000_000);
    this.quote(2, 251_800, 251_900, 5_000_000_000);
  }

  #take(): void {
    const { outbox } = this.kernel;
    this.events.push(...outbox.events);
    this.effects.push(...outbox.effects);
    outbox.events = [];
    outbox.effects = [];
  }
}

const fillOf = (change: Partial<Fill> = {}): Fill => ({
  fillId: 'f1',
  orderId: 'old',
  price: '50000',
  qty: '0.01',
  fee: '0.25',
  feeAsset: 'USD',
  atUs: START_US - 5 * S,
  ...change,
});

const shown = (change: Partial<VenueOrder> = {}): VenueOrder => ({
  orderId: 'old',
  venueOrderId: 'V1',
  symbol: 'BTC/USD',
  side: 'buy',
  price: '50000',
  qty: '0.02',
  filledQty: '0.01',
  state: 'canceled',
  ...change,
});

/** An order of the last run whose end nobody knows. */
const recovered = (): RecoveredOrder => ({
  record: sampleOrder({
    orderId: 'old',
    venue: VENUE,
    price: '50000',
    qty: '0.02',
    state: 'accepted',
    createdUs: START_US - 30 * S,
    updatedUs: START_US - 30 * S,
  }),
  fillIds: [],
});

describe('a run whose venue keeps an account', () => {
  it('sends no order before the account was compared, and begins once it agrees', () => {
    const rig = new Rig();
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

  it('begins halted where it is told to, until an operator resumes', () => {
    const rig = new Rig({ haltedFor: 'the engine was started again' });
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'restart' }]);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('refuses new orders while comparing fails, asks again ever more rarely, and still cancels', () => {
    const rig = new Rig();
    for (let i = 0; i < 8; i++) {
      rig.tell({ kind: 'account-failed', venue: VENUE, reason: 'EService:Unavailable', atUs: rig.nowUs });
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

  it('takes a question without an answer for failed after 15 seconds, and its late answer for none', () => {
    const rig = new Rig();
    const [late] = rig.effects;
    rig.pass(15.1);
    expect(rig.of('reconcileFailed')).toMatchObject([{ reason: 'no answer within 15 s' }]);
    rig.pass(1);
    expect(rig.asked).toBe(2);
    const sinceUs = late?.type === 'reconcile' ? late.sinceUs : 0;
    const account = { venue: VENUE, orders: [], fills: [], balances: rig.balances(), sinceUs };
    rig.tell({ kind: 'account', account, atUs: rig.nowUs });
    expect(rig.of('reconciled')).toEqual([]);
    rig.agree();
    expect(rig.of('reconciled')).toHaveLength(1);
  });

  it('is compared every minute, after sleep, and when the private connection comes back', () => {
    const rig = new Rig();
    rig.agree();
    rig.pass(59);
    expect(rig.asked).toBe(1);
    rig.pass(2);
    expect(rig.asked).toBe(2);
    // While a regular question is under way nothing is held up.
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);

    const woken = new Rig();
    woken.agree();
    woken.kernel.step({ kind: 'wake', atUs: woken.nowUs });
    woken.openEdge();
    expect(woken.placed).toEqual([]);
    woken.pass(0.1);
    woken.agree();
    woken.openEdge();
    expect(woken.placed).toHaveLength(1);

    const cut = new Rig();
    cut.agree();
    const link = (state: 'up' | 'down') =>
      cut.tell({ kind: 'link', venue: VENUE, state, reason: 'cut', atUs: cut.nowUs });
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

describe('orders of the last run', () => {
  it('are unknown, reserved and asked for since they were made', () => {
    const rig = new Rig({ openOrders: [recovered()] });
    expect(rig.of('orderUnknown')).toMatchObject([{ order: { orderId: 'old', state: 'unknown' } }]);
    expect(rig.effects).toMatchObject([{ type: 'reconcile', sinceUs: START_US - 90 * S }]);
    expect(rig.kernel.portfolio.balances.reserved('USD').toString()).toBe('1000.5');
  });

  it('are settled by the fills and the end that the venue shows, each fill once', () => {
    const rig = new Rig({ openOrders: [recovered()] });
    const balances = [
      { asset: 'USD', total: '9499.75' },
      { asset: 'BTC', total: '0.01' },
    ];
    rig.tell({ kind: 'fill', orderId: 'old', fill: fillOf(), atUs: rig.nowUs });
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

  it('wait for fills that the venue counts but does not list yet', () => {
    const rig = new Rig({ openOrders: [recovered()] });
    rig.answer({ orders: [shown()], fills: [], balances: rig.balances() });
    expect(rig.of('orderCanceled')).toEqual([]);
    expect(rig.kernel.room.reconciler.refusal(VENUE)).toMatch(/the venue counts 0\.01 filled, 0 were told/);
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
    const rig = new Rig({ openOrders: [recovered()] });
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
    const rig = new Rig({ openOrders: [recovered()] });
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

  it('go no further: what they left is told, and swept home once trading is resumed', () => {
    const rig = new Rig({
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

  it('count what their open orders bring once these are settled, and nothing twice', () => {
    const record = {
      ...recovered().record,
      executionId: 'before-x7',
      filledQty: '0.004',
      filledNotional: '200',
      fees: '0.1',
    };
    const rig = new Rig({
      opening: {
        balances: [
          { asset: 'USD', total: '9799.9' },
          { asset: 'BTC', total: '0.004' },
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
      { asset: 'BTC', total: '0.01' },
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

describe('balances that differ', () => {
  const more = [
    { asset: 'USD', total: '10000.00000001' },
    { asset: 'XLM', total: '3' },
  ];

  it('stop trading with the numbers, to the last decimal, once a second look confirms them', () => {
    const rig = new Rig();
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toEqual([]);
    rig.pass(1);
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toMatchObject([
      {
        differences: [
          { asset: 'USD', ledger: '10000', venue: '10000.00000001' },
          { asset: 'XLM', ledger: '0', venue: '3' },
        ],
      },
    ]);
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'balances-differ' }]);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toEqual([]);
    // Told once, looked at again and again.
    rig.pass(2);
    rig.answer({ balances: more });
    expect(rig.of('balancesDiffer')).toHaveLength(1);
    rig.pass(4);
    rig.agree();
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('that are gone at the second look are none: a fill lay between two questions', () => {
    const rig = new Rig();
    rig.answer({ balances: more });
    rig.pass(1);
    rig.agree();
    expect(rig.of('balancesDiffer')).toEqual([]);
    expect(rig.of('tradingHalted')).toEqual([]);
    expect(rig.of('reconciled')).toHaveLength(1);
  });

  it('are taken over on an operator’s word, without profit or loss', () => {
    const rig = new Rig();
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
    ).toEqual(['USD', 'XLM']);
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
  });

  it('are not taken over when they are no longer what was told', () => {
    const rig = new Rig();
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
    expect(rig.kernel.room.reconciler.standings()).toMatchObject([
      { venue: VENUE, agreedUs: undefined, differences: [{ asset: 'USD' }] },
    ]);
  });

  it('are not looked for while orders are under way', () => {
    const rig = new Rig();
    rig.agree();
    rig.openEdge();
    expect(rig.placed).toHaveLength(1);
    rig.command({ type: 'reconcile' });
    rig.agree({ balances: more });
    expect(rig.of('balancesDiffer')).toEqual([]);
    expect(rig.kernel.room.reconciler.refusal(VENUE)).toMatch(/orders were under way/);
  });
});

describe('what does not fit', () => {
  function withOrder(): { rig: Rig; orderId: string } {
    const rig = new Rig();
    rig.agree();
    rig.openEdge();
    const [order] = rig.placed;
    if (order === undefined) throw new Error('an order was placed');
    return { rig, orderId: order.orderId };
  }

  it('a fill before the order is over is kept for its own cycle', () => {
    const { rig, orderId } = withOrder();
    const { balances } = rig.kernel.portfolio;
    rig.tell({ kind: 'fill', orderId, fill: fillOf({ orderId, qty: '0.004' }), atUs: rig.nowUs });
    expect(balances.free('BTC').toString()).toBe('0');
    rig.tell({
      kind: 'fill',
      orderId,
      fill: fillOf({ orderId, qty: '0.003', fillId: 'f2' }),
      atUs: rig.nowUs,
    });
    expect(balances.reserved('BTC').toString()).toBe('0.007');
    rig.tell({ kind: 'canceled', orderId, reason: 'ioc', filledQty: '0.007', atUs: rig.nowUs });
    expect(rig.placed).toHaveLength(2);
    expect(balances.free('BTC').toString()).toBe('0');
  });

  it('a fill told after the end goes home while its cycle is under way, and halts when that is over', () => {
    const { rig, orderId } = withOrder();
    rig.tell({ kind: 'fill', orderId, fill: fillOf({ orderId, qty: '0.005' }), atUs: rig.nowUs });
    rig.tell({ kind: 'canceled', orderId, reason: 'ioc', atUs: rig.nowUs });
    expect(rig.placed).toHaveLength(2);
    const late = fillOf({ orderId, qty: '0.002', fillId: 'late' });
    rig.tell({ kind: 'fill', orderId, fill: late, atUs: rig.nowUs });
    expect(rig.of('tradingHalted')).toEqual([]);
    const [, second] = rig.placed;
    rig.tell({ kind: 'canceled', orderId: second?.orderId ?? '', reason: 'ioc', atUs: rig.nowUs });
    // Both the rest of the leg and the late fill look for a way home.
    expect(rig.placed[2]).toMatchObject({ purpose: 'unwind' });
    expect(rig.kernel.portfolio.balances.free('BTC').toString()).toBe('0');

    const { rig: over, orderId: ended } = withOrder();
    over.tell({ kind: 'canceled', orderId: ended, reason: 'ioc', atUs: over.nowUs });
    expect(over.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    const stray = fillOf({ orderId: ended, qty: '0.002' });
    over.tell({ kind: 'fill', orderId: ended, fill: stray, atUs: over.nowUs });
    expect(over.of('tradingHalted')).toMatchObject([{ code: 'late-fill' }]);
  });

  it('orders placed elsewhere are shown once and never touched', () => {
    const rig = new Rig();
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
    rig.tell({ kind: 'unknown', orderId, reason: 'no answer within 5 s', atUs: rig.nowUs });
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
    rig.tell({ kind: 'accepted', orderId, venueOrderId: 'V', atUs: rig.nowUs });
    rig.pass(3);
    rig.command({ type: 'reconcile' });
    rig.agree();
    expect(rig.kernel.orders.get(orderId)?.state).toBe('unknown');
  });

  it('an order whose end is not told within five seconds is canceled, in doubt, and halts trading', () => {
    const { rig, orderId } = withOrder();
    rig.pass(5.2);
    expect(rig.of('orderUnknown')).toMatchObject([
      { order: { reason: 'its end was not told within 5000 ms' } },
    ]);
    expect(rig.effects).toContainEqual({ type: 'cancel', venue: VENUE, orderId });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-unknown' }]);
  });

  it('a refused cancel and a fill of an order that nobody remembers ask for the account', () => {
    const { rig, orderId } = withOrder();
    const before = rig.asked;
    rig.tell({ kind: 'cancel-rejected', orderId, reason: 'EOrder:Unknown order', atUs: rig.nowUs });
    expect(rig.asked).toBe(before + 1);

    const other = new Rig();
    other.agree();
    other.tell({
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
    rig.tell({ kind: 'rejected', orderId, reason: 'EOrder:Insufficient funds', atUs: rig.nowUs });
    rig.pass(1);
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [shown({ orderId, state: 'open', filledQty: '0' })] });
    expect(rig.effects).toContainEqual({ type: 'cancel', venue: VENUE, orderId });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'order-alive' }]);
  });

  it('a venue that counts less than it told halts trading', () => {
    const { rig, orderId } = withOrder();
    const fill = fillOf({ orderId, qty: '0.006' });
    rig.tell({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    rig.pass(1);
    rig.command({ type: 'reconcile' });
    rig.agree({ orders: [shown({ orderId, state: 'canceled', filledQty: '0.005' })], fills: [fill] });
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'venue-contradiction' }]);
  });

  it('an overdrawn balance is booked as told, and halts', () => {
    const { rig, orderId } = withOrder();
    rig.tell({
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
