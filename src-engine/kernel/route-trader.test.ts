/** Between a route that pays and its orders: its size, the gates in their order, its rests, and which leg goes first. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import type { CyclePlan, PlannedLeg } from '../detection/cycle-sizing.ts';
import { type Route, routeOf } from '../detection/route.ts';
import { decimal } from '../domain/decimal.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { Side } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import type { Denial } from '../risk/check.ts';
import { TWO_VENUES } from '../testing/two-venues.ts';
import { RouteTrader, type RouteTraderParts } from './route-trader.ts';

const [BTC_EAST, ETH_EAST, BTC_WEST, ETH_WEST] = [0, 2, 3, 5] as const;
const [MS, NOW] = [1_000, 1_767_225_600_000_000];
const COOLDOWN_MS = 500;
const MAX_RESTS = 4_096;

/** Only what is asked of it. */
const stub = <T>(part: Partial<T>): T => part as T;

/** BTC is bought in the east and sold in the west; other routes with numbers of their own are alike. */
const routeOfId = (id: number): Route => ({
  ...routeOf(id, 0, [BTC_EAST * 2, BTC_WEST * 2 + 1], TWO_VENUES),
  path: ['USD@east', 'BTC@west'],
  legs: [
    { instrumentId: BTC_EAST, side: 'buy' },
    { instrumentId: BTC_WEST, side: 'sell' },
  ],
});
const ROUTE = routeOfId(7);

const legOf = (instrumentId: number, side: Side, qty: string, limit: string): PlannedLeg => ({
  instrumentId,
  symbol: TWO_VENUES[instrumentId]?.symbol ?? '',
  side,
  qty: decimal(qty),
  limitPrice: decimal(limit),
});

const planOf = (qty = '0.1'): CyclePlan => ({
  cycle: ROUTE,
  legs: [legOf(BTC_EAST, 'buy', qty, '50000'), legOf(BTC_WEST, 'sell', qty, '50500')],
  startAmount: 5_000,
  endAmount: 5_050,
  waterfall: { grossBps: 0, feesBps: 0, depthBps: 0, roundingBps: 0, slippageBps: 0, netBps: 90, ageUs: 0 },
  obstacle: undefined,
});

function desk(held: Readonly<Record<string, string>> = {}) {
  const store = new BookStore(TWO_VENUES, { depth: 5 });
  const balances = Object.entries(held).map(([asset, total]) => ({ asset, total }));
  const portfolio = new Portfolio(
    { balances, realizedPnl: '0', fees: '0' },
    new Marks(TWO_VENUES, store.books, 'USD'),
  );
  const gates = {
    killed: false,
    unarmed: '',
    unreconciled: '',
    paused: '',
    busy: false,
    denial: undefined as Denial | undefined,
    obstacle: undefined as { code: 'exposure-cap'; detail: string } | undefined,
  };
  const detection = { ...DEFAULT_DETECTION, tradeCrossVenue: true, cooldownMs: COOLDOWN_MS };
  const shares: Record<string, number> = { east: 1, west: 1 };
  const leans: Record<string, number> = {};
  const execution = { ...DEFAULT_EXECUTION };
  const settings = { detection, execution };
  const odds: Record<string, number> = {};
  const started: unknown[] = [];
  const capped: unknown[] = [];
  let proposed: CyclePlan | undefined;
  const at = (venue: string, reason: string): string => (venue === 'west' ? reason : '');
  type Of<K extends keyof RouteTraderParts> = RouteTraderParts[K];
  const trader = new RouteTrader({
    store,
    portfolio,
    settings: settings as Of<'settings'>,
    odds: { of: (venue) => odds[venue] ?? 1 },
    capture: { decide: () => ({ code: 'taken', detail: '' }), onStarted: () => undefined },
    killSwitch: {
      get isOn() {
        return gates.killed;
      },
    } as Of<'killSwitch'>,
    armings: stub<Of<'armings'>>({
      of: (venue) =>
        ({ refusal: at(venue, gates.unarmed), share: shares[venue] ?? 1 }) as ReturnType<Of<'armings'>['of']>,
    }),
    blockers: stub<Of<'blockers'>>({ paused: (venue) => at(venue, gates.paused) }),
    monitor: stub<Of<'monitor'>>({
      startCap: (cycle, most) => {
        capped.push([cycle.id, most]);
        return most / 2;
      },
    }),
    reviewer: stub<Of<'reviewer'>>({
      reviewPlan: () => gates.denial,
      proposing: (plan, begin) => {
        proposed = plan;
        begin();
        proposed = undefined;
      },
    }),
    sequencer: stub<Of<'sequencer'>>({
      isBusy: () => gates.busy,
      obstacleTo: () => gates.obstacle,
      start: (plan, opportunity, nowUs) => started.push([plan === proposed, opportunity, nowUs]),
    }),
    inventory: { lean: (asset) => leans[asset] ?? 0 },
    unreconciled: (venue) => at(venue, gates.unreconciled),
  });
  /** One side of a book in units, best first. */
  const book = (
    id: number,
    side: 'bid' | 'ask',
    levels: readonly (readonly [price: number, qty: number])[],
  ) => {
    const update = new BookUpdate();
    update.reset(id, true, NOW);
    for (const [price, qty] of levels) {
      if (side === 'bid') update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    }
    store.apply(update);
  };
  const decide = (atUs = NOW): string => {
    const { code, detail } = trader.decide(planOf(), undefined, atUs);
    return `${code}: ${detail}`;
  };
  const finish = (outcome: string, isSameLife: boolean, finishedUs = NOW): void =>
    trader.onFinished(ROUTE.id, { outcome, finishedUs } as ExecutionRecord, isSameLife);
  const inputs = { gates, detection, execution, settings, shares, leans, odds };
  return Object.assign(inputs, { trader, started, capped, book, decide, finish });
}

