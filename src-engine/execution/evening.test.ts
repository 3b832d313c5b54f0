/** Where of several venues what a route left open is evened out, for how much, and which legs are sent alone for what part. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { gridOf } from '../detection/instrument-grid.ts';
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Order } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { sampleOpportunity } from '../testing/sample-events.ts';
import { EAST, TWO_VENUES, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import { bestPlace, leftOpen } from './evening.ts';
import { type Execution, newExecution } from './execution.ts';
import type { Holding } from './holding.ts';
import { Openings } from './opening.ts';
import { OrderManager } from './order-manager.ts';
import { OrderPlanner } from './order-planner.ts';
import { Sequencer } from './sequencer.ts';

const [BTC_EAST, BTC_WEST] = [0, 3];
const everywhere = (): boolean => true;

/** Bitcoin brings more in the west; a hundred of it are bid for and asked at either venue. */
function account(held: Readonly<Record<string, string>>, bids: { east?: number; west?: number } = {}) {
  const { opening } = twoVenuesHolding(held);
  const store = new BookStore(TWO_VENUES, { depth: 5 });
  for (const [id, bid] of [
    [BTC_EAST, bids.east ?? 499_000],
    [BTC_WEST, bids.west ?? 501_000],
  ] as const) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(bid, 100 * 1e8);
    update.pushAsk(bid + 100, 100 * 1e8);
    store.apply(update);
  }
  // 0.05 bitcoin an ether, and no pair of ether with dollars.
  for (const id of [1, 4]) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(4_998, 100 * 1e8);
    update.pushAsk(5_002, 100 * 1e8);
    store.apply(update);
  }
  const grids = TWO_VENUES.map(gridOf);
  const market = { instruments: TWO_VENUES, books: store.books, grids, isLive: () => true };
  const portfolio = new Portfolio(opening, new Marks(TWO_VENUES, store.books, 'USD@east'));
  return { portfolio, market, planner: new OrderPlanner(market, () => 100) };
}

const holding = (change: Partial<Holding> = {}): Holding => ({
  asset: 'BTC@east',
  amount: decimal('1'),
  target: 'USD@east',
  want: undefined,
  route: [],
  openingQty: undefined,
  attempts: 1,
  avoid: [],
  notBeforeUs: 0,
  key: 'k',
  ...change,
});

