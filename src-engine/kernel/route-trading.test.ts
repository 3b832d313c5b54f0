/** Routes over two venues, traded from what lies at each: sent at once or the thin leg first, evened out, booked in both ledgers. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import { FREE_ROUTES, RouteRun, type RouteRunOptions } from '../testing/route-run.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
const BTC = TRIANGLE.slice(0, 1);

/** BTC costs 50,000 in the east and brings 50,500 in the west, 5 bps of fees at either. */
function apart(options: Partial<RouteRunOptions> = {}, qty: { east?: string; west?: string } = {}) {
  const run = new RouteRun({ specs: BTC, capital: HELD, ...options });
  const books = (west = 50_500): void => {
    run.book('east', 'BTC/USD', [['49995', '2']], [['50000', qty.east ?? '2']]);
    run.book('west', 'BTC/USD', [[String(west), qty.west ?? '2']], [[String(west + 5), '2']]);
  };
  /** The venues agree first, so that all that is held has a price. */
  run.book('east', 'BTC/USD', [['49995', '2']], [['50000', '2']]);
  run.book('west', 'BTC/USD', [['49995', '2']], [['50000', '2']]);
  run.pass(1_100);
  return { run, books };
}

const orders = (run: RouteRun) =>
  run.of('orderCreated').map(({ order }) => `${order.side} ${order.qty} ${order.symbol} at ${order.venue}`);

describe('a route that is traded', () => {
  it('sends both legs at once from what lies at each venue, and books what came of both ledgers', () => {
    const { run, books } = apart();
    books();
    expect(orders(run)).toEqual(['buy 0.03998 BTC/USD at east', 'sell 0.03998 BTC/USD at west']);
    expect(run.kernel.portfolio.balances.reserved('BTC@west').toString()).toBe('0.03998');
    const { sequencer } = run.kernel.desk;
    const underWay = () => ['east', 'west', 'north'].map((venue) => sequencer.isUnderWayAt(venue));
    expect(underWay()).toEqual([true, true, false]);
    run.pass(100);
    expect(underWay()).toEqual([false, false, false]);
    expect(run.of('opportunityOpened')[0]?.opportunity.decision).toBe('taken');
    const [done] = run.of('executionFinished');
    // 0.03998 × 50,500 × 0.9995 − 0.03998 × 50,000 × 1.0005, as the waterfall said.
    expect(done?.execution).toMatchObject({
      venue: 'east+west',
      path: ['USD@east', 'BTC@west'],
      outcome: 'completed',
      profit: '17.981005',
      profitHome: '17.981005',
      dust: [],
    });
    expect(run.coin('BTC').toString()).toBe('2');
    expect(run.coin('USD').toString()).toBe('20017.981005');
    expect(run.reserved.toString()).toBe('0');
  });

  it('sends its legs in turn where asked: the second for what the first filled, and none where that was nothing', () => {
    const inTurn = { execution: { ...DEFAULT_EXECUTION, routeLegsInTurn: true } };
    const { run, books } = apart({ kernel: inTurn });
    books();
    expect(orders(run)).toEqual(['buy 0.03998 BTC/USD at east']);
    run.pass(30);
    expect(orders(run)).toEqual(['buy 0.03998 BTC/USD at east', 'sell 0.03998 BTC/USD at west']);
    run.pass(100);
    expect(run.of('executionFinished')[0]?.execution.outcome).toBe('completed');
    const none = apart({ kernel: inTurn, missesPct: { east: 100 } });
    none.books();
    none.run.pass(200);
    expect(orders(none.run)).toEqual(['buy 0.03998 BTC/USD at east']);
    expect([none.run.coin('BTC').toString(), none.run.reserved.toString()]).toEqual(['2', '0']);
  });

  it('is watched, and sends nothing, unless it is to be traded', () => {
    const { run, books } = apart({ detection: { ...FREE_ROUTES, tradeCrossVenue: false } });
    books();
    run.pass(500);
    expect(orders(run)).toEqual([]);
    expect(run.kernel.desk.tracker.open()).toMatchObject([{ decision: 'cross-venue-not-traded' }]);
    run.command({ type: 'setDetection', detection: { tradeCrossVenue: true } });
    books();
    expect(orders(run)).toHaveLength(2);
  });

  it('is as large as what lies at both venues pays for', () => {
    const { run, books } = apart({ capital: { ...HELD, 'BTC@west': '0.01' } });
    books();
    expect(orders(run)).toEqual(['buy 0.01 BTC/USD at east', 'sell 0.01 BTC/USD at west']);
  });

  it.each([
    ['BTC@west', 'too little BTC at west: the sale of BTC/USD needs 0.03998 BTC at west, free are 0'],
    ['USD@east', 'too little USD at east: the purchase of BTC/USD needs 1999.99 USD at east, free are 0'],
  ])('names what is missing where %s is', (missing, detail) => {
    const { run, books } = apart({ capital: { ...HELD, [missing]: '0' } });
    books();
    expect(orders(run)).toEqual([]);
    expect(run.kernel.desk.tracker.open()).toMatchObject([
      { decision: 'no-balance', decisionDetail: detail },
    ]);
  });

  it('sends the leg that takes most of its book alone, and the other for what it filled', () => {
    const { run, books } = apart({}, { west: '0.03' });
    books();
    expect(orders(run)).toEqual(['sell 0.03 BTC/USD at west']);
    expect(run.kernel.portfolio.balances.reserved('USD@east').toNumber()).toBeCloseTo(1500.75, 2);
    run.pass(200);
    expect(orders(run)).toHaveLength(2);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed', dust: [] } }]);
    expect(run.coin('BTC').toString()).toBe('2');
  });

  it('of which the leg that goes alone misses leaves nothing, and is not tried again while the edge lasts', () => {
    const { run, books } = apart({ missesPct: { west: 100 } }, { west: '0.03' });
    books();
    run.pass(200);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    expect([run.coin('BTC').toString(), run.coin('USD').toString(), run.reserved.toString()]).toEqual([
      '2',
      '20000',
      '0',
    ]);
    books();
    expect(orders(run)).toHaveLength(1);
  });
});

