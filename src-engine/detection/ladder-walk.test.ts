import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { geometryOf } from './costs.ts';
import { LadderWalk } from './ladder-walk.ts';

type Levels = readonly (readonly [price: number, qty: number])[];

/** A cycle that sells A for B, B for C and C for A, without fees, into these bids. */
function walkOf(bids: readonly Levels[], maxStart: number): LadderWalk {
  const symbols = ['A/B', 'B/C', 'C/A'];
  const sizes = { tickSize: '0.01', lotSize: '0.01', minQty: '0', minNotional: '0', takerFee: '0' };
  const instruments = symbols.map((symbol, id) => {
    const [base = '', quote = ''] = symbol.split('/');
    return createInstrument({ symbol, base, quote, ...sizes }, id, 'test');
  });
  const books = bids.map((levels) => {
    const book = new OrderBook(10);
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const [price, qty] of levels) update.pushBid(Math.round(price * 100), Math.round(qty * 100));
    book.apply(update);
    return book;
  });
  const cycle: Cycle = {
    id: 0,
    venue: 'test',
    path: ['A', 'B', 'C'],
    legs: symbols.map((_symbol, instrumentId) => ({ instrumentId, side: 'sell' as const })),
  };
  const walk = new LadderWalk(books, instruments.map(geometryOf));
  walk.walk(cycle, maxStart, 1);
  return walk;
}

describe('ladder walk', () => {
  it('finds the volume that peregrine’s tests expect of a depth-limited cycle', () => {
    // wardbradt/peregrine (MIT): A → B at 2 for 3 A, B → C at 3 for 4 B, C → A at 0.2 for 14 C; 2 A pass.
    const walk = walkOf([[[2, 3]], [[3, 4]], [[0.2, 14]]], 1_000);
    expect(walk.startAmount).toBeCloseTo(2, 12);
    expect(walk.endAmount).toBeCloseTo(2 * 2 * 3 * 0.2, 12);
  });

  it('goes on when levels of two legs end with the same slice', () => {
    // Two A fill both first levels to the last unit; two more A still pay at the second ones.
    const walk = walkOf(
      [
        [
          [2, 2],
          [1.9, 2],
        ],
        [
          [3, 4],
          [2.9, 100],
        ],
        [[0.2, 100]],
      ],
      1_000,
    );
    expect(walk.startAmount).toBeCloseTo(4, 12);
    expect(walk.endAmount).toBeCloseTo(4 * 3 * 0.2 + 3.8 * 2.9 * 0.2, 12);
  });

  it('spends no more than it may', () => {
    const walk = walkOf([[[2, 50]], [[3, 400]], [[0.2, 1_400]]], 7);
    expect(walk.startAmount).toBe(7);
    expect(walkOf([[[2, 50]], [[3, 400]], [[0.2, 1_400]]], 0).startAmount).toBe(0);
  });
});
