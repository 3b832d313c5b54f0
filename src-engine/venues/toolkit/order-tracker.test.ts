import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueOrderEvent } from '../../domain/order.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { ClockSkew } from './clock-skew.ts';
import type { ExecutionReport } from './execution-report.ts';
import { OrderTracker } from './order-tracker.ts';
import { TradingBudget } from '../kraken/private/rate-counter.ts';

const ID = '0123456789abcdef0123456789abcdef';

function open() {
  const events: VenueOrderEvent[] = [];
  const changed: string[] = [];
  const clock = new SimulatedClock(1_700_000_000_000_000);
  const budget = new TradingBudget('starter');
  const tracker = new OrderTracker({
    clock,
    skew: new ClockSkew(),
    budget: {
      adopt: (orderId, symbol, nowUs) => budget.adopt(orderId, symbol, nowUs),
      onEnded: (orderId) => budget.onEnded(orderId),
      onRefused: () => undefined,
    },
    source: 'executions',
    report: (event) => events.push(event),
    onChangedElsewhere: (venueOrderId) => changed.push(venueOrderId),
  });
  return { events, changed, clock, budget, tracker };
}

function report(kind: ExecutionReport['kind'], more: Partial<ExecutionReport> = {}): ExecutionReport {
  const fill =
    kind === 'fill' ? { fillId: 'T1', price: '1', qty: '1', fee: '0', feeAsset: 'USD' } : undefined;
  const base = { venueOrderId: 'O1', symbol: 'BTC/USD', reason: 'because', atUs: 1 };
  return { kind, orderId: ID, ...base, fill, ...more };
}

describe('one order', () => {
  it('reports each thing once, in an order that makes sense, whatever comes first and however often', () => {
    type Step = 'answer' | 'reject' | 'silence' | ExecutionReport['kind'];
    const steps = fc.array(
      fc.constantFrom<Step>('answer', 'reject', 'silence', 'accepted', 'fill', 'filled', 'canceled', 'other'),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (happened, isSnapshot) => {
        const { events, tracker } = open();
        const order = tracker.onSent(ID, 'BTC/USD', 0);
        for (const step of happened) {
          if (step === 'answer') tracker.accept(order, 'O1');
          else if (step === 'reject') tracker.reject(order, [], 'no');
          else if (step === 'silence') tracker.doubt(order, 'silence');
          else tracker.onReport(report(step), isSnapshot);
        }
        const kinds = events.map(({ kind }) => kind);
        expect(new Set(kinds).size).toBe(kinds.length);
        const at = (kind: VenueOrderEvent['kind']): number => kinds.indexOf(kind);
        if (at('rejected') >= 0) expect(at('unknown')).toBe(-1);
        if (at('unknown') >= 0) expect(at('unknown')).toBe(0);
        // A venue that rejects what it then fills contradicts itself: the fill counts.
        if (at('fill') >= 0 && at('rejected') < 0) expect(at('accepted')).toBeLessThan(at('fill'));
        if (at('fill') >= 0) expect(at('accepted') >= 0 || at('rejected') >= 0).toBe(true);
        if (at('canceled') >= 0) expect(at('accepted')).toBeLessThan(at('canceled'));
      }),
      { numRuns: 500 },
    );
  });

  it('of a former run is reported as it changes, but not what a snapshot repeats', () => {
    const { events, tracker } = open();
    tracker.onReport(report('fill'), true);
    tracker.onReport(report('accepted'), true);
    expect(events).toEqual([]);
    tracker.onReport(report('fill'), false);
    tracker.onReport(report('canceled'), false);
    expect(events.map(({ kind }) => kind)).toEqual(['fill', 'canceled']);
  });

  it('is known by the venue’s id where a report does not repeat ours', () => {
    const { events, tracker } = open();
    tracker.accept(tracker.onSent(ID, 'BTC/USD', 0), 'O1');
    for (const kind of ['accepted', 'fill', 'canceled'] as const) {
      tracker.onReport(report(kind, { orderId: undefined }), false);
    }
    tracker.onReport(report('fill', { orderId: undefined, venueOrderId: 'O2' }), false);
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'canceled']);
  });

  it('that was placed elsewhere is not reported', () => {
    const { events, tracker } = open();
    for (const kind of ['accepted', 'fill', 'changed', 'canceled'] as const) {
      tracker.onReport(report(kind, { orderId: undefined }), false);
    }
    expect(events).toEqual([]);
  });

  it('that another client changed is pointed out', () => {
    const { changed, tracker } = open();
    tracker.onSent(ID, 'BTC/USD', 0);
    tracker.onReport(report('changed'), false);
    expect(changed).toEqual(['O1']);
  });
});

describe('what is kept in reserve for cancels', () => {
  const idOf = (n: number): string => n.toString(16).padStart(32, '0');

  it('is set free when a reconnect shows that the orders are gone', () => {
    const { tracker, budget, clock } = open();
    let placed = 0;
    for (; budget.place(idOf(placed), 'BTC/USD', true, clock.nowUs()) === undefined; placed++) {
      tracker.accept(tracker.onSent(idOf(placed), 'BTC/USD', 0), `O${placed}`);
    }
    clock.advanceTo(clock.nowUs() + 4_000_000);
    const probe = (): boolean => budget.place(idOf(999), 'BTC/USD', true, clock.nowUs()) === undefined;
    tracker.onDown();
    for (let n = 0; n < placed; n++) tracker.onReport(report('accepted', { orderId: idOf(n) }), true);
    tracker.onUp();
    expect(probe()).toBe(false);
    tracker.onDown();
    tracker.onUp();
    expect(probe()).toBe(true);
  });

  it('doubts until the last deadline, and no longer than an answer takes', () => {
    const { tracker } = open();
    const first = tracker.onSent(idOf(1), 'BTC/USD', 5);
    const second = tracker.onSent(idOf(2), 'BTC/USD', 9);
    expect(tracker.doubtUntilUs()).toBe(9);
    tracker.accept(second, 'O2');
    expect(tracker.doubtUntilUs()).toBe(5);
    tracker.doubt(first, 'silence');
    expect(tracker.doubtUntilUs()).toBe(5);
    tracker.accept(first, 'O1');
    expect(tracker.doubtUntilUs()).toBe(0);
  });

  it('is not forgotten while an order is in doubt, however many follow', () => {
    const { tracker } = open();
    tracker.doubt(tracker.onSent(idOf(0), 'BTC/USD', 7), 'silence');
    for (let n = 1; n <= 6_000; n++) tracker.accept(tracker.onSent(idOf(n), 'BTC/USD', 0), `O${n}`);
    expect(tracker.has(idOf(0))).toBe(true);
    expect(tracker.has(idOf(1))).toBe(false);
    expect(tracker.has(idOf(6_000))).toBe(true);
  });
});
