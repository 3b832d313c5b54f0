import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookUpdate } from '../domain/market-data.ts';
import { OrderBook } from './order-book.ts';

type Level = readonly [price: number, qty: number];
type Message = {
  readonly isSnapshot: boolean;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
};

function toUpdate(message: Message): BookUpdate {
  const update = new BookUpdate(4);
  update.reset(0, message.isSnapshot, 1);
  for (const [price, qty] of message.bids) update.pushBid(price, qty);
  for (const [price, qty] of message.asks) update.pushAsk(price, qty);
  return update;
}

function levels(prices: Float64Array, qtys: Float64Array, count: number): Level[] {
  return Array.from({ length: count }, (_, i) => [prices[i] ?? Number.NaN, qtys[i] ?? Number.NaN]);
}
const bidsOf = (book: OrderBook): Level[] => levels(book.bidPrices, book.bidQtys, book.bidCount);
const asksOf = (book: OrderBook): Level[] => levels(book.askPrices, book.askQtys, book.askCount);

/** The book as one would write it without a thought for speed. */
class NaiveSide {
  #levels = new Map<number, number>();
  readonly #order: (a: number, b: number) => number;
  readonly #depth: number;
  constructor(order: (a: number, b: number) => number, depth: number) {
    this.#order = order;
    this.#depth = depth;
  }
  apply(isSnapshot: boolean, changes: readonly Level[]): void {
    if (isSnapshot) this.#levels.clear();
    for (const [price, qty] of changes) {
      if (qty === 0) this.#levels.delete(price);
      else this.#levels.set(price, qty);
    }
    this.#levels = new Map(this.levels().slice(0, this.#depth));
  }
  levels(): Level[] {
    return [...this.#levels].toSorted((a, b) => this.#order(a[0], b[0]));
  }
}

const level = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 5 }));
const message = fc.record({
  isSnapshot: fc.boolean(),
  bids: fc.array(level, { maxLength: 12 }),
  asks: fc.array(level, { maxLength: 12 }),
});
/** As venues write many changes at once: best first, each price once. */
const sorted = message.map(({ isSnapshot, bids, asks }) => {
  const once = (levels: readonly Level[]): Level[] =>
    [...new Map(levels)].map(([price, qty]) => [price, qty]);
  return {
    isSnapshot,
    bids: once(bids).toSorted((a, b) => b[0] - a[0]),
    asks: once(asks).toSorted((a, b) => a[0] - b[0]),
  };
});