describe('what one leg of a route leaves open', () => {
  it('is sold at the venue that gives most for it, though it was bought at the other', () => {
    const { run, books } = apart({ missesPct: { west: 100 }, latencyMs: { west: 100 } });
    books();
    run.pass(50);
    // What was bid for in the west is gone, and came to the east in full.
    run.book('east', 'BTC/USD', [['50200', '2']], [['50210', '2']]);
    run.pass(3_000);
    expect(orders(run).slice(2)).toEqual(['sell 0.03998 BTC/USD at west', 'sell 0.03998 BTC/USD at east']);
    expect(run.coin('BTC').toString()).toBe('2');
    expect(run.reserved.toString()).toBe('0');
  });

  it('is bought back where it was sold and not bought', () => {
    const { run, books } = apart({ missesPct: { east: 100 } });
    books();
    run.pass(3_000);
    const [done] = run.of('executionFinished');
    expect(done?.execution.outcome).toBe('unwound');
    expect(orders(run).slice(2).at(-1)).toMatch(/^buy 0\.039\d* BTC\/USD at west$/);
    expect(run.coin('BTC').minus(2).abs().toNumber()).toBeLessThan(1e-6);
    expect(run.reserved.toString()).toBe('0');
  });
});

describe('a coin that a route has over', () => {
  it('is sold at the other venue where the one that pays most refuses its orders', () => {
    const { run, books } = apart({ missesPct: { west: 100 }, latencyMs: { west: 100 } });
    books();
    run.pass(50);
    // So many cancels that no order passes the limit of messages at the west for a while.
    for (let cancel = 0; cancel < 500; cancel++) run.kernel.desk.reviewer.onCancel('west', run.clock.nowUs());
    run.pass(3_000);
    const last = run.of('orderDenied').map(({ order, code }) => `${order.venue} ${code}`);
    expect(last).toEqual(['west throttled']);
    expect(orders(run).slice(2)).toEqual(['sell 0.03998 BTC/USD at east']);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
  });
});

