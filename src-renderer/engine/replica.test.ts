import { groupDenials } from './denials.ts';
import { expect, test } from 'vitest';
import type { OperationOutput } from '../../src-engine/contract/operations.ts';
import type { Fact } from '../../src-engine/contract/topics.ts';
import { equityParts } from '../../src-engine/domain/equity-parts.ts';
import type { EngineEvent, OrderRecord } from '../../src-engine/domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../src-engine/domain/limits.ts';
import { fakeOpportunity, fakeRun } from '../testing/fake-trading.ts';
import { newerEquity, applyFacts, applyOpenView, BOUNDS, fromSnapshot, type Replica } from './replica.ts';

const SNAPSHOT: OperationOutput<'getSnapshot'> = {
  factSeq: 100,
  status: {
    version: '1',
    profile: 'demo',
    plan: { name: 'demo', mode: 'demo', isBuiltIn: true },
    mode: 'paper',
    simulatedMarket: true,
    venueTitle: 'Local exchange',
    atUs: 0,
    startedUs: 0,
    arming: null,
    killed: false,
    killVerifiedOpenOrders: null,
    killProblem: '',
    killVenues: [],
    paused: false,
    haltReason: '',
    unreachedVenues: [],
    doubtedCoins: [],
    feeds: [],
    instruments: 0,
    cycles: 0,
    ordersInFlight: 0,
    factSeq: 100,
    recording: null,
    storage: { kind: 'sqlite', healthy: true, detail: '', durability: 'disk' },
    counters: { bookUpdates: 0, opportunities: 0, orders: 0, fills: 0, denials: 0 },
  },
  homeAsset: 'USD',
  instruments: [],
  balances: [{ asset: 'USD', total: '100', reserved: '0', costHome: '100' }],
  equity: null,
  openOpportunities: [],
  recentOpportunities: [],
  recentOrders: [],
  recentFills: [],
  recentExecutions: [],
  recentNews: [],
  recentDenials: [],
  equityCurve: [],
  limits: DEFAULT_LIMITS,
  detection: DEFAULT_DETECTION,
};

const OPPORTUNITY = fakeOpportunity(1, 1_000, () => 0.1);
const RUN = fakeRun(OPPORTUNITY, 1_000, () => 0.1);
const actor = { kind: 'operator', via: 'cli' } as const;

let seq = 100;
const facts = (...events: EngineEvent[]): Fact[] => events.map((event) => ({ seq: ++seq, event }));
const start = (): Replica => {
  seq = 100;
  return fromSnapshot(SNAPSHOT, null);
};
const order = (): OrderRecord => {
  const [first] = RUN.orders;
  if (first === undefined) throw new Error('the made-up run has orders');
  return first;
};

const sample = (atUs: number) => ({
  atUs,
  homeAsset: 'USD',
  equity: String(atUs),
  realizedPnl: '0',
  unrealizedPnl: '0',
  fees: '0',
});

test('an order is one row through its life; its fill is listed once', () => {
  const fill = RUN.fills[0];
  if (fill === undefined) throw new Error('the made-up run has fills');
  const after = applyFacts(
    start(),
    facts(
      { type: 'orderCreated', atUs: 1, order: { ...order(), state: 'created' } },
      { type: 'orderAccepted', atUs: 2, order: { ...order(), state: 'accepted' } },
      { type: 'orderFilled', atUs: 3, order: order(), fill },
      { type: 'orderFilled', atUs: 4, order: order(), fill },
    ),
  );
  expect(after.orders.map(({ state }) => state)).toEqual(['filled']);
  expect(after.fills).toHaveLength(1);
  expect(after.factSeq).toBe(104);
});

test('orders are newest first and bounded', () => {
  const many = Array.from({ length: BOUNDS.orders + 50 }, (_, i): EngineEvent => {
    return { type: 'orderCreated', atUs: i, order: { ...order(), orderId: `o${i}`, createdUs: i } };
  });
  const after = applyFacts(start(), facts(...many));
  expect(after.orders).toHaveLength(BOUNDS.orders);
  expect(after.orders[0]?.orderId).toBe(`o${BOUNDS.orders + 49}`);
});

