import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, type DetectionSettings } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { PegGuard } from './peg-guard.ts';
import { PegPrices } from './peg-prices.ts';

const GRID = { tickSize: '0.0001', lotSize: '0.0001', minQty: '0', minNotional: '0' };
const S = 1_000_000;

/** Pairs with their prices; a price of 0 is a book that is not live. */
class Market {
  readonly outbox = new Outbox();
  readonly guard: PegGuard;
  settings: DetectionSettings = DEFAULT_DETECTION;
  readonly #store: BookStore;
  readonly #symbols: readonly string[];
  #nowUs = S;

  constructor(prices: Readonly<Record<string, number>>, settings: Partial<DetectionSettings> = {}) {
    this.settings = { ...DEFAULT_DETECTION, ...settings };
    this.#symbols = Object.keys(prices);
    const instruments = this.#symbols.map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ ...GRID, symbol, base, quote }, id, 'test');
    });
    this.#store = new BookStore(instruments, { depth: 10 });
    const peg = new PegPrices(instruments, this.#store.syncs);
    this.guard = new PegGuard(peg, this.outbox, () => this.settings, undefined);
    for (const [symbol, price] of Object.entries(prices)) if (price > 0) this.set(symbol, price);
  }

  set(symbol: string, price: number): void {
    const update = new BookUpdate();
    update.reset(this.#symbols.indexOf(symbol), true, this.#nowUs);
    update.pushBid(Math.round(price * 10_000) - 1, 1);
    update.pushAsk(Math.round(price * 10_000) + 1, 1);
    this.#store.apply(update);
  }

  after(seconds: number): string[] {
    for (let i = 0; i < seconds; i++) this.guard.onTick((this.#nowUs += S));
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
    new PegGuard({ priceOf, isTraded }, new Outbox(), () => settings, undefined).onTick(S);
    expect(asked).toBe(4);
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
});