describe('what a route left open while no book has prices', () => {
  const withoutBooks = (run: RouteRun): void => {
    for (const venue of ['east', 'west']) run.book(venue, 'BTC/USD', [], []);
    run.pass(300);
  };

  it('is kept from others where too much of it came, wherever it is to be sold', () => {
    const { run, books } = apart({ latencyMs: { west: 100 } });
    books();
    run.pass(50);
    withoutBooks(run);
    expect(run.of('executionFinished')).toEqual([]);
    expect(run.reserved.toString()).toBe('0.03998');
  });

  it('keeps nothing of the start coin, which pays from the account for what is missing', () => {
    const { run, books } = apart({ latencyMs: { east: 100 } });
    books();
    run.pass(50);
    withoutBooks(run);
    expect(run.of('executionFinished')).toEqual([]);
    expect(run.reserved.toString()).toBe('0');
  });
});

it('a coin that a route has over, and that is free whole at no venue, is sold in parts where it is free', () => {
  const { run, books } = apart({ latencyMs: { west: 100 } });
  books();
  // The sale in the west comes too late, and others are promised most of what lies at either venue.
  run.book('west', 'BTC/USD', [['49995', '2']], [['50005', '2']]);
  const { balances } = run.kernel.portfolio;
  run.pass(50);
  const promise = (asset: string, left: string): void =>
    balances.reserve(asset, asset, balances.total(asset).minus(left));
  promise('BTC@east', '0.025');
  promise('BTC@west', '0.02');
  let least = 0;
  for (let step = 0; step < 100; step++) {
    run.pass(20);
    if (run.of('orderCreated').length < 3) continue;
    for (const asset of ['BTC@east', 'BTC@west']) least = Math.min(least, balances.free(asset).toNumber());
  }
  expect(orders(run).slice(2)).toEqual(['sell 0.025 BTC/USD at east', 'sell 0.01498 BTC/USD at west']);
  // The second part in the step in which the first was filled.
  const [, part] = run.of('orderFilled').toSorted((a, b) => a.atUs - b.atUs);
  expect(run.of('orderCreated').at(-1)?.atUs).toBe(part?.atUs);
  expect(least).toBe(0);
  expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound', dust: [] } }]);
  expect(run.of('tradingHalted')).toEqual([]);
  expect(run.coin('BTC').toString()).toBe('2');
});

