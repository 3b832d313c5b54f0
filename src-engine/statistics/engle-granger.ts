/**
 * Engle–Granger test of cointegration: the response is regressed on the others, and the residuals are tested for a unit root,
 * without a constant, as they have none. Residuals of an estimated ratio look stationary more often than a series does, so
 * they have tables of their own by the number of series; the plain tables would find cointegration far too often.
 * Source: R. F. Engle and C. W. J. Granger, "Co-integration and error correction", Econometrica 55 (1987). The test is not
 * symmetric: another choice of the response is another regression.
 */
import { type Lags, levelTest, type UnitRootTest } from './dickey-fuller.ts';
import { halfLife } from './half-life.ts';
import { type Column, leastSquares, meanOf, squares } from './least-squares.ts';
import { badSeries, demandSameLength, demandSeries, largest, type Series } from './series.ts';
import { criticalValues, MAX_SERIES, pValue, type Terms } from './unit-root-tables.ts';

const LEAST_OBSERVATIONS = 10;

export type NamedSeries = { readonly name: string; readonly values: Series };

export type Cointegration = UnitRootTest & {
  /** Of each regressor, in the order given: units of the response for one unit of it. */
  readonly hedgeRatios: readonly number[];
  /** Of the hedge ratios by the plain formula: too small where the residuals depend on those before, as they do here. */
  readonly hedgeErrors: readonly number[];
  /** Constant of the regression. */
  readonly intercept: number;
  readonly rSquared: number;
  /** Response less its fit: the spread. Its mean is zero. */
  readonly residuals: Float64Array;
  /** Standard deviation of the spread. */
  readonly deviation: number;
  /** Of the spread, in observations; Infinity where it does not return. */
  readonly halfLife: number;
};

/**
 * @param others one to five series.
 * @throws UserError for series of different lengths, constant or not finite, too short, for regressors that are combinations of each
 *   other, and for a response that is an exact combination of them.
 */
export function engleGranger(
  response: NamedSeries,
  others: readonly NamedSeries[],
  terms: Exclude<Terms, 'n'>,
  lags: Lags,
): Cointegration {
  if (others.length === 0 || others.length >= MAX_SERIES) {
    throw badSeries(
      'series',
      `are ${others.length + 1}, and a cointegration test takes 2 to ${MAX_SERIES}`,
      'Test fewer at once.',
    );
  }
  demandSeries(response.name, response.values, LEAST_OBSERVATIONS);
  for (const { name, values } of others) {
    demandSameLength(name, values, response.name, response.values);
    demandSeries(name, values, LEAST_OBSERVATIONS);
  }
  const centres = others.map(({ values }) => meanOf(values));
  const level = meanOf(response.values);
  const fit = leastSquares(
    Float64Array.from(response.values, (value) => value - level),
    [
      ...termColumns(terms, response.values.length),
      ...others.map((each, at) => centred(each, centres[at] as number)),
    ],
  );
  demandSpread(response, fit.residuals, level);
  const hedgeRatios = fit.coefficients.slice(terms.length);
  const test = levelTest('spread', fit.residuals, 'n', lags);
  const series = others.length + 1;
  return {
    ...test,
    pValue: pValue(test.statistic, terms, series),
    // The changes of the spread are one fewer than its levels, whatever the lags: as published tables are read.
    criticalValues: criticalValues(terms, series, response.values.length - 1),
    hedgeRatios,
    hedgeErrors: (fit.standardErrors ?? []).slice(terms.length),
    intercept:
      (fit.coefficients[0] as number) +
      level -
      hedgeRatios.reduce((sum, ratio, at) => sum + ratio * (centres[at] as number), 0),
    rSquared: fit.rSquared ?? 0,
    residuals: fit.residuals,
    deviation: fit.deviation as number,
    halfLife: halfLife('spread', fit.residuals),
  };
}

function termColumns(terms: Exclude<Terms, 'n'>, length: number): Column[] {
  const column = (name: string, value: (row: number) => number): Column => ({
    name,
    values: Float64Array.from({ length }, (_, row) => value(row)),
  });
  const constant = column('constant', () => 1);
  if (terms === 'c') return [constant];
  const trend = column('trend', (row) => row + 1);
  return terms === 'ct'
    ? [constant, trend]
    : [constant, trend, column('squared trend', (row) => (row + 1) ** 2)];
}

/** Around its mean: the constant takes what is left out, and a high level keeps its digits. */
function centred({ name, values }: NamedSeries, centre: number): Column {
  return { name, values: Float64Array.from(values, (value) => value - centre) };
}

function demandSpread({ name, values }: NamedSeries, residuals: Float64Array, level: number): void {
  const rounding = 64 * Number.EPSILON * largest(values);
  const left = squares(residuals, 0);
  if (left > Math.max(1e-20 * squares(values, level), values.length * rounding ** 2)) return;
  throw badSeries(
    name,
    'is an exact combination of the other series: there is no spread to test',
    'Check that two different markets were given.',
  );
}