describe('the edge that is asked of a route', () => {
  it('is the minimum, and more for what it spends where that runs dry, less for what it brings there', () => {
    const { trader, settings, detection, leans } = desk();
    Object.assign(leans, { 'USD@east': 0.4, 'BTC@west': 0.3, 'BTC@east': 0.1, 'USD@west': 0.2 });
    const asked = (inventorySkewBps: number): readonly [number, number] => {
      settings.detection = { ...detection, minNetBps: 3, inventorySkewBps };
      return [trader.skewBps(ROUTE), trader.askedBps(ROUTE)];
    };
    expect(asked(0)).toEqual([0, 3]);
    const [skew, edge] = asked(10);
    expect(skew).toBeCloseTo(4, 9);
    expect(edge).toBeCloseTo(7, 9);
    expect(asked(1)[0]).toBeCloseTo(0.4, 9);
  });
});

describe('the largest start of a route', () => {
  it('is that of the venue which is armed for least, within risk’s shares of equity', () => {
    const { trader, settings, detection, shares, capped } = desk();
    settings.detection = { ...detection, maxStartNotional: '2000' };
    Object.assign(shares, { east: 0.5, west: 0.2 });
    expect(trader.mostHome(ROUTE)).toBe(200);
    Object.assign(shares, { east: 0.1 });
    expect(trader.mostHome(ROUTE)).toBe(100);
    expect(capped).toEqual([
      [7, 400],
      [7, 200],
    ]);
  });

  it('is the setting where routes are only watched', () => {
    const { trader, settings, detection, shares, capped } = desk();
    settings.detection = { ...detection, maxStartNotional: '2000', tradeCrossVenue: false };
    shares['west'] = 0.1;
    expect([trader.mostHome(ROUTE), trader.isOn, capped]).toEqual([2_000, false, []]);
  });
});

