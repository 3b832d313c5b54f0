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