test('an opportunity moves from open to recent, and an older view does not bring it back', () => {
  const closed = { ...OPPORTUNITY, closedUs: 2_000 };
  const opened = applyFacts(start(), facts({ type: 'opportunityOpened', atUs: 1, opportunity: OPPORTUNITY }));
  expect(opened.openOpportunities).toEqual([OPPORTUNITY]);
  const after = applyFacts(opened, facts({ type: 'opportunityClosed', atUs: 2, opportunity: closed }));
  expect(after.openOpportunities).toEqual([]);
  expect(after.recentOpportunities).toEqual([closed]);
  expect(applyOpenView(after, [OPPORTUNITY]).openOpportunities).toEqual([]);
});

test('a kill, its verification and the re-arming show in the status', () => {
  const killed = applyFacts(
    start(),
    facts({ type: 'killed', atUs: 1, actor, reason: 'panic', cancelsSent: 3 }),
  );
  expect(killed).toMatchObject({
    status: { killed: true, killVerifiedOpenOrders: null },
    killCancelsSent: 3,
    killReason: 'panic',
  });
  const verified = applyFacts(killed, facts({ type: 'killVerified', atUs: 2, openOrders: 0 }));
  expect(verified.status.killVerifiedOpenOrders).toBe(0);
  const rearmed = applyFacts(verified, facts({ type: 'rearmed', atUs: 3, actor }));
  expect(rearmed).toMatchObject({ status: { killed: false }, killCancelsSent: null });
  expect(rearmed.news.map(({ event }) => event.type)).toEqual(['rearmed', 'killVerified', 'killed']);
});

test('a fresh snapshot keeps what only facts carried: the cancels of a kill that still holds', () => {
  const killed = applyFacts(
    start(),
    facts({ type: 'killed', atUs: 1, actor, reason: 'panic', cancelsSent: 3 }),
  );
  const held = fromSnapshot({ ...SNAPSHOT, status: { ...SNAPSHOT.status, killed: true } }, killed);
  expect(held).toMatchObject({ killCancelsSent: 3, killReason: 'panic' });
  const released = fromSnapshot(SNAPSHOT, killed);
  expect(released.killCancelsSent).toBeNull();
});

test('a halt pauses with its reason, and a resume clears it', () => {
  const halted = applyFacts(
    start(),
    facts({ type: 'tradingHalted', atUs: 1, code: 'stranded', reason: 'ETH held' }),
  );
  expect(halted.status).toMatchObject({ paused: true, haltReason: 'ETH held' });
  const resumed = applyFacts(halted, facts({ type: 'tradingResumed', atUs: 2, actor }));
  expect(resumed.status).toMatchObject({ paused: false, haltReason: '' });
});

test('changed balances replace their own asset only', () => {
  const eth = { asset: 'ETH', total: '2', reserved: '1', costHome: '50' };
  const usd = { asset: 'USD', total: '50', reserved: '0', costHome: '50' };
  const after = applyFacts(
    start(),
    facts(
      { type: 'balancesChanged', atUs: 1, balances: [eth] },
      { type: 'balancesChanged', atUs: 2, balances: [usd] },
    ),
  );
  expect(after.balances).toEqual([usd, eth]);
});

test('the equity curve rises in time, and is bounded without losing its peak and its low', () => {
  const equityAt = (i: number): string => (i === 40 ? '1100' : i === 41 ? '800' : '1000');
  const many = Array.from({ length: BOUNDS.equityCurve + 10 }, (_, i): EngineEvent => {
    return { type: 'equitySampled', atUs: i + 1, sample: { ...sample(i + 1), equity: equityAt(i) } };
  });
  const after = applyFacts(start(), facts(...many, { type: 'equitySampled', atUs: 9e6, sample: sample(5) }));
  const values = after.equityCurve.map(({ equity }) => equity);
  expect(after.equityCurve.length).toBeLessThanOrEqual(BOUNDS.equityCurve);
  expect(after.equityCurve[0]?.atUs).toBe(1);
  expect(after.equityCurve.at(-1)?.atUs).toBe(BOUNDS.equityCurve + 10);
  expect(values.indexOf('800')).toBeGreaterThan(values.indexOf('1100'));
  expect(values.indexOf('1100')).toBeGreaterThan(0);
});