describe('what a venue has too little of', () => {
  /** The purchase needs 5,000 dollars and 5 bps of them, the sale 0.1 bitcoin. */
  const short = (usd: string, btc: string, qty?: string) =>
    desk({ 'USD@east': usd, 'BTC@west': btc }).trader.shortage(planOf(qty));

  it('is nothing where both have exactly enough', () => {
    expect(short('5002.5', '0.1')).toBeUndefined();
  });

  it('is what the venue has the smallest part of, the first of two alike', () => {
    const usd = {
      share: 0.5,
      detail: 'too little USD at east: the purchase of BTC/USD needs 5002.5 USD at east, free are 2501.25',
    };
    const btc = (share: number, free: string) => ({
      share,
      detail: `too little BTC at west: the sale of BTC/USD needs 0.1 BTC at west, free are ${free}`,
    });
    expect(short('2501.25', '0.1')).toEqual(usd);
    expect(short('5002.5', '0.025')).toEqual(btc(0.25, '0.025'));
    expect(short('2501.25', '0.025')).toEqual(btc(0.25, '0.025'));
    expect(short('2501.25', '0.075')).toEqual(usd);
    expect(short('2501.25', '0.05')).toEqual(usd);
  });

  it('is all of it where nothing is free, or less than nothing', () => {
    for (const btc of ['0', '-0.5'])
      expect(short('6000', btc)).toMatchObject({
        share: 0,
        detail: expect.stringMatching(/free are 0$/) as string,
      });
  });

  it('is shown in six digits', () => {
    expect(short('10000', '0.01234567', '0.12345678')?.detail).toBe(
      'too little BTC at west: the sale of BTC/USD needs 0.123456 BTC at west, free are 0.0123456',
    );
  });
});

describe('the gates of a route', () => {
  it('give the reason of the first that is shut, in their order, also where one venue alone is shut', () => {
    const { trader, gates, finish } = desk();
    Object.assign(gates, {
      killed: true,
      unarmed: 'disarmed',
      unreconciled: 'not compared yet',
      paused: 'halted',
      busy: true,
      denial: { code: 'max-loss', detail: 'too much' },
      obstacle: { code: 'exposure-cap', detail: 'no room' },
    });
    finish('completed', true);
    let shortage: { share: number; detail: string } | undefined = { share: 0, detail: 'too little BTC' };
    const decision = () => trader.decide(planOf(), shortage, NOW);
    expect(decision()).toMatchObject({ code: 'killed' });
    gates.killed = false;
    expect(decision()).toEqual({ code: 'not-armed', detail: 'west: disarmed' });
    gates.unarmed = '';
    expect(decision()).toEqual({ code: 'not-reconciled', detail: 'west: not compared yet' });
    gates.unreconciled = '';
    expect(decision()).toEqual({ code: 'trading-paused', detail: 'west: halted' });
    gates.paused = '';
    expect(decision()).toEqual({ code: 'no-balance', detail: 'too little BTC' });
    shortage = undefined;
    expect(decision()).toMatchObject({ code: 'in-flight' });
    gates.busy = false;
    expect(decision()).toEqual({ code: 'cooling-down', detail: 'attempted a moment ago' });
    const later = NOW + COOLDOWN_MS * MS;
    expect(trader.decide(planOf(), undefined, later)).toEqual({
      code: 'risk-denied',
      detail: 'max-loss: too much',
      denial: gates.denial,
    });
    gates.denial = undefined;
    expect(trader.decide(planOf(), undefined, later)).toEqual(gates.obstacle);
    gates.obstacle = undefined;
    expect(trader.decide(planOf(), undefined, later)).toEqual({ code: 'taken', detail: '' });
  });

  it('being open, the sequencer begins it while the reviewer knows which plan is proposed', () => {
    const { trader, started } = desk();
    const opportunity = {} as Opportunity;
    trader.take(planOf(), opportunity, NOW);
    expect(started).toEqual([[true, opportunity, NOW]]);
  });
});

