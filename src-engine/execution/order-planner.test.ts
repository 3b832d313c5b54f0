import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { gridOf } from '../detection/instrument-grid.ts';
import { decimal } from '../domain/decimal.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Holding } from './holding.ts';
import { OrderPlanner } from './order-planner.ts';

const SIZES = { tickSize: '0.01', lotSize: '0.01', minQty: '0.5', minNotional: '4', takerFee: '0.001' };
const instruments = ['A/H', 'B/A'].map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, 'test');
});

/** Best prices in hundredths; undefined: that side is empty. */
type Top = { readonly bid?: number; readonly ask?: number };

function plannerOf(tops: readonly Top[], listed: readonly Instrument[] = instruments): OrderPlanner {
  const store = new BookStore(listed, { depth: 5 });
  for (const [id, { bid, ask }] of tops.entries()) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    if (bid !== undefined) update.pushBid(bid, 10_000);
    if (ask !== undefined) update.pushAsk(ask, 10_000);
    store.apply(update);
  }
  const grids = listed.map(gridOf);
  const market = { instruments: listed, books: store.books, grids, isLive: () => true };
  return new OrderPlanner(market, () => 100);
}

function holding(asset: string, amount: string, target = 'H', change: Partial<Holding> = {}): Holding {
  return {
    asset,
    amount: decimal(amount),
    target,
    route: [],
    avoid: [],
    openingQty: undefined,
    want: undefined,
    ...change,
  } as Holding;
}

const planned = (planner: OrderPlanner, of: Holding) => {
  const next = planner.next(of);
  if (next === undefined || next === 'residual') return next;
  return `${next.leg.side} ${next.qty.toString()} ${next.instrument.symbol} at ${next.limit.toString()}`;
};

describe('an order on a book with one side', () => {
  it('is made where the side that it trades with is there', () => {
    // 30 bps beyond the best price, on tick.
    expect(planned(plannerOf([{ bid: 1_000 }, {}]), holding('A', '2'))).toBe('sell 2 A/H at 9.97');
    expect(planned(plannerOf([{ ask: 1_000 }, {}]), holding('H', '20', 'A'))).toBe('buy 1.99 A/H at 10.03');
  });

  it('waits where that side is missing: the other one is not a price', () => {
    expect(planned(plannerOf([{ ask: 1_000 }, {}]), holding('A', '2'))).toBeUndefined();
    expect(planned(plannerOf([{ bid: 1_000 }, {}]), holding('H', '20', 'A'))).toBeUndefined();
  });
});

describe('residual, while nothing has a price', () => {
  const empty = plannerOf([{}, {}]);

  it('is a sale below the smallest quantity, once it is cut to whole lots', () => {
    // A can be sold, or spent on B: neither takes so little.
    expect(empty.isTradable(holding('A', '0.499'))).toBe(false);
    expect(planned(empty, holding('A', '0.499'))).toBe('residual');
    expect(empty.isTradable(holding('A', '0.5'))).toBe(true);
    expect(planned(empty, holding('A', '0.509'))).toBeUndefined();
    expect(empty.isTradable(holding('B', '0.49'))).toBe(false);
  });

  it('is a purchase below the smallest value', () => {
    expect(empty.isTradable(holding('H', '3.99'))).toBe(false);
    expect(empty.isTradable(holding('H', '4'))).toBe(true);
    expect(planned(empty, holding('H', '3.99', 'A'))).toBe('residual');
    expect(planned(empty, holding('H', '4', 'A'))).toBeUndefined();
  });

  it('is nothing at all, also where no smallest quantity is set', () => {
    const none = instruments.map((one) => ({ ...one, minQty: decimal('0'), minNotional: decimal('0') }));
    const store = new BookStore(none, { depth: 5 });
    const market = {
      instruments: none,
      books: store.books,
      grids: none.map(gridOf),
      isLive: () => true,
    };
    const planner = new OrderPlanner(market, () => 100);
    expect(planner.isTradable(holding('B', '0.009'))).toBe(false);
    expect(planner.isTradable(holding('B', '0.01'))).toBe(true);
  });

  it('is what no instrument takes at all', () => {
    expect(empty.isTradable(holding('Z', '1000'))).toBe(false);
  });
});

describe('the next order of a holding', () => {
  const tops = [{ bid: 1_000, ask: 1_001 }, {}];
  const sale = { instrumentId: 0, side: 'sell', limitPrice: decimal('9.99') } as const;

  it('is its route’s at the planned price and size, and a way home leaves the plan', () => {
    const planner = plannerOf(tops);
    expect(planner.next(holding('A', '2', 'H', { route: [sale] }))).toMatchObject({ leavesPlan: false });
    expect(planned(planner, holding('A', '2', 'H', { route: [sale] }))).toBe('sell 2 A/H at 9.99');
    expect(planner.next(holding('A', '2'))).toMatchObject({ leavesPlan: true });
  });

  it('brings no more than is wanted where its leg gives the target, by the best price there is', () => {
    const planner = plannerOf([
      { bid: 999, ask: 1_000 },
      { bid: 99, ask: 100 },
    ]);
    const want = { want: decimal('1') };
    expect(planned(planner, holding('H', '20', 'A', want))).toBe('buy 1 A/H at 10.03');
    // 9.98 at 9.99 a piece are 0.99 in whole lots; the limit of 9.97 would make it one.
    expect(planned(planner, holding('A', '2', 'H', { want: decimal('9.98') }))).toBe('sell 0.99 A/H at 9.97');
    // On the way to B the first leg gives A: all of it goes on.
    expect(planned(planner, holding('H', '60', 'B', want))).toBe('buy 5.97 A/H at 10.03');
  });

  it('of an opening leg that the venue takes no longer is none: the account keeps what it has', () => {
    const opening = { route: [sale], openingQty: decimal('0.4') };
    expect(planned(plannerOf(tops), holding('A', '2', 'H', opening))).toBe('residual');
  });

  it('goes where a try just found nothing only while there is no other way', () => {
    expect(planned(plannerOf(tops), holding('A', '2', 'H', { avoid: [0] }))).toBe('sell 2 A/H at 9.97');
    const both = ['A/H', 'A/C', 'C/H'].map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return createInstrument({ symbol, base, quote, ...SIZES, status: 'online' }, id, 'test');
    });
    const planner = plannerOf([{ bid: 1_000 }, { bid: 1_000 }, { bid: 99 }], both);
    expect(planned(planner, holding('A', '9'))).toBe('sell 9 A/H at 9.97');
    expect(planned(planner, holding('A', '9', 'H', { avoid: [0] }))).toBe('sell 9 A/C at 9.97');
  });

  it('is none on a route without a planned price while the book has none, nor at a price of nothing', () => {
    const route = [{ instrumentId: 0, side: 'sell', limitPrice: undefined }] as const;
    expect(planned(plannerOf([{ ask: 1_001 }, {}]), holding('A', '2', 'H', { route }))).toBeUndefined();
    // The tick became coarser than the price: the next one below is zero.
    const coarse = instruments.map((one) => ({ ...one, tickSize: decimal('1'), minNotional: decimal('0') }));
    expect(planned(plannerOf([{ bid: 50 }, {}], coarse), holding('A', '2', 'H', { route }))).toBeUndefined();
  });
});
