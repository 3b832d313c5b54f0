/** What must hold of every route that is traded, whatever befalls its legs: over seeds, and as properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { US_PER_MS } from '../domain/time.ts';
import { CaptureTally } from '../backtest/metrics/capture.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { RouteRun, type RouteRunOptions } from '../testing/route-run.ts';

const [BTC_USD] = TRIANGLE;
if (BTC_USD === undefined) throw new Error('the triangle has a pair');
const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };

/** Both venues agree for a second, so that all that is held has a price; then they lie apart. */
function opened(options: Partial<RouteRunOptions>): RouteRun {
  const run = new RouteRun({ specs: [BTC_USD as NonNullable<typeof BTC_USD>], capital: HELD, ...options });
  for (const venue of ['east', 'west']) run.book(venue, 'BTC/USD', [['49999', '9']], [['50001', '9']]);
  run.pass(1_100);
  return run;
}

const valueOf = (run: RouteRun): Decimal =>
  run.coin('USD').minus(20_000).plus(run.coin('BTC').minus(2).times(50_000));

/** Longest time, in ms, in which the coins of both venues together were not what the account began with. */
function longestNakedMs(run: RouteRun): number {
  let held = ZERO;
  let sinceUs: number | undefined;
  let longest = 0;
  for (const event of run.events) {
    if (event.type !== 'orderFilled') continue;
    const { side, qty } = event.fill;
    held = side === 'buy' ? held.plus(qty) : held.minus(qty);
    const isNaked = held.abs().times(50_000).gt(5);
    if (isNaked) sinceUs ??= event.atUs;
    if (!isNaked && sinceUs !== undefined) {
      longest = Math.max(longest, (event.atUs - sinceUs) / US_PER_MS);
      sinceUs = undefined;
    }
  }
  return sinceUs === undefined ? longest : Number.POSITIVE_INFINITY;
}

/** PARALLAX_SEEDS=1000 runs as many. */
const SEEDS = Number(process.env['PARALLAX_SEEDS'] ?? 25);

describe('with one leg that fails every time', () => {
  it.each(['east', 'west'])(
    'at %s nothing is left naked longer than the deadline, for every seed',
    (failing) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const run = opened({
          seed,
          missesPct: { [failing]: 100 },
          latencyMs: { east: 5 + (seed % 7) * 20, west: 5 + (seed % 5) * 30 },
        });
        for (let turn = 0; turn < 3; turn++) {
          const top = 50_300 + ((seed * 37 + turn * 11) % 200);
          run.book('west', 'BTC/USD', [[String(top), '1']], [[String(top + 2), '9']]);
          run.book('east', 'BTC/USD', [['49999', '9']], [['50001', seed % 3 === 0 ? '0.02' : '9']]);
          run.pass(2_500);
          for (const venue of ['east', 'west'])
            run.book(venue, 'BTC/USD', [['49999', '9']], [['50001', '9']]);
          run.pass(500);
        }
        const ended = run.of('executionFinished').map(({ execution }) => execution.outcome);
        expect(ended.length, `seed ${seed}`).toBeGreaterThan(0);
        expect(
          ended.filter((outcome) => outcome !== 'unwound' && outcome !== 'missed'),
          `seed ${seed}`,
        ).toEqual([]);
        expect(longestNakedMs(run), `seed ${seed}`).toBeLessThanOrEqual(DEFAULT_EXECUTION.unwindDeadlineMs);
        expect(run.coin('BTC').minus(2).abs().times(50_000).toNumber(), `seed ${seed}`).toBeLessThan(5);
        expect(run.reserved.toString()).toBe('0');
      }
    },
  );
});