describe('OrderBook', () => {
  it('equals a naive book after every message, at any depth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(message, sorted, sorted), { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (messages, depth) => {
          const book = new OrderBook(depth);
          const bids = new NaiveSide((a, b) => b - a, depth);
          const asks = new NaiveSide((a, b) => a - b, depth);
          for (const next of messages) {
            book.apply(toUpdate(next));
            bids.apply(next.isSnapshot, next.bids);
            asks.apply(next.isSnapshot, next.asks);
            expect(bidsOf(book)).toEqual(bids.levels());
            expect(asksOf(book)).toEqual(asks.levels());
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['best first', [0, 1, 2, 3, 4, 5, 6]],
    ['worst first', [6, 5, 4, 3, 2, 1, 0]],
    ['the second before the best', [1, 0, 2, 3, 4, 5, 6]],
    ['two neighbours the other way round', [0, 2, 1, 3, 4, 5, 6]],
    ['the last two the other way round', [0, 1, 2, 3, 4, 6, 5]],
    ['the best price twice', [0, 0, 1, 2, 3, 4, 5]],
    ['a price twice', [0, 1, 2, 3, 3, 4, 5]],
    ['the last price twice', [0, 1, 2, 3, 4, 5, 5]],
  ])('takes many changes of one message as if they came one by one: %s', (_order, places) => {
    const held = { isSnapshot: true, bids: [10, 11, 12, 13, 14], asks: [20, 21, 22, 23, 24] };
    const changed = places.map((place, k) => ({
      bid: 16 - place,
      ask: 18 + place,
      qty: k === 4 ? 0 : k + 2,
    }));
    const [whole, single] = [new OrderBook(10), new OrderBook(10)];
    for (const book of [whole, single]) {
      const of = (prices: readonly number[]): Level[] => prices.map((price) => [price, 1]);
      book.apply(toUpdate({ ...held, bids: of(held.bids), asks: of(held.asks) }));
    }
    const bids = changed.map(({ bid, qty }): Level => [bid, qty]);
    const asks = changed.map(({ ask, qty }): Level => [ask, qty]);
    whole.apply(toUpdate({ isSnapshot: false, bids, asks }));
    for (const [k, bid] of bids.entries())
      single.apply(toUpdate({ isSnapshot: false, bids: [bid], asks: asks.slice(k, k + 1) }));
    expect([bidsOf(whole), asksOf(whole)]).toEqual([bidsOf(single), asksOf(single)]);
  });

  it('keeps no more levels than its depth where many changes of one message push its last ones out', () => {
    const book = new OrderBook(6);
    const of = (prices: readonly number[]): Level[] => prices.map((price) => [price, 1]);
    const bids = of([20, 19, 18, 17, 16, 15]);
    book.apply(toUpdate({ isSnapshot: true, bids, asks: of([30, 31, 32, 33, 34, 35]) }));
    const changes = { bids: of([21, 14, 13, 12, 11, 10]), asks: of([29, 36, 37, 38, 39, 40]) };
    book.apply(toUpdate({ isSnapshot: false, ...changes }));
    expect(bidsOf(book)).toEqual(of([21, 20, 19, 18, 17, 16]));
    expect(asksOf(book)).toEqual(of([29, 30, 31, 32, 33, 34]));
  });

  it.each(['bids', 'asks'] as const)(
    'keeps all %s that a message first pushes down by more levels than it had room for',
    (side) => {
      const book = new OrderBook(100);
      const [from, step] = side === 'bids' ? [1_000, -1] : [1_000, 1];
      const held: Level[] = Array.from({ length: 100 }, (_, k) => [from + k * step, k + 1]);
      const above: Level[] = Array.from({ length: 100 }, (_, k) => [from - (k + 1) * step, 7]);
      const gone: Level[] = above.map(([price]) => [price, 0]);
      const none = { bids: [], asks: [] };
      book.apply(toUpdate({ isSnapshot: true, ...none, [side]: held }));
      book.apply(toUpdate({ isSnapshot: false, ...none, [side]: [...above, ...gone] }));
      expect(side === 'bids' ? bidsOf(book) : asksOf(book)).toEqual(held);
    },
  );

  it('keeps a level that one message first pushes out of depth and then lets back in', () => {
    const book = new OrderBook(2);
    book.apply(
      toUpdate({
        isSnapshot: true,
        bids: [
          [10, 1],
          [9, 1],
        ],
        asks: [],
      }),
    );
    book.apply(
      toUpdate({
        isSnapshot: false,
        bids: [
          [11, 1],
          [10, 0],
        ],
        asks: [],
      }),
    );
    expect(bidsOf(book)).toEqual([
      [11, 1],
      [9, 1],
    ]);
  });

  it('keeps every level while its arrays grow, on both sides', () => {
    const book = new OrderBook(500);
    const bids = Array.from({ length: 300 }, (_, i): Level => [1_000 - i, i + 1]);
    const asks = Array.from({ length: 300 }, (_, i): Level => [2_000 + i, i + 1]);
    for (let i = 0; i < 300; i++)
      book.apply(toUpdate({ isSnapshot: i === 0, bids: bids.slice(i, i + 1), asks: asks.slice(i, i + 1) }));
    expect(bidsOf(book)).toEqual(bids);
    expect(asksOf(book)).toEqual(asks);
  });

  it('keeps what it had when a message is larger than its arrays', () => {
    const book = new OrderBook(10);
    const best = Array.from({ length: 5 }, (_, i): Level => [2_000 - i, 7]);
    const lowest = Array.from({ length: 5 }, (_, i): Level => [3_000 + i, 7]);
    book.apply(toUpdate({ isSnapshot: true, bids: best, asks: lowest }));
    const more = Array.from({ length: 1_000 }, (_, i): Level => [i + 1, 1]);
    const above = Array.from({ length: 1_000 }, (_, i): Level => [4_000 + i, 1]);
    book.apply(toUpdate({ isSnapshot: false, bids: more, asks: above }));
    expect(bidsOf(book)).toEqual([...best, ...more.toReversed().slice(0, 5)]);
    expect(asksOf(book)).toEqual([...lowest, ...above.slice(0, 5)]);
  });

  it('takes a message larger than its arrays and cuts it to depth', () => {
    const book = new OrderBook(10);
    const bids = Array.from({ length: 1_000 }, (_, i): Level => [i + 1, 1]);
    book.apply(toUpdate({ isSnapshot: true, bids, asks: [] }));
    expect(bidsOf(book)).toEqual(Array.from({ length: 10 }, (_, i): Level => [1_000 - i, 1]));
  });

  it('shows empty, one-sided and crossed books as such', () => {
    const book = new OrderBook(10);
    expect([book.bestBid, book.bestAsk, book.isOneSided, book.isCrossed]).toEqual([NaN, NaN, true, false]);
    book.apply(toUpdate({ isSnapshot: true, bids: [[10, 1]], asks: [] }));
    expect([book.bestBid, book.bestAsk, book.isOneSided, book.isCrossed]).toEqual([10, NaN, true, false]);
    book.apply(toUpdate({ isSnapshot: false, bids: [], asks: [[11, 1]] }));
    expect([book.isOneSided, book.isCrossed]).toEqual([false, false]);
    book.apply(toUpdate({ isSnapshot: false, bids: [[11, 2]], asks: [] }));
    expect(book.isCrossed).toBe(true);
    book.clear();
    expect([book.bidCount, book.askCount, book.isCrossed]).toEqual([0, 0, false]);
  });

  it('refuses a depth that no venue has', () => {
    for (const depth of [0, -1, 1.5, 5_001, Number.NaN]) expect(() => new OrderBook(depth)).toThrow(/depth/);
  });
});
