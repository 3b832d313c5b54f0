/**
 * Figures of a series of simple returns, one a period. Conventions of them all:
 * - a return is a fraction of the period's opening equity (0.01 is one per cent), after fees;
 * - NaN is a period whose return is not known: it is left out of means and deviations, and counts as a period
 *   without change where growth over time is asked for;
 * - `periodsPerYear` annualises: means by its product, deviations by its square root; 365 days make a year of a
 *   market that never closes;
 * - deviations are those of a sample (n − 1), but for the downside, which is that of the whole series (n);
 * - the risk-free rate is of one period and zero unless given;
 * - null is "no figure": an empty series, no spread, no drawdown. Never NaN, never infinite.
 * They agree with quantopian/empyrical (Apache-2.0), whose published values are among the tests.
 */
import { US_PER_SECOND } from '../../domain/time.ts';
import { maxDrawdown } from './drawdown.ts';
import { momentsOf, periodSharpe, standardDeviation } from './moments.ts';

/** Simple returns, oldest first. */
export type Returns = ArrayLike<number>;

export type Annualised = {
  /** Periods in a year: 252, 52, 12, or `periodsPerYear` of a length. */
  readonly periodsPerYear: number;
};

export type ExcessOver = Annualised & {
  /** Return of one period to be had without risk, or a series of them as long as the returns. Default 0. */
  readonly riskFree?: number | Returns | undefined;
};

/** 365 days: this market never closes. */
export const YEAR_US = 365 * 86_400 * US_PER_SECOND;

/** How many periods of this length a year has. */
export function periodsPerYear(periodUs: number): number {
  return YEAR_US / periodUs;
}

/** A figure, or null where floats have no number for it. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Growth over the whole series: product of (1 + return), less one. 0 for an empty series. */
export function totalReturn(returns: Returns): number {
  let wealth = 1;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index] as number;
    if (!Number.isNaN(value)) wealth *= 1 + value;
  }
  return wealth - 1;
}

/**
 * Compound annual growth rate: (1 + total return)^(periodsPerYear / n) − 1, n counting all periods, also the
 * unknown. −1 when everything was lost; null for an empty series, or where it grows beyond a float.
 */
export function annualReturn(returns: Returns, { periodsPerYear: perYear }: Annualised): number | null {
  if (returns.length === 0) return null;
  const wealth = 1 + totalReturn(returns);
  if (wealth <= 0) return -1;
  return finite(wealth ** (perYear / returns.length) - 1);
}

/** Sample standard deviation of the returns, annualised by the square root of time; 0 without spread. */
export function volatility(returns: Returns, { periodsPerYear: perYear }: Annualised): number | null {
  const deviation = standardDeviation(momentsOf(returns));
  return deviation === null ? null : deviation * Math.sqrt(perYear);
}

/**
 * Sharpe ratio: mean excess return over its sample standard deviation, times the square root of periodsPerYear.
 * Null without spread: a straight line has no ratio. Source: Sharpe (1994), see moments.ts.
 */
export function sharpe(returns: Returns, options: ExcessOver): number | null {
  const ratio = periodSharpe(momentsOf(excess(returns, options.riskFree ?? 0)));
  return ratio === null ? null : ratio * Math.sqrt(options.periodsPerYear);
}

/**
 * Downside risk: root mean square of what the returns fall short of the required one, over all periods (n),
 * annualised by the square root of time. 0 when none falls short. @param requiredReturn of one period.
 * Source: F. A. Sortino and R. van der Meer, "Downside risk", Journal of Portfolio Management 17 (1991).
 */
export function downsideRisk(
  returns: Returns,
  { periodsPerYear: perYear, requiredReturn = 0 }: Annualised & { readonly requiredReturn?: number },
): number | null {
  let count = 0;
  let squares = 0;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index] as number;
    if (Number.isNaN(value)) continue;
    count++;
    squares += Math.min(0, value - requiredReturn) ** 2;
  }
  return count === 0 ? null : Math.sqrt(squares / count) * Math.sqrt(perYear);
}

/**
 * Sortino ratio: annualised mean return above the required one over the downside risk. Null when nothing fell
 * short. @param requiredReturn of one period, default 0. Source: Sortino and van der Meer (1991).
 */
export function sortino(
  returns: Returns,
  options: Annualised & { readonly requiredReturn?: number },
): number | null {
  const risk = downsideRisk(returns, options);
  if (risk === null || risk === 0) return null;
  const mean = momentsOf(returns).mean - (options.requiredReturn ?? 0);
  return finite((mean * options.periodsPerYear) / risk);
}

/**
 * Calmar ratio: annual return over the depth of the deepest drawdown of the series. Null without a drawdown.
 * Source: T. W. Young, "Calmar ratio: a smoother tool", Futures 20 (1991), over the whole span and not 36 months.
 */
export function calmar(returns: Returns, options: Annualised): number | null {
  const growth = annualReturn(returns, options);
  const { depth } = maxDrawdown(wealthOf(returns));
  return growth === null || depth === 0 ? null : finite(growth / -depth);
}

/**
 * Omega ratio: what the returns exceed the threshold by, over what they fall short of it, sums over all periods.
 * The threshold of a period is the risk-free rate plus the required annual return brought down to one period,
 * (1 + required)^(1 / periodsPerYear) − 1. Null when nothing falls short, or a year may lose everything.
 * Source: C. Keating and W. F. Shadwick, "A universal performance measure" (2002).
 */
export function omega(
  returns: Returns,
  options: Annualised & { readonly riskFree?: number; readonly requiredAnnualReturn?: number },
): number | null {
  const { periodsPerYear: perYear, riskFree = 0, requiredAnnualReturn = 0 } = options;
  if (requiredAnnualReturn <= -1) return null;
  const threshold = riskFree + ((1 + requiredAnnualReturn) ** (1 / perYear) - 1);
  let above = 0;
  let below = 0;
  for (let index = 0; index < returns.length; index++) {
    const difference = (returns[index] as number) - threshold;
    if (difference > 0) above += difference;
    else if (difference < 0) below -= difference;
  }
  return below === 0 ? null : finite(above / below);
}

/** What one unit became, with the one it began with in front: n + 1 figures for n returns. */
export function wealthOf(returns: Returns): Float64Array {
  const wealth = new Float64Array(returns.length + 1);
  wealth[0] = 1;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index] as number;
    wealth[index + 1] = (wealth[index] as number) * (Number.isNaN(value) ? 1 : 1 + value);
  }
  return wealth;
}

function excess(returns: Returns, riskFree: number | Returns): Float64Array {
  return Float64Array.from(
    { length: returns.length },
    (_, index) =>
      (returns[index] as number) -
      (typeof riskFree === 'number' ? riskFree : (riskFree[index] ?? Number.NaN)),
  );
}
