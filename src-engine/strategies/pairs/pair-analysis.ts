/**
 * What the tests say of a pair: whether each series has a unit root by itself, whether the two are cointegrated, by which ratio
 * and how fast their spread returns. Pure; the whole stretch is looked at at once, so it describes and forecasts nothing.
 */
import { dickeyFuller, type Lags, type UnitRootTest } from '../../statistics/dickey-fuller.ts';
import { type Cointegration, engleGranger, type NamedSeries } from '../../statistics/engle-granger.ts';
import { HedgeFilter } from '../../statistics/hedge-filter.ts';
import type { Terms } from '../../statistics/unit-root-tables.ts';

/** Fewer bars decide nothing, whatever the statistics. */
export const LEAST_BARS = 100;

export type PairVerdict =
  | 'too-few-bars'
  /** One of the two returns to a mean by itself: cointegration is a question about two that do not. */
  | 'already-stationary'
  | 'cointegrated'
  /** With the second on the first alone: the answer depends on which of them is explained. */
  | 'other-way-only'
  | 'not-cointegrated';

export type PairAnalysis = {
  readonly verdict: PairVerdict;
  /** Of each series alone. */
  readonly unitRoots: readonly [UnitRootTest, UnitRootTest];
  /** Of the first on the second. */
  readonly test: Cointegration;
  /** Of the second on the first. */
  readonly reverse: Cointegration;
  /** At the end of the stretch, by the regression over all of it and by the Kalman filter. */
  readonly zScore: number;
  readonly kalman: { readonly hedgeRatio: number; readonly zScore: number };
};

/** @throws UserError for series that no test can take (`statistics/series.ts`). */
export function analysePair(
  a: NamedSeries,
  b: NamedSeries,
  terms: Exclude<Terms, 'n'>,
  lags: Lags,
): PairAnalysis {
  const test = engleGranger(a, [b], terms, lags);
  const reverse = engleGranger(b, [a], terms, lags);
  const unitRoots = [a, b].map(({ name, values }) => dickeyFuller(name, values, terms, lags)) as [
    UnitRootTest,
    UnitRootTest,
  ];
  const filter = HedgeFilter.over(a.values, b.values, test);
  return {
    verdict: a.values.length < LEAST_BARS ? 'too-few-bars' : verdictOf(unitRoots, test, reverse),
    unitRoots,
    test,
    reverse,
    zScore: (test.residuals.at(-1) as number) / test.deviation,
    kalman: { hedgeRatio: filter.hedgeRatio, zScore: filter.zScore },
  };
}

function verdictOf(
  unitRoots: readonly UnitRootTest[],
  test: UnitRootTest,
  reverse: UnitRootTest,
): PairVerdict {
  if (unitRoots.some(isStationary)) return 'already-stationary';
  if (rejects(test)) return 'cointegrated';
  return rejects(reverse) ? 'other-way-only' : 'not-cointegrated';
}

/** By the finite-sample critical value of 5 %, not by the asymptotic p. */
export function rejects({ statistic, criticalValues }: UnitRootTest): boolean {
  return statistic < criticalValues.fivePercent;
}

/** At 1 %: at 5 % one pair in ten of two plain walks would be set aside. */
export function isStationary({ statistic, criticalValues }: UnitRootTest): boolean {
  return statistic < criticalValues.onePercent;
}
