/**
 * Which of two series moves first: the lag at which their returns are most alike. The estimator is the plain cross-correlation of
 * returns on one grid; it says who led in the window, not why, and nothing where little moved.
 */

export type LeadLag = {
  /** Steps by which the first series moves before the second; below zero: after it. */
  readonly steps: number;
  /** Of the returns at that lag, from −1 to 1. */
  readonly correlation: number;
};

/** Pairs of returns below which nothing is said. */
const LEAST_PAIRS = 100;
/** Standard deviations of a chance correlation, about 1 / √n. With 21 lags looked at, one of 100 unrelated pairs passes by luck. */
const LEAST_DEVIATIONS = 3.5;

/**
 * @param first returns by step; NaN where there is none. @param second of the same length.
 * @param mostSteps lags that are looked at, to either side.
 * @returns undefined where no lag stands out from chance.
 */
export function leadLag(first: Float64Array, second: Float64Array, mostSteps: number): LeadLag | undefined {
  let best: LeadLag | undefined;
  // From 0 outward, the nearer one of two that are as good.
  for (let k = 0; k <= 2 * mostSteps; k++) {
    const steps = k % 2 === 0 ? k / -2 || 0 : (k + 1) / 2;
    const correlation = correlationAt(first, second, steps);
    if (correlation !== undefined && correlation > (best?.correlation ?? 0)) best = { steps, correlation };
  }
  return best;
}

/** Undefined: too few pairs, one of the two stood still, or no more than chance would show. */
function correlationAt(first: Float64Array, second: Float64Array, steps: number): number | undefined {
  let [n, sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0, 0];
  for (let at = Math.max(0, -steps); at < first.length && at + steps < second.length; at++) {
    const x = first[at] as number;
    const y = second[at + steps] as number;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
  }
  if (n < LEAST_PAIRS) return undefined;
  const spread = (sumXX - (sumX * sumX) / n) * (sumYY - (sumY * sumY) / n);
  if (!(spread > 0)) return undefined;
  const correlation = (sumXY - (sumX * sumY) / n) / Math.sqrt(spread);
  return correlation >= LEAST_DEVIATIONS / Math.sqrt(n) ? correlation : undefined;
}
