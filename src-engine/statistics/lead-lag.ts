/**
 * Which of two series moves first: the lag at which their returns are most alike. The estimator is the plain cross-correlation of
 * returns on one grid, of the steps at which both moved; it says who led in the window, not why, and nothing where little moved.
 */

export type LeadLag = {
  /** Steps by which the first series moves before the second; below zero: after it. */
  readonly steps: number;
  /** Of the returns at that lag, from −1 to 1. */
  readonly correlation: number;
};

/** Steps at which both prices are known, below which nothing is said. */
const LEAST_PAIRS = 100;
/**
 * Standard deviations of a chance correlation, 1 / √n of the n steps at which both moved: below 13 of them nothing can pass. With 21 lags
 * looked at, about one of 100 unrelated pairs passes by luck.
 */
const LEAST_DEVIATIONS = 3.5;
/** A lead must be above the correlation at no lag by so many deviations: otherwise the two are said to move together. */
const LEAD_DEVIATIONS = 2;
/** A move counts at most so many times the median one of its series: one jump that both made says little. */
const MOST_MEDIANS = 3;

type AtLag = { readonly correlation: number; readonly moved: number };

/**
 * @param first returns by step; NaN where there is none. @param second of the same length.
 * @param mostSteps lags that are looked at, to either side.
 * @returns undefined where no lag stands out from chance.
 */
export function leadLag(first: Float64Array, second: Float64Array, mostSteps: number): LeadLag | undefined {
  const [x, y] = [capped(first), capped(second)];
  const together = correlationAt(x, y, 0);
  let best: LeadLag | undefined;
  let mostDeviations = LEAST_DEVIATIONS;
  // From 0 outward, the nearer one of two that are as good.
  for (let k = 0; k <= 2 * mostSteps; k++) {
    const steps = k % 2 === 0 ? k / -2 || 0 : (k + 1) / 2;
    const at = steps === 0 ? together : correlationAt(x, y, steps);
    if (at === undefined) continue;
    const deviations = at.correlation * Math.sqrt(at.moved);
    const ahead = (at.correlation - (together?.correlation ?? 0)) * Math.sqrt(at.moved);
    if (deviations < mostDeviations || (steps !== 0 && ahead < LEAD_DEVIATIONS)) continue;
    if (best !== undefined && deviations <= mostDeviations) continue;
    mostDeviations = deviations;
    best = { steps, correlation: at.correlation };
  }
  return best;
}

/** Its moves, none larger than a few times the median one; steps that stood still stay 0, and those without a return NaN. */
function capped(returns: Float64Array): Float64Array {
  const sizes = returns.map(Math.abs).filter((size) => size > 0);
  sizes.sort();
  const most = MOST_MEDIANS * (sizes[sizes.length >> 1] ?? 0);
  return returns.map((move) => (Math.abs(move) > most ? Math.sign(move) * most : move));
}

/**
 * Of the steps at which both moved: where books are quiet, steps at which one stood still are most of them, and one move that both made
 * would pass for likeness. Undefined: too few steps, or all moves of one of the two are the same.
 */
function correlationAt(first: Float64Array, second: Float64Array, steps: number): AtLag | undefined {
  let known = 0;
  let [n, sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0, 0];
  for (let at = Math.max(0, -steps); at < first.length && at + steps < second.length; at++) {
    const x = first[at] as number;
    const y = second[at + steps] as number;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    known++;
    if (x === 0 || y === 0) continue;
    n++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
  }
  if (known < LEAST_PAIRS || n < LEAST_DEVIATIONS ** 2) return undefined;
  const spread = (sumXX - (sumX * sumX) / n) * (sumYY - (sumY * sumY) / n);
  if (!(spread > 0)) return undefined;
  return { correlation: (sumXY - (sumX * sumY) / n) / Math.sqrt(spread), moved: n };
}