describe('the fresh capital of several venues', () => {
  const CASH = { 'USD@east': '10000', 'USD@west': '10000' };

  it('is split once into the coins that lie at both, at the middle of the books: routes can begin', () => {
    const run = new RouteRun({ specs: TRIANGLE, capital: CASH, kernel: { freshAt: ['east', 'west'] } });
    for (const venue of ['east', 'west']) {
      run.book(venue, 'BTC/USD', [['49995', '2']], [['50005', '2']]);
      run.book(venue, 'ETH/BTC', [['0.0499', '50']], [['0.0501', '50']]);
      run.book(venue, 'ETH/USD', [['2499', '50']], [['2501', '50']]);
    }
    run.pass(500);
    const held = () => ['USD', 'BTC', 'ETH'].map((code) => run.total(`${code}@west`).toString());
    expect(held()).toEqual(['5000', '0.05', '1']);
    expect(run.of('balancesAdopted').map(({ venue, actor }) => `${venue} ${actor.via}`)).toEqual([
      'east starting-inventory',
      'west starting-inventory',
    ]);
    // What was put into coins is neither a profit nor a position.
    expect(run.of('equitySampled').at(-1)?.sample).toMatchObject({ realizedPnl: '0', equity: '20000' });
    expect(run.kernel.risk.exposure.gross().toString()).toBe('0');
    run.pass(20_000);
    expect(run.of('balancesAdopted')).toHaveLength(2);
    run.book('west', 'BTC/USD', [['50500', '2']], [['50505', '2']]);
    run.pass(200);
    expect(run.of('executionFinished')[0]?.execution).toMatchObject({ outcome: 'completed' });
  });

  it('stays as it is where coins lie already', () => {
    const run = new RouteRun({ specs: BTC, capital: HELD, kernel: { freshAt: ['east', 'west'] } });
    for (const venue of ['east', 'west']) run.book(venue, 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.pass(500);
    expect(run.of('balancesAdopted')).toEqual([]);
  });

  it.each([
    ['all of it is in an order', 200],
    ['it lies in coins between two legs', 30],
  ])('waits at a venue for a cycle to end while %s', (_when, ms) => {
    const run = new RouteRun({
      specs: TRIANGLE,
      capital: { 'USD@east': '500', 'USD@west': '500' },
      latencyMs: { east: ms },
      kernel: { freshAt: ['east', 'west'] },
    });
    run.book('west', 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.book('west', 'ETH/BTC', [['0.0499', '50']], [['0.0501', '50']]);
    run.book('west', 'ETH/USD', [['2499', '50']], [['2501', '50']]);
    run.book('east', 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.book('east', 'ETH/BTC', [['0.0499', '50']], [['0.0501', '50']]);
    run.book('east', 'ETH/USD', [['2530', '50']], [['2531', '50']]);
    expect(run.kernel.portfolio.balances.free('USD@east').toNumber()).toBeLessThan(5);
    run.pass(100);
    expect(run.of('balancesAdopted').map(({ venue }) => venue)).toEqual(['west']);
    // No second cycle: the edge is gone.
    run.book('east', 'ETH/BTC', [['0.0499', '50']], [['0.0507', '50']]);
    run.pass(3_000);
    const facts = run.events.filter(({ type }) => type === 'executionFinished' || type === 'balancesAdopted');
    expect(facts.map(({ type }) => type)).toEqual([
      'balancesAdopted',
      'executionFinished',
      'balancesAdopted',
    ]);
    expect(run.of('tradingHalted')).toEqual([]);
    expect(run.total('USD@east').toNumber()).toBeCloseTo(250, -1);
    expect(run.total('ETH@east').toNumber()).toBeGreaterThan(0.04);
    expect(run.reserved.toString()).toBe('0');
  });

  it('stays cash where something is under way at every tick for ten minutes', () => {
    const run = new RouteRun({ specs: BTC, capital: CASH, kernel: { freshAt: ['east', 'west'] } });
    const { balances } = run.kernel.portfolio;
    balances.reserve('east', 'USD@east', decimal('1'));
    balances.reserve('west', 'USD@west', decimal('1'));
    for (const venue of ['east', 'west']) run.book(venue, 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.pass(300_000);
    balances.release('east');
    run.pass(301_000);
    balances.release('west');
    run.pass(1_000);
    expect(run.of('balancesAdopted').map(({ venue }) => venue)).toEqual(['east']);
  });

  it('goes into what has a price by then, and where none has stays cash', () => {
    const run = new RouteRun({ specs: TRIANGLE, capital: CASH, kernel: { freshAt: ['east', 'west'] } });
    run.book('east', 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.pass(9_000);
    expect(run.of('balancesAdopted')).toEqual([]);
    run.pass(3_000);
    expect([run.total('BTC@east').toString(), run.total('USD@east').toString()]).toEqual(['0.1', '5000']);
    expect([run.total('ETH@east').toString(), run.total('ETH@west').toString()]).toEqual(['0', '0']);
  });
});

it('what a route lacks below a minimum stays a residual: nothing is bought and sold for it on the way', () => {
  const lots = {
    ...TRIANGLE[0],
    lotSize: '0.001',
    minQty: '0.001',
    minNotional: '0.5',
  } as (typeof TRIANGLE)[number];
  const other = {
    ...TRIANGLE[2],
    symbol: 'EUR/USD',
    base: 'EUR',
    minQty: '1',
    minNotional: '1',
  } as typeof lots;
  const run = new RouteRun({
    specs: { east: [{ ...lots, lotSize: '0.0001' }, other], west: [lots, other] },
    capital: { ...HELD, 'EUR@east': '100', 'EUR@west': '100' },
  });
  for (const venue of ['east', 'west']) {
    run.book(venue, 'BTC/USD', [['49995', '2']], [['50005', '2']]);
    run.book(venue, 'EUR/USD', [['1.09', '5000']], [['1.1', '5000']]);
  }
  run.pass(1_100);
  run.book('west', 'BTC/USD', [['50500', '2']], [['50505', '2']]);
  // The east has only a part of what it showed when the order arrives there.
  run.book('east', 'BTC/USD', [['49995', '2']], [['50005', '0.0385']]);
  run.pass(3_000);
  expect(orders(run)).toEqual(['buy 0.039 BTC/USD at east', 'sell 0.039 BTC/USD at west']);
  expect(run.of('executionFinished')).toMatchObject([
    { execution: { outcome: 'completed', dust: [{ asset: 'BTC@west', amount: '-0.0005' }] } },
  ]);
});
