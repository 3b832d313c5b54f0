/** Paired runs of the same stretches of a market, as a difference with an interval. */
import { type Interval, intervalAround, meanInterval } from '../statistics/mean-interval.ts';

/** What one stretch brought with all taken, and by another rule in the same market. In the home currency. */
export type PairedRun = {
  /** What the opportunities promised that were seen where all were taken. */
  readonly promised: number;
  readonly all: number;
  readonly other: number;
};

/**
 * The difference of both shares of what was promised: a ratio of sums, its error by linearisation over stretches (W. G. Cochran, "Sampling techniques", 1977, section 6.4).
 * @returns undefined for fewer than two stretches, or where nothing was promised.
 */
export function differenceOfShares(runs: readonly PairedRun[]): Interval | undefined {
  const promised = sumOf(runs, (run) => run.promised);
  if (runs.length < 2 || !(promised > 0)) return undefined;
  const value = sumOf(runs, (run) => run.other - run.all) / promised;
  const squares = sumOf(runs, (run) => (run.other - run.all - value * run.promised) ** 2);
  const error = Math.sqrt((runs.length / (runs.length - 1)) * squares) / promised;
  return intervalAround(value, error, runs.length - 1);
}

/** The mean difference of a stretch. @returns undefined for fewer than two. */
export function meanDifference(runs: readonly PairedRun[]): Interval | undefined {
  return meanInterval(runs.map((run) => run.other - run.all));
}

export const sumOf = (runs: readonly PairedRun[], of: (run: PairedRun) => number): number =>
  runs.reduce((total, run) => total + of(run), 0);
