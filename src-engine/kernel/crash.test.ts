/** The engine ends at any moment and begins again from its journal: nothing is lost, sent twice or booked twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balance, EngineEvent, FillRecord, OrderRecord } from '../domain/event.ts';
import { SeededRandom } from '../lib/random.ts';
import { FickleVenue } from '../testing/fickle-venue.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import type { KernelConfig } from './kernel-config.ts';

const CAPITAL = { USD: '10000', BTC: '1', ETH: '20' } as const;

/** What a restart reads from the journal: the same as the queries of the database give. */
function recoveredFrom(events: readonly EngineEvent[], runId: string): Partial<KernelConfig> {
  const balances = new Map<string, Balance>();
  const records = new Map<string, OrderRecord>();
  const fills = new Map<string, FillRecord>();
  const unfinished = new Set<string>();
  let pnl = { realizedPnl: '0', fees: '0' };
  for (const event of events) {
    if (event.type === 'runStarted' || event.type === 'balancesChanged')
      for (const balance of event.balances) balances.set(balance.asset, balance);
    if (event.type === 'equitySampled') pnl = event.sample;
    if ('order' in event && event.type !== 'foreignOrderSeen') records.set(event.order.orderId, event.order);
    if (event.type === 'orderFilled') fills.set(event.fill.fillId, event.fill);
    if (event.type === 'executionStarted' || event.type === 'sweepStarted') unfinished.add(event.executionId);
    if (event.type === 'executionAbandoned') unfinished.delete(event.executionId);
    if (event.type === 'executionFinished') unfinished.delete(event.execution.executionId);
  }
  const fillIds = (orderId: string) =>
    [...fills.values()].filter((fill) => fill.orderId === orderId).map(({ fillId }) => fillId);
  return {
    runId,
    mustReconcile: true,
    haltedFor: 'the engine was started again',
    opening: { balances: [...balances.values()], realizedPnl: pnl.realizedPnl, fees: pnl.fees },
    openOrders: [...records.values()]
      .filter(({ state }) => state !== 'denied')
      .map((record) => ({ record, fillIds: fillIds(record.orderId) })),
    unfinishedFills: [...fills.values()].filter(({ executionId }) => unfinished.has(executionId)),
  };
}

type Play = { readonly seed: number; readonly crashesMs: readonly number[]; readonly loseChance: number };

function play({ seed, crashesMs, loseChance }: Play) {
  const random = new SeededRandom(seed);
  let venue: FickleVenue | undefined;
  const journal: EngineEvent[] = [];
  const shared = {
    capital: CAPITAL,
    detection: { cooldownMs: 0 },
    limits: { maxTradesPerDay: 100_000, maxOrderFaultsPerMinute: 10_000 },
  };
  let run = new KernelHarness({
    ...shared,
    kernel: { mustReconcile: true },
    venueOf: (clock, instruments) => {
      const options = { clock, instruments, random, loseChance, capital: CAPITAL, missChance: 0.2 };
      return (venue ??= new FickleVenue({ venue: 'test', feeIn: 'quote', ...options }));
    },
  });
  const trade = (ms: number) => {
    run.pass(500);
    if (run.kernel.haltReason !== '') run.command({ type: 'resume' });
    run.fairBooks();
    run.openEdge();
    // Not on the grid of ticks: between any two of the venue's news.
    for (let left = ms; left > 0; left--) run.clock.advanceTo(run.clock.nowUs() + 997);
    run.pass(100);
  };
  for (const [nth, ms] of crashesMs.entries()) {
    trade(ms);
    const { clock } = run;
    journal.push(...run.events);
    const kernel = recoveredFrom(journal, `run-${nth + 2}`);
    run = new KernelHarness({ ...shared, clock, kernel, venueOf: () => venue as FickleVenue });
  }
  run.fairBooks();
  const isSettled = () =>
    run.kernel.orders.openCount === 0 &&
    run.kernel.desk.sequencer.activeCount === 0 &&
    run.kernel.orderEvents.reconciler.refusal('test') === '';
  run.pass(62_000);
  for (let tries = 0; tries < 200 && !isSettled(); tries++) run.pass(1_000);
  journal.push(...run.events);
  return { run, venue: venue as FickleVenue, journal };
}

describe('an engine that ends at any moment', () => {
  it('finds its orders, its fills and its coins again, and sends nothing before it has', () => {
    let recovered = 0;
    let abandoned = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1_000_000 }),
          crashesMs: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 }),
          loseChance: fc.constantFrom(0, 0.3),
        }),
        (one) => {
          const { run, venue, journal } = play(one);
          expect(run.kernel.orderEvents.reconciler.refusal('test')).toBe('');
          expect(run.kernel.orders.openCount).toBe(0);
          for (const [asset, total] of venue.balances()) {
            expect(run.total(asset), asset).toBe(total.toString());
            expect(run.kernel.portfolio.balances.reserved(asset).toString(), asset).toBe('0');
          }
          const reported = journal.flatMap((event) =>
            event.type === 'orderFilled' ? [event.fill.fillId] : [],
          );
          expect(reported.toSorted()).toEqual(venue.fills.map(({ fillId }) => fillId).toSorted());
          expect(journal.filter(({ type }) => type === 'balancesDiffer')).toEqual([]);
          // What reached the venue was in the journal before.
          const created = new Set(
            journal.flatMap((event) => (event.type === 'orderCreated' ? [event.order.orderId] : [])),
          );
          for (const orderId of venue.orders.keys()) expect(created.has(orderId)).toBe(true);
          recovered += journal.filter((event) => event.type === 'orderUnknown').length;
          abandoned += journal.filter((event) => event.type === 'executionAbandoned').length;
        },
      ),
      { numRuns: 150 },
    );
    expect(recovered).toBeGreaterThan(50);
    expect(abandoned).toBeGreaterThan(20);
  });
});
