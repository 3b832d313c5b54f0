import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { gridOf } from '../detection/instrument-grid.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Leg } from '../domain/opportunity.ts';
import { SeededRandom } from '../lib/random.ts';
import { type TradableBooks, WaysHome } from './way-home.ts';

const SYMBOLS = ['A/H', 'B/H', 'A/B', 'C/A', 'C/B', 'C/H', 'D/C', 'D/A'];
const SIZES = { tickSize: '0.01', lotSize: '0.01', minQty: '0.05', minNotional: '0.1', takerFee: '0.001' };
const instruments = SYMBOLS.map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, 'test');
});
const all = (): boolean => true;

/** Best bid in price units and the quantity of each of three levels in quantity units; 0: an empty book. */
type Made = { readonly bid: number; readonly qtys: readonly number[] };

/** A market of such books, asks one tick above the bids, levels ten ticks apart. */
function marketOf(books: readonly Made[], dead: readonly number[] = []): TradableBooks {
  const store = new BookStore(instruments, { depth: 5 });
  for (const [id, { bid, qtys }] of books.entries()) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    for (const [level, qty] of qtys.entries()) {
      if (bid - level * 10 > 0 && qty > 0) update.pushBid(bid - level * 10, qty);
      if (bid > 0 && qty > 0) update.pushAsk(bid + 1 + level * 10, qty);
    }
    store.apply(update);
  }
  const grids = instruments.map(gridOf);
  return { instruments, books: store.books, grids, isLive: (id) => !dead.includes(id) };
}

const flat = (bids: readonly number[]): Made[] => bids.map((bid) => ({ bid, qtys: [10_000] }));
const ids = (way: { readonly legs: readonly Leg[] } | undefined) =>
  way?.legs.map(({ instrumentId }) => instrumentId);

/** The most that any walk of at most three legs brings, by brute force. */
function mostProceeds(
  ways: WaysHome,
  market: TradableBooks,
  from: string,
  to: string,
  amount: number,
): number {
  const ends = (leg: Leg): [string, string] => {
    const { base, quote } = instruments[leg.instrumentId] as Instrument;
    return leg.side === 'sell' ? [base, quote] : [quote, base];
  };
  const legs: Leg[] = instruments
    .filter(({ id }) => market.isLive(id) && !market.books[id]?.isOneSided && !market.books[id]?.isCrossed)
    .flatMap(({ id }) => [
      { instrumentId: id, side: 'sell' as const },
      { instrumentId: id, side: 'buy' as const },
    ]);
  let best = 0;
  const extend = (walk: readonly Leg[], asset: string, visited: readonly string[]): void => {
    if (asset === to) best = Math.max(best, ways.proceeds(walk, amount));
    else if (walk.length < 3)
      for (const leg of legs) {
        const [start, next] = ends(leg);
        if (start === asset && !visited.includes(next)) extend([...walk, leg], next, [...visited, next]);
      }
  };
  extend([], from, [from]);
  return best;
}