describe('what a route has over', () => {
  const place = (
    held: Readonly<Record<string, string>>,
    change: Partial<Holding> = {},
    mayTrade: (venue: string) => boolean = everywhere,
    bids: Parameters<typeof account>[1] = {},
    failing: readonly string[] = [],
  ): string => {
    const { portfolio, planner } = account(held, bids);
    const { asset, amount, target } = bestPlace(
      holding(change),
      planner,
      portfolio,
      mayTrade,
      new Set(failing),
    );
    return `${amount.toString()} ${asset} for ${target}`;
  };
  const both = { 'BTC@east': '1', 'BTC@west': '1' };

  it('is sold where it brings most, of those venues where all of it is free', () => {
    expect(place(both)).toBe('1 BTC@west for USD@west');
    expect(place(both, {}, everywhere, { west: 498_000 })).toBe('1 BTC@east for USD@east');
    expect(place({ 'BTC@east': '1', 'BTC@west': '0.99' })).toBe('1 BTC@east for USD@east');
    expect(place({ 'BTC@east': '1', 'BTC@west': '5' })).toBe('1 BTC@west for USD@west');
  });

  it('is sold at the first of two venues that pay the same', () => {
    const alike = { east: 500_000, west: 500_000 };
    expect(place(both, {}, everywhere, alike)).toBe('1 BTC@east for USD@east');
  });

  it('is sold in part where no venue has all of it, and stays where none has any', () => {
    expect(place({ 'BTC@east': '0.6', 'BTC@west': '0.7' })).toBe('0.7 BTC@west for USD@west');
    expect(place({ 'BTC@east': '0.6', 'BTC@west': '0.1' })).toBe('0.6 BTC@east for USD@east');
    expect(place({ 'USD@east': '5' })).toBe('1 BTC@east for USD@east');
  });

  it('is sold where trading is not stopped first, and where the last try found nothing last', () => {
    const inEast = (venue: string): boolean => venue === EAST;
    expect(place(both, {}, inEast)).toBe('1 BTC@east for USD@east');
    expect(place(both, {}, () => false)).toBe('1 BTC@west for USD@west');
    expect(place(both, { avoid: [BTC_WEST] })).toBe('1 BTC@east for USD@east');
    // Untried before open; where all was tried, open before stopped.
    expect(place(both, { avoid: [BTC_EAST] }, inEast)).toBe('1 BTC@west for USD@west');
    expect(place(both, { avoid: [BTC_EAST, BTC_WEST] }, inEast)).toBe('1 BTC@east for USD@east');
    expect(place(both, { avoid: [BTC_EAST, BTC_WEST] }, () => false)).toBe('1 BTC@west for USD@west');
  });

  it('is sold last at a venue that fails the route, whichever pairs it has left untried', () => {
    const inWest = (venue: string): boolean => venue === WEST;
    expect(place(both, {}, everywhere, {}, [WEST])).toBe('1 BTC@east for USD@east');
    expect(place(both, { avoid: [BTC_WEST] }, everywhere, {}, [WEST])).toBe('1 BTC@east for USD@east');
    // A venue where trading is stopped comes after it, unless it is stopped everywhere.
    expect(place(both, {}, inWest, {}, [WEST])).toBe('1 BTC@west for USD@west');
    expect(place(both, {}, () => false, {}, [WEST])).toBe('1 BTC@east for USD@east');
    expect(place({ 'BTC@west': '1' }, {}, everywhere, {}, [WEST])).toBe('1 BTC@west for USD@west');
    expect(place(both, {}, everywhere, {}, [EAST, WEST])).toBe('1 BTC@west for USD@west');
  });

  it('stays where it is while its code, or that of what it is to become, may stand for two coins', () => {
    for (const code of ['BTC', 'USD']) {
      const { portfolio, planner } = account(both);
      portfolio.doubtedCoins.set(code, {} as never);
      const own = holding();
      expect(bestPlace(own, planner, portfolio, everywhere)).toBe(own);
    }
  });

  it('that pays for a missing coin may be less than is offered, where that buys it for less', () => {
    const offer = { asset: 'USD@east', amount: decimal('51000'), target: 'BTC@east', want: decimal('1') };
    // 49,910 a coin in the east and 50,110 in the west, before fees.
    const rich = { 'USD@west': '60000' };
    expect(place({ ...rich, 'USD@east': '60000' }, offer)).toBe('51000 USD@east for BTC@east');
    expect(place({ ...rich, 'USD@east': '50500' }, offer)).toBe('50500 USD@east for BTC@east');
    // Not all of it any more: the other venue brings it, though for more.
    expect(place({ ...rich, 'USD@east': '49000' }, offer)).toBe('51000 USD@west for BTC@west');
    expect(place({ ...rich, 'USD@east': '20000' }, offer)).toBe('51000 USD@west for BTC@west');
  });
});

