/** What an order would take of a book as it stands: the shaded part of a ladder, and its words. Pure. */
import type { BookView } from '../../../src-engine/contract/topics.ts';

/** An order that takes: quantity and the worst price it may have, in the instrument's units. */
export type Take = { readonly side: 'buy' | 'sell'; readonly qty: number; readonly limit: number };

export type Taken = {
  /** Part of the quantity that rests within the limit: 0 to 1. */
  readonly share: number;
  /** Levels that it reaches into. */
  readonly levels: number;
  /** Mean price of what can be had, in the instrument's units; null: nothing can. */
  readonly mean: number | null;
};

export function takenOf(book: Pick<BookView, 'bids' | 'asks'>, take: Take): Taken {
  const side = take.side === 'buy' ? book.asks : book.bids;
  let left = take.qty;
  let paid = 0;
  let levels = 0;
  for (let at = 0; at + 1 < side.length && left > 0; at += 2) {
    const part = partTaken(take, left, side[at] ?? 0, side[at + 1] ?? 0);
    if (part === 0) break;
    left -= part;
    paid += part * (side[at] ?? 0);
    levels++;
  }
  const had = take.qty - left;
  return { share: take.qty <= 0 ? 0 : had / take.qty, levels, mean: had > 0 ? paid / had : null };
}

/** Of a level, when `left` of the order is still to be had; 0 beyond its limit. */
export function partTaken({ side, limit }: Take, left: number, price: number, qty: number): number {
  const isWithin = side === 'buy' ? price <= limit : price >= limit;
  return isWithin ? Math.min(left, qty) : 0;
}
