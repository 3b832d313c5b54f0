/** Whatever a venue fills, in whatever order it reports: nothing is sold that is not held, and no coin is lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { SeededRandom } from '../lib/random.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import { FickleVenue } from '../testing/fickle-venue.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

type Play = {
  readonly seed: number;
  readonly feeIn: 'quote' | 'base' | 'aside';
  readonly missChance: number;
  readonly parallelLegs: boolean;
};

const CAPITAL = { USD: '10000', BTC: '1', ETH: '20', VEN: '50' } as const;
const START = new Map(Object.entries(CAPITAL).map(([asset, total]) => [asset, new Decimal(total)]));

function play({ seed, feeIn, missChance, parallelLegs }: Play): { run: KernelHarness; venue: FickleVenue } {
  let venue: FickleVenue | undefined;
  const run = new KernelHarness({
    capital: CAPITAL,
    detection: { cooldownMs: 0 },
    limits: { maxTradesPerDay: 100_000 },
    execution: { parallelLegs },
    venueOf: (clock, instruments) => {
      venue = new FickleVenue({
        venue: 'test',
        instruments,
        clock,
        random: new SeededRandom(seed),
        feeIn,
        missChance,
      });
      return venue;
    },
  });
  for (let round = 0; round < 4; round++) {
    run.fairBooks();
    run.openEdge();
    run.pass(3_000);
  }
  run.fairBooks();
  // What is under way ends: what cannot be brought home in time is reported as stranded.
  for (let tries = 0; tries < 200 && run.kernel.desk.sequencer.activeCount > 0; tries++) run.pass(100);
  if (venue === undefined) throw new Error('the venue was made');
  return { run, venue };
}

const plays = (parallelLegs: boolean) =>
  fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    feeIn: fc.constantFrom('quote' as const, 'base' as const, 'aside' as const),
    missChance: fc.constantFrom(0, 0.2, 0.6),
    parallelLegs: fc.constant(parallelLegs),
  });

/** What an execution holds of each asset after each of its fills; a fee on top of a sale takes more than was brought. */
function checkHoldings(run: KernelHarness, check: (asset: string, held: Decimal) => void): void {
  const held = new Map<string, Decimal>();
  for (const { executionId, asset, amount } of run.of('sweepStarted')) {
    held.set(`${executionId} ${asset}`, new Decimal(amount));
  }
  for (const { fill } of run.of('orderFilled')) {
    const { base, quote } = run.instrument(fill.symbol);
    const flows = fillFlows(fill.side, run.instrument(fill.symbol), fill);
    const onTop = fill.side === 'sell' && fill.feeAsset === base ? fill.fee : 0;
    const add = (asset: string, amount: Decimal) => {
      const key = `${fill.executionId} ${asset}`;
      const now = (held.get(key) ?? new Decimal(0)).plus(amount);
      held.set(key, now);
      check(asset, now);
    };
    add(flows.to, flows.received);
    add(flows.from, flows.spent.minus(onTop).negated());
    expect([base, quote]).toContain(flows.to);
  }
}

/** Everything idle: no reservation is left, and the ledger is the venue's to the last decimal. */
function checkEnd(run: KernelHarness, venue: FickleVenue): void {
  expect(run.kernel.desk.sequencer.activeCount).toBe(0);
  expect(run.kernel.orders.openCount).toBe(0);
  for (const [asset, start] of START) {
    expect(run.total(asset)).toBe(start.plus(venue.moved.get(asset) ?? 0).toString());
    expect(run.kernel.portfolio.balances.reserved(asset).toString()).toBe('0');
  }
}

/** The records say where every coin is. */
function checkRecords(run: KernelHarness): void {
  const expected = new Map(START);
  const add = (asset: string, amount: Decimal | string) =>
    expected.set(asset, (expected.get(asset) ?? new Decimal(0)).plus(amount));
  for (const { execution } of run.of('executionFinished')) {
    add('USD', execution.profit);
    for (const { asset, amount } of execution.dust) add(asset, amount);
    if (execution.outcome !== 'stranded') continue;
    for (const [, amount = '0', asset = ''] of execution.detail.matchAll(/([\d.]+) (\w+) could not/g)) {
      add(asset, amount);
    }
  }
  for (const [asset, amount] of expected) expect(run.total(asset)).toBe(amount.toString());
}

