import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { Decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { CoinDoubt } from '../domain/risk.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { Marks } from './marks.ts';

const GRID = { lotSize: '0.0001', minQty: '0', minNotional: '0' };
const pair = (id: number, base: string, quote: string, tickSize: string) =>
  createInstrument({ symbol: `${base}/${quote}`, base, quote, tickSize, ...GRID }, id, 'made');
const instruments = [
  pair(0, 'BTC', 'USD', '0.1'),
  pair(1, 'ETH', 'BTC', '0.000001'),
  // Upside down: home is the base.
  pair(2, 'USD', 'JPY', '0.001'),
];

const MOST = 2 ** 53 - 2;
const change = fc.record({
  id: fc.integer({ min: 0, max: 2 }),
  bid: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: MOST - 5, max: MOST })),
  spread: fc.integer({ min: 0, max: 1 }),
  isEmpty: fc.boolean(),
});

/** The mark by its definition: mid prices multiplied along the way home, in whole decimals, to the 18th place. */
function byHand(store: BookStore, asset: 'BTC' | 'ETH' | 'JPY'): string {
  const mid = (id: number, tick: string): Decimal =>
    new Decimal(bidOf(store, id)).plus(askOf(store, id)).times(tick).div(2);
  const price = {
    BTC: () => mid(0, '0.1'),
    ETH: () => mid(1, '0.000001').times(mid(0, '0.1')),
    JPY: () => new Decimal(1).div(mid(2, '0.001')),
  }[asset]();
  return price.toDecimalPlaces(18).toFixed();
}

test('a mark, cached or computed, is the product of the mid prices on the way home, to the last place', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const store = new BookStore(instruments, { depth: 10 });
      const marks = new Marks(instruments, store.books, 'USD');
      const update = new BookUpdate();
      for (const { id, bid, spread, isEmpty } of changes) {
        update.reset(id, true, 1);
        if (!isEmpty) update.pushBid(bid, 1);
        update.pushAsk(bid + spread, 1);
        store.apply(update);
        const isWhole = (book: number): boolean => (store.books[book]?.bidCount ?? 0) > 0;
        for (const [asset, books] of [
          ['BTC', [0]],
          ['ETH', [0, 1]],
          ['JPY', [2]],
        ] as const) {
          // A book with one side leaves the mark as it was: there is nothing to compare then.
          const price = marks.price(asset);
          if (!books.every(isWhole)) continue;
          const fresh = new Marks(instruments, store.books, 'USD').price(asset);
          expect([price?.toFixed(), fresh?.toFixed()]).toEqual([byHand(store, asset), byHand(store, asset)]);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('a book that lost a side leaves the last mark standing', () => {
  const store = new BookStore(instruments, { depth: 10 });
  const marks = new Marks(instruments, store.books, 'USD');
  const update = new BookUpdate();
  const setBooks = (bids: readonly number[], asks: readonly number[]): void => {
    update.reset(0, true, 1);
    for (const price of bids) update.pushBid(price, 1);
    for (const price of asks) update.pushAsk(price, 1);
    store.apply(update);
  };
  expect(marks.price('BTC')).toBeUndefined();
  setBooks([100], [103]);
  expect(marks.price('BTC')?.toFixed()).toBe('10.15');
  setBooks([], [103]);
  expect(marks.price('BTC')?.toFixed()).toBe('10.15');
  expect(marks.price('XRP')).toBeUndefined();
});

function bidOf(store: BookStore, id: number): number {
  return store.books[id]?.bidPrices[0] ?? 0;
}

function askOf(store: BookStore, id: number): number {
  return store.books[id]?.askPrices[0] ?? 0;
}

/** A pair of one venue, in a run of several. */
function at(id: number, base: string, quote: string, venue: string) {
  const assets = { base: assetAt(base, venue), quote: assetAt(quote, venue) };
  return createInstrument({ symbol: `${base}/${quote}`, ...assets, tickSize: '1', ...GRID }, id, venue);
}

test('an asset at another venue is valued by the prices there, and what is like home is worth as much as home', () => {
  const apart = [
    at(0, 'BTC', 'USD', 'east'),
    at(1, 'USDT', 'USD', 'east'),
    at(2, 'BTC', 'USD', 'west'),
    at(3, 'ETH', 'USDT', 'south'),
  ];
  const store = new BookStore(apart, { depth: 10 });
  const marks = new Marks(apart, store.books, 'USD@east');
  const set = (id: number, bid: number): void => {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(bid, 1);
    update.pushAsk(bid + 2, 1);
    store.apply(update);
  };
  for (const [id, bid] of [99, 1, 199, 49].entries()) set(id, bid);
  const price = (asset: string): string | undefined => marks.price(asset)?.toString();
  expect(price('USD@west')).toBe('1');
  expect([price('BTC@east'), price('BTC@west')]).toEqual(['100', '200']);
  // Nothing at south leads to USD: its USDT is worth what USDT is worth at east.
  expect([price('USDT@south'), price('ETH@south')]).toEqual(['2', '100']);
  expect(price('DOGE@west')).toBeUndefined();
});

test('a coin at a venue without the home currency is valued by its pairs there, in doubt too', () => {
  const listed = [
    ['ETH', 'USD', 'east', 2_000],
    ['USDT', 'USD', 'east', 2],
    ['SOL', 'USD', 'east', 50],
    ['ETH', 'USDT', 'south', 1_100],
    ['SOL', 'ETH', 'south', 3],
    ['BTC', 'USDT', 'south', 22_000],
  ] as const;
  const apart = listed.map(([base, quote, venue], id) => at(id, base, quote, venue));
  const store = new BookStore(apart, { depth: 10 });
  const marks = new Marks(apart, store.books, 'USD@east');
  for (const [id, [, , , mid]] of listed.entries()) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(mid - 1, 1);
    update.pushAsk(mid + 1, 1);
    store.apply(update);
  }
  const price = (asset: string): string | undefined => marks.price(asset)?.toString();
  const all = ['ETH@east', 'USDT@south', 'ETH@south', 'SOL@south', 'SOL@east'];
  const prices = ['2000', '2', '2200', '6600', '50'];
  expect(all.map(price)).toEqual(prices);
  marks.doubted.set('ETH', { coin: 'ETH' } as CoinDoubt);
  expect(all.map(price)).toEqual(prices);
  // What the venue's cash is worth is known of that coin elsewhere alone.
  marks.doubted.set('USDT', { coin: 'USDT' } as CoinDoubt);
  expect(all.map(price)).toEqual(['2000', undefined, undefined, '50', '50']);
});

/** A BTC/USD market with prices in tenths of a dollar. */
function bitcoin() {
  const store = new BookStore(instruments, { depth: 10 });
  const marks = new Marks(instruments, store.books, 'USD');
  const show = (bids: readonly number[], asks: readonly number[]): string | undefined => {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const price of bids) update.pushBid(price, 1);
    for (const price of asks) update.pushAsk(price, 1);
    store.apply(update);
    return marks.price('BTC')?.toString();
  };
  return { show };
}

test('a mark moves with the bid alone and with the ask alone', () => {
  const { show } = bitcoin();
  expect(show([1_000], [1_002])).toBe('100.1');
  expect(show([998], [1_002])).toBe('100');
  expect(show([998], [1_006])).toBe('100.2');
  expect(show([998], [1_006])).toBe('100.2');
});

test('a book that has lost one of its sides leaves the mark as it was', () => {
  const { show } = bitcoin();
  expect(show([], [1_002])).toBeUndefined();
  expect(show([1_000], [])).toBeUndefined();
  expect(show([1_000], [1_002])).toBe('100.1');
  expect(show([], [2_000])).toBe('100.1');
  expect(show([10], [])).toBe('100.1');
});

test('a coin that lies at a venue outside of the run has the way, and the books, of the same coin inside', () => {
  const at = (asset: string, venue: string) => assetAt(asset, venue);
  const own = createInstrument(
    { symbol: 'BTC/USD', base: at('BTC', 'here'), quote: at('USD', 'here'), tickSize: '0.1', ...GRID },
    0,
    'here',
  );
  const marks = new Marks([own], new BookStore([own], { depth: 10 }).books, at('USD', 'here'));
  expect([marks.hasRoute(at('BTC', 'here')), marks.hasRoute(at('BTC', 'gone'))]).toEqual([true, true]);
  expect(marks.hasRoute(at('DOGE', 'gone'))).toBe(false);
  expect([marks.booksOf(at('BTC', 'gone')), marks.booksOf(at('BTC', 'here'))]).toEqual([[0], [0]]);
  expect([marks.booksOf(at('USD', 'here')), marks.booksOf('DOGE')]).toEqual([[], []]);
});

/** The marks of pairs as `BTC/USD venue`, each with its mid price, in the home currency of the east. */
function marksOf(prices: Readonly<Record<string, number>>) {
  const names = Object.keys(prices);
  const apart = names.map((name, id) => {
    const [symbol = '', venue = ''] = name.split(' ');
    const [base = '', quote = ''] = symbol.split('/');
    return at(id, base, quote, venue);
  });
  const store = new BookStore(apart, { depth: 10 });
  const marks = new Marks(apart, store.books, 'USD@east');
  for (const [id, mid] of Object.values(prices).entries()) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(mid - 1, 1);
    update.pushAsk(mid + 1, 1);
    store.apply(update);
  }
  const price = (asset: string): string | undefined => marks.price(asset)?.toString();
  return { marks, price };
}