describe('the cheapest way home', () => {
  it('brings what the best of all walks of at most three legs brings, down the ladders in whole lots', () => {
    const made = fc.record({
      bid: fc.integer({ min: 0, max: 400 }),
      qtys: fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 3 }),
    });
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(made, { minLength: 7, maxLength: 7 }),
        fc.constantFrom('A', 'B', 'C', 'D'),
        fc.subarray([0, 1, 2, 3, 4, 5, 6]),
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        (books, from, dead, amount) => {
          const market = marketOf(books, dead);
          const ways = new WaysHome(market);
          const way = ways.cheapest(from, 'H', amount, [], all);
          expect(way?.proceeds ?? 0).toBeCloseTo(mostProceeds(ways, market, from, 'H', amount), 9);
          if (way !== undefined) found++;
        },
      ),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('leaves a better price for a deeper book', () => {
    const market = marketOf([
      { bid: 210, qtys: [10] },
      { bid: 200, qtys: [10_000] },
      { bid: 100, qtys: [10_000] },
    ]);
    const ways = new WaysHome(market);
    expect(ids(ways.cheapest('A', 'H', 0.1, [], all))).toEqual([0]);
    expect(ids(ways.cheapest('A', 'H', 20, [], all))).toEqual([2, 1]);
  });

  it('prices what a ladder does not take at nothing, and an order below a minimum too', () => {
    const ways = new WaysHome(marketOf([{ bid: 200, qtys: [10] }]));
    const sale: Leg[] = [{ instrumentId: 0, side: 'sell' }];
    expect(ways.proceeds(sale, 5)).toBeCloseTo(0.1 * 2 * 0.999, 12);
    expect(ways.proceeds(sale, 0.04)).toBe(0);
    // 0.05 is the smallest quantity; a tenth of a quote unit the smallest value.
    const deep = new WaysHome(marketOf([{ bid: 160, qtys: [500] }]));
    expect(deep.proceeds(sale, 0.069)).toBe(0);
    expect(deep.proceeds(sale, 0.079)).toBeCloseTo(0.07 * 1.6 * 0.999, 12);
  });

  it('pays the fee of a purchase out of the amount, level by level', () => {
    const ways = new WaysHome(marketOf([{ bid: 199, qtys: [10, 1_000] }]));
    const purchase: Leg[] = [{ instrumentId: 0, side: 'buy' }];
    // 0.1 at 2.00 and 0.38 at 2.10, a fee of 0.1 % on each.
    const price = (0.1 * 2 + 0.38 * 2.1) * 1.001;
    expect(ways.proceeds(purchase, price)).toBeCloseTo(0.48, 12);
    expect(ways.proceeds(purchase, price - 0.0001)).toBeCloseTo(0.47, 12);
    // More than the whole ladder takes buys the whole ladder.
    expect(ways.proceeds(purchase, 1_000)).toBeCloseTo(10.1, 12);
  });

  it('pays what each order costs whatever its size: out of the amount of a purchase, of the proceeds of a sale', () => {
    const costly = (orderCost: string) => {
      const made = [
        createInstrument({ symbol: 'A/H', base: 'A', quote: 'H', ...SIZES, orderCost }, 0, 'test'),
      ];
      const market = marketOf([{ bid: 199, qtys: [1_000] }]);
      return new WaysHome({ ...market, instruments: made, grids: made.map(gridOf) });
    };
    const sale: Leg[] = [{ instrumentId: 0, side: 'sell' }];
    const purchase: Leg[] = [{ instrumentId: 0, side: 'buy' }];
    expect(costly('0.5').proceeds(sale, 1)).toBeCloseTo(1.99 * 0.999 - 0.5, 12);
    expect(costly('0.5').proceeds(purchase, 2 * 1.001 + 0.5)).toBeCloseTo(1, 12);
    expect(costly('2').proceeds(sale, 1)).toBe(0);
    expect(costly('2').proceeds(purchase, 2)).toBe(0);
    expect(costly('2').proceeds(purchase, 1)).toBe(0);
    // 0.05 for 0.1 are worth the smallest order without its cost.
    expect(costly('2').proceeds(purchase, 2.09)).toBe(0);
  });

  it('counts lots of several units', () => {
    const market = marketOf([{ bid: 199, qtys: [1_000] }]);
    const sizes = { ...SIZES, lotSize: '0.25', minQty: '0.25', qtyDecimals: 2, status: 'online' } as const;
    const coarse = [createInstrument({ symbol: 'A/H', base: 'A', quote: 'H', ...sizes }, 0, 'test')];
    const ways = new WaysHome({ ...market, instruments: coarse, grids: coarse.map(gridOf) });
    expect(ways.proceeds([{ instrumentId: 0, side: 'sell' }], 0.99)).toBeCloseTo(0.75 * 1.99 * 0.999, 12);
    expect(ways.proceeds([{ instrumentId: 0, side: 'buy' }], 0.99 * 2 * 1.001)).toBeCloseTo(0.75, 12);
  });

  it('walks no level that the book no longer has', () => {
    const market = marketOf([{ bid: 199, qtys: [10, 1_000] }]);
    const update = new BookUpdate();
    update.reset(0, true, 2);
    update.pushBid(199, 10);
    update.pushAsk(200, 10);
    market.books[0]?.apply(update);
    const ways = new WaysHome(market);
    expect(ways.proceeds([{ instrumentId: 0, side: 'sell' }], 5)).toBeCloseTo(0.1 * 1.99 * 0.999, 12);
    expect(ways.proceeds([{ instrumentId: 0, side: 'buy' }], 5)).toBeCloseTo(0.1, 12);
  });

  it('uses no instrument that is to be avoided, and no first leg that takes no such amount', () => {
    const ways = new WaysHome(marketOf(flat([200, 200, 100, 100, 100, 200, 100])));
    expect(ids(ways.cheapest('C', 'H', 9, [], all))).toEqual([5]);
    expect(ids(ways.cheapest('C', 'H', 9, [5, 4, 1], all))).toEqual([3, 0]);
    const notStraight = (leg: Leg): boolean => leg.instrumentId !== 5 && leg.instrumentId !== 3;
    expect(ids(ways.cheapest('C', 'H', 9, [], notStraight))).toEqual([4, 1]);
    expect(ways.cheapest('C', 'H', 9, [], () => false)).toBeUndefined();
    expect(ids(ways.cheapest('D', 'H', 9, [], all))).toEqual([6, 5]);
    expect(ways.cheapest('C', 'X', 9, [], all)).toBeUndefined();
  });

  it('may take three legs, over assets that are two legs from the goal, and visits no asset twice', () => {
    const ways = new WaysHome(marketOf(flat([200, 210, 100, 100, 100, 200, 100])));
    // D → C → B → H: B brings more than A, and C is not sold straight.
    expect(ids(ways.cheapest('D', 'H', 9, [5], all))).toEqual([6, 4, 1]);
    // D is bought with C alone: its pair with A has no book. H and B lie two legs from it.
    expect(ids(ways.cheapest('A', 'D', 9, [2, 3], all))).toEqual([0, 5, 6]);
    // A → D → C → H: every neighbour of D is one leg from the goal.
    const over = new WaysHome(marketOf(flat([200, 210, 100, 100, 100, 200, 100, 100])));
    expect(ids(over.cheapest('A', 'H', 9, [0, 2, 3], all))).toEqual([7, 6, 5]);
    // The straight sale takes no order, and what is left is A → B → A → H.
    const notStraight = (leg: Leg): boolean => leg.instrumentId !== 0;
    expect(ways.cheapest('A', 'H', 9, [1, 3, 4, 5], notStraight)).toBeUndefined();
  });

  it('is the first one that brings enough, where that is asked for', () => {
    const ways = new WaysHome(marketOf(flat([200, 230, 100])));
    expect(ids(ways.cheapest('A', 'H', 9, [], all))).toEqual([2, 1]);
    expect(ids(ways.cheapest('A', 'H', 9, [], all, 17))).toEqual([0]);
  });

  it('is none from or to an asset that no instrument trades, and none from an asset to itself', () => {
    const ways = new WaysHome(marketOf(flat([200, 200, 100])));
    expect(ways.cheapest('X', 'H', 9, [], all)).toBeUndefined();
    expect(ways.cheapest('A', 'X', 9, [], all)).toBeUndefined();
    expect(ways.cheapest('A', 'A', 9, [], all)).toBeUndefined();
  });

  it('is the first one that brings exactly enough, and no end of the search while nothing was found', () => {
    const ways = new WaysHome(marketOf(flat([200, 230, 100])));
    const straight: Leg[] = [{ instrumentId: 0, side: 'sell' }];
    expect(ids(ways.cheapest('A', 'H', 9, [], all, ways.proceeds(straight, 9)))).toEqual([0]);
    // 0.3 A bring less than one H; the straight sale takes no order.
    const notStraight = (leg: Leg): boolean => leg.instrumentId !== 0;
    expect(ids(ways.cheapest('A', 'H', 0.3, [], notStraight, 0.5))).toEqual([2, 1]);
  });

  it('prices an order of exactly the smallest quantity and the smallest value', () => {
    const sale: Leg[] = [{ instrumentId: 0, side: 'sell' }];
    const ways = new WaysHome(marketOf([{ bid: 200, qtys: [500] }]));
    expect(ways.proceeds(sale, 0.05)).toBeCloseTo(0.1 * 0.999, 12);
    expect(ways.proceeds(sale, 0.049)).toBe(0);
    const cheaper = new WaysHome(marketOf([{ bid: 199, qtys: [500] }]));
    expect(cheaper.proceeds(sale, 0.05)).toBe(0);
  });

  it('leads through no book that may not be traded now, however good its prices', () => {
    const books = flat([300, 200, 100]);
    expect(ids(new WaysHome(marketOf(books)).cheapest('A', 'H', 9, [], all))).toEqual([0]);
    expect(ids(new WaysHome(marketOf(books, [0])).cheapest('A', 'H', 9, [], all))).toEqual([2, 1]);
    expect(new WaysHome(marketOf(books, [0, 2])).cheapest('A', 'H', 9, [], all)).toBeUndefined();
  });

  it('is found for less than one unit of every asset on it', () => {
    const ways = new WaysHome(marketOf(flat([200, 210, 100, 100, 100, 200, 100])));
    expect(ids(ways.cheapest('D', 'H', 0.3, [5], all))).toEqual([6, 4, 1]);
  });

  it('of three legs is taken as soon as it brings enough', () => {
    const ways = new WaysHome(marketOf(flat([200, 210, 100, 100, 100, 200, 100, 100])));
    expect(ids(ways.cheapest('A', 'H', 9, [0, 2, 3], all, 1))).toEqual([7, 6, 5]);
  });

  it('takes the best price of a purchase for what a way may bring at most', () => {
    // A bought straight at 2.01, or by B at 1.91 and 1.01; a level further B costs 2.01 and A 1.11.
    const deep = (bid: number): Made => ({ bid, qtys: [10_000, 10_000] });
    const ways = new WaysHome(marketOf([deep(200), deep(190), deep(100)]));
    expect(ids(ways.cheapest('H', 'A', 9, [], all))).toEqual([1, 2]);
  });

  it('is the first of two that bring the same', () => {
    const twice = [0, 1].map((id) =>
      createInstrument({ symbol: `A/H${id}`, base: 'A', quote: 'H', ...SIZES, status: 'online' }, id, 'test'),
    );
    const books = [
      { bid: 200, qtys: [100, 1_000] },
      { bid: 200, qtys: [100, 1_000] },
    ];
    const market = { ...marketOf(books), instruments: twice, grids: twice.map(gridOf) };
    expect(ids(new WaysHome(market).cheapest('A', 'H', 9, [], all))).toEqual([0]);
  });

  it('brings nothing where its first leg takes no order, and sells the last lot down the ladder', () => {
    const ways = new WaysHome(
      marketOf([
        { bid: 400, qtys: [10, 1_000] },
        { bid: 200, qtys: [500] },
      ]),
    );
    const sale: Leg[] = [{ instrumentId: 0, side: 'sell' }];
    // Worth enough, and fewer than the pair takes.
    expect(ways.proceeds(sale, 0.04)).toBe(0);
    expect(ways.proceeds([...sale, { instrumentId: 1, side: 'buy' }], 0.04)).toBe(0);
    expect(ways.proceeds(sale, 0.11)).toBeCloseTo((0.1 * 4 + 0.01 * 3.9) * 0.999, 12);
  });

  it('buys nothing where what there is to buy is worth less than the smallest order', () => {
    const purchase: Leg[] = [{ instrumentId: 0, side: 'buy' }];
    // 0.05 at 1.60 are 0.08 of the smallest 0.1, however much there is to spend.
    const thin = new WaysHome(marketOf([{ bid: 159, qtys: [5] }]));
    expect(thin.proceeds(purchase, 10)).toBe(0);
    expect(thin.proceeds(purchase, 0.01)).toBe(0);
  });

  it('may be an order of a single unit where the pair takes one', () => {
    const single = [
      createInstrument(
        { symbol: 'A/H', base: 'A', quote: 'H', ...SIZES, minQty: '0.01', status: 'online' },
        0,
        'test',
      ),
    ];
    const market = {
      ...marketOf([{ bid: 2_000, qtys: [500] }]),
      instruments: single,
      grids: single.map(gridOf),
    };
    const ways = new WaysHome(market);
    expect(ways.proceeds([{ instrumentId: 0, side: 'sell' }], 0.019)).toBeCloseTo(0.01 * 20 * 0.999, 12);
  });

  it('is found among all pairs of a venue by few looks at books, and walks down fewer ladders still', () => {
    const { instruments: made, store, hubs } = venueOf(240);
    const { instruments: twice, store: twiceStore } = venueOf(480);
    expect([made.length, twice.length]).toEqual([730, 1_450]);
    const widest = (all: readonly Instrument[], books: BookStore['books']) => {
      const count = { looks: 0, walks: 0 };
      const counted = new Proxy(books, {
        get: (target, key) => {
          if (typeof key === 'string' && /^\d/.test(key)) count.walks++;
          return Reflect.get(target, key) as unknown;
        },
      });
      const isLive = (): boolean => ++count.looks > 0;
      const market = { instruments: all, books: counted, grids: all.map(gridOf), isLive };
      const ways = new WaysHome(market);
      let worst = { looks: 0, walks: 0 };
      for (const from of hubs) {
        for (const to of hubs) {
          if (from === to) continue;
          Object.assign(count, { looks: 0, walks: 0 });
          expect(ways.cheapest(from, to, 5, [], () => true)).toBeDefined();
          // A look reads the book too.
          const walks = count.walks - count.looks;
          worst = { looks: Math.max(worst.looks, count.looks), walks: Math.max(worst.walks, walks) };
        }
      }
      return worst;
    };
    const [once, double] = [widest(made, store.books), widest(twice, twiceStore.books)];
    expect(once.looks).toBeLessThan(2 * made.length);
    expect(once.walks).toBeLessThan(1.2 * made.length);
    // Twice as many pairs is twice the work, and no more.
    expect(double.looks).toBeLessThan(2.5 * once.looks);
  });
});

