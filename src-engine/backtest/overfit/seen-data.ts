/**
 * Whether two results were looked for in the same data, though the files differ: one an hour longer, trimmed, renamed, or with a changed byte. They did where their
 * times overlap and a market is the same: by its name where the file says it, else by its prices.
 */
import { createHash } from 'node:crypto';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** The share of the shorter time from which an overlap counts. */
export const LEAST_OVERLAP = 0.1;
/** Seconds of a cell, each a multiple of the one before, so that a cell of one begins a cell of the other. */
const CELL_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 345_600, 1_382_400, 5_529_600];
const MOST_MARKS = 400;
const MARK_DIGITS = 6;
const NO_MARK = '-'.repeat(MARK_DIGITS);

/** Of one market: a few digits for the first bar with a price that ends in each cell of time. */
export type PriceMarks = {
  readonly cellSeconds: number;
  /** Of the first cell: its begin in cells since 1970. */
  readonly first: number;
  readonly marks: string;
};

export type SeenData = {
  /** Such as BTC/USD@VENUE; empty where no file says it. */
  readonly markets: readonly string[];
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly prices: readonly PriceMarks[];
};

/** @param read of each bar, oldest first. */
export function priceMarks(
  count: number,
  read: (at: number) => { readonly endUs: TimeUs; readonly close: number },
): PriceMarks {
  const [from, to] = [read(0).endUs / US_PER_SECOND, read(count - 1).endUs / US_PER_SECOND];
  const longest = CELL_SECONDS.at(-1) as number;
  const cellSeconds = CELL_SECONDS.find((seconds) => (to - from) / seconds < MOST_MARKS - 1) ?? longest;
  const first = Math.floor(from / cellSeconds);
  const cells = Math.min(MOST_MARKS, Math.floor(to / cellSeconds) - first + 1);
  const marks = Array.from({ length: cells }, () => NO_MARK);
  for (let at = 0; at < count; at++) {
    const { endUs, close } = read(at);
    const cell = Math.floor(endUs / US_PER_SECOND / cellSeconds) - first;
    if (cell < cells && marks[cell] === NO_MARK && Number.isFinite(close)) marks[cell] = markOf(endUs, close);
  }
  return { cellSeconds, first, marks: marks.join('') };
}

export function sharesData(a: SeenData, b: SeenData): boolean {
  const overlapUs = Math.min(a.toUs, b.toUs) - Math.max(a.fromUs, b.fromUs);
  const shorterUs = Math.min(a.toUs - a.fromUs, b.toUs - b.fromUs);
  if (!(overlapUs > 0 && overlapUs >= LEAST_OVERLAP * shorterUs)) return false;
  if (a.markets.some((market) => b.markets.includes(market))) return true;
  return a.prices.some((ours) => b.prices.some((theirs) => isSamePrices(ours, theirs)));
}

/** At least half of the cells that both know. Those at the ends of a file may differ. */
function isSamePrices(a: PriceMarks, b: PriceMarks): boolean {
  const [coarse, fine] = a.cellSeconds >= b.cellSeconds ? [a, b] : [b, a];
  const ratio = coarse.cellSeconds / fine.cellSeconds;
  if (!Number.isInteger(ratio)) return false;
  let [both, equal] = [0, 0];
  for (let cell = 0; cell * MARK_DIGITS < coarse.marks.length; cell++) {
    const ours = markAt(coarse, cell);
    const theirs = markAt(fine, (coarse.first + cell) * ratio - fine.first);
    if (ours === NO_MARK || theirs === NO_MARK) continue;
    both++;
    if (ours === theirs) equal++;
  }
  return equal > 0 && 2 * equal >= both;
}

function markAt({ marks }: PriceMarks, cell: number): string {
  const from = cell * MARK_DIGITS;
  return cell < 0 || from + MARK_DIGITS > marks.length ? NO_MARK : marks.slice(from, from + MARK_DIGITS);
}

function markOf(endUs: TimeUs, close: number): string {
  return createHash('sha256').update(`${endUs} ${close}`).digest('hex').slice(0, MARK_DIGITS);
}
