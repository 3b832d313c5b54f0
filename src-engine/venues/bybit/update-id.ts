/** How Bybit numbers the messages of a book (Bybit v5, "Orderbook" of the public stream). */
import type { BookUpdate } from '../../domain/market-data.ts';

/** After a restart of its service Bybit begins again, with a message that replaces the book whatever its type says. */
export const RESTART_ID = 1;

/**
 * Gives a message its number `u`, and to a change the one that it follows: each is one more than the last. The numbers are those of
 * one depth of one symbol.
 */
export function numberBook(update: BookUpdate, u: number): void {
  update.seq = u;
  if (u === RESTART_ID) update.isSnapshot = true;
  if (!update.isSnapshot) update.prevSeq = u - 1;
}