test('a venue’s own pair values its coin though one pair alone is in its cash', () => {
  const { price } = marksOf({ 'BTC/USD east': 100, 'USDT/USD east': 2, 'BTC/USDT south': 55 });
  expect([price('USDT@south'), price('BTC@south')]).toEqual(['2', '110']);
});

test('a coin at a venue that no way of its own leads home from is worth what it is elsewhere', () => {
  const { price } = marksOf({ 'XRP/USD east': 3, 'BTC/USD west': 100, 'XRP/DOGE west': 10 });
  expect([price('XRP@west'), price('DOGE@west')]).toEqual(['3', '0.3']);
});

test('the cash of a venue is worth what the shortest way says, at whichever other venue that is', () => {
  const { price } = marksOf({
    'BTC/USD east': 100,
    'BTC/USDT east': 40,
    'USDT/USD west': 2,
    'ETH/USDT south': 10,
  });
  expect(['USDT@east', 'USDT@west', 'USDT@south', 'ETH@south'].map(price)).toEqual(['2.5', '2', '2', '20']);
});

test('one coin in doubt is enough: it is worth nothing known outside of its venues, nor is what is valued by it', () => {
  const { marks, price } = marksOf({ 'USDT/USD east': 2, 'BTC/USDT south': 55 });
  const assets = ['USDT@east', 'USDT@south', 'BTC@south', 'USDT@north'];
  expect(assets.map(price)).toEqual(['2', '2', '110', '2']);
  expect(marks.isDoubted('USDT@south')).toBe(false);
  marks.doubted.set('USDT', { coin: 'USDT' } as CoinDoubt);
  expect(assets.map(price)).toEqual(['2', undefined, undefined, undefined]);
  expect([marks.isDoubted('USDT@south'), marks.isDoubted('BTC@south')]).toEqual([true, false]);
});