describe('the rest of a route', () => {
  it('after a refusal is 100 ms in which only a better one is looked at, and that one is not held back', () => {
    const { trader, decide } = desk();
    expect(trader.isDue(ROUTE, NOW)).toBe(true);
    trader.onRefused(ROUTE, NOW);
    expect([99_999, 100_000].map((after) => trader.isDue(ROUTE, NOW + after))).toEqual([false, true]);
    expect(decide(NOW + 1)).toBe('taken: ');
    // Each refusal begins it anew.
    trader.onRefused(ROUTE, NOW + 50_000);
    expect([149_999, 150_000].map((after) => trader.isDue(ROUTE, NOW + after))).toEqual([false, true]);
    expect(trader.isDue(routeOfId(8), NOW)).toBe(true);
  });

  it('is over for the next life of the route', () => {
    const { trader } = desk();
    trader.onClosed(ROUTE, NOW);
    expect(trader.isDue(ROUTE, NOW)).toBe(true);
    trader.onRefused(ROUTE, NOW);
    trader.onClosed(ROUTE, NOW + 1);
    expect(trader.isDue(ROUTE, NOW + 1)).toBe(true);
  });

  it('after an attempt is the cooldown, for better ones too, and no refusal or end of its life makes it shorter', () => {
    for (const between of ['nothing', 'refused', 'closed']) {
      const { trader, decide, finish } = desk();
      finish('completed', true);
      if (between === 'refused') trader.onRefused(ROUTE, NOW + 10);
      if (between === 'closed') trader.onClosed(ROUTE, NOW + 10);
      const end = NOW + COOLDOWN_MS * MS;
      expect(
        [end - 1, end].map((atUs) => trader.isDue(ROUTE, atUs)),
        between,
      ).toEqual([false, true]);
      expect([end - 1, end].map(decide)).toEqual(['cooling-down: attempted a moment ago', 'taken: ']);
    }
  });

  it('after an attempt that was not filled lasts as long as the edge', () => {
    const { trader, decide, finish } = desk();
    const later = NOW + 3_600_000 * MS;
    finish('missed', true);
    expect([decide(), decide(later)]).toEqual(
      Array.from({ length: 2 }, () => 'cooling-down: the last attempt was not filled'),
    );
    trader.onRefused(ROUTE, NOW);
    expect(trader.isDue(ROUTE, later)).toBe(false);
    trader.onClosed(ROUTE, later);
    expect([trader.isDue(ROUTE, later), decide(later)]).toEqual([true, 'taken: ']);
  });

  it('is the cooldown where the edge ends before that does', () => {
    const { trader, decide, finish } = desk();
    finish('missed', true);
    trader.onClosed(ROUTE, NOW + 10);
    expect(decide(NOW + 20)).toBe('cooling-down: attempted a moment ago');
    expect(trader.isDue(ROUTE, NOW + COOLDOWN_MS * MS)).toBe(true);
  });

  it('is the cooldown where it was sent for an earlier life', () => {
    const { trader, finish } = desk();
    finish('missed', false);
    const end = NOW + COOLDOWN_MS * MS;
    expect([end - 1, end].map((atUs) => trader.isDue(ROUTE, atUs))).toEqual([false, true]);
  });

  it('lasts while one of its instruments is in use', () => {
    const { trader, gates } = desk();
    gates.busy = true;
    expect(trader.isDue(ROUTE, NOW)).toBe(false);
  });

  it('is forgotten where 4,096 others rest and it is over, not before', () => {
    for (const others of [MAX_RESTS - 1, MAX_RESTS]) {
      const { trader, finish } = desk();
      finish('missed', true);
      const end = NOW + COOLDOWN_MS * MS;
      for (let id = 1; id < others; id++) trader.onRefused(routeOfId(1_000 + id), end - 1);
      trader.onRefused(routeOfId(1_000), end);
      expect(trader.isDue(ROUTE, end), `${others} others`).toBe(others === MAX_RESTS);
      // Theirs are not over.
      expect(trader.isDue(routeOfId(1_001), end)).toBe(false);
    }
  });
});

