/** What a quantity would cost, or bring, on the ladder as it stands: exact, level by level. */
import { ladderOf } from '../../books/ladder.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { type Decimal, fromUnits, ZERO } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Side } from '../../domain/order.ts';

/** The spot market at one moment. */
export type SpotBook = {
  readonly bid: Decimal;
  readonly ask: Decimal;
  /** In quote, without the fee; undefined: the ladder shows less. */
  readonly costOf: (qty: Decimal) => Decimal | undefined;
  readonly valueOf: (qty: Decimal) => Decimal | undefined;
};

/** Undefined while a side is empty, or the book crossed. Valid until the book changes. */
export function spotBook(
  book: OrderBook,
  { priceDecimals, qtyDecimals }: Pick<Instrument, 'priceDecimals' | 'qtyDecimals'>,
): SpotBook | undefined {
  if (book.isOneSided || book.isCrossed) return undefined;
  const walk = (side: Side, qty: Decimal): Decimal | undefined => {
    const { prices, qtys, count } = ladderOf(side, book);
    let left = qty;
    let sum = ZERO;
    for (let level = 0; level < count && left.gt(0); level++) {
      const offered = fromUnits(qtys[level] ?? 0, qtyDecimals);
      const taken = offered.lt(left) ? offered : left;
      sum = sum.plus(taken.times(fromUnits(prices[level] ?? 0, priceDecimals)));
      left = left.minus(taken);
    }
    return left.gt(0) ? undefined : sum;
  };
  return {
    bid: fromUnits(book.bestBid, priceDecimals),
    ask: fromUnits(book.bestAsk, priceDecimals),
    costOf: (qty) => walk('buy', qty),
    valueOf: (qty) => walk('sell', qty),
  };
}