describe('what legs that were sent at once left open', () => {
  const NOTHING_LEFT: Parameters<typeof leftOpen>[3] = () => false;
  const moves = (
    flows: Readonly<Record<string, string>>,
    { isRoute = true, isResidual = NOTHING_LEFT, startAsset = 'USD@east' } = {},
  ): string[] => {
    const { portfolio, planner } = account({ 'USD@east': '100000', 'USD@west': '100000' });
    const execution: Execution = {
      ...newExecution({
        executionId: 'x',
        venue: `${EAST}+${WEST}`,
        cycle: undefined,
        path: ['USD@east', 'BTC@west'],
        startAsset,
        startedUs: 0,
      }),
      isOverVenues: isRoute,
    };
    for (const [asset, flow] of Object.entries(flows)) execution.flows.set(asset, decimal(flow));
    return leftOpen(execution, planner, portfolio, isResidual, 7).map(
      ({ asset, amount, target, want }) =>
        `${amount.toDecimalPlaces(4).toString()} ${asset} → ${want?.toString() ?? 'all'} ${target}`,
    );
  };

  it('goes home where it is over, and nothing of the start coin does', () => {
    expect(moves({ 'BTC@east': '1', 'USD@east': '-50000' })).toEqual(['1 BTC@east → all USD@east']);
    expect(moves({ 'BTC@east': '1', 'BTC@west': '-1', 'USD@east': '-50000', 'USD@west': '50100' })).toEqual(
      [],
    );
    expect(moves({ 'BTC@east': '1', 'BTC@west': '-0.4', 'USD@east': '-50000' })).toEqual([
      '0.6 BTC@east → all USD@east',
    ]);
  });

  it('of a route is paid for from the account where it is missing, with 2 % of headroom', () => {
    // A bitcoin is marked at 49,905 in the east and 50,105 in the west, where it left.
    expect(moves({ 'BTC@west': '-1' })).toEqual(['51107.1 USD@east → 1 BTC@west']);
    expect(moves({ 'BTC@west': '-1', 'USD@east': '40000' })).toEqual(['51107.1 USD@east → 1 BTC@west']);
    expect(moves({ 'BTC@west': '-1', 'USD@east': '90000' })).toEqual(['51107.1 USD@east → 1 BTC@west']);
  });

  it('of a cycle is paid for by what came, and by no more', () => {
    expect(moves({ 'BTC@east': '-1', 'USD@east': '24952.5' }, { isRoute: false })).toEqual([
      '24952.5 USD@east → 0.5 BTC@east',
    ]);
    expect(moves({ 'BTC@east': '-1' }, { isRoute: false })).toEqual([]);
  });

  it('stays missing where it is a residual of a route, or less than any order brings; a cycle buys it back', () => {
    const isResidual = ({ asset, amount }: { asset: string; amount: Decimal }): boolean =>
      asset === 'BTC@west' && amount.lte('0.01');
    expect(moves({ 'BTC@west': '-0.01' }, { isResidual })).toEqual([]);
    expect(moves({ 'BTC@west': '-0.011' }, { isResidual })).toHaveLength(1);
    const east = ({ asset }: { asset: string }): boolean => asset === 'BTC@east';
    expect(
      moves({ 'BTC@east': '-0.01', 'USD@east': '900' }, { isResidual: east, isRoute: false }),
    ).toHaveLength(1);
    // A thousandth of an ether is the smallest order that brings any.
    expect(moves({ 'BTC@west': '-0.00004' })).toEqual([]);
    expect(moves({ 'BTC@west': '-0.00006' })).toHaveLength(1);
  });

  it('is not looked at while nothing says what it is worth', () => {
    expect(moves({ 'XYZ@west': '-1' })).toEqual([]);
    expect(moves({ 'BTC@west': '-1' }, { startAsset: 'XYZ@east' })).toEqual([]);
  });
});