describe('what was booked', () => {
  it('is what the waterfall said, to the last digit, when prices stand still', () => {
    const price = fc.integer({ min: 0, max: 3_000 });
    const lots = fc.integer({ min: 200_000, max: 900_000_000 });
    fc.assert(
      fc.property(price, price, lots, lots, fc.boolean(), (bid, ask, bidLots, askLots, eastIsDear) => {
        const [cheap, dear] = eastIsDear ? (['west', 'east'] as const) : (['east', 'west'] as const);
        const run = opened({ detection: { ...FREE, minNetBps: 0 } });
        const qty = (units: number): string => decimal(units).div(1e8).toString();
        const [offer, bidAt] = [decimal(500_010 + ask).div(10), decimal(505_000 + bid).div(10)];
        run.book(
          cheap,
          'BTC/USD',
          [['49000', '9']],
          [
            [offer.toString(), qty(askLots)],
            [offer.plus(2).toString(), '3'],
          ],
        );
        run.book(
          dear,
          'BTC/USD',
          [
            [bidAt.toString(), qty(bidLots)],
            [bidAt.minus(2).toString(), '3'],
          ],
          [['52000', '9']],
        );
        run.pass(300);
        const { opportunity } = run.of('executionStarted')[0] ?? {};
        const { execution } = run.of('executionFinished')[0] ?? {};
        if (opportunity === undefined || execution === undefined) return;
        const { gross, fees, depth, rounding } = opportunity.waterfall.home ?? NOTHING;
        const said = decimal(gross).plus(fees).plus(depth).plus(rounding);
        expect(execution.outcome).toBe('completed');
        expect(execution.profit).toBe(said.toString());
        expect(run.coin('USD').minus(20_000).toString()).toBe(said.toString());
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('of a kill in the middle leaves no order and nothing reserved, and what is held is reported', () => {
    const run = opened({ latencyMs: { east: 10, west: 400 } });
    run.book('west', 'BTC/USD', [['50500', '9']], [['50502', '9']]);
    run.pass(100);
    run.command({ type: 'kill', reason: 'test' });
    run.pass(3_000);
    expect(run.kernel.orders.openCount).toBe(0);
    expect(run.kernel.desk.sequencer.activeCount).toBe(0);
    expect(run.reserved.toString()).toBe('0');
    expect(run.kernel.killSwitch.verifiedOpenOrders).toBe(0);
  });
});

const FREE = {
  crossVenue: true,
  tradeCrossVenue: true,
  carryBps: 0,
  ageRiskFactor: 0,
  slippageBps: 0,
} as const;
const NOTHING = { gross: '0', fees: '0', depth: '0', rounding: '0' };

describe('a planted edge of 8 bps between two venues with fees of 2 bps each', () => {
  const cheap = { ...BTC_USD, takerFee: '0.0002' } as NonNullable<typeof BTC_USD>;

  /** Forty times the west is 8 bps above the east for 200 ms. @param latencyMs one way to either venue. */
  function planted(latencyMs: number) {
    const run = opened({
      specs: [cheap],
      latencyMs: { east: latencyMs, west: latencyMs },
      detection: { ...FREE, minNetBps: 1, cooldownMs: 0 },
    });
    const capture = new CaptureTally();
    for (let turn = 0; turn < 40; turn++) {
      const [bid, ask] = turn % 2 === 0 ? ['west', 'east'] : ['east', 'west'];
      run.book(ask ?? '', 'BTC/USD', [['49999', '9']], [['50000', '9']]);
      run.book(bid ?? '', 'BTC/USD', [['50040', '9']], [['50041', '9']]);
      run.pass(200);
      // The dear side falls first: nothing is there for a moment that was not planted.
      for (const venue of [bid ?? '', ask ?? ''])
        run.book(venue, 'BTC/USD', [['49999', '9']], [['50001', '9']]);
      run.pass(2_800);
    }
    capture.begin(run.kernel.portfolio);
    capture.onEvents(run.events);
    return { run, figures: capture.figures() };
  }

  it('is captured with a fast line', () => {
    const { run, figures } = planted(15);
    expect(figures.share).toBeGreaterThan(0.95);
    // 8 bps less 4 of fees of 2,000 a turn.
    expect(valueOf(run).toNumber()).toBeCloseTo(40 * 2_000 * 0.0004, 0);
  });

  it('is not with a lag of 300 ms, and the figures say why: it was gone when the orders arrived', () => {
    const { run, figures } = planted(300);
    expect(figures.captured).toBe(0);
    // After some misses in a row risk stops the route, until the trader enables it again.
    expect(figures.lost.map(({ reason }) => reason).toSorted()).toEqual(['missed', 'risk-denied']);
    expect(run.of('strategyStopped').map(({ strategy }) => strategy)).toContain('east+west USD>BTC');
    expect(valueOf(run).toString()).toBe('0');
  });
});
