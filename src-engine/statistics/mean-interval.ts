/** A figure that was estimated, with the interval that holds the true one in 95 of 100 cases. */
import { Z_95 } from '../lib/normal.ts';

/** The middle, and the ends of a 95 % interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/**
 * By Student's t: its quantile from that of the normal distribution (Abramowitz and Stegun 26.7.5), right to a thousandth from 10 degrees of freedom on.
 * @param error standard error of the value. @param freedom degrees of freedom, at least 1.
 */
export function intervalAround(value: number, error: number, freedom: number): Interval {
  const z = Z_95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const t = z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
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
