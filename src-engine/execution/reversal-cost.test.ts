/** What it would cost to take back one leg of a route that fills alone, and that a route which costs too much so is not begun. */
import { describe, expect, it } from 'vitest';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { decimal } from '../domain/decimal.ts';
import { Universe } from '../domain/universe.ts';
import { Balances } from '../portfolio/balances.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { FREE_ROUTES, RouteRun } from '../testing/route-run.ts';
import { TWO_VENUES } from '../testing/two-venues.ts';
import { worstReversal } from './unwind-cost.ts';
import type { WaysHome } from './way-home.ts';

const [BTC_EAST, BTC_WEST] = [0, 3] as const;

/** 2 BTC bought in the east for 100,000 dollars and sold in the west for 101,000. */
const PLAN: CyclePlan = {
  cycle: {
    id: 0,
    venue: 'east+west',
    path: ['USD@east', 'BTC@west'],
    legs: [
      { instrumentId: BTC_EAST, side: 'buy' },
      { instrumentId: BTC_WEST, side: 'sell' },
    ],
  },
  legs: [
    {
      instrumentId: BTC_EAST,
      symbol: 'BTC/USD',
      side: 'buy',
      qty: decimal('2'),
      limitPrice: decimal('50000'),
      venue: 'east',
    },
    {
      instrumentId: BTC_WEST,
      symbol: 'BTC/USD',
      side: 'sell',
      qty: decimal('2'),
      limitPrice: decimal('50500'),
      venue: 'west',
    },
  ],
  startAmount: 100_000,
  endAmount: 101_000,
  waterfall: { grossBps: 0, feesBps: 0, depthBps: 0, roundingBps: 0, slippageBps: 0, netBps: 90, ageUs: 0 },
  inventory: { first: undefined },
  obstacle: undefined,
};

/** Ways that bring so much of each asset, and a record of the questions. */
function reversal(
  proceeds: Readonly<Record<string, number>>,
  held: Readonly<Record<string, string>> = {},
  bearableBps = 100,
  instruments = TWO_VENUES,
) {
  const asked: string[] = [];
  const limits: (number | undefined)[] = [];
  const cheapest: WaysHome['cheapest'] = (from, to, amount, avoid, takes, enough) => {
    asked.push(`${amount} ${from} to ${to} without ${avoid.join(', ')}`);
    limits.push(enough);
    expect(takes({ instrumentId: 0, side: 'buy' })).toBe(true);
    const brings = proceeds[from];
    return brings === undefined ? undefined : { legs: [], proceeds: brings };
  };
  const worst = worstReversal(
    PLAN,
    {
      ways: { cheapest } as WaysHome,
      instruments,
      balances: new Balances(Object.entries(held).map(([asset, total]) => [asset, decimal(total)] as const)),
      universe: new Universe(TWO_VENUES, 'USD'),
    },
    bearableBps,
  );
  return { asked, limits, worst };
}

