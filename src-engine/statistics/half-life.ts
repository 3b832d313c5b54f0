/**
 * How fast a series returns to its mean. The model is an autoregression of one step, s(t) = a + b s(t − 1) + e: the expected
 * distance from the mean shrinks to the share |b| in each step, so that it has halved after ln(0.5) / ln|b| steps.
 */
import { leastSquares } from './least-squares.ts';
import { demandSeries, type Series } from './series.ts';

const LEAST_OBSERVATIONS = 4;

/**
 * Half-life in steps, from the changes regressed on the level before them with a constant. Infinity where |b| ≥ 1: the series
 * does not return; 0 where b is 0. A negative b alternates around the mean while it returns.
 * @throws UserError for a series that is constant, too short, or not finite.
 */
export function halfLife(name: string, series: Series): number {
  demandSeries(name, series, LEAST_OBSERVATIONS);
  const count = series.length - 1;
  const origin = series[0] as number;
  const before = Float64Array.from({ length: count }, (_, at) => (series[at] as number) - origin);
  const changes = Float64Array.from(
    { length: count },
    (_, at) => (series[at + 1] as number) - (series[at] as number),
  );
  const { coefficients } = leastSquares(changes, [
    { name: 'constant', values: new Float64Array(count).fill(1) },
    { name, values: before },
  ]);
  return halfLifeOf(1 + (coefficients[1] as number));
}

/** @param kept b: the share of a distance from the mean that is left after one step. */
export function halfLifeOf(kept: number): number {
  const share = Math.abs(kept);
  if (!(share < 1)) return Number.POSITIVE_INFINITY;
  return share === 0 ? 0 : Math.log(0.5) / Math.log(share);
}
