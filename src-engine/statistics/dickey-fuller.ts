/**
 * Augmented Dickey–Fuller test of a unit root: the change of a series is regressed on deterministic terms, its level before, and its
 * changes before; the statistic is the t value of the level. Low values speak against a unit root, that is for a series that
 * returns. Source: S. E. Said and D. A. Dickey, Biometrika 71 (1984); the rule for the most lags: G. W. Schwert, "Tests for unit
 * roots: a Monte Carlo investigation", Journal of Business & Economic Statistics 7 (1989).
 */
import { type Column, lastT, leastSquares, nestedSquares, reduce, squares } from './least-squares.ts';
import { badSeries, demandSeries, largest, type Series } from './series.ts';
import { type CriticalValues, criticalValues, pValue, type Terms } from './unit-root-tables.ts';

/** Bounds time and memory: Schwert's rule asks for 68 at most. */
export const MAX_LAGS = 100;
/** Two sided 10 %: the last lag is kept from here on. */
const KEPT_T = 1.644_853_626_951_472_2;
const LEAST_OBSERVATIONS = 6;

/** A number of lags, or how it is chosen from 0 to `most` (default: Schwert's rule), all on the observations that the most leave. */
export type Lags = number | { readonly by: 'aic' | 'bic' | 't-stat'; readonly most?: number | undefined };

export type UnitRootTest = {
  readonly statistic: number;
  /** Approximate, asymptotic. */
  readonly pValue: number;
  readonly criticalValues: CriticalValues;
  /** Lagged changes in the regression. */
  readonly lags: number;
  /** Observations of the regression: those of the series less one and less the lags. */
  readonly observations: number;
};

/**
 * @param name of the series in errors.
 * @throws UserError for a series that is constant, too short for the lags, has a value that is not finite, or follows its
 *   deterministic terms and lags without any residual.
 */
export function dickeyFuller(name: string, series: Series, terms: Terms, lags: Lags): UnitRootTest {
  const { statistic, lags: used, observations } = levelTest(name, series, terms, lags);
  return {
    statistic,
    pValue: pValue(statistic, terms, 1),
    criticalValues: criticalValues(terms, 1, observations),
    lags: used,
    observations,
  };
}

/** The statistic alone: residuals of a regression have tables of their own. @throws UserError as `dickeyFuller` does. */
export function levelTest(
  name: string,
  series: Series,
  terms: Terms,
  lags: Lags,
): Pick<UnitRootTest, 'statistic' | 'lags' | 'observations'> {
  demandSeries(name, series, LEAST_OBSERVATIONS);
  const used = typeof lags === 'number' ? lags : chosenLags(name, series, terms, lags);
  demandLags(name, series.length, terms, used);
  const { response, columns } = regression(series, terms, used, used);
  const fit = leastSquares(response, columns);
  demandResidual(name, fit.residualSquares, series, response);
  const level = columns.length - used - 1;
  const error = fit.standardErrors?.[level] as number;
  return {
    statistic: (fit.coefficients[level] as number) / error,
    lags: used,
    observations: response.length,
  };
}

/** ⌈12 (n / 100)^¼⌉, and no more than half of the observations bear. */
export function schwertLags(observations: number, terms: Terms): number {
  return Math.min(Math.ceil(12 * (observations / 100) ** 0.25), mostLags(observations, terms), MAX_LAGS);
}

function chosenLags(
  name: string,
  series: Series,
  terms: Terms,
  { by, most = schwertLags(series.length, terms) }: Exclude<Lags, number>,
): number {
  demandLags(name, series.length, terms, most);
  const { response, columns } = regression(series, terms, most, most);
  const reduced = reduce(response, columns);
  const fixed = columns.length - most;
  if (by === 't-stat') {
    for (let lags = most; lags > 0; lags--) if (Math.abs(lastT(reduced, fixed + lags)) >= KEPT_T) return lags;
    return 0;
  }
  const count = response.length;
  const penalty = by === 'aic' ? 2 : Math.log(count);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let lags = 0; lags <= most; lags++) {
    const criterion = count * Math.log(nestedSquares(reduced, fixed + lags)) + penalty * (fixed + lags);
    if (criterion < least) [best, least] = [lags, criterion];
  }
  return best;
}

/** @param skipped changes at the start that are no responses: those of the most lags of a choice. */
function regression(series: Series, terms: Terms, lags: number, skipped: number) {
  const count = series.length - 1 - skipped;
  const at = (index: number): number => series[index] as number;
  const column = (name: string, value: (row: number) => number): Column => ({
    name,
    values: Float64Array.from({ length: count }, (_, row) => value(row)),
  });
  const response = column('change', (row) => at(row + skipped + 1) - at(row + skipped)).values;
  const columns: Column[] = [];
  if (terms !== 'n') columns.push(column('constant', () => 1));
  if (terms === 'ct' || terms === 'ctt') columns.push(column('trend', (row) => row + 1));
  if (terms === 'ctt') columns.push(column('squared trend', (row) => (row + 1) ** 2));
  // Beside a constant the level's origin changes nothing, and one at its first value keeps the digits of a high level.
  const origin = terms === 'n' ? 0 : at(0);
  columns.push(column('level', (row) => at(row + skipped) - origin));
  for (let lag = 1; lag <= lags; lag++) {
    columns.push(
      column(`change ${lag} before`, (row) => at(row + skipped + 1 - lag) - at(row + skipped - lag)),
    );
  }
  return { response, columns };
}

/** Half of the observations less the deterministic terms, and at least one degree of freedom. */
function mostLags(observations: number, terms: Terms): number {
  const fixed = terms === 'n' ? 0 : terms.length;
  return Math.min(Math.floor(observations / 2) - fixed - 1, Math.floor((observations - 3 - fixed) / 2));
}

function demandLags(name: string, observations: number, terms: Terms, lags: number): void {
  const most = Math.min(mostLags(observations, terms), MAX_LAGS);
  if (most < 0) {
    throw badSeries(
      name,
      `has ${observations} observations, which is too few for a test with the terms ${terms}`,
      'Take a longer stretch, or shorter bars.',
    );
  }
  if (Number.isInteger(lags) && lags >= 0 && lags <= most) return;
  throw badSeries(
    'lags',
    `is not a whole number from 0 to ${most}, the most that ${observations} observations of ${name} bear`,
    'Choose fewer, or take a longer stretch.',
    String(lags),
  );
}

/** A residual of rounding alone says nothing: the statistic would be noise over noise. */
function demandResidual(name: string, residualSquares: number, series: Series, response: Series): void {
  const rounding = 16 * Number.EPSILON * largest(series);
  const floor = Math.max(1e-24 * squares(response, 0), response.length * rounding ** 2);
  if (residualSquares > floor) return;
  throw badSeries(
    name,
    'follows its trend and its own past exactly: nothing is left to test',
    'Take a series that was measured, not computed.',
  );
}
