import type { BookSync } from '../../books/book-sync.ts';
import { fromUnits } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';

type Levels = readonly (readonly [price: string, qty: string])[];

/** The levels of a book as decimals, best first, as its own stream left them: a touch that lies over it is not in them. */
export function ladderLevels(
  sync: BookSync,
  { priceDecimals, qtyDecimals }: Instrument,
): { readonly bids: Levels; readonly asks: Levels } {
  const { book } = sync;
  const levels = (prices: Float64Array, qtys: Float64Array, count: number): Levels =>
    Array.from({ length: count }, (_, at) => [
      fromUnits(prices[at] ?? 0, priceDecimals).toFixed(),
      fromUnits(qtys[at] ?? 0, qtyDecimals).toFixed(),
    ]);
  let read: { bids: Levels; asks: Levels } = { bids: [], asks: [] };
  sync.readLadder(() => {
    read = {
      bids: levels(book.bidPrices, book.bidQtys, book.bidCount),
      asks: levels(book.askPrices, book.askQtys, book.askCount),
    };
  });
  return read;
}
