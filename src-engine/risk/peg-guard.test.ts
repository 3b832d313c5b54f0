import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, type DetectionSettings } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Depeg } from '../domain/risk.ts';
import { PegGuard } from './peg-guard.ts';
import { PegPrices } from './peg-prices.ts';

const GRID = { tickSize: '0.0001', lotSize: '0.0001', minQty: '0', minNotional: '0' };
const S = 1_000_000;

/** Pairs with their prices; a price of 0 is a book that is not live. */
class Market {
  readonly outbox = new Outbox();
  readonly guard: PegGuard;
  readonly prices: PegPrices;
  settings: DetectionSettings = DEFAULT_DETECTION;
  readonly #store: BookStore;
  readonly #symbols: readonly string[];
  #nowUs = S;

  /** @param left what an earlier run knew. */
  constructor(
    prices: Readonly<Record<string, number>>,
    settings: Partial<DetectionSettings> = {},
    left?: readonly Depeg[],
  ) {
    this.settings = { ...DEFAULT_DETECTION, ...settings };
    this.#symbols = Object.keys(prices);
    const instruments = this.#symbols.map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ ...GRID, symbol, base, quote }, id, 'test');
    });
    this.#store = new BookStore(instruments, { depth: 10 });
    this.prices = new PegPrices(instruments, this.#store.syncs);
    this.guard = new PegGuard(this.prices, this.outbox, () => this.settings, left);
    for (const [symbol, price] of Object.entries(prices)) if (price > 0) this.set(symbol, price);
  }

  set(symbol: string, price: number): void {
    const update = new BookUpdate();
    update.reset(this.#symbols.indexOf(symbol), true, this.#nowUs);
    update.pushBid(Math.round(price * 10_000) - 1, 1);
    update.pushAsk(Math.round(price * 10_000) + 1, 1);
    this.#store.apply(update);
  }

  bidAlone(symbol: string, price: number): void {
    const update = new BookUpdate();
    update.reset(this.#symbols.indexOf(symbol), true, this.#nowUs);
    update.pushBid(Math.round(price * 10_000), 1);
    this.#store.apply(update);
  }

  after(seconds: number, stepS = 1): string[] {
    for (let i = 0; i < seconds; i += stepS) this.guard.onTick((this.#nowUs += stepS * S));
    return this.guard.depegged.map(({ coin }) => coin);
  }
}

describe('the guard of pegs', () => {
  it('looks at no price of coins that are not traded, and never at a currency as if it were a stablecoin', () => {
    const many = Array.from({ length: 400 }, (_, k) => [`C${k}`, '1']);
    const pegBands = Object.fromEntries([...many, ['USD', '1'], ['USDT', '1']]);
    let asked = 0;
    const priceOf = (_coin: string, _peg: string, others: readonly string[]): undefined => {
      asked += 1 + others.length;
      return undefined;
    };
    const isTraded = (coin: string): boolean => coin === 'USDT' || coin === 'USD';
    const settings = { ...DEFAULT_DETECTION, pegBands };
    const guard = new PegGuard({ priceOf, isTraded }, new Outbox(), () => settings, undefined);
    guard.onTick(S);
    expect(asked).toBe(4);
    // Once a second, however often it is called.
    for (let tick = 1; tick <= 40; tick++) guard.onTick(S + (tick * S) / 10);
    expect(asked).toBe(20);
    const market = new Market({ 'USDT/USD': 0.95 }, { pegBands: { USD: '1', USDT: '10' } });
    expect(market.after(20)).toEqual([]);
  });

  it('stops a stablecoin once it was outside of its band for ten seconds, and what goes through it', () => {
    const market = new Market({ 'USDT/USD': 0.98 });
    expect(market.after(10)).toEqual([]);
    expect(market.after(1)).toEqual(['USDT']);
    expect(market.guard.stops(['USD@a', 'USDT@a', 'BTC@a'])).toMatch(/USDT: 0.980000 USD by USDT\/USD/);
    expect(market.guard.stops(['USD', 'BTC', 'USDC'])).toBeUndefined();
    expect(market.outbox.events.map(({ type }) => type)).toEqual(['coinDepegged']);
  });

  it('releases it by itself within half of the band, and not at its edge', () => {
    const market = new Market({ 'USDT/USD': 1.02 });
    market.after(11);
    market.set('USDT/USD', 1.009);
    expect(market.after(30)).toEqual(['USDT']);
    market.set('USDT/USD', 1.004);
    expect(market.after(10)).toEqual(['USDT']);
    expect(market.after(1)).toEqual([]);
    expect(market.outbox.events.map(({ type }) => type)).toEqual(['coinDepegged', 'coinRepegged']);
  });

  it('is not moved by a price that comes back, by one that is not known, or across a pause', () => {
    const market = new Market({ 'USDT/USD': 0.98 });
    market.after(9);
    market.set('USDT/USD', 1);
    market.after(1);
    market.set('USDT/USD', 0.98);
    expect(market.after(9)).toEqual([]);
    expect(new Market({ 'USDT/USD': 0 }).after(30)).toEqual([]);
    const asleep = new Market({ 'USDT/USD': 0.98 });
    asleep.after(9);
    asleep.guard.onTick(600 * S);
    expect(asleep.guard.depegged).toEqual([]);
  });

  it('reads a pair that is upside down, and a peg to another currency', () => {
    expect(new Market({ 'USD/USDT': 1.03 }).after(11)).toEqual(['USDT']);
    expect(new Market({ 'EURC/USD': 1.1, 'EURC/EUR': 1.001 }).after(30)).toEqual([]);
    expect(new Market({ 'EURC/EUR': 0.97 }).after(11)).toEqual(['EURC']);
  });

  it('takes what three coins say where no pair with the currency is live, and nothing from fewer', () => {
    const usd = { 'BTC/USD': 50_000, 'ETH/USD': 2_000, 'SOL/USD': 100 };
    const off = { 'BTC/USDT': 52_000, 'ETH/USDT': 2_080, 'SOL/USDT': 104 };
    expect(new Market({ ...usd, ...off }).after(11)).toEqual(['USDT']);
    expect(new Market({ 'BTC/USD': 50_000, 'BTC/USDT': 52_000 }).after(30)).toEqual([]);
  });

  it('stops both of two stablecoins that are apart while nothing says which one is off', () => {
    const market = new Market({ 'USDC/USDT': 0.93 });
    expect(market.after(11).toSorted()).toEqual(['USDC', 'USDT']);
    expect(market.guard.depegged[0]?.reason).toMatch(/which of USD[CT] and USD[CT] is off is not known/);
    expect(new Market({ 'USDC/USDT': 0.93, 'USDT/USD': 1 }).after(11)).toEqual(['USDC']);
  });

  it('holds to the band of each coin, and lets one go that is no longer in the list', () => {
    const market = new Market({ 'USDT/USD': 0.98 }, { pegBands: { USDT: '3' } });
    expect(market.after(30)).toEqual([]);
    market.settings = { ...market.settings, pegBands: { USDT: '1.5' }, pegWaitS: 2 };
    expect(market.after(3)).toEqual(['USDT']);
    market.settings = { ...market.settings, pegBands: {} };
    expect(market.after(1)).toEqual([]);
  });

  it('looks once a second, and takes looks three seconds apart for one stretch of time, no longer ones', () => {
    const market = new Market({ 'USDT/USD': 0.98 });
    expect(market.after(8.5, 0.5)).toEqual([]);
    expect(market.after(3, 3)).toEqual(['USDT']);
    const slept = new Market({ 'USDT/USD': 0.98 });
    slept.after(9);
    expect(slept.after(3.1, 3.1)).toEqual([]);
    expect(slept.after(9)).toEqual([]);
    expect(slept.after(1)).toEqual(['USDT']);
  });

  it('stops beyond the band and not at it, and releases at half of it for as long, also right after it stopped', () => {
    const at = new Market({ 'USDT/USD': 0.9375 }, { pegBands: { USDT: '6.25' } });
    expect(at.after(30)).toEqual([]);
    at.set('USDT/USD', 0.9374);
    expect(at.after(11)).toEqual(['USDT']);
    at.set('USDT/USD', 0.9687);
    expect(at.after(30)).toEqual(['USDT']);
    at.set('USDT/USD', 0.9688);
    expect(at.after(11)).toEqual([]);
    const market = new Market({ 'USDT/USD': 0.9 }, { pegBands: { USDT: '6.25' } });
    market.after(11);
    market.set('USDT/USD', 1);
    expect(market.after(10)).toEqual(['USDT']);
    expect(market.after(1)).toEqual([]);
    const half = new Market({ 'USDT/USD': 0.8 }, { pegBands: { USDT: '12.5' } });
    half.after(11);
    half.set('USDT/USD', 0.9375);
    expect(half.after(11)).toEqual([]);
    // And off again: it takes as long as before.
    market.set('USDT/USD', 0.9);
    expect(market.after(10)).toEqual([]);
    expect(market.after(1)).toEqual(['USDT']);
  });

  it('goes on with what an earlier run knew, and says why each coin stops and goes', () => {
    const left = { coin: 'USDT', peg: 'USD', price: '0.900000', reason: 'as it was', sinceUs: 1 };
    const market = new Market({ 'USDT/USD': 1, 'USDC/USD': 0.98 }, {}, [left]);
    expect(market.guard.stops(['USD', 'USDT'])).toBe('USDT: as it was');
    market.after(12);
    const [stopped, released] = ['coinDepegged', 'coinRepegged'].map((type) =>
      market.outbox.events.find((event) => event.type === type),
    );
    expect(released).toMatchObject({ coin: 'USDT', reason: '1.00000 USD' });
    const reason = '0.980000 USD by USDC/USD, more than 1 % from 1 for 10 s';
    expect(stopped).toMatchObject({ coin: 'USDC', peg: 'USD', price: '0.980000', reason });
    market.settings = { ...market.settings, pegBands: {} };
    market.after(1);
    expect(market.outbox.events.at(-1)).toMatchObject({
      coin: 'USDC',
      reason: 'it is no longer in the list of stablecoins',
    });
  });

  it('shows how each stablecoin of the run stands', () => {
    const pegBands = { USDT: '1', USDC: '2', EURC: '1', DAI: '1' };
    const market = new Market({ 'USDT/USD': 0.98765, 'EURC/EUR': 0, 'USDC/USDT': 0.9 }, { pegBands });
    market.after(11);
    const [usdt, usdc, ...others] = market.guard.standings();
    expect(usdt).toMatchObject({ coin: 'USDT', peg: 'USD', bandPct: 1, price: 0.9877, source: 'USDT/USD' });
    expect(usdt?.reason).toContain('0.987700 USD by USDT/USD');
    expect(usdc).toMatchObject({ coin: 'USDC', price: 0.9, source: 'USDC/USDT' });
    expect(others).toEqual([{ coin: 'EURC', peg: 'EUR', bandPct: 1, price: null, source: '', reason: '' }]);
  });
});

describe('the price of a stablecoin', () => {
  const priceOf = (prices: Readonly<Record<string, number>>, coin = 'USDT', others: readonly string[] = []) =>
    new Market(prices).prices.priceOf(coin, 'USD', others);

  it('is the middle of all its pairs with the currency, at whichever venue and either way round', () => {
    const three = { 'USD@c/USDT@c': 0.8, 'USDT@a/USD@a': 0.98, 'USDT@b/USD@b': 0.99 };
    expect(priceOf(three)?.price).toBeCloseTo(0.99, 9);
    expect(priceOf(three)?.source).toBe('USDT/USD');
    const two = { 'USDT@a/USD@a': 0.98, 'USDT@b/USD@b': 0.99, 'USDT@c/EUR@c': 0.5, 'BTC@a/USD@a': 9 };
    expect(priceOf(two)?.price).toBeCloseTo(0.985, 9);
    expect(priceOf({ 'USDT/USD': 1 }, 'USD')).toBeUndefined();
    expect(priceOf({ 'USDT/USD': 0 })).toBeUndefined();
  });

  it('is else what at least three coins say, the middle of them, and the first three are named', () => {
    const usd = { 'BTC/USD': 500, 'ETH/USD': 200, 'SOL/USD': 100, 'XRP/USD': 5 };
    const off = { 'BTC/USDT': 1_000, 'ETH/USDT': 210, 'SOL/USDT': 104 };
    // 0.5, 0.952, 0.962: of the fourth nothing is known in the coin.
    expect(priceOf({ ...usd, ...off })?.price).toBeCloseTo(200 / 210, 9);
    expect(priceOf({ ...usd, ...off })?.source).toBe('BTC, ETH, SOL');
    const four = priceOf({ ...usd, ...off, 'XRP/USDT': 5 });
    expect(four?.price).toBeCloseTo((200 / 210 + 100 / 104) / 2, 9);
    expect(four?.source).toBe('BTC, ETH, SOL');
    // The first of two pairs of a coin counts.
    const twice = { 'BTC/USDT': 525, 'ETH/USDT': 200, 'SOL/USDT': 111, 'BTC@b/USDT@b': 600 };
    expect(priceOf({ ...usd, ...twice })?.price).toBeCloseTo(500 / 525, 9);
    // Pairs that are quoted in another coin, and a second pair of the same, say nothing more.
    const { 'SOL/USDT': _sol, ...less } = off;
    expect(priceOf({ ...usd, ...less, 'USDT/SOL': 1, 'BTC@b/USDT@b': 1_000 })).toBeUndefined();
  });

  it('is else what the first live pair with another stablecoin of the currency says', () => {
    const prices = { 'USDT/DAI': 0, 'USDC/USDT': 1.25, 'USDT/PYUSD': 0.9 };
    expect(priceOf(prices, 'USDT', ['DAI', 'USDC', 'PYUSD'])).toEqual({
      price: 1 / 1.25,
      source: 'USDT/USDC',
      beside: 'USDC',
    });
    expect(priceOf(prices, 'USDT', ['DAI'])).toBeUndefined();
  });

  it('needs both sides of a book', () => {
    const market = new Market({ 'USDT/USD': 1 });
    market.bidAlone('USDT/USD', 1);
    expect(market.prices.priceOf('USDT', 'USD', [])).toBeUndefined();
    expect([market.prices.isTraded('USD'), market.prices.isTraded('DAI')]).toEqual([true, false]);
  });
});
