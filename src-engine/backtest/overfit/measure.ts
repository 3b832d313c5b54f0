/** What trials are compared by. Total: every trial has a figure, so that all can be ranked. */
import type { Moments } from '../metrics/moments.ts';

/** Mean over deviation of the returns of a period, or their mean alone. */
export type Measure = 'sharpe' | 'return';

/** Spread below this part of a typical return counts as this much: it bounds the ratio of what never wavers. */
const LEAST_SPREAD = 1e-6;

/**
 * The measure of returns by their number, sum and sum of squares. 0 where nothing was gained or lost; a ratio is
 * never beyond ±1,000,000, that of a straight line.
 */
export function measureOfSums(count: number, sum: number, squares: number, measure: Measure): number {
  if (count === 0) return 0;
  const mean = sum / count;
  if (measure === 'return') return mean;
  const typical = Math.sqrt(squares / count);
  if (typical === 0) return 0;
  const variance = count < 2 ? 0 : Math.max(0, squares - sum * mean) / (count - 1);
  return mean / Math.max(Math.sqrt(variance), typical * LEAST_SPREAD);
}

/** The same by the moments of the returns. */
export function measureOf({ count, mean, m2 }: Moments, measure: Measure): number {
  return measureOfSums(count, mean * count, m2 + mean * mean * count, measure);
}
