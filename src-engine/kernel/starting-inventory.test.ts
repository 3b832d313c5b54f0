/** The fresh cash of several venues that becomes coins: which coins, how much of each, when, and what is left as it is. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { StartingInventory } from './starting-inventory.ts';

const S = 1_000_000;
const START = 1_767_225_600 * S;
const SIZES = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0', takerFee: '0' };

type Prices = Readonly<Record<string, number>>;

/** Pairs of each venue by symbol, with the middle of their books; 0: no book yet. */
function account(
  markets: Readonly<Record<string, Prices>>,
  held: Readonly<Record<string, string>>,
  fresh: readonly string[] = Object.keys(markets),
) {
  const listed = Object.entries(markets).flatMap(([venue, prices]) =>
    Object.entries(prices).map(([symbol, mid]) => ({ venue, symbol, mid })),
  );
  const instruments = listed.map(({ venue, symbol }, id) => {
    const [base = '', quote = ''] = symbol.split('/').map((code) => assetAt(code, venue));
    return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, venue);
  });
  const store = new BookStore(instruments, { depth: 5 });
  const price = (venue: string, symbol: string, mid: number): void => {
    const update = new BookUpdate();
    const id = listed.findIndex((one) => one.venue === venue && one.symbol === symbol);
    update.reset(id, true, START);
    update.pushBid(Math.round(mid * 100) - 1, 1);
    update.pushAsk(Math.round(mid * 100) + 1, 1);
    store.apply(update);
  };
  for (const { venue, symbol, mid } of listed) if (mid > 0) price(venue, symbol, mid);
  const balances = Object.entries(held).map(([asset, total]) => ({ asset, total }));
  const portfolio = new Portfolio(
    { balances, realizedPnl: '0', fees: '0' },
    new Marks(instruments, store.books, 'USD'),
  );
  const outbox = new Outbox();
  const parts = { portfolio, instruments, outbox, isUnderWayAt: () => false };
  const inventory = new StartingInventory(parts, fresh);
  return {
    portfolio,
    outbox,
    price,
    /** Microseconds after the start. */
    tick: (afterUs = 0) => inventory.onTick(START + afterUs),
    total: (asset: string) => portfolio.balances.total(asset).toString(),
    /** What was taken over at a venue: each asset with what it was and what it became. */
    adopted: (at: string) =>
      outbox.events.flatMap((event) =>
        event.type === 'balancesAdopted' && event.venue === at
          ? event.differences.map(({ asset, ledger, venue }) => `${asset}: ${ledger} → ${venue}`)
          : [],
      ),
  };
}

const BTC = { 'BTC/USD': 30_000 };
const CASH = { 'USD@east': '1000', 'USD@west': '1000' };

