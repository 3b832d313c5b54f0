import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { gridOf } from './instrument-grid.ts';
import { LadderWalk } from './ladder-walk.ts';

type Levels = readonly (readonly [price: number, qty: number])[];

const SIZES = { tickSize: '0.001', lotSize: '0.01', minQty: '0', minNotional: '0', takerFee: '0' };

/** A cycle A → B → C → A without fees over these ladders: a walk's two amounts, and a function that replaces one ladder. */
function cycleOf(side: 'sell' | 'buy', ladders: readonly Levels[], maxStart: number) {
  const symbols = side === 'sell' ? ['A/B', 'B/C', 'C/A'] : ['B/A', 'C/B', 'A/C'];
  const instruments = symbols.map((symbol, id) => {
    const [base = '', quote = ''] = symbol.split('/');
    return createInstrument({ symbol, base, quote, ...SIZES }, id, 'test');
  });
  const books = ladders.map(() => new OrderBook(10));
  const apply = (id: number, levels: Levels): void => {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const [price, qty] of levels) {
      const [units, amount] = [Math.round(price * 1_000), Math.round(qty * 100)];
      if (side === 'sell') update.pushBid(units, amount);
      else update.pushAsk(units, amount);
    }
    books[id]?.apply(update);
  };
  for (const [id, levels] of ladders.entries()) apply(id, levels);
  const cycle: Cycle = {
    id: 0,
    venue: 'test',
    path: ['A', 'B', 'C'],
    legs: symbols.map((_symbol, instrumentId) => ({ instrumentId, side })),
  };
  const walk = new LadderWalk(books, instruments.map(gridOf));
  const again = (): [number, number] => {
    walk.walk(cycle, maxStart, 1);
    return [walk.startAmount, walk.endAmount];
  };
  return { walk, again, apply };
}

function walkOf(bids: readonly Levels[], maxStart: number): LadderWalk {
  const { walk, again } = cycleOf('sell', bids, maxStart);
  again();
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

  it('buys as it sells: the same rates and rooms from the other side of the books', () => {
    // A → B at 2 for 1 A, then at 1.6 for 2 A; B → C at 4 for 20 B; C → A at 0.2 for 40 C; no fees.
    const { again, apply } = cycleOf(
      'buy',
      [
        [
          [0.5, 2],
          [0.625, 3.2],
        ],
        [[0.25, 80]],
        [[5, 8]],
      ],
      1_000,
    );
    expect(again()).toEqual([3, (2 + 3.2) * 4 * 0.2]);
    // The second level goes: nothing is left of it.
    apply(0, [[0.5, 2]]);
    expect(again()).toEqual([1, 1.6]);
  });

  it('sells into no level that the book no longer has', () => {
    const { again, apply } = cycleOf(
      'sell',
      [
        [
          [2, 2],
          [1.9, 2],
        ],
        [[3, 100]],
        [[0.2, 1_400]],
      ],
      1_000,
    );
    expect(again()[0]).toBeCloseTo(4, 12);
    apply(0, [[2, 2]]);
    expect(again()[0]).toBeCloseTo(2, 12);
  });

  it('spends no more than it may', () => {
    const walk = walkOf([[[2, 50]], [[3, 400]], [[0.2, 1_400]]], 7);
    expect(walk.startAmount).toBe(7);
    expect(walkOf([[[2, 50]], [[3, 400]], [[0.2, 1_400]]], 0).startAmount).toBe(0);
  });

  it('spends no more than it may where that is more than one level takes', () => {
    const levels = [
      [
        [2, 3],
        [1.9, 50],
      ],
      [[3, 400]],
      [[0.2, 1_400]],
    ] as const;
    const walk = walkOf(levels, 7);
    expect(walk.startAmount).toBeCloseTo(7, 12);
    expect(walk.endAmount).toBeCloseTo((3 * 2 + 4 * 1.9) * 3 * 0.2, 12);
  });

  it('takes nothing that gives back exactly what it costs', () => {
    const walk = walkOf([[[2, 3]], [[0.5, 100]], [[1, 100]]], 1_000);
    expect([walk.startAmount, walk.topNet]).toEqual([0, 1]);
  });
});
