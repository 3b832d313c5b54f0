import { expect, test } from 'vitest';
import type { CrossVenueView } from '../../contract/cross-venue-records.ts';
import { RouteRun } from '../../testing/route-run.ts';
import { CrossVenueWatch } from './cross-venue-watch.ts';

const PAIR = {
  symbol: 'BTC/USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: '0.1',
  lotSize: '0.0001',
  minQty: '0.0001',
  minNotional: '5',
} as const;
/** Nothing has happened to the account. */
const NO_RISK = {
  level: 'normal',
  levelSinceUs: 0,
  day: 0,
  dayOpenEquity: null,
  peakEquity: null,
  tradesToday: 0,
  latched: [],
  stops: [],
  record: { wins: 0, losses: 0, won: '0', lost: '0' },
  opened: {},
} as const;
const ALONE = { ...PAIR, symbol: 'ETH/USD', base: 'ETH', takerFee: '0.001' } as const;

/** 10 bps in quote in the east, 20 bps of what is received in the west. */
function watched() {
  const run = new RouteRun({
    specs: { east: [{ ...PAIR, takerFee: '0.001' }, ALONE], west: [{ ...PAIR, takerFee: '0.002' }] },
    capital: { 'USD@east': '1000', 'USD@west': '1000' },
    detection: { tradeCrossVenue: false },
    kernel: { feesInReceived: ['west'] },
  });
  const watch = new CrossVenueWatch(run.kernel);
  const show = (eastBid: number, westBid: number): void => {
    run.book('east', 'BTC/USD', [[eastBid, 1]], [[eastBid + 1, 2]]);
    run.book('west', 'BTC/USD', [[westBid, 3]], [[westBid + 1, 4]]);
  };
  const look = (instrumentId = 0): CrossVenueView => {
    const view = watch.view(instrumentId, run.clock.nowUs());
    if (view === undefined) throw new Error('the market is there');
    return view;
  };
  return { run, watch, show, look };
}

const edge = ({ cells }: CrossVenueView, buyAt: number, sellAt: number) =>
  cells.find((cell) => cell.buyAt === buyAt && cell.sellAt === sellAt);

test('prices after fees as each venue charges them, and the edge both ways, agree with a reckoning by hand', () => {
  const { watch, show, look } = watched();
  show(50_000, 50_200);
  watch.sample();
  const view = look();
  // East: 50,000 × 0.999, 50,001 × 1.001. West takes its fee of what is received: 50,201 / 0.998, rounded up; 50,200 × 0.998.
  expect(view.rows).toMatchObject([
    {
      venue: 'east',
      bid: '50000',
      ask: '50001',
      netBid: '49950',
      netAsk: '50051.001',
      feeBps: 10,
      askQty: '2',
    },
    { venue: 'west', bid: '50200', netBid: '50099.6', netAsk: '50301.60321', feeBps: 20, bidQty: '3' },
  ]);
  expect(view.rows.map(({ isBestBid, isBestAsk }) => [isBestBid, isBestAsk])).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(edge(view, 0, 2)).toMatchObject({ band: 'pays' });
  expect(edge(view, 0, 2)?.netBps).toBeCloseTo((50_099.6 / 50_051.001 - 1) * 10_000, 6);
  expect(edge(view, 0, 2)?.grossBps).toBeCloseTo((50_200 / 50_001 - 1) * 10_000, 6);
  expect(edge(view, 2, 0)?.netBps).toBeCloseTo((49_950 / (50_201 / 0.998) - 1) * 10_000, 6);
  expect(view.markets).toEqual([
    {
      instrumentId: 0,
      base: 'BTC',
      quote: 'USD',
      venues: 2,
      bestBps: edge(view, 0, 2)?.netBps,
      isQuarantined: false,
    },
  ]);
});

test('a price whose order costs something besides is best nowhere, and no edge with it is said to pay', () => {
  const run = new RouteRun({
    specs: { east: [{ ...PAIR, takerFee: '0.001' }], west: [{ ...PAIR, takerFee: '0', orderCost: '5' }] },
    capital: { 'USD@east': '1000', 'USD@west': '1000' },
    detection: { tradeCrossVenue: false },
  });
  const watch = new CrossVenueWatch(run.kernel);
  run.book('east', 'BTC/USD', [[50_000, 1]], [[50_001, 2]]);
  run.book('west', 'BTC/USD', [[50_200, 3]], [[50_201, 4]]);
  watch.sample();
  const view = watch.view(0, run.clock.nowUs());
  expect(view?.rows).toMatchObject([
    { venue: 'east', isBestBid: true, isBestAsk: true },
    { venue: 'west', netBid: '50200', orderCost: '5', isBestBid: false, isBestAsk: false },
  ]);
  expect(view?.rows[0]?.orderCost).toBeUndefined();
  expect(view?.cells.map(({ band }) => band)).toEqual([null, null]);
});

test('a code that may stand for two coins is listed last, pays nowhere and is best nowhere, however far apart its prices are', () => {
  const coin = (base: string) => ({ ...PAIR, symbol: `${base}/USD`, base, takerFee: '0.001' });
  const doubt = {
    coin: 'TIK',
    venues: ['east', 'west'],
    prices: [],
    unit: 'USD',
    reason: 'apart',
    sinceUs: 1,
  };
  const run = new RouteRun({
    specs: [coin('TIK'), coin('BTC')],
    capital: { 'USD@east': '1000', 'USD@west': '1000' },
    kernel: { risk: { ...NO_RISK, coins: { doubted: [doubt], trusted: [] } } },
  });
  const watch = new CrossVenueWatch(run.kernel);
  for (const [venue, tik] of [
    ['east', 100],
    ['west', 150],
  ] as const) {
    run.book(venue, 'TIK/USD', [[tik, 1]], [[tik + 1, 1]]);
    run.book(venue, 'BTC/USD', [[50_000, 1]], [[50_001, 1]]);
  }
  watch.sample();
  const view = watch.view(0, run.clock.nowUs());
  expect(view?.isQuarantined).toBe(true);
  expect(view?.cells.map(({ netBps, band }) => [Math.sign(netBps ?? 0), band])).toEqual([
    [1, null],
    [-1, null],
  ]);
  expect(view?.rows.some(({ isBestBid, isBestAsk }) => isBestBid || isBestAsk)).toBe(false);
  expect(view?.markets.map(({ base, isQuarantined }) => [base, isQuarantined])).toEqual([
    ['BTC', false],
    ['TIK', true],
  ]);
});

test('a book that is lost has no price and no edge; what lies at one venue alone has a row and no edge', () => {
  const { run, watch, show, look } = watched();
  show(50_000, 50_200);
  run.runner.submit({ kind: 'book-lost', instrumentId: 2, reason: 'a gap', atUs: run.clock.nowUs() });
  watch.sample();
  const view = look();
  expect(view.rows[1]).toMatchObject({
    state: 'syncing',
    reason: 'a gap',
    bid: null,
    netAsk: null,
    isBestBid: false,
  });
  expect(view.cells.map(({ netBps, band }) => [netBps, band])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(look(1)).toMatchObject({ base: 'ETH', rows: [{ venue: 'east' }], cells: [] });
  expect(watch.view(3, 0)).toBeUndefined();
});

test('the venue whose price moves 300 ms before the other leads by 300 ms', () => {
  const { watch, show, look } = watched();
  const price = (step: number): number => 50_000 + (((step * 7919) % 1009) % 40);
  for (let step = 3; step < 400; step++) {
    show(price(step), price(step - 3));
    watch.sample();
  }
  expect(look().rows.map(({ leadMs }) => leadMs)).toEqual([300, -300]);
});