describe('half of a venue’s fresh cash', () => {
  it('becomes its coins in equal values, never more of one than its part pays for', () => {
    const prices = { 'BTC/USD': 30_000, 'ETH/USD': 3_000, 'DOGE/USD': 0.1 };
    const run = account({ east: prices, west: prices }, CASH, ['east']);
    run.tick(7);
    // A third of 500 is 166.66666666 at eight places; what these cost is 166.6665, 166.66666666 and 166.66665.
    expect(run.adopted('east')).toEqual([
      'BTC@east: 0 → 0.00555555',
      'DOGE@east: 0 → 1666.6666666',
      'ETH@east: 0 → 0.05555555',
      'USD@east: 1000 → 500.00018334',
    ]);
    expect(['BTC', 'DOGE', 'ETH', 'USD'].map((code) => run.total(`${code}@east`))).toEqual([
      '0.00555555',
      '1666.6666666',
      '0.05555555',
      '500.00018334',
    ]);
    expect(run.outbox.events).toMatchObject([
      {
        type: 'balancesAdopted',
        atUs: START + 7,
        venue: 'east',
        actor: { kind: 'engine', via: 'starting-inventory' },
      },
    ]);
    expect(run.total('USD@west')).toBe('1000');
  });

  it('is worth as much as before: what the last place of a coin does not hold stays cash', () => {
    const prices = { 'BTC/USD': 99_999.5, 'ETH/USD': 3_000, 'DOGE/USD': 0.1 };
    const run = account({ east: prices, west: prices }, CASH);
    run.tick();
    const equity = run.portfolio.sample(START).equity;
    expect(Number(equity)).toBeLessThanOrEqual(2_000);
    expect(Number(equity)).toBeGreaterThan(2_000 - 6e-8);
  });

  it('counts at the price of the venue’s own cash where that is not the home currency', () => {
    const west = { 'BTC/USDT': 40_000 };
    const run = account({ east: BTC, west }, { 'USD@east': '1000', 'USDT@west': '1000' });
    run.tick();
    // A dollar token is worth 30,000 / 40,000 = 0.75: 500 of them buy 375 / 30,000 bitcoin.
    expect(run.adopted('west')).toEqual(['BTC@west: 0 → 0.0125', 'USDT@west: 1000 → 500']);
  });

  it('of two units is still one unit of a coin', () => {
    const run = account({ east: BTC, west: BTC }, { 'USD@east': '2' });
    run.tick();
    expect(run.adopted('east')).toEqual(['BTC@east: 0 → 0.00003333', 'USD@east: 2 → 1.0001']);
  });

  it('stays cash for a coin of which it would buy less than the last place', () => {
    const prices = { 'BTC/USD': 30_000, 'DOGE/USD': 0.1 };
    const run = account({ east: prices, west: prices }, { 'USD@east': '0.001' });
    run.tick();
    expect(run.adopted('east')).toEqual(['DOGE@east: 0 → 0.0025', 'USD@east: 0.001 → 0.00075']);
    const tiny = account({ east: BTC, west: BTC }, { 'USD@east': '0.0001' });
    tiny.tick();
    expect([tiny.outbox.events, tiny.total('USD@east')]).toEqual([[], '0.0001']);
  });

  it('is nothing where there is none', () => {
    const run = account({ east: BTC, west: BTC }, { 'USD@east': '0', 'USD@west': '1000' });
    run.tick();
    expect([run.adopted('east'), run.adopted('west')]).toEqual([
      [],
      ['BTC@west: 0 → 0.01666666', 'USD@west: 1000 → 500.0002'],
    ]);
  });
});

describe('the coins that it becomes', () => {
  /** In the order against their names, with one pair each but ZED and BTC, and one that lies in the east alone. */
  const codes = ['XRP', 'SOL', 'LTC', 'ETH', 'DOT', 'ADA'];
  const both = {
    ...Object.fromEntries(codes.map((code) => [`${code}/USD`, 10])),
    'ZED/USD': 10,
    'ZED/BTC': 1,
    'BTC/USD': 10,
  };
  const coinsOf = (run: ReturnType<typeof account>): string[] =>
    run.adopted('east').map((line) => line.slice(0, line.indexOf('@')));

  it('are the six of most pairs, then by name, that lie at another venue too', () => {
    const run = account({ east: { 'AAA/USD': 10, ...both }, west: both }, CASH);
    run.tick();
    expect(coinsOf(run)).toEqual(['BTC', 'ZED', 'ADA', 'DOT', 'ETH', 'LTC', 'USD']);
    expect(run.total('USD@east')).toBe('500.0000002');
    expect(run.total('ADA@east')).toBe('8.33333333');
  });

  it('are none whose code may stand for two', () => {
    const run = account({ east: both, west: both }, CASH);
    run.portfolio.doubtedCoins.set('DOT', { coin: 'DOT' } as never);
    run.tick();
    expect(coinsOf(run)).toEqual(['BTC', 'ZED', 'ADA', 'ETH', 'LTC', 'SOL', 'USD']);
  });

  it('are none where no coin lies at two venues', () => {
    const run = account({ east: BTC, west: { 'ETH/USD': 3_000 } }, CASH);
    run.tick();
    run.tick(11 * S);
    expect(run.outbox.events).toEqual([]);
  });
});