describe('the leg that goes alone', () => {
  const slow =
    (...ids: number[]) =>
    ({ instrumentId }: PlannedLeg): number =>
      ids.includes(instrumentId) ? 2 : 1;
  /** Ether: prices in cents, quantities in hundred-millionths. */
  const buy = (units: number, limit = '2500') => legOf(ETH_EAST, 'buy', (units / 1e8).toFixed(8), limit);
  const sell = (units: number, limit = '2600') => legOf(ETH_WEST, 'sell', (units / 1e8).toFixed(8), limit);

  it('is none up to half of what a book shows, and the one that takes more', () => {
    const { trader, book } = desk();
    book(ETH_EAST, 'ask', [[250_000, 1_000]]);
    book(ETH_WEST, 'bid', [[260_000, 1_000]]);
    const first = (bought: number, sold: number) => trader.firstOf([buy(bought), sell(sold)], slow());
    expect(first(500, 500)).toBeUndefined();
    expect(first(501, 500)).toBe(0);
    expect(first(500, 501)).toBe(1);
    expect(first(600, 900)).toBe(1);
    expect(first(900, 600)).toBe(0);
  });

  it('of two that take as much is the one that is further away, else the first', () => {
    const { trader, book } = desk();
    book(ETH_EAST, 'ask', [[250_000, 1_000]]);
    book(ETH_WEST, 'bid', [[260_000, 1_000]]);
    const legs = [buy(600), sell(600)];
    expect(trader.firstOf(legs, slow())).toBe(0);
    expect(trader.firstOf(legs, slow(ETH_WEST))).toBe(1);
    expect(trader.firstOf(legs, slow(ETH_EAST))).toBe(0);
    // What takes less is not sent first for being further away.
    expect(trader.firstOf([buy(900), sell(600)], slow(ETH_WEST))).toBe(0);
    expect(trader.firstOf([buy(500), sell(500)], slow(ETH_WEST))).toBeUndefined();
  });

  it('is measured against the levels up to its limit price, that one included', () => {
    const { trader, book } = desk();
    book(ETH_EAST, 'ask', [
      [249_999, 1],
      [250_000, 2],
      [250_001, 1_000],
    ]);
    book(ETH_WEST, 'bid', [
      [260_001, 1],
      [260_000, 2],
      [259_999, 1_000],
    ]);
    for (const leg of [buy, sell]) {
      expect(trader.firstOf([leg(1)], slow())).toBeUndefined();
      expect(trader.firstOf([leg(2)], slow())).toBe(0);
    }
    expect(trader.firstOf([buy(2, '2500.01'), sell(2, '2599.99')], slow())).toBeUndefined();
  });

  it('is always one where legs go in turn: the least likely to fill, by its venue’s orders and by what it leaves of its book', () => {
    const { trader, book, execution, odds } = desk();
    execution.routeLegsInTurn = true;
    book(ETH_EAST, 'ask', [[250_000, 1_000]]);
    book(ETH_WEST, 'bid', [[260_000, 1_000]]);
    const first = (bought: number, sold: number, far?: number) =>
      trader.firstOf([buy(bought), sell(sold)], slow(...(far === undefined ? [] : [far])));
    expect([first(10, 20), first(20, 10), first(10, 10), first(10, 10, ETH_WEST)]).toEqual([1, 0, 0, 1]);
    // 0.9 of the 98 % that it leaves in the west, and 90 % in the east.
    odds['west'] = 0.9;
    expect(first(100, 20)).toBe(1);
    // 0.5 of the book is left in the east: less than 0.9 of nearly all.
    expect(first(500, 20)).toBe(0);
  });

  it('may have as many levels as its book holds', () => {
    const { trader, book } = desk();
    const levels = [0, 1, 2, 3, 4].map((above) => [249_990 + above, 10] as const);
    book(ETH_EAST, 'ask', levels);
    expect(trader.firstOf([buy(25)], slow())).toBeUndefined();
    expect(trader.firstOf([buy(26)], slow())).toBe(0);
  });

  it('takes all of a book that shows nothing, as of an instrument that is not known', () => {
    const { trader, book } = desk();
    book(ETH_WEST, 'bid', [[260_000, 1_000]]);
    for (const empty of [buy(10), legOf(99, 'buy', '1', '1')]) {
      const legs = [empty, sell(1_000)];
      expect(trader.firstOf(legs, slow(ETH_WEST))).toBe(1);
      expect(trader.firstOf(legs, slow())).toBe(0);
    }
  });
});
