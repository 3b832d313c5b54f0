import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import type { BookSync } from '../books/book-sync.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { CoinDoubt, CoinStanding } from '../domain/risk.ts';
import { Universe } from '../domain/universe.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { CoinGuard } from './coin-guard.ts';
import { VenuePrices } from './venue-prices.ts';

const GRID = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0' };
const ACTOR = { kind: 'operator', via: 'test' } as const;
const S = 1_000_000;

/** Pairs as `BTC/USD venue`, each with its price. */
class Markets {
  readonly outbox = new Outbox();
  readonly guard: CoinGuard;
  readonly #store: BookStore;
  readonly #names: readonly string[];
  #nowUs = S;

  constructor(prices: Readonly<Record<string, number>>) {
    this.#names = Object.keys(prices);
    const instruments = this.#names.map((name, id) => {
      const [symbol = '', venue = ''] = name.split(' ');
      const [base = '', quote = ''] = symbol.split('/').map((code) => assetAt(code, venue));
      return createInstrument({ ...GRID, symbol, base, quote }, id, venue);
    });
    this.#store = new BookStore(instruments, { depth: 10 });
    const universe = new Universe(instruments, 'USD');
    const venuePrices = new VenuePrices(instruments, this.#store.syncs, universe);
    this.guard = new CoinGuard(venuePrices, new Map<string, CoinDoubt>(), this.outbox, undefined);
    for (const [name, price] of Object.entries(prices)) this.set(name, price);
  }

  set(name: string, price: number): void {
    const update = new BookUpdate();
    update.reset(this.#names.indexOf(name), true, this.#nowUs);
    update.pushBid(Math.round(price * 100) - 1, 1);
    update.pushAsk(Math.round(price * 100) + 1, 1);
    this.#store.apply(update);
  }

  /** Codes that are quarantined after so many seconds. */
  after(seconds: number): string[] {
    for (let i = 0; i < seconds; i++) this.guard.onTick((this.#nowUs += S));
    return this.guard.doubted.map(({ coin }) => coin);
  }
}

const EAST = { 'BTC/USD east': 50_000, 'ETH/USD east': 2_000, 'SOL/USD east': 100, 'USDT/USD east': 1 };
const WEST = { 'BTC/USDT west': 50_000, 'ETH/USDT west': 2_000, 'SOL/USDT west': 100 };

describe('the guard of what coins are', () => {
  it('compares a venue that trades no home currency by what its coins say its own cash is worth', () => {
    expect(new Markets({ ...EAST, ...WEST }).after(30)).toEqual([]);
    expect(new Markets({ ...EAST, ...WEST, 'SOL/USDT west': 130 }).after(30)).toEqual(['SOL']);
  });

  it('finds the stablecoin and not the coins that are priced in it', () => {
    const off = { 'BTC/USDT west': 55_556, 'ETH/USDT west': 2_222.22, 'SOL/USDT west': 111.11 };
    expect(new Markets({ ...EAST, ...off }).after(30)).toEqual(['USDT']);
    expect(new Markets({ ...EAST, 'USDT/USD west': 0.9, 'BTC/USD west': 50_000 }).after(30)).toEqual([
      'USDT',
    ]);
  });

  it('says nothing where too few coins could say which one is off', () => {
    const bare = { 'BTC/USD east': 50_000, 'ETH/USD east': 2_000 };
    expect(new Markets({ ...bare, 'BTC/USDT west': 40_000, 'ETH/USDT west': 2_000 }).after(30)).toEqual([]);
  });

  it('goes through the venue’s own pairs where a coin is not priced in its cash, upside down too', () => {
    const pairs = { 'BTC/USD east': 50_000, 'ETH/USD east': 2_000, 'BTC/USD west': 50_000 };
    expect(new Markets({ ...pairs, 'BTC/ETH west': 25 }).after(30)).toEqual([]);
    expect(new Markets({ ...pairs, 'BTC/ETH west': 20 }).after(30)).toEqual(['ETH']);
  });

  it('trusts a coin at the venues it was doubted at, and doubts it again at one that joins them', () => {
    const two = { 'ETH/USD east': 2_000, 'ETH/USD west': 2_400 };
    const markets = new Markets(two);
    expect(markets.after(11)).toEqual(['ETH']);
    expect(markets.guard.trust('ETH', ACTOR, 1)).toBe(true);
    expect(markets.after(30)).toEqual([]);
    const joined = new Markets({ ...two, 'ETH/USD north': 2_000 });
    joined.guard.recall(markets.guard.standing);
    expect(joined.after(30)).toEqual(['ETH']);
    expect(joined.guard.doubted[0]?.venues).toEqual(['east', 'west', 'north']);
    joined.guard.trust('ETH', ACTOR, 1);
    expect(joined.after(30)).toEqual([]);
  });

  it('looks once a second, and never in a run of one venue', () => {
    let looks = 0;
    const instruments = ['east', 'west'].map((venue, id) =>
      createInstrument(
        { ...GRID, symbol: 'ETH/USD', base: `ETH@${venue}`, quote: `USD@${venue}` },
        id,
        venue,
      ),
    );
    const counted = (of: typeof instruments): CoinGuard => {
      const { syncs } = new BookStore(of, { depth: 10 });
      const watched = syncs.map((sync) => ({
        get state() {
          looks++;
          return sync.state;
        },
        book: sync.book,
      })) as unknown as BookSync[];
      const prices = new VenuePrices(of, watched, new Universe(of, 'USD'));
      return new CoinGuard(prices, new Map(), new Outbox(), undefined);
    };
    const both = counted(instruments);
    for (let at = 1; at <= 100; at++) both.onTick(S + (at * S) / 10);
    expect(looks).toBe(20);
    const one = counted(instruments.slice(0, 1));
    for (let at = 1; at <= 100; at++) one.onTick(S + (at * S) / 10);
    expect(looks).toBe(20);
  });
});

/** A guard of one coin, DOGE, with prices as they are set. */
class Priced {
  readonly outbox = new Outbox();
  readonly guard: CoinGuard;
  readonly #places: { venue: string; route: []; bid: number; ask: number }[];
  nowUs = S;

  constructor(prices: Readonly<Record<string, number>>, left?: CoinStanding) {
    this.#places = Object.entries(prices).map(([venue, price]) => ({
      venue,
      route: [],
      bid: price,
      ask: price,
    }));
    const coins = [{ code: 'DOGE', places: this.#places }];
    this.guard = new CoinGuard({ coins, anchor: 'USD', look: () => undefined }, new Map(), this.outbox, left);
  }

  set(venue: string, price: number): void {
    for (const place of this.#places) if (place.venue === venue) place.bid = place.ask = price;
  }

  /** One look a second; how many coins are quarantined then. */
  after(seconds: number): number {
    for (let i = 0; i < seconds; i++) this.guard.onTick((this.nowUs += S));
    return this.guard.doubted.length;
  }
}

describe('a gap between two venues', () => {
  it('quarantines at the look that is ten seconds after the first one, and the report names the venues, prices, and size', () => {
    const priced = new Priced({ north: Number.NaN, east: 0.5, west: 0.623456781, south: 0.5 });
    expect(priced.after(10)).toBe(0);
    expect(priced.after(1)).toBe(1);
    const doubt = {
      coin: 'DOGE',
      venues: ['north', 'east', 'west', 'south'],
      prices: [
        { venue: 'east', price: '0.5' },
        { venue: 'west', price: '0.62345678' },
        { venue: 'south', price: '0.5' },
      ],
      unit: 'USD',
      reason: 'the bid at west is 24.7 % above the ask at east; over 5 % for 10 s',
    };
    expect(priced.outbox.events).toEqual([{ type: 'coinDoubted', atUs: 12 * S, ...doubt }]);
    expect(priced.guard.doubted).toEqual([{ ...doubt, sinceUs: 12 * S }]);
  });

  it('begins anew after it closed: two that are short never count as a long one', () => {
    const priced = new Priced({ east: 100, west: 120 });
    expect(priced.after(10)).toBe(0);
    priced.set('west', 104);
    expect(priced.after(30)).toBe(0);
    priced.set('west', 120);
    expect(priced.after(10)).toBe(0);
    expect(priced.after(1)).toBe(1);
  });

  it('begins anew after more than three seconds without a look, and stands through three', () => {
    for (const [pauseUs, doubted] of [
      [3 * S, 1],
      [3 * S + 1, 0],
    ] as const) {
      const priced = new Priced({ east: 100, west: 120 });
      priced.after(6);
      priced.guard.onTick((priced.nowUs += pauseUs));
      expect(priced.after(3)).toBe(doubted);
    }
  });

  it('is reported once as trusted, at the venues that were compared and by whom, and stays so in the next run', () => {
    const priced = new Priced({ east: 100, west: 120 });
    expect(priced.guard.trust('DOGE', ACTOR, 1)).toBe(false);
    expect(priced.guard.standing).toBeUndefined();
    priced.after(11);
    const [doubt] = priced.guard.doubted;
    expect(priced.guard.standing).toEqual({ doubted: [doubt], trusted: [] });
    const next = new Priced({ east: 100, west: 120 }, priced.guard.standing);
    expect(next.guard.doubted).toEqual([doubt]);
    expect(next.guard.trust('DOGE', ACTOR, 7)).toBe(true);
    const venues = ['east', 'west'];
    expect(next.outbox.events).toEqual([
      { type: 'coinTrusted', atUs: 7, coin: 'DOGE', venues, actor: ACTOR },
    ]);
    expect(next.guard.standing).toEqual({ doubted: [], trusted: [{ coin: 'DOGE', venues }] });
    expect(new Priced({ east: 100, west: 120 }, next.guard.standing).after(30)).toBe(0);
  });

  it('is left for the next run beside what is trusted of other coins', () => {
    const trusted = [{ coin: 'BTC', venues: ['east', 'west'] }];
    const priced = new Priced({ east: 100, west: 120 }, { doubted: [], trusted });
    priced.after(11);
    expect(priced.guard.standing).toEqual({ doubted: priced.guard.doubted, trusted });
    expect(priced.guard.doubted).toHaveLength(1);
  });
});