/** From the first leg that did not fill in full to the end of its cycle, or to the halt of trading. */
function checkDeadlines(run: KernelHarness): void {
  const halts = run.of('tradingHalted').map(({ atUs }) => atUs);
  for (const { execution } of run.of('executionFinished')) {
    const own = run.events.filter(
      (event) =>
        'order' in event && 'executionId' in event.order && event.order.executionId === execution.executionId,
    );
    const failed = own.find(({ type }) => ['orderCanceled', 'orderRejected', 'orderDenied'].includes(type));
    if (failed === undefined) continue;
    const ends = [execution.finishedUs, ...halts.filter((atUs) => atUs >= failed.atUs)];
    // Five seconds, the tick on which they are found to be over, and an order that is under way by then.
    expect(Math.min(...ends) - failed.atUs).toBeLessThanOrEqual(5_300_000);
  }
}

describe('legs that are sent one after the other', () => {
  it('never sell more than they brought, however they fill', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(plays(false), (one) => {
        const { run, venue } = play(one);
        checkHoldings(run, (asset, held) => {
          if (asset !== 'USD') expect(held.gte(0), `${asset} ${held.toString()}`).toBe(true);
        });
        checkEnd(run, venue);
        checkRecords(run);
        checkDeadlines(run);
        for (const { execution } of run.of('executionFinished')) outcomes.add(execution.outcome);
      }),
      { numRuns: 150 },
    );
    for (const outcome of ['completed', 'missed', 'unwound']) expect(outcomes).toContain(outcome);
  });
});

describe('legs that are sent at once', () => {
  it('are evened out: what came too much pays for what is missing, and no more than that', () => {
    let atOnce = 0;
    let evened = 0;
    fc.assert(
      fc.property(plays(true), (one) => {
        const { run, venue } = play(one);
        checkEnd(run, venue);
        checkRecords(run);
        checkDeadlines(run);
        for (const { execution } of run.of('executionFinished')) {
          const orders = run
            .of('orderCreated')
            .filter(({ order }) => order.executionId === execution.executionId);
          if (orders.length >= 3) atOnce++;
          if (execution.outcome !== 'unwound') continue;
          evened++;
          // Too much or too little of an asset is left only where no order, or no taker within the limit, was found.
          for (const { asset, amount } of execution.dust) {
            if (asset === 'VEN') continue;
            const value = new Decimal(amount)
              .abs()
              .times(asset === 'BTC' ? 50_000 : asset === 'ETH' ? 2_500 : 1);
            expect(value.toNumber(), JSON.stringify(execution)).toBeLessThan(
              Number(execution.startAmount) * 0.02 + 60,
            );
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(atOnce).toBeGreaterThan(100);
    expect(evened).toBeGreaterThan(30);
  });

  it('need to the last lot what each of them spends', () => {
    const sent = (capital: Readonly<Record<string, string>>) => {
      const run = new KernelHarness({ capital, execution: { parallelLegs: true } });
      run.fairBooks();
      run.openEdge();
      return run.of('orderCreated').map(({ order }) => order);
    };
    const sold = new Decimal(sent(CAPITAL)[2]?.qty ?? 0);
    expect(sold.gt(0)).toBe(true);
    expect(sent({ ...CAPITAL, ETH: sold.toString() })).toHaveLength(3);
    expect(sent({ ...CAPITAL, ETH: sold.minus('0.00000001').toString() })).toHaveLength(1);
  });

  it('go out in one step where the account holds what each of them needs, else one after the other', () => {
    const rich = new KernelHarness({ capital: CAPITAL, execution: { parallelLegs: true } });
    rich.fairBooks();
    rich.openEdge();
    expect(rich.of('orderCreated').map(({ order }) => order.symbol)).toEqual([
      'BTC/USD',
      'ETH/BTC',
      'ETH/USD',
    ]);
    rich.pass(1_000);
    const [begun] = rich.of('executionStarted');
    const expectedNetBps = begun?.opportunity.waterfall.netBps;
    expect(expectedNetBps).toBeGreaterThan(0);
    expect(rich.of('executionFinished')).toMatchObject([
      { execution: { outcome: 'completed', expectedNetBps } },
    ]);
    const poor = new KernelHarness({ execution: { parallelLegs: true } });
    poor.fairBooks();
    poor.openEdge();
    expect(poor.of('orderCreated').map(({ order }) => order.symbol)).toEqual(['BTC/USD']);
    poor.pass(1_000);
    expect(poor.of('orderDenied')).toEqual([]);
    expect(poor.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
  });
});