test('the equity of now is never older than the curve’s last sample, and its parts add up', () => {
  const known = equityParts({ ...sample(10), realizedPnl: '3', unrealizedPnl: '-1' }, '5', '0');
  const after = applyFacts(
    { ...start(), equity: known },
    facts({ type: 'equitySampled', atUs: 20, sample: { ...sample(20), realizedPnl: '4' } }),
  );
  expect(after.equity).toMatchObject({
    equity: '20',
    capital: '16',
    profit: '4',
    cycles: '5',
    holdings: '-1',
  });
  // A view that was made before that fact brings what the executions booked, and no older equity.
  const view = equityParts(sample(15), '6', '0');
  expect(after.equity && newerEquity(after.equity, view)).toMatchObject({
    equity: '20',
    cycles: '6',
    holdings: '-2',
  });
  const partly = equityParts(sample(30), '7', '5');
  expect(after.equity && newerEquity(after.equity, partly)).toMatchObject({ equity: '30', notValued: '5' });
  // A sample alone does not say what has no price: that is no withdrawal of it.
  const { capital } = partly;
  expect(newerEquity(partly, { ...sample(30), atUs: 31 })).toMatchObject({ notValued: '5', capital });
});

test('applying facts leaves the earlier replica as it was', () => {
  const before = Object.freeze(start());
  applyFacts(before, facts({ type: 'executionFinished', atUs: 1, execution: RUN.execution }));
  expect(before.executions).toEqual([]);
});

test('denials keep their numbers, go on from those of the snapshot, are bounded, and are one row when repeated', () => {
  const denied = (opportunityId: string): EngineEvent => ({
    type: 'opportunityDenied',
    atUs: 5,
    opportunityId,
    venue: 'kraken',
    path: ['USD', 'BTC', 'ETH'],
    code: 'order-notional',
    detail: 'order value 2000 USD is above 50 USD',
    numbers: { asked: '2000', allowed: '50', unit: 'USD' },
  });
  const refusedOrder: EngineEvent = {
    type: 'orderDenied',
    atUs: 6,
    order: { ...order(), side: 'buy', qty: '0.5', symbol: 'BTC/USD', state: 'denied' },
    code: 'price-collar',
    detail: 'too far',
  };
  const replica = applyFacts(start(), facts(denied('a'), refusedOrder));
  expect(replica.denials.map(({ subject, code, numbers }) => [subject, code, numbers?.allowed])).toEqual([
    ['buy 0.5 BTC/USD', 'price-collar', undefined],
    ['USD→BTC→ETH→USD', 'order-notional', '50'],
  ]);
  const snapshot = { ...SNAPSHOT, recentDenials: [{ seq: 3, event: denied('z') }] } as typeof SNAPSHOT;
  const again = applyFacts(fromSnapshot(snapshot, replica), facts(denied('a'), refusedOrder, denied('b')));
  expect(
    groupDenials(again.denials).map(({ latest, count, firstUs }) => [latest.repeats, count, firstUs]),
  ).toEqual([
    ['USD→BTC→ETH→USD', 3, 5],
    ['buy BTC/USD', 1, 6],
  ]);
  const many = Array.from({ length: BOUNDS.denials + 5 }, (_, i) => denied(String(i)));
  expect(applyFacts(replica, facts(...many)).denials).toHaveLength(BOUNDS.denials);
});

test('what came in while the snapshot was read is in it, and is one row though it is sent again', () => {
  const [fill, execution] = [RUN.fills[0], RUN.execution];
  if (fill === undefined) throw new Error('the made-up run has fills');
  const halted = { type: 'tradingHalted', atUs: 5, code: 'x', reason: 'y' } as const;
  const denied = { type: 'orderDenied', atUs: 6, order: order(), code: 'killed', detail: '' } as const;
  const read = fromSnapshot(
    {
      ...SNAPSHOT,
      recentExecutions: [execution],
      recentFills: [fill],
      recentNews: [{ seq: 103, event: halted }],
      recentDenials: [{ seq: 104, event: denied }],
    },
    null,
  );
  const after = applyFacts(read, [
    { seq: 101, event: { type: 'executionFinished', atUs: 3, execution } },
    { seq: 102, event: { type: 'orderFilled', atUs: 4, order: order(), fill } },
    { seq: 103, event: halted },
    { seq: 104, event: denied },
  ]);
  const { executions, fills, news, denials } = after;
  expect([executions.length, fills.length, news.length, denials.length]).toEqual([1, 1, 1, 1]);
});

test('a halt of one venue does not show as a halt of all', () => {
  const after = applyFacts(
    start(),
    facts({ type: 'tradingHalted', atUs: 1, code: 'balances-differ', reason: 'x', venue: 'west' }),
  );
  expect(after.status).toMatchObject({ paused: false, haltReason: '' });
});
