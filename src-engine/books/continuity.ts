/**
 * How one message of a book follows the last one that was applied, for venues that number their messages. Pure rules
 * over sequence numbers: the live books, replays and checks of recordings share them.
 */

/** `stale`: the book has it already. `gap`: a message between is missing, so the book needs a fresh snapshot. */
export type Continuity = 'follows' | 'stale' | 'gap';

/**
 * The rule of venues whose messages cover a range of numbers (Binance U and u, KuCoin, Gate.io): a message follows when
 * it covers the number after the last applied one. The range may begin earlier, and right after a REST snapshot it
 * begins at the next number: a message need not cover the snapshot's own number.
 * @param first first number the message covers. @param last last number. @param applied last number the book holds.
 */
export function rangeContinuity(first: number, last: number, applied: number): Continuity {
  if (last <= applied) return 'stale';
  return first <= applied + 1 ? 'follows' : 'gap';
}

/**
 * For so long at most a book is trusted of which only earlier numbers come. A snapshot may be ahead of its stream by moments; a venue that
 * began to count anew without a word is behind for ever, while the signs of life of its connection keep the book live.
 */
export const MOST_STALE_US = 10_000_000;
