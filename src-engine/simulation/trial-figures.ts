/** Paired runs of the same stretches of a market, as a difference with an interval. */

/** What one stretch brought with all taken, and by another rule in the same market. In the home currency. */
export type PairedRun = {
  /** What the opportunities promised that were seen where all were taken. */
  readonly promised: number;
  readonly all: number;
  readonly other: number;
};

/** The middle, and the ends of a 95 % interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

const Z = 1.959_963_985;

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
  return around(value, error, runs.length - 1);
}

/** The mean difference of a stretch. @returns undefined for fewer than two. */
export function meanDifference(runs: readonly PairedRun[]): Interval | undefined {
  if (runs.length < 2) return undefined;
  const value = sumOf(runs, (run) => run.other - run.all) / runs.length;
  const squares = sumOf(runs, (run) => (run.other - run.all - value) ** 2);
  return around(value, Math.sqrt(squares / (runs.length - 1) / runs.length), runs.length - 1);
}

export const sumOf = (runs: readonly PairedRun[], of: (run: PairedRun) => number): number =>
  runs.reduce((total, run) => total + of(run), 0);

/** By Student's t: its quantile from that of the normal distribution (Abramowitz and Stegun 26.7.5), right to a thousandth from 10 degrees of freedom on. */
function around(value: number, error: number, freedom: number): Interval {
  const first = (Z ** 3 + Z) / 4;
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  const t = Z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
  return { value, low: value - t * error, high: value + t * error };
}
