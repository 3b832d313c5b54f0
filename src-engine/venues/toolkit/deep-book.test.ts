import { describe, expect, it } from 'vitest';
import { OrderBook } from '../../books/order-book.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { DeepBook } from './deep-book.ts';
import { LevelRows } from './level-rows.ts';

type Row = readonly [isBid: boolean, price: number, qty: number];

const DEPTH = 5;

function rowsOf(rows: readonly Row[]): LevelRows {
  const made = new LevelRows();
  for (const [isBid, price, qty] of rows) made.push(isBid, price, qty);
  return made;
}

/** Sides of a plain map, best first, cut to the depth. */
function best(levels: ReadonlyMap<number, number>, sign: 1 | -1): [number, number][] {
  return [...levels]
    .filter(([, qty]) => qty > 0)
    .sort(([a], [b]) => (b - a) * sign)
    .slice(0, DEPTH);
}

function shown(book: OrderBook): [number, number][][] {
  const side = (prices: Float64Array, qtys: Float64Array, count: number): [number, number][] =>
    Array.from({ length: count }, (_, at) => [prices[at] as number, qtys[at] as number]);
  return [
    side(book.bidPrices, book.bidQtys, book.bidCount),
    side(book.askPrices, book.askQtys, book.askCount),
  ];
}

describe('DeepBook', () => {
  it.each([1, 2])(
    'keeps the window exact where most levels lie far behind it, and knows them all (seed %i)',
    (seed) => {
      let state = seed * 7_919;
      const random = (below: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
        return (state >>> 8) % below;
      };
      const deep = new DeepBook(DEPTH);
      const book = new OrderBook(DEPTH);
      const sides = [new Map<number, number>(), new Map<number, number>()] as const;
      /** The middle wanders, so that levels come near and go far. */
      let middle = 10_000;
      for (let message = 0; message < 300; message++) {
        const isSnapshot = message % 150 === 0;
        middle += random(21) - 10;
        const changes = new BookUpdate();
        changes.reset(0, isSnapshot, 0);
        for (const [at, side] of sides.entries()) {
          if (isSnapshot) side.clear();
          const away = Array.from({ length: isSnapshot ? 400 : random(20) }, () =>
            random(2) === 0 ? random(12) : random(1_500),
          );
          // A venue sends them best first; a fault of it is no reason to lose the book.
          const ordered = message % 10 === 9 ? away : [...new Set(away)].toSorted((a, b) => a - b);
          for (const far of ordered) {
            const price = at === 0 ? middle - far : middle + 1 + far;
            const qty = random(3) === 0 ? 0 : 1 + random(9);
            side.set(price, qty);
            if (at === 0) changes.pushBid(price, qty);
            else changes.pushAsk(price, qty);
          }
        }
        const update = new BookUpdate();
        update.reset(0, isSnapshot, 0);
        const { bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys } = changes;
        const rows = [
          ...Array.from({ length: bidCount }, (_, i): Row => [true, bidPrices[i] ?? 0, bidQtys[i] ?? 0]),
          ...Array.from({ length: askCount }, (_, i): Row => [false, askPrices[i] ?? 0, askQtys[i] ?? 0]),
        ];
        if (isSnapshot) deep.replace(rowsOf(rows), update);
        else if (message % 2 === 0) deep.change(rowsOf(rows), update);
        else deep.changeBy(changes, update);
        book.apply(update);
        expect(shown(book)).toEqual([best(sides[0], 1), best(sides[1], -1)]);
        const there = (side: ReadonlyMap<number, number>) =>
          [...side.values()].filter((qty) => qty > 0).length;
        expect([deep.bidCount, deep.askCount]).toEqual([there(sides[0]), there(sides[1])]);
      }
      const all = new BookUpdate();
      deep.all(all, 5_000);
      const expected = [...sides[1]].filter(([, qty]) => qty > 0).toSorted(([a], [b]) => a - b);
      expect([...all.askPrices.subarray(0, all.askCount)]).toEqual(expected.map(([price]) => price));
      expect([...all.askQtys.subarray(0, all.askCount)]).toEqual(expected.map(([, qty]) => qty));
    },
  );

  it.each([1, 2, 3, 4])('keeps the window exact through random messages of many sizes (seed %i)', (seed) => {
    let state = seed * 7_919;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    const deep = new DeepBook(DEPTH);
    const book = new OrderBook(DEPTH);
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    for (let message = 0; message < 600; message++) {
      const isSnapshot = message % 200 === 0;
      const rows = Array.from({ length: isSnapshot ? 60 : random(12) }, (): Row => {
        const isBid = random(2) === 0;
        return [isBid, isBid ? 100 - random(40) : 101 + random(40), random(3) === 0 ? 0 : 1 + random(9)];
      });
      if (isSnapshot) {
        bids.clear();
        asks.clear();
      }
      for (const [isBid, price, qty] of rows) (isBid ? bids : asks).set(price, qty);
      const update = new BookUpdate();
      update.reset(0, isSnapshot, 0);
      if (isSnapshot) deep.replace(rowsOf(rows), update);
      else deep.change(rowsOf(rows), update);
      book.apply(update);
      expect(shown(book)).toEqual([best(bids, 1), best(asks, -1)]);
    }
  });

  it('takes levels that come best first in one pass, and passes a large change on as the whole window', () => {
    const deep = new DeepBook(DEPTH);
    const update = new BookUpdate();
    const rows = Array.from(
      { length: 2_000 },
      (_, at): Row => [at < 1_000, at < 1_000 ? 5_000 - at : 4_001 + at, 1],
    );
    update.reset(0, true, 0);
    deep.replace(rowsOf(rows), update);
    const levels = [deep.bidCount, deep.askCount];
    expect([levels, update.bidCount, update.bidPrices[0], update.askPrices[0]]).toEqual([
      [1_000, 1_000],
      5,
      5_000,
      5_001,
    ]);
    update.reset(0, false, 0);
    deep.change(rowsOf(rows.map(([isBid, price]): Row => [isBid, price, 2])), update);
    expect([update.isSnapshot, update.bidCount, update.bidQtys[0]]).toEqual([true, 5, 2]);
  });
});
