/** A figure that was estimated, with the interval that holds the true one in 95 of 100 cases. */
import { Z_95 } from '../lib/normal.ts';

/** The middle, and the ends of a 95 % interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** Student's t at 0.975 by degrees of freedom, from 1 on (Abramowitz and Stegun, table 26.10): the series is too small there. */
const OF_FEW = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622];

/**
 * By Student's t: by table below 10 degrees of freedom, else its quantile from that of the normal distribution (Abramowitz and Stegun 26.7.5), right to a thousandth.
 * @param error standard error of the value. @param freedom degrees of freedom, at least 1.
 */
export function intervalAround(value: number, error: number, freedom: number): Interval {
  const z = Z_95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const t = OF_FEW[freedom - 1] ?? z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
  return { value, low: value - t * error, high: value + t * error };
}

/** The mean of independent values. @returns undefined for fewer than two. */
export function meanInterval(values: readonly number[]): Interval | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return intervalAround(mean, Math.sqrt(squares / (count - 1) / count), count - 1);
}
