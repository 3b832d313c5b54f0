/**
 * How deep Binance's books are known. Its stream has every change of a book, however deep, and its snapshots are cut: so a book is known
 * up to the last level of its snapshot. A book is joined on to a cheap snapshot, so that all are live soon; one that moves is asked
 * for again deeper, before what is known of it runs out. BTC/USDT of August 2024 went through 1,000 levels in four and a half minutes.
 */
import type { SnapshotReach } from '../toolkit/known-book.ts';

/** Levels a side that a run sees, and those of the snapshot that a book is joined on to: up to 100 have the least weight. */
export const BOOK_DEPTH = 100;
/** Levels a side of the snapshot that makes a live book known deeper. */
export const DEEP_LEVELS = 1_000;
/** A joined book is asked for again once a tenth of its window is gone, a deep one once half of it is. */
const LEAST_OF_JOINED = 90;
const LEAST_OF_DEEP = DEEP_LEVELS / 2;
/** Limits at which the weight of a snapshot changes: one of them was asked for where a recording does not say which. */
const LIMITS = [BOOK_DEPTH, 500, DEEP_LEVELS, 5_000];

/** @param limit levels a side that were asked for; undefined: not known. A side with as many was cut. */
export function reachOf(bids: number, asks: number, limit: number | undefined): SnapshotReach {
  const most = Math.max(bids, asks);
  const asked = limit !== undefined && limit >= most ? limit : (LIMITS.find((one) => one >= most) ?? most);
  return { bidsCut: bids >= asked, asksCut: asks >= asked, leastKnown: leastOf(asked) };
}

/** Of a book that a recording begins with: all that was known of it, and which sides were cut. */
export function ownReach(bids: number, asks: number, bidsCut: boolean, asksCut: boolean): SnapshotReach {
  return { bidsCut, asksCut, leastKnown: leastOf(Math.max(bidsCut ? bids : 0, asksCut ? asks : 0)) };
}

function leastOf(levels: number): number {
  return levels > BOOK_DEPTH ? LEAST_OF_DEEP : LEAST_OF_JOINED;
}
