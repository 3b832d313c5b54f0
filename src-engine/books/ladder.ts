import type { Side } from '../domain/order.ts';
import type { OrderBook } from './order-book.ts';

/** Levels of one side of a book, best first. */
export type Ladder = {
  readonly prices: OrderBook['bidPrices'];
  readonly qtys: OrderBook['bidQtys'];
  /** Only so many entries mean anything. */
  readonly count: number;
};

/** The levels that an order of this side takes. */
export function ladderOf(side: Side, book: OrderBook): Ladder {
  return side === 'sell'
    ? { prices: book.bidPrices, qtys: book.bidQtys, count: book.bidCount }
    : { prices: book.askPrices, qtys: book.askQtys, count: book.askCount };
}
