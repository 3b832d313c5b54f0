/** The touch of a faster stream over a ladder, against a plain model of what is to be in view. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookUpdate, NONE } from '../domain/market-data.ts';
import { NumberRanges } from './book-verifier.ts';
import { BookSync } from './book-sync.ts';
import { OrderBook } from './order-book.ts';

type Level = readonly [price: number, qty: number];

const DEPTH = 6;

function message(
  isSnapshot: boolean,
  prevSeq: number,
  seq: number,
  bids: readonly Level[],
  asks: readonly Level[],
) {
  const update = new BookUpdate();
  update.reset(0, isSnapshot, seq);
  update.seq = seq;
  update.prevSeq = isSnapshot ? NONE : prevSeq;
  for (const [price, qty] of bids) update.pushBid(price, qty);
  for (const [price, qty] of asks) update.pushAsk(price, qty);
  return update;
}

function touch(seq: number, bid: Level, ask: Level): BookUpdate {
  const update = message(false, NONE, seq, [bid], [ask]);
  update.isTouch = true;
  return update;
}

function levels(prices: Float64Array, qtys: Float64Array, count: number): Level[] {
  return Array.from({ length: count }, (_, i) => [prices[i] as number, qtys[i] as number]);
}

const bidsOf = (book: OrderBook): Level[] => levels(book.bidPrices, book.bidQtys, book.bidCount);
const asksOf = (book: OrderBook): Level[] => levels(book.askPrices, book.askQtys, book.askCount);

function live(): BookSync {
  const sync = new BookSync(new OrderBook(DEPTH), new NumberRanges());
  const bids: Level[] = [
    [100, 5],
    [99, 6],
    [98, 7],
  ];
  const asks: Level[] = [
    [102, 1],
    [103, 2],
    [104, 3],
  ];
  sync.apply(message(true, NONE, 10, bids, asks));
  return sync;
}

describe('a touch', () => {
  it('takes better levels from view and gives its own level its quantity, until the ladder has come as far', () => {
    const sync = live();
    expect(sync.apply(touch(14, [99, 4], [103, 9]))).toBe('applied');
    expect(bidsOf(sync.book)).toEqual([
      [99, 4],
      [98, 7],
    ]);
    expect(asksOf(sync.book)).toEqual([
      [103, 9],
      [104, 3],
    ]);
    // The ladder is younger, and not as young as the touch: what it says beneath the touch shows.
    expect(sync.apply(message(false, 10, 12, [[98, 1]], [[102, 0]]))).toBe('applied');
    expect(bidsOf(sync.book)).toEqual([
      [99, 4],
      [98, 1],
    ]);
    expect(sync.lastSeq).toBe(12);
    // It has come as far: the quantity that the touch knew is the ladder's own business again.
    expect(sync.apply(message(false, 12, 14, [[100, 0]], []))).toBe('applied');
    expect(bidsOf(sync.book)).toEqual([
      [99, 6],
      [98, 1],
    ]);
    expect(asksOf(sync.book)).toEqual([
      [103, 2],
      [104, 3],
    ]);
  });

  it('shows a better price that the ladder does not have yet, and never a crossed book', () => {
    const sync = live();
    sync.apply(touch(11, [103, 1], [104, 2]));
    expect(bidsOf(sync.book)[0]).toEqual([103, 1]);
    expect(asksOf(sync.book)).toEqual([[104, 2]]);
    expect(sync.book.isCrossed).toBe(false);
    expect(sync.apply(touch(12, [104, 1], [104, 2]))).toBe('ignored');
    expect(bidsOf(sync.book)[0]).toEqual([103, 1]);
  });

  it('that is older than the ladder or the touch before, or lacks a side, changes nothing', () => {
    const sync = live();
    const before = [bidsOf(sync.book), asksOf(sync.book)];
    for (const stale of [
      touch(10, [99, 1], [103, 1]),
      touch(9, [99, 1], [103, 1]),
      touch(11, [99, 0], [103, 1]),
      touch(11, [99, 1], [103, 0]),
    ])
      expect(sync.apply(stale)).toBe('ignored');
    expect([bidsOf(sync.book), asksOf(sync.book)]).toEqual(before);
    sync.apply(touch(20, [99, 1], [103, 1]));
    expect(sync.apply(touch(19, [98, 1], [104, 1]))).toBe('ignored');
    expect(bidsOf(sync.book)[0]).toEqual([99, 1]);
  });

  it('that shows what is known already changes nothing, and still holds', () => {
    const sync = live();
    expect(sync.apply(touch(15, [100, 5], [102, 1]))).toBe('ignored');
    // The best ask went and came back between two changes of the ladder: the touch knows that it is there.
    sync.apply(message(false, 10, 13, [], [[102, 0]]));
    expect(asksOf(sync.book)[0]).toEqual([102, 1]);
    sync.apply(message(false, 13, 15, [], [[102, 1]]));
    expect(asksOf(sync.book)[0]).toEqual([102, 1]);
  });

  it('needs a live book of known number, and goes with it', () => {
    const unknown = new BookSync(new OrderBook(DEPTH), new NumberRanges());
    expect(unknown.apply(touch(5, [1, 1], [2, 1]))).toBe('ignored');
    unknown.apply(message(true, NONE, NONE, [[1, 1]], [[2, 1]]));
    expect(unknown.apply(touch(5, [1, 2], [2, 1]))).toBe('ignored');
    const sync = live();
    sync.apply(touch(14, [99, 4], [103, 9]));
    sync.desync('connection closed');
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
    sync.apply(message(true, NONE, 12, [[90, 1]], [[91, 1]]));
    expect(bidsOf(sync.book)).toEqual([[90, 1]]);
  });

  it('is left out of what is read as the ladder', () => {
    const sync = live();
    // One that is crossed leaves nothing to lay over it either.
    expect(sync.apply(touch(13, [104, 1], [103, 1]))).toBe('ignored');
    sync.readLadder(() => undefined);
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
    sync.apply(touch(14, [99, 4], [103, 9]));
    const read: Level[] = [];
    sync.readLadder(() => read.push(...bidsOf(sync.book)));
    expect(read[0]).toEqual([100, 5]);
    expect(bidsOf(sync.book)[0]).toEqual([99, 4]);
  });

  it('is news when one price or one quantity of it is another, or the side was empty', () => {
    const one = (): BookSync => {
      const sync = new BookSync(new OrderBook(DEPTH), new NumberRanges());
      sync.apply(message(true, NONE, 10, [[100, 5]], [[102, 1]]));
      return sync;
    };
    const results = (
      [
        [
          [100, 5],
          [102, 1],
        ],
        [
          [99, 5],
          [102, 1],
        ],
        [
          [100, 4],
          [102, 1],
        ],
        [
          [100, 5],
          [103, 1],
        ],
        [
          [100, 5],
          [102, 2],
        ],
      ] as const
    ).map(([bid, ask]) => one().apply(touch(11, bid, ask)));
    expect(results).toEqual(['ignored', 'applied', 'applied', 'applied', 'applied']);
    for (const [bids, asks] of [
      [[[100, 0]], []],
      [[], [[102, 0]]],
    ] as const) {
      const sync = one();
      sync.apply(message(false, 10, 11, bids, asks));
      expect(sync.apply(touch(12, [100, 5], [102, 1]))).toBe('applied');
      expect([bidsOf(sync.book), asksOf(sync.book)]).toEqual([[[100, 5]], [[102, 1]]]);
    }
  });

  it('of more than one level a side is none', () => {
    const two = message(
      false,
      NONE,
      11,
      [
        [99, 4],
        [98, 1],
      ],
      [[103, 9]],
    );
    two.isTouch = true;
    const sync = live();
    expect(sync.apply(two)).toBe('ignored');
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
  });

  const at = (receivedUs: number, update: BookUpdate): BookUpdate => {
    update.receivedUs = receivedUs;
    return update;
  };

  it('and those after it stand for a second without a word of the ladder, and no longer until it speaks', () => {
    const sync = live();
    expect(sync.apply(at(1_000_000, touch(11, [99, 1], [103, 1])))).toBe('applied');
    expect(sync.apply(at(1_600_000, touch(12, [99, 2], [103, 1])))).toBe('applied');
    expect(sync.apply(at(2_000_000, touch(13, [99, 3], [103, 1])))).toBe('applied');
    expect(bidsOf(sync.book)[0]).toEqual([99, 3]);
    // The ladder is in view again: that is a change, once.
    expect(sync.apply(at(2_000_001, touch(14, [99, 4], [103, 1])))).toBe('applied');
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
    expect(sync.apply(at(2_100_000, touch(15, [99, 5], [103, 1])))).toBe('ignored');
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
    sync.apply(at(2_200_000, message(false, 10, 16, [[100, 6]], [])));
    expect(sync.apply(at(2_200_001, touch(17, [99, 7], [103, 1])))).toBe('applied');
    expect(bidsOf(sync.book)[0]).toEqual([99, 7]);
  });

  it('is dropped by a ladder that speaks and does not come as far within a second of the last touch', () => {
    const sync = live();
    sync.apply(at(5_000_000, touch(20, [99, 1], [103, 1])));
    sync.apply(at(5_900_000, touch(21, [99, 2], [103, 1])));
    sync.apply(at(6_500_000, message(false, 10, 12, [[98, 1]], [])));
    expect(bidsOf(sync.book)[0]).toEqual([99, 2]);
    sync.apply(at(6_900_000, message(false, 12, 13, [[98, 2]], [])));
    expect(bidsOf(sync.book)[0]).toEqual([99, 2]);
    sync.apply(at(6_900_001, message(false, 13, 14, [[98, 3]], [])));
    expect(bidsOf(sync.book)[0]).toEqual([100, 5]);
    // Nothing is owed any more: the next one has a second of its own.
    expect(sync.apply(at(9_000_000, touch(30, [99, 3], [103, 1])))).toBe('applied');
    expect(bidsOf(sync.book)[0]).toEqual([99, 3]);
  });

  it('that the ladder has come to leaves the next one a second of its own', () => {
    const sync = live();
    sync.apply(at(1_000_000, touch(11, [99, 1], [103, 1])));
    sync.apply(at(1_500_000, message(false, 10, 11, [], [])));
    expect(sync.apply(at(3_000_000, touch(12, [99, 2], [103, 1])))).toBe('applied');
    expect(bidsOf(sync.book)[0]).toEqual([99, 2]);
  });

  it('leaves the ladder as a book without touches has it, whatever comes', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 3 }));
    const change = fc.record({
      kind: fc.constant('change' as const),
      bids: fc.array(level, { maxLength: 4 }),
      asks: fc.array(level, { maxLength: 4 }),
    });
    const faster = fc.record({
      kind: fc.constant('touch' as const),
      ahead: fc.integer({ min: 0, max: 4 }),
      bid: level,
      ask: level,
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(change, faster), { maxLength: 40 }), (messages) => {
        const plain = new BookSync(new OrderBook(DEPTH), new NumberRanges());
        const sync = new BookSync(new OrderBook(DEPTH), new NumberRanges());
        let seq = 0;
        let kept: { seq: number; bid: Level; ask: Level } | undefined;
        for (const each of [plain, sync]) each.apply(message(true, NONE, 0, [[10, 1]], [[25, 1]]));
        for (const next of messages) {
          if (next.kind === 'change') {
            const asks = next.asks.map(([price, qty]): Level => [price + 20, qty]);
            for (const each of [plain, sync]) each.apply(message(false, seq, seq + 1, next.bids, asks));
            seq++;
          } else {
            const [bid, ask] = [next.bid, [next.ask[0] + 12, next.ask[1]] as Level];
            const at = seq + next.ahead;
            sync.apply(touch(at, bid, ask));
            const isWhole = bid[1] > 0 && ask[1] > 0 && bid[0] < ask[0];
            if (isWhole && at > seq && (kept === undefined || at > kept.seq)) kept = { seq: at, bid, ask };
          }
          if (kept !== undefined && kept.seq <= seq) kept = undefined;
          const view = kept;
          const [bids, asks] = [bidsOf(plain.book), asksOf(plain.book)];
          expect(bidsOf(sync.book)).toEqual(
            view === undefined ? bids : [view.bid, ...bids.filter(([price]) => price < view.bid[0])],
          );
          expect(asksOf(sync.book)).toEqual(
            view === undefined ? asks : [view.ask, ...asks.filter(([price]) => price > view.ask[0])],
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});
