/** News of a venue are lost, doubled, late and out of order: in the end the ledger is the venue's, to the last decimal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { FickleVenue } from '../testing/fickle-venue.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

const CAPITAL = { USD: '10000', BTC: '1', ETH: '20', VEN: '50' } as const;

type Play = {
  readonly seed: number;
  readonly loseChance: number;
  readonly feeIn: 'quote' | 'base' | 'aside';
  readonly parallelLegs: boolean;
};

function play({ seed, loseChance, feeIn, parallelLegs }: Play): { run: KernelHarness; venue: FickleVenue } {
  let venue: FickleVenue | undefined;
  const run = new KernelHarness({
    capital: CAPITAL,
    detection: { cooldownMs: 0 },
    limits: { maxTradesPerDay: 100_000, maxOrderFaultsPerMinute: 10_000 },
    execution: { parallelLegs },
    kernel: { mustReconcile: true },
    venueOf: (clock, instruments) => {
      const random = new SeededRandom(seed);
      const options = { clock, instruments, random, feeIn, loseChance, capital: CAPITAL, missChance: 0.2 };
      venue = new FickleVenue({ venue: 'test', ...options });
      return venue;
    },
  });
  run.pass(1_000);
  for (let round = 0; round < 5; round++) {
    run.fairBooks();
    run.openEdge();
    run.pass(2_000);
    if (run.kernel.haltReason !== '') run.command({ type: 'resume' });
  }
  run.fairBooks();
  // Whatever is in doubt is settled within a few questions, a minute apart at most.
  const isSettled = () =>
    run.kernel.orders.openCount === 0 &&
    run.kernel.desk.sequencer.activeCount === 0 &&
    run.kernel.orderEvents.reconciler.refusal('test') === '';
  for (let tries = 0; tries < 300 && !isSettled(); tries++) run.pass(1_000);
  run.command({ type: 'pause' });
  run.pass(62_000);
  for (let tries = 0; tries < 300 && !isSettled(); tries++) run.pass(1_000);
  if (venue === undefined) throw new Error('the venue was made');
  return { run, venue };
}

describe('an account at a venue that loses its news', () => {
  it('is settled from what the venue shows: every order ends, every coin is found, nothing is booked twice', () => {
    let lost = 0;
    let orders = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1_000_000 }),
          loseChance: fc.constantFrom(0, 0.1, 0.4),
          feeIn: fc.constantFrom('quote' as const, 'base' as const, 'aside' as const),
          parallelLegs: fc.boolean(),
        }),
        (one) => {
          const { run, venue } = play(one);
          expect(run.kernel.orderEvents.reconciler.refusal('test')).toBe('');
          expect(run.kernel.orders.openCount).toBe(0);
          expect(run.kernel.desk.sequencer.activeCount).toBe(0);
          for (const [asset, total] of venue.balances()) {
            expect(run.total(asset), asset).toBe(total.toString());
            expect(run.kernel.portfolio.balances.reserved(asset).toString(), asset).toBe('0');
          }
          const reported = run.of('orderFilled').map(({ fill }) => fill.fillId);
          expect(reported.toSorted()).toEqual(venue.fills.map(({ fillId }) => fillId).toSorted());
          expect(run.of('balancesDiffer')).toEqual([]);
          expect(run.of('executionFinished')).toHaveLength(
            run.of('executionStarted').length + run.of('sweepStarted').length,
          );
          lost += run.of('orderUnknown').length;
          orders += run.of('orderCreated').length;
        },
      ),
      { numRuns: 120 },
    );
    expect(orders).toBeGreaterThan(500);
    expect(lost).toBeGreaterThan(50);
  });
});
