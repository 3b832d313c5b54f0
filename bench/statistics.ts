/** Arithmetic of the bench: quantiles, and how sure a ratio is. */
import { SeededRandom } from '../src-engine/lib/random.ts';

/** @param sorted ascending. NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function sortedOf(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

export function median(values: readonly number[]): number {
  return quantile(sortedOf(values), 0.5);
}

/** What the ratio may be with a probability of 95 %, given the rounds that were measured. */
export type Interval = readonly [low: number, high: number];

/** Fewer rounds say nothing of how they differ. */
export const LEAST_ROUNDS = 3;
const RESAMPLES = 1_000;
const TAIL = 0.025;

/**
 * The bootstrap over rounds: rounds are drawn anew, as many as there were and each as often as chance has it, and the ratio is
 * computed from what was drawn. Both contestants of a round are drawn together, as they met the same machine. The draws are
 * the same for the same number of rounds.
 * @param ratioOf of the rounds with these numbers.
 * @returns undefined for fewer than LEAST_ROUNDS.
 */
export function bootstrap(
  rounds: number,
  ratioOf: (drawn: readonly number[]) => number,
): Interval | undefined {
  if (rounds < LEAST_ROUNDS) return undefined;
  const random = new SeededRandom(1);
  const ratios = Array.from({ length: RESAMPLES }, () =>
    ratioOf(Array.from({ length: rounds }, () => random.integer(0, rounds - 1))),
  );
  const sorted = sortedOf(ratios);
  return [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
}