describe('cash stays as it is', () => {
  /** Bitcoin at 10,000 beside 1,000 dollars: a residual is worth 10 dollars at most. */
  const prices = { 'BTC/USD': 10_000, 'ETH/USD': 1_000 };
  const beside = (coins: Readonly<Record<string, string>>): string => {
    const run = account({ east: prices, west: prices }, { ...CASH, ...coins }, ['east']);
    run.tick();
    return run.adopted('east').join(', ');
  };

  it('where coins lie beside it that are worth more than residuals, all of them together', () => {
    expect(beside({ 'BTC@east': '0.001' })).toBe(
      'BTC@east: 0.001 → 0.026, ETH@east: 0 → 0.25, USD@east: 1000 → 500',
    );
    expect(beside({ 'BTC@east': '0.00100001' })).toBe('');
    expect(beside({ 'BTC@east': '0.0006', 'ETH@east': '0.0041' })).toBe('');
    expect(beside({ 'BTC@east': '0.0006', 'ETH@east': '0.004' })).not.toBe('');
  });

  it('but for what lies at another venue, and for what has no price', () => {
    expect(beside({ 'BTC@west': '5', 'XYZ@east': '1000000' })).toBe(
      'BTC@east: 0 → 0.025, ETH@east: 0 → 0.25, USD@east: 1000 → 500',
    );
  });

  it('after it was split once, though the coins are gone', () => {
    const run = account({ east: BTC, west: BTC }, CASH, ['east']);
    run.tick();
    run.portfolio.adopt('BTC@east', decimal('0'));
    for (const after of [1, 2, 11]) run.tick(after * S);
    expect(run.outbox.events).toHaveLength(1);
  });
});

describe('the prices of the coins', () => {
  const prices = { 'BTC/USD': 30_000, 'ETH/USD': 0 };

  it('are waited for up to ten seconds after the first tick, and then those without one get nothing', () => {
    const run = account({ east: prices, west: prices }, CASH);
    run.tick(3 * S);
    run.tick(13 * S);
    expect(run.outbox.events).toEqual([]);
    run.tick(13 * S + 1);
    expect(run.adopted('west')).toEqual(['BTC@west: 0 → 0.01666666', 'USD@west: 1000 → 500.0002']);
    run.price('east', 'ETH/USD', 3_000);
    run.tick(14 * S);
    expect(run.outbox.events).toHaveLength(2);
  });

  it('are enough as soon as all are there', () => {
    const run = account({ east: prices, west: prices }, CASH);
    run.tick();
    run.price('east', 'ETH/USD', 3_000);
    run.tick(1);
    expect(run.adopted('east')).toEqual([
      'BTC@east: 0 → 0.00833333',
      'ETH@east: 0 → 0.08333333',
      'USD@east: 1000 → 500.00011',
    ]);
  });

  it('may all be missing at the end: the cash stays, also when a price comes later', () => {
    const none = { 'BTC/USD': 0 };
    const run = account({ east: none, west: none }, CASH);
    run.tick();
    run.tick(10 * S + 1);
    run.price('east', 'BTC/USD', 30_000);
    run.tick(11 * S);
    expect(run.outbox.events).toEqual([]);
  });

  it('do not do without that of the cash: the venue waits for it, and no longer than for theirs', () => {
    const unpriced = () =>
      account({ east: BTC, west: { 'BTC/USDT': 0 } }, { 'USD@east': '1000', 'USDT@west': '1000' });
    const run = unpriced();
    run.tick();
    expect([run.adopted('east').length, run.adopted('west')]).toEqual([2, []]);
    run.price('west', 'BTC/USDT', 30_000);
    run.tick(10 * S);
    expect(run.adopted('west')).toEqual(['BTC@west: 0 → 0.01666666', 'USDT@west: 1000 → 500.00019999']);
    const late = unpriced();
    for (const after of [0, 10 * S + 1]) late.tick(after);
    late.price('west', 'BTC/USDT', 30_000);
    late.tick(11 * S);
    expect(late.adopted('west')).toEqual([]);
  });
});
