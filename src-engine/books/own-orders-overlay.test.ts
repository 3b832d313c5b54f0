/** Own orders out of a book's view, against a book that nothing is taken out of. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookUpdate, NONE } from '../domain/market-data.ts';
import { BookSync } from './book-sync.ts';
import { NumberRanges } from './book-verifier.ts';
import { OrderBook } from './order-book.ts';
import { SHOWN_AFTER_US } from './own-orders-overlay.ts';

type Level = readonly [price: number, qty: number];

const DEPTH = 8;
const BIDS: readonly Level[] = [
  [100, 5],
  [99, 6],
];
const ASKS: readonly Level[] = [
  [102, 4],
  [103, 2],
];

function message(
  seq: number,
  atUs: number,
  bids: readonly Level[],
  asks: readonly Level[],
  isSnapshot = false,
) {
  const update = new BookUpdate();
  update.reset(0, isSnapshot, atUs);
  update.seq = seq;
  update.prevSeq = isSnapshot ? NONE : seq - 1;
  for (const [price, qty] of bids) update.pushBid(price, qty);
  for (const [price, qty] of asks) update.pushAsk(price, qty);
  return update;
}

const side = (prices: Float64Array, qtys: Float64Array, count: number): Level[] =>
  Array.from({ length: count }, (_, i) => [prices[i] as number, qtys[i] as number]);
const bidsOf = ({ book }: BookSync): Level[] => side(book.bidPrices, book.bidQtys, book.bidCount);
const asksOf = ({ book }: BookSync): Level[] => side(book.askPrices, book.askQtys, book.askCount);

function live(): BookSync {
  const sync = new BookSync(new OrderBook(DEPTH), new NumberRanges());
  sync.apply(message(1, 0, BIDS, ASKS, true));
  return sync;
}

const order = (price: number, isBid = true) => ({ orderId: `o${price}`, isBid, price });

describe('an own order', () => {
  it('is out of view from the moment it is sent: alone at its price the level is gone, beside others theirs is shown', () => {
    const sync = live();
    sync.ownOrders.add(order(101), 3, 0, 0);
    expect(bidsOf(sync)).toEqual(BIDS);
    sync.apply(message(2, 10, [[101, 3]], []));
    expect([bidsOf(sync), sync.book.bestBid]).toEqual([BIDS, 100]);
    sync.apply(message(3, 20, [[101, 10]], []));
    expect(bidsOf(sync)).toEqual([[101, 7], ...BIDS]);
    expect(asksOf(sync)).toEqual(ASKS);
  });

  it('is taken off as it was until the book has had time to show its fill, and its end', () => {
    const sync = live();
    sync.ownOrders.add(order(102, false), 3, 0, 0);
    expect(asksOf(sync)[0]).toEqual([102, 1]);
    sync.ownOrders.change('o102', 1, false, 10);
    // The book shows the fill before the time is over: others are shown smaller meanwhile, never larger.
    sync.apply(message(2, 20, [], [[102, 2]]));
    expect(asksOf(sync)[0]).toEqual([103, 2]);
    sync.apply(message(3, 11 + SHOWN_AFTER_US, [], [[103, 2]]));
    expect(asksOf(sync)[0]).toEqual([102, 1]);
    sync.ownOrders.change('o102', 0, true, 12 + SHOWN_AFTER_US);
    sync.apply(message(4, 13 + 2 * SHOWN_AFTER_US, [], [[102, 1]]));
    expect(asksOf(sync)[0]).toEqual([102, 1]);
  });

  it('is back in view for a recording, and stays out of it when the book is lost and shown again', () => {
    const sync = live();
    sync.ownOrders.add(order(100), 5, 0, 0);
    expect(bidsOf(sync)).toEqual([[99, 6]]);
    sync.readLadder(() => expect(bidsOf(sync)).toEqual(BIDS));
    expect(bidsOf(sync)).toEqual([[99, 6]]);
    sync.desync('gap');
    expect(bidsOf(sync)).toEqual([[99, 6]]);
    sync.apply(message(7, 30, [[98, 1], ...BIDS], ASKS, true));
    expect([sync.state, bidsOf(sync)]).toEqual([
      'live',
      [
        [99, 6],
        [98, 1],
      ],
    ]);
  });
});

it('whatever comes, a book without own orders is that of its venue less what they may be, and lifting them gives it back', () => {
  const level = fc.tuple(fc.integer({ min: 95, max: 99 }), fc.integer({ min: 0, max: 9 }));
  const ask = fc.tuple(fc.integer({ min: 101, max: 105 }), fc.integer({ min: 0, max: 9 }));
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('book' as const),
      bids: fc.array(level),
      asks: fc.array(ask),
      isSnapshot: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('touch' as const),
      bid: fc.integer({ min: 95, max: 99 }),
      ask: fc.integer({ min: 101, max: 105 }),
    }),
    fc.record({
      kind: fc.constant('add' as const),
      price: fc.integer({ min: 95, max: 105 }),
      qty: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ kind: fc.constant('fill' as const), nth: fc.nat(5), left: fc.nat(3) }),
    fc.record({ kind: fc.constant('lost' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sync = live();
      const whole = live();
      const own: { orderId: string; isBid: boolean; price: number; shown: number }[] = [];
      let seq = 1;
      let nowUs = 0;
      for (const one of steps) {
        nowUs += 1_000;
        if (one.kind === 'book') {
          const snapshot = one.isSnapshot || whole.state !== 'live';
          seq++;
          for (const each of [sync, whole]) each.apply(message(seq, nowUs, one.bids, one.asks, snapshot));
        } else if (one.kind === 'touch') {
          const update = message(seq + 1, nowUs, [[one.bid, 2]], [[one.ask, 3]]);
          update.isTouch = true;
          for (const each of [sync, whole]) each.apply(update);
        } else if (one.kind === 'add' && own.length < 6) {
          const added = { orderId: `${own.length}`, isBid: one.price < 100, price: one.price };
          sync.ownOrders.add(added, one.qty, nowUs, sync.lastUpdateUs);
          own.push({ ...added, shown: one.qty });
        } else if (one.kind === 'fill') {
          const filled = own[one.nth];
          // All of these happen within the time in which a book may not show them yet.
          if (filled !== undefined)
            sync.ownOrders.change(filled.orderId, Math.min(one.left, filled.shown), one.left === 0, nowUs);
        } else if (one.kind === 'lost') for (const each of [sync, whole]) each.desync('gap');
        const less = (levels: Level[], isBid: boolean): Level[] =>
          levels.flatMap(([price, qty]) => {
            const ours = own.filter((each) => each.isBid === isBid && each.price === price);
            const rest = qty - ours.reduce((sum, { shown }) => sum + shown, 0);
            return rest > 0 ? [[price, rest] as const] : [];
          });
        expect(bidsOf(sync)).toEqual(less(bidsOf(whole), true));
        expect(asksOf(sync)).toEqual(less(asksOf(whole), false));
        expect([sync.state, sync.lastSeq]).toEqual([whole.state, whole.lastSeq]);
      }
      sync.ownOrders.lift();
      expect([bidsOf(sync), asksOf(sync)]).toEqual([bidsOf(whole), asksOf(whole)]);
    }),
    { numRuns: 200 },
  );
});
