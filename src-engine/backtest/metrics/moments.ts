/**
 * Count, mean and central sums of a series of figures, in five numbers that can be merged: a run's returns are
 * kept block by block and put together as each statistic asks. One pass, without the cancellation of sums of
 * powers. Source: P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
 * statistical moments", Sandia report SAND2008-6212.
 */

/** `m2`, `m3`, `m4`: sums of the deviations from the mean to that power. Plain data: it travels as JSON. */
export type Moments = {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
};

export const NO_MOMENTS: Moments = { count: 0, mean: 0, m2: 0, m3: 0, m4: 0 };

/** A spread below this part of the mean is the rounding of floats, not a spread. */
const ROUNDING = 1e-12;
/** Below this a spread has no fourth power in floats. */
const LEAST_DEVIATION = 1e-70;

/** Moments of `values[from … to)`. A NaN is a figure that is not known: it is left out, and not counted. */
export function momentsOf(values: ArrayLike<number>, from = 0, to: number = values.length): Moments {
  let count = 0;
  let mean = 0;
  let m2 = 0;
  let m3 = 0;
  let m4 = 0;
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const before = count++;
    const delta = value - mean;
    const part = delta / count;
    const squared = part * part;
    const term = delta * part * before;
    mean += part;
    m4 += term * squared * (count * count - 3 * count + 3) + 6 * squared * m2 - 4 * part * m3;
    m3 += term * part * (count - 2) - 3 * part * m2;
    m2 += term;
  }
  return { count, mean, m2, m3, m4 };
}

/** Moments of two series as one. Equal to those of the joined series but for the last bits of a float. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  const part = delta / count;
  const product = a.count * b.count;
  return {
    count,
    mean: a.mean + part * b.count,
    m2: a.m2 + b.m2 + delta * part * product,
    m3:
      a.m3 +
      b.m3 +
      delta * part * part * product * (a.count - b.count) +
      3 * part * (a.count * b.m2 - b.count * a.m2),
    m4:
      a.m4 +
      b.m4 +
      delta * part ** 3 * product * (a.count ** 2 - product + b.count ** 2) +
      6 * part ** 2 * (a.count ** 2 * b.m2 + b.count ** 2 * a.m2) +
      4 * part * (a.count * b.m3 - b.count * a.m3),
  };
}

/** Moments of many series as one, merged from left to right. */
export function mergeAll(parts: readonly Moments[]): Moments {
  let merged = NO_MOMENTS;
  for (const part of parts) merged = mergeMoments(merged, part);
  return merged;
}

/**
 * Sample standard deviation (n − 1). Exactly 0 where the figures differ by rounding alone; null below two figures.
 */
export function standardDeviation({ count, mean, m2 }: Moments): number | null {
  if (count < 2) return null;
  const deviation = Math.sqrt(Math.max(0, m2) / (count - 1));
  return deviation <= Math.max(LEAST_DEVIATION, ROUNDING * Math.abs(mean)) ? 0 : deviation;
}

/**
 * Mean over sample standard deviation, of one period and not annualised: the Sharpe ratio of excess returns.
 * Null where there is no spread or are less than two figures. Source: W. F. Sharpe, "The Sharpe Ratio", Journal
 * of Portfolio Management 21 (1994).
 */
export function periodSharpe(moments: Moments): number | null {
  const deviation = standardDeviation(moments);
  return deviation === null || deviation === 0 ? null : moments.mean / deviation;
}

/** Skewness of the figures as a population, m3/n over (m2/n)^1.5: 0 of a symmetric spread. Null without spread. */
export function skewness(moments: Moments): number | null {
  const { count, m2, m3 } = moments;
  const deviation = standardDeviation(moments);
  return deviation === null || deviation === 0 ? null : (Math.sqrt(count) * m3) / m2 ** 1.5;
}

/**
 * Kurtosis of the figures as a population, (m4/n) / (m2/n)²: 3 of a normal spread, not the excess over it. Null
 * without spread.
 */
export function kurtosis(moments: Moments): number | null {
  const { count, m2, m4 } = moments;
  const deviation = standardDeviation(moments);
  return deviation === null || deviation === 0 ? null : (count * m4) / m2 ** 2;
}