describe('the price of taking back a leg of a route that fills alone', () => {
  it('is what is lost where the coin lies, by any instrument but those of the other legs', () => {
    const { asked, limits, worst } = reversal({ 'BTC@east': 99_500, 'USD@west': 1.98 });
    expect(asked).toEqual(['2 BTC@east to USD@east without 3', '101000 USD@west to BTC@west without 0']);
    // A way that brings 1 % less than was spent costs less than any other.
    expect(limits).toEqual([99_000, 1.98]);
    expect(worst).toMatchObject({
      symbol: 'BTC/USD at west',
      asset: 'USD@west',
      amount: 101_000,
      proceeds: 1.98,
    });
    expect(worst?.costBps).toBeCloseTo(100, 6);
  });

  it('counts what its orders cost whatever their size among what is spent, and not among what a sale brings', () => {
    const costly = TWO_VENUES.map((one) => ({ ...one, orderCost: decimal('1000') }));
    const { asked, worst } = reversal({ 'BTC@east': 99_990, 'USD@west': 2 }, {}, 100, costly);
    expect(asked).toEqual(['2 BTC@east to USD@east without 3', '100000 USD@west to BTC@west without 0']);
    expect(worst?.costBps).toBeCloseTo(100, 6);
  });

  it('is that of the worst leg, and of the first of two alike', () => {
    const east = { symbol: 'BTC/USD at east', asset: 'BTC@east', amount: 2 };
    expect(reversal({ 'BTC@east': 98_000, 'USD@west': 1.98 }).worst).toMatchObject({
      ...east,
      proceeds: 98_000,
    });
    expect(reversal({}).worst).toEqual({ ...east, proceeds: 0, costBps: 10_000 });
  });

  it('is that at the venue which gives most, where as much of the coin is free', () => {
    const gives = { 'BTC@east': 90_000, 'BTC@west': 99_900, 'USD@west': 2 };
    expect(reversal(gives, { 'BTC@west': '2' }).worst?.costBps).toBeCloseTo(10, 6);
    expect(reversal(gives, { 'BTC@west': '1.99999999' }).worst?.costBps).toBeCloseTo(1_000, 6);
    const worse = { ...gives, 'BTC@west': 80_000 };
    expect(reversal(worse, { 'BTC@west': '2' }).worst?.costBps).toBeCloseTo(1_000, 6);
  });
});

const HELD = { 'USD@east': '10000', 'USD@west': '10000', 'BTC@west': '1', 'USD@north': '10000' };

/** Bitcoin can be sold back in the east a tenth lower only, and in the north for nearly all that it cost. */
function route(maxUnwindBps: number, north = '0') {
  const run = new RouteRun({
    specs: TRIANGLE.slice(0, 1),
    venues: ['east', 'west', 'north'],
    capital: { ...HELD, 'BTC@north': north },
    detection: FREE_ROUTES,
    kernel: { execution: { maxUnwindBps } },
  });
  const book = (venue: string, bid: string, ask: string): void =>
    run.book(venue, 'BTC/USD', [[bid, '2']], [[ask, '2']]);
  for (const venue of ['east', 'west', 'north']) book(venue, '49995', '50005');
  run.pass(1_100);
  book('north', '49900', '51000');
  book('east', '45000', '50000');
  book('west', '50500', '50505');
  const found = run.kernel.desk.tracker.open().find(({ venue }) => venue === 'east+west');
  return { run, decision: `${found?.decision}: ${found?.decisionDetail}` };
}

describe('a route', () => {
  it('of which one leg alone could be taken back at too high a price only is not begun', () => {
    const { run, decision } = route(300);
    // 45,000 × 0.9995 of 50,000: a tenth and 4.5 bps are lost.
    expect(decision).toBe(
      'unwind-too-costly: if BTC/USD at east alone fills, unwinding 0.0399800 BTC at east costs 1004.5 bps, allowed 300 bps',
    );
    expect(run.of('orderCreated')).toEqual([]);
    expect(run.reserved.toString()).toBe('0');
  });

  it('is begun where so much is allowed, or another venue holds the coin and takes it', () => {
    expect(route(1_005).decision).toBe('taken: ');
    expect(route(1_004).decision).toMatch(/^unwind-too-costly/);
    const { run, decision } = route(300, '1');
    expect(decision).toBe('taken: ');
    expect(run.of('orderCreated')).toHaveLength(2);
  });

  it('may lose all of it where all is allowed', () => {
    const without = (maxUnwindBps: number) => {
      const { run } = route(maxUnwindBps);
      run.book('east', 'BTC/USD', [], [['50000', '2']]);
      const legs = PLAN.legs.map((leg, k) => ({ ...leg, instrumentId: k, qty: decimal('0.01') }));
      return run.kernel.desk.sequencer.obstacleTo({ ...PLAN, legs, startAmount: 500 });
    };
    expect(without(10_000)).toBeUndefined();
    expect(without(9_999)?.code).toBe('unwind-too-costly');
  });
});
