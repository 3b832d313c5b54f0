/** Places in a queue, computed by hand: prices in cents, quantities in lots of one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { decimal } from '../../domain/decimal.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { Side } from '../../domain/order.ts';
import { FillModel, RunningFee } from './fill-model.ts';
import { type QueueModel, type RestingFill, RestingOrders } from './resting-orders.ts';

const instrument = createInstrument(
  {
    symbol: 'A/B',
    base: 'A',
    quote: 'B',
    tickSize: '0.01',
    lotSize: '1',
    minQty: '1',
    minNotional: '0',
    takerFee: '0.001',
  },
  0,
  'test',
);
type Levels = readonly (readonly [number, number])[];

class Market {
  readonly store: BookStore;
  readonly fills: FillModel;
  readonly resting: RestingOrders;
  nowUs = 1;
  readonly filled = new Map<string, number>();

  constructor(queue: QueueModel = 'behind', depth = 10) {
    this.store = new BookStore([instrument], { depth });
    this.fills = new FillModel(this.store.instruments, this.store.books);
    this.resting = new RestingOrders(this.store, this.fills, { queue });
  }

  book(bids: Levels, asks: Levels): RestingFill[] {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const [price, qty] of bids) update.pushBid(price, qty);
    for (const [price, qty] of asks) update.pushAsk(price, qty);
    this.store.apply(update);
    this.fills.onBook(0);
    return this.#count(this.resting.onBook(0, this.nowUs));
  }

  /** A taker sells (or buys) so much at this price. */
  trade(price: number, qty: number, side: Side = 'sell'): number {
    const trade = {
      kind: 'trade',
      instrumentId: 0,
      price,
      qty,
      side,
      venueUs: 1,
      receivedUs: this.nowUs,
    } as const;
    return sum(this.#count(this.resting.onTrade(trade)));
  }

  rest(orderId: string, qty: number, price = 99, side: Side = 'buy'): void {
    const limit = decimal((price / 100).toFixed(2));
    this.resting.add(orderId, instrument, side, limit, decimal(String(qty)), new RunningFee(instrument));
  }

  #count(fills: readonly RestingFill[]): RestingFill[] {
    for (const { orderId, qty } of fills) {
      this.filled.set(orderId, (this.filled.get(orderId) ?? 0) + qty.toNumber());
    }
    return [...fills];
  }
}

const sum = (fills: readonly RestingFill[]): number =>
  fills.reduce((all, { qty }) => all + qty.toNumber(), 0);
const ASKS: Levels = [[101, 5]];

