/**
 * Whether two results were looked for in the same data, though the files differ: one an hour longer, trimmed, renamed, or with a changed byte. They did where their
 * times overlap and a market is the same: by its name where the file says it, else by its prices. Prices are the same where they stand at the same level, or move by the same ratios: a file whose
 * prices were multiplied, or whose times were moved by a second, is no other market. Levels that repeat, as of a stablecoin, say nothing.
 */
import { log } from '../../lib/elementary.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** The share of the shorter time from which an overlap counts. */
export const LEAST_OVERLAP = 0.1;
/** Seconds of a cell, each a multiple of the one before, so that a cell of one begins a cell of the other. */
const CELL_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 345_600, 1_382_400, 5_529_600];
const MOST_MARKS = 400;
const MARK_DIGITS = 6;
const NO_MARK = '-'.repeat(MARK_DIGITS);
const NO_LEVEL = -1;
/** Levels are logarithms of prices in steps of 5 millionths; a mark holds so many of them. */
const STEPS = 200_000;
const LEVELS = 16 ** MARK_DIGITS;
/** Rounding of both prices: moves that differ by no more are the same. A move of less than twice as much would be within it of many others, and says nothing. */
const ROUNDING = 3;
const LEAST_MOVE = 2 * ROUNDING;
/** Fewer moves may be the same by chance; of small ones many are, so that more are asked for. */
const LEAST_MOVES = 4;
const LARGE_MOVE = 20 * ROUNDING;
const LEAST_SMALL_MOVES = 40;

/** Of one market: the level of the first bar with a price that ends in each cell of time. */
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
  // Bars mostly end where a cell begins: half a bar to either side is the same one, though times were moved by a little.
  const slack =
    Math.min(
      shortestOf(count, (at) => read(at).endUs),
      cellSeconds * US_PER_SECOND,
    ) / 2;
  const cellOf = (endUs: TimeUs): number => Math.floor((endUs + slack) / US_PER_SECOND / cellSeconds);
  const first = cellOf(read(0).endUs);
  const cells = Math.min(MOST_MARKS, cellOf(read(count - 1).endUs) - first + 1);
  const marks = Array.from({ length: cells }, () => NO_MARK);
  for (let at = 0; at < count; at++) {
    const { endUs, close } = read(at);
    const cell = cellOf(endUs) - first;
    if (cell < cells && marks[cell] === NO_MARK && Number.isFinite(close) && close > 0)
      marks[cell] = markOf(close);
  }
  return { cellSeconds, first, marks: marks.join('') };
}

/** The shortest time between two bars; 0 of one alone. */
function shortestOf(count: number, endAt: (at: number) => TimeUs): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let at = 1; at < count; at++) {
    const length = endAt(at) - endAt(at - 1);
    if (length > 0 && length < shortest) shortest = length;
  }
  return Number.isFinite(shortest) ? shortest : 0;
}

export function sharesData(a: SeenData, b: SeenData): boolean {
  const overlapUs = Math.min(a.toUs, b.toUs) - Math.max(a.fromUs, b.fromUs);
  const shorterUs = Math.min(a.toUs - a.fromUs, b.toUs - b.fromUs);
  if (!(overlapUs > 0 && overlapUs >= LEAST_OVERLAP * shorterUs)) return false;
  if (a.markets.some((market) => b.markets.includes(market))) return true;
  return a.prices.some((ours) => b.prices.some((theirs) => isSamePrices(ours, theirs)));
}

/** Cells of one may begin in the one before or after that of the other, where times were moved by a little. */
function isSamePrices(a: PriceMarks, b: PriceMarks): boolean {
  const [coarse, fine] = a.cellSeconds >= b.cellSeconds ? [a, b] : [b, a];
  const ratio = coarse.cellSeconds / fine.cellSeconds;
  if (!Number.isInteger(ratio)) return false;
  return [0, -1, 1].some((offset) => {
    const [ours, theirs] = levelsOfBoth(coarse, fine, ratio, offset);
    return (offset === 0 && hasSameLevels(ours, theirs)) || hasSameMoves(ours, theirs);
  });
}

/** Levels of the cells that both know. Those at the ends of a file may differ. */
function levelsOfBoth(
  coarse: PriceMarks,
  fine: PriceMarks,
  ratio: number,
  offset: number,
): readonly [ours: number[], theirs: number[]] {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let cell = 0; cell * MARK_DIGITS < coarse.marks.length; cell++) {
    const own = levelAt(coarse, cell);
    const other = levelAt(fine, (coarse.first + cell) * ratio - fine.first + offset);
    if (own === NO_LEVEL || other === NO_LEVEL) continue;
    ours.push(own);
    theirs.push(other);
  }
  return [ours, theirs];
}

/** At least half of them, at levels of which most are met once. */
function hasSameLevels(ours: readonly number[], theirs: readonly number[]): boolean {
  const equal = ours.filter((level, at) => level === theirs[at]);
  return equal.length > 0 && 2 * equal.length >= ours.length && 2 * new Set(equal).size >= equal.length;
}

/** At least half of those by which either moved at all; or the opposite ones, as where one file has the pair the other way round (USD/EUR of EUR/USD). */
function hasSameMoves(ours: readonly number[], theirs: readonly number[]): boolean {
  let [moves, large, equal, opposite] = [0, 0, 0, 0];
  for (let at = 1; at < ours.length; at++) {
    const own = (ours[at] as number) - (ours[at - 1] as number);
    const other = (theirs[at] as number) - (theirs[at - 1] as number);
    const size = Math.max(Math.abs(own), Math.abs(other));
    if (size <= LEAST_MOVE) continue;
    moves++;
    if (size >= LARGE_MOVE) large++;
    if (Math.abs(own - other) <= ROUNDING) equal++;
    if (Math.abs(own + other) <= ROUNDING) opposite++;
  }
  const same = Math.max(equal, opposite);
  if (large >= LEAST_MOVES) return 2 * same >= moves;
  // Two that go up or down by one tick each have half of their moves in common.
  return moves >= LEAST_SMALL_MOVES && 4 * same >= 3 * moves;
}

function levelAt({ marks }: PriceMarks, cell: number): number {
  const from = cell * MARK_DIGITS;
  if (cell < 0 || from + MARK_DIGITS > marks.length) return NO_LEVEL;
  const mark = marks.slice(from, from + MARK_DIGITS);
  return mark === NO_MARK ? NO_LEVEL : Number.parseInt(mark, 16);
}

/** From e^-42 to e^42: no price is beyond. */
function markOf(close: number): string {
  const level = Math.round(log(close) * STEPS) + LEVELS / 2;
  return Math.min(LEVELS - 1, Math.max(0, level))
    .toString(16)
    .padStart(MARK_DIGITS, '0');
}