/** A venue as large ones are: assets that each trade against three of five hubs, hubs against each other, ten levels. */
function venueOf(assets: number) {
  const hubs = ['H1', 'H2', 'H3', 'H4', 'H5'];
  const pairs = [
    ...hubs.flatMap((base, n) => hubs.slice(n + 1).map((quote) => [base, quote] as const)),
    ...Array.from({ length: assets }, (_, n) =>
      [0, 1, 2].map((k) => [`A${n}`, hubs[(n + k) % hubs.length] ?? ''] as const),
    ).flat(),
  ];
  const made = pairs.map(([base, quote], id) =>
    createInstrument(
      { symbol: `${base}/${quote}`, base, quote, ...SIZES, minQty: '0.01', status: 'online' },
      id,
      'test',
    ),
  );
  const store = new BookStore(made, { depth: 10 });
  const random = new SeededRandom(7);
  for (const { id } of made) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    const mid = 10_000 + Math.floor(random.next() * 500);
    for (let level = 0; level < 10; level++) {
      update.pushBid(mid - 1 - level, 1 + Math.floor(random.next() * 400));
      update.pushAsk(mid + 1 + level, 1 + Math.floor(random.next() * 400));
    }
    store.apply(update);
  }
  return { instruments: made, store, hubs };
}