describe('an order that rests', () => {
  it('waits behind all that was there; trades use that up, joins and cancels do not help it', () => {
    const market = new Market('behind');
    market.book([[99, 10]], ASKS);
    market.rest('a', 4);
    expect(market.resting.aheadOf('a')).toBe(10);
    expect(market.trade(99, 6)).toBe(0);
    market.book([[99, 4]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(4);
    // Five join behind, three of the nine cancel.
    market.book([[99, 9]], ASKS);
    market.book([[99, 6]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(4);
    expect(market.trade(99, 5)).toBe(1);
    expect(market.trade(99, 2)).toBe(2);
    expect(market.trade(99, 9)).toBe(1);
    expect(market.resting.count).toBe(0);
    expect(market.trade(99, 9)).toBe(0);
  });

  it('moves up by its share of what was canceled, where cancels are counted in proportion', () => {
    const market = new Market('pro-rata');
    market.book([[99, 10]], ASKS);
    market.rest('a', 4);
    market.book([[99, 20]], ASKS);
    // Eight of twenty cancel; ten of the twenty stand before it, so four of the eight.
    market.book([[99, 12]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(6);
    // One of twelve cancels: half of it, rounded in favour of the queue.
    market.book([[99, 11]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(6);
    // Four of the cancels may be this very trade, reported late: of ten, six are sure to be new.
    expect(market.trade(99, 10)).toBe(0);
    expect(market.resting.aheadOf('a')).toBe(0);
    expect(market.trade(99, 1)).toBe(1);
  });

  it.each(['behind', 'pro-rata'] as const)(
    'a trade reported before or after its book message counts once (%s)',
    (queue) => {
      const before = new Market(queue);
      before.book([[99, 10]], ASKS);
      before.rest('a', 4);
      before.trade(99, 4);
      before.book([[99, 6]], ASKS);
      const after = new Market(queue);
      after.book([[99, 10]], ASKS);
      after.rest('a', 4);
      after.book([[99, 6]], ASKS);
      after.trade(99, 4);
      expect(before.resting.aheadOf('a')).toBe(6);
      expect(after.resting.aheadOf('a')).toBe(6);
      // A report more than a second later is another trade.
      after.nowUs += 1_000_001;
      after.trade(99, 4);
      expect(after.resting.aheadOf('a')).toBe(2);
    },
  );

  it.each(['behind', 'pro-rata'] as const)('never has more ahead than its level shows (%s)', (queue) => {
    const market = new Market(queue);
    market.book([[99, 10]], ASKS);
    market.rest('a', 4);
    market.book([[99, 2]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(2);
    market.book([[98, 7]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(0);
    market.nowUs += 1_000_001;
    market.book([[99, 8]], ASKS);
    expect(market.trade(99, 3)).toBe(3);
  });

  it('is met first by a trade beyond its price, for no more than traded, at its own price', () => {
    const market = new Market();
    market.book(
      [
        [99, 10],
        [98, 10],
      ],
      ASKS,
    );
    market.rest('a', 4);
    expect(market.trade(98, 3)).toBe(3);
    expect(market.trade(98, 3)).toBe(1);
    const sale = new Market();
    sale.book([[99, 1]], [[101, 6]]);
    sale.rest('s', 2, 101, 'sell');
    expect(sale.trade(100, 9, 'buy')).toBe(0);
    expect(sale.trade(101, 7, 'buy')).toBe(1);
    expect(sale.trade(102, 7, 'buy')).toBe(1);
    expect(sale.trade(101, 9, 'sell')).toBe(0);
  });

  it('fills at its own price when the other side of the book reaches it, each lot once', () => {
    const market = new Market();
    market.book([[99, 10]], ASKS);
    market.rest('a', 9);
    const crossed: Levels = [[98, 3]];
    const [fill] = market.book([[97, 5]], crossed);
    expect([fill?.price.toString(), fill?.qty.toString(), fill?.fee.toString()]).toEqual([
      '0.99',
      '3',
      '0.00297',
    ]);
    expect(market.book([[97, 5]], crossed)).toEqual([]);
    expect(sum(market.book([[97, 5]], [[98, 5]]))).toBe(2);
    expect(market.fills.take(0, 'buy', decimal('0.98'), decimal('9'))).toEqual([]);
  });

  it('of our own orders the better price goes first, then the earlier; a trade fills no more than it traded', () => {
    const market = new Market();
    market.book([[99, 5]], ASKS);
    market.rest('first', 3);
    market.book([[99, 8]], ASKS);
    market.rest('second', 3);
    // Five of others, three of ours, three of others, then the second.
    expect(market.trade(99, 10)).toBe(3);
    expect([market.filled.get('first'), market.resting.aheadOf('second')]).toEqual([3, 1]);
    market.rest('better', 2, 100);
    expect(market.trade(99, 4)).toBe(3);
    expect(market.filled.get('better')).toBe(2);
    expect(market.filled.get('second')).toBe(1);
  });

  it('fills nothing on a book that is not live, and stands at the end of its queue when that is back', () => {
    const market = new Market();
    market.book([[99, 10]], ASKS);
    market.rest('a', 4);
    expect(market.trade(99, 8)).toBe(0);
    market.store.sync(0).desync('cut');
    expect(market.trade(98, 50)).toBe(0);
    market.book([[99, 7]], ASKS);
    expect(market.resting.aheadOf('a')).toBe(7);
  });

  it('beyond the part of the book that is seen it waits until its level comes into sight', () => {
    const market = new Market('behind', 2);
    const far: Levels = [
      [105, 1],
      [104, 1],
    ];
    market.book(far, [[106, 5]]);
    market.rest('a', 1);
    expect(market.resting.aheadOf('a')).toBe(Number.POSITIVE_INFINITY);
    expect(market.trade(99, 9)).toBe(0);
    market.book([[99, 6]], [[106, 5]]);
    expect(market.resting.aheadOf('a')).toBe(6);
    market.book(far, [[106, 5]]);
    expect(market.resting.aheadOf('a')).toBe(6);
  });

  it('is gone once it is canceled', () => {
    const market = new Market();
    market.book([[99, 1]], ASKS);
    market.rest('a', 4);
    expect(market.resting.remove('a')).toBe(true);
    expect(market.resting.remove('a')).toBe(false);
    expect(market.trade(98, 9)).toBe(0);
  });

  it('whatever the market does: no lot fills twice, nothing beyond an order, the same again for the same market', () => {
    const step = fc.oneof(
      fc.record({
        price: fc.integer({ min: 96, max: 102 }),
        qty: fc.integer({ min: 1, max: 12 }),
        side: fc.constantFrom<Side>('buy', 'sell'),
      }),
      fc.record({ bid: fc.integer({ min: 96, max: 101 }), size: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ rest: fc.integer({ min: 1, max: 9 }), at: fc.integer({ min: 97, max: 100 }) }),
    );
    const queue = fc.constantFrom<QueueModel>('behind', 'pro-rata');
    fc.assert(
      fc.property(queue, fc.array(step, { maxLength: 60 }), (model, steps) => {
        const play = () => {
          const market = new Market(model);
          const asked = new Map<string, number>();
          market.book([[98, 5]], [[103, 5]]);
          for (const [at, each] of steps.entries()) {
            if ('side' in each) {
              const before = sumOf(market.filled);
              market.trade(each.price, each.qty, each.side);
              expect(sumOf(market.filled) - before).toBeLessThanOrEqual(each.qty);
            } else if ('bid' in each) {
              const before = sumOf(market.filled);
              market.book([[each.bid, each.size]], [[each.bid + 1, each.size]]);
              expect(sumOf(market.filled) - before).toBeLessThanOrEqual(each.size);
            } else {
              asked.set(`o${at}`, each.rest);
              market.rest(`o${at}`, each.rest, each.at);
            }
            for (const id of asked.keys()) expect(market.resting.aheadOf(id) ?? 0).toBeGreaterThanOrEqual(0);
          }
          for (const [id, qty] of market.filled) expect(qty).toBeLessThanOrEqual(asked.get(id) ?? 0);
          return [...market.filled];
        };
        expect(play()).toEqual(play());
      }),
    );
  });
});

const sumOf = (filled: ReadonlyMap<string, number>): number =>
  [...filled.values()].reduce((all, qty) => all + qty, 0);
