/**
 * Whether live values are still those of the training: the population stability index over training deciles (Siddiqi, "Credit risk scorecards", 2006)
 * and the Kolmogorov–Smirnov test, with p corrected for how many features are tested (Benjamini and Hochberg, 1995).
 */
import { UserError } from '../domain/errors.ts';
import { exp, log } from '../lib/elementary.ts';

/** Share that an empty bin is taken for. */
export const PSI_FLOOR = 1e-4;
export const PSI_LOOK = 0.1;
export const PSI_ACT = 0.25;
/** Fewer rows give no verdict: PSI of two samples of one law is about (bins − 1)(1/n + 1/m). */
export const LEAST_ROWS = 500;

/** Σ (o − e) ln(o/e) over the shares of bins. @throws UserError for counts that are none, or of different bins. */
export function psi(expected: readonly number[], observed: readonly number[]): number {
  if (expected.length !== observed.length || expected.length === 0) {
    throw refuse(`has ${expected.length} bins against ${observed.length}`);
  }
  const shares = (counts: readonly number[]): number[] => {
    const sum = counts.reduce((total, count) => total + count, 0);
    if (!(sum > 0) || counts.some((count) => !(count >= 0)))
      throw refuse(`has the counts ${counts.join(', ').slice(0, 100)}`);
    return counts.map((count) => Math.max(PSI_FLOOR, count / sum));
  };
  const [e, o] = [shares(expected), shares(observed)];
  return e.reduce((sum, share, at) => sum + ((o[at] as number) - share) * log((o[at] as number) / share), 0);
}

/** Cuts of ten bins of equal counts; fewer where values repeat. Values that are not known are left out. */
export function deciles(values: ArrayLike<number>, bins = 10): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const cuts: number[] = [];
  for (let bin = 1; bin < bins && sorted.length > 0; bin++) {
    const cut = sorted[Math.floor((bin * sorted.length) / bins)] as number;
    if (cut > (cuts.at(-1) ?? sorted[0] ?? 0)) cuts.push(cut);
  }
  return cuts;
}

export function binCounts(values: ArrayLike<number>, cuts: readonly number[]): number[] {
  const counts = Array.from({ length: cuts.length + 1 }, () => 0);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (Number.isNaN(value)) continue;
    let [low, high] = [0, cuts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cuts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    counts[low] = (counts[low] as number) + 1;
  }
  return counts;
}

export type KsTest = { readonly statistic: number; readonly p: number };

/** Largest distance of the two distributions, with the asymptotic p. Rows must be independent: thin them first. */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): KsTest {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  if (x.length === 0 || y.length === 0) throw refuse('has no values');
  let [i, j, statistic] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] as number, y[j] as number);
    while (i < x.length && (x[i] as number) <= value) i++;
    while (j < y.length && (y[j] as number) <= value) j++;
    statistic = Math.max(statistic, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  return { statistic, p: kolmogorovTail((root + 0.12 + 0.11 / root) * statistic) };
}

/**
 * The same of counts in bins of one set of cuts: the distance at the cuts, which is at most that of the values, so that p is at least theirs.
 * @param rows independent values behind the expected counts, and behind the observed ones.
 */
export function kolmogorovSmirnovOfCounts(
  expected: readonly number[],
  observed: readonly number[],
  rows: { readonly expected: number; readonly observed: number },
): KsTest {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const [e, o] = [sum(expected), sum(observed)];
  if (expected.length !== observed.length || !(e > 0) || !(o > 0))
    throw refuse('has no counts of the same bins');
  let [below, seen, statistic] = [0, 0, 0];
  for (let bin = 0; bin < expected.length; bin++) {
    below += expected[bin] as number;
    seen += observed[bin] as number;
    statistic = Math.max(statistic, Math.abs(below / e - seen / o));
  }
  const root = Math.sqrt((rows.expected * rows.observed) / (rows.expected + rows.observed));
  return { statistic, p: kolmogorovTail((root + 0.12 + 0.11 / root) * statistic) };
}

/** 2 Σ (−1)^(k−1) e^(−2k²λ²). */
function kolmogorovTail(lambda: number): number {
  if (lambda < 0.2) return 1;
  let [sum, sign] = [0, 1];
  for (let k = 1; k <= 100; k++) {
    const term = sign * exp(-2 * k * k * lambda * lambda);
    sum += term;
    if (Math.abs(term) < 1e-16) break;
    sign = -sign;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** Adjusted p of each: what is below α then has a false discovery rate of α. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, at) => at).sort((x, y) => (p[y] as number) - (p[x] as number));
  const adjusted = [...p];
  let least = 1;
  order.forEach((at, place) => {
    least = Math.min(least, ((p[at] as number) * p.length) / (p.length - place));
    adjusted[at] = least;
  });
  return adjusted;
}

function refuse(message: string): UserError {
  return new UserError({
    code: 'bad-drift',
    field: 'drift',
    message,
    remedy: 'Give counts or values of both.',
  });
}