describe('the legs of a plan', () => {
  const { portfolio } = account({ 'USD@east': '5000', 'BTC@west': '0.1' });
  const openings = new Openings(portfolio, (id) => {
    const instrument = TWO_VENUES[id];
    if (instrument === undefined) throw new Error(`no instrument ${id}`);
    return instrument;
  });
  const leg = (instrumentId: number, side: 'buy' | 'sell', qty: string) => ({
    instrumentId,
    side,
    qty: decimal(qty),
    limitPrice: decimal('50000'),
  });
  const planOf = (buy: string, sell: string, inventory?: object): CyclePlan =>
    ({
      cycle: { id: 1, venue: EAST, path: ['USD@east', 'BTC@west'] },
      legs: [leg(BTC_EAST, 'buy', buy), leg(BTC_WEST, 'sell', sell)],
      inventory,
    }) as unknown as CyclePlan;

  it('each spend what they need at most, and of a route bring what they give where they are', () => {
    const shown = (plan: CyclePlan) =>
      openings
        .each(plan, 7)
        .map(({ asset, amount, target, openingQty, route, attempts, notBeforeUs }) => [
          `${amount.toString()} ${asset} → ${target}`,
          openingQty?.toString(),
          route.length,
          attempts,
          notBeforeUs,
        ]);
    // 5 bps of fee on top of a purchase.
    expect(shown(planOf('0.01', '0.02', {}))).toEqual([
      ['500.25 USD@east → BTC@east', '0.01', 1, 0, 7],
      ['0.02 BTC@west → USD@west', '0.02', 1, 0, 7],
    ]);
    // Of a cycle behind the last leg stands the start.
    expect(shown(planOf('0.01', '0.02')).map(([words]) => words)).toEqual([
      '500.25 USD@east → BTC@west',
      '0.02 BTC@west → USD@east',
    ]);
    const [whole] = openings.of(planOf('0.01', '0.02'), 0, 2, 7);
    expect([whole?.target, whole?.route.length]).toEqual(['USD@east', 2]);
    expect(openings.of(planOf('0.01', '0.02'), 2, 3, 7)).toEqual([]);
  });

  it('are paid for where all of them are, to the last unit', () => {
    expect(openings.arePaidFor(planOf('0.01', '0.1'))).toBe(true);
    expect(openings.arePaidFor(planOf('0.01', '0.10000001'))).toBe(false);
    expect(openings.arePaidFor(planOf('0.1', '0.1'))).toBe(false);
  });

  it('that wait go for the part that the first one filled: a sale no larger, a purchase no smaller, neither beyond its plan', () => {
    const first = (filledQty: string, qty = '3') =>
      ({ filledQty: decimal(filledQty), qty: decimal(qty) }) as Order;
    const waiting = (k: number) => {
      const opening = openings.each(planOf('0.5', '0.5', {}), 7)[k];
      if (opening === undefined) throw new Error('a plan has two legs');
      return opening;
    };
    const asked = (k: number, order: Order) => openings.following(waiting(k), order)?.openingQty?.toString();
    expect([asked(0, first('1')), asked(1, first('1'))]).toEqual(['0.16666667', '0.16666666']);
    expect([asked(0, first('3')), asked(1, first('3'))]).toEqual(['0.5', '0.5']);
    expect([asked(0, first('4')), asked(1, first('4'))]).toEqual(['0.5', '0.5']);
    // A third of three tenths is no lot less than a tenth.
    const third = openings.following({ ...waiting(1), openingQty: decimal('0.3') }, first('1'));
    expect(third?.openingQty?.toString()).toBe('0.1');
    expect([asked(0, first('0')), asked(1, first('0'))]).toEqual([undefined, undefined]);
    expect(openings.following({ ...waiting(0), openingQty: undefined }, first('1'))).toBeUndefined();
    expect(openings.following({ ...waiting(0), route: [] }, first('1'))).toBeUndefined();
  });
});

describe('the leg of a route that goes alone', () => {
  it('frees what the others were to spend where risk denies it, and ends the route', () => {
    const { portfolio, market } = account({ 'USD@east': '5000', 'BTC@west': '0.1' });
    const outbox = new Outbox();
    const denial = { code: 'throttled', detail: 'too many messages' } as const;
    const asked: string[] = [];
    const sequencer = new Sequencer({
      market,
      orders: new OrderManager(TWO_VENUES, portfolio, outbox),
      portfolio,
      outbox,
      runId: 'run',
      review: ({ side }) => {
        asked.push(`${side}, kept ${portfolio.balances.reserved('BTC@west').toString()}`);
        return { ok: false, denial };
      },
      finished: () => undefined,
      halt: () => undefined,
      isKilled: () => false,
      mayTrade: everywhere,
      isCompared: everywhere,
      settings: () => DEFAULT_EXECUTION,
      maxInFlightHome: () => decimal('100000'),
      maxStartHome: () => decimal('100000'),
      collarBps: () => 100,
      lacking: () => ZERO,
    });
    const leg = (instrumentId: number, side: 'buy' | 'sell') => ({
      instrumentId,
      side,
      qty: decimal('0.05'),
      limitPrice: decimal('50000'),
    });
    const plan = {
      cycle: { id: 1, venue: `${EAST}+${WEST}`, path: ['USD@east', 'BTC@west'] },
      legs: [leg(BTC_EAST, 'buy'), leg(BTC_WEST, 'sell')],
      waterfall: { netBps: 1 },
      inventory: { first: 0 },
    } as unknown as CyclePlan;
    sequencer.start(plan, sampleOpportunity(), 7);
    expect(asked).toEqual(['buy, kept 0.05']);
    expect(['USD@east', 'BTC@west'].map((asset) => portfolio.balances.reserved(asset).toString())).toEqual([
      '0',
      '0',
    ]);
    expect(sequencer.activeCount).toBe(0);
    const finished = outbox.events.filter(({ type }) => type === 'executionFinished');
    expect(finished).toMatchObject([{ execution: { outcome: 'denied', detail: 'too many messages' } }]);
  });
});
