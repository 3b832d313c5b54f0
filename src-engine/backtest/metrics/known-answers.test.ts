/** The published values of quantopian/empyrical's own tests. */
import { describe, expect, test } from 'vitest';
import { maxDrawdown } from './drawdown.ts';
import {
  annualReturn,
  calmar,
  downsideRisk,
  omega,
  sharpe,
  totalReturn,
  volatility,
  wealthOf,
} from './ratios.ts';

type Values = Readonly<Record<string, number>>;
type Known = {
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
  readonly max_drawdown: Values;
  readonly sharpe_rf0: Values;
  readonly sharpe_mixed_vs_simple_benchmark: number;
  readonly annual_return: Values;
  readonly annual_volatility: Values;
  readonly calmar: Values;
  readonly omega: Values;
  readonly downside_risk_daily: Values;
  readonly cum_returns_final: Values;
};

/**
 * empyrical/tests/test_stats.py at 0a9fa58 (quantopian/empyrical, Apache-2.0). Returns in percent, null where one is not
 * known; 252 days, 52 weeks or 12 months a year; standard deviations of a sample (ddof 1).
 */
const known: Known = {
  series: {
    mixed: [null, 1, 10, -4, 2, 3, 2, 1, -10],
    negative: [0, -6, -7, -1, -9, -2, -6, -8, -5],
    positive: [1, 2, 1, 1, 1, 1, 1, 1, 1],
    simple_benchmark: [0, 1, 0, 1, 0, 1, 0, 1, 0],
    weekly_or_monthly: [0, 1, 10, -4, 2, 3, 2, 1, -10],
  },
  max_drawdown: { mixed: -0.1, positive: 0, negative: -0.365907303498736, simple_benchmark: 0 },
  sharpe_rf0: { mixed: 1.7238613961706866, positive: 52.915026221291804, negative: -24.406808633910085 },
  sharpe_mixed_vs_simple_benchmark: 0.34111411441060574,
  annual_return: {
    mixed_daily: 1.9135925373194231,
    weekly: 0.24690830513998208,
    monthly: 0.052242061386048144,
  },
  annual_volatility: {
    mixed_daily: 0.9136465399704637,
    weekly: 0.38851569394870583,
    monthly: 0.18663690238892558,
  },
  calmar: { mixed_daily: 19.135925373194233, weekly: 2.4690830513998208, monthly: 0.5224206138604814 },
  omega: { mixed_rf0_req10: 0.8335426349755793, positive_rf0_011: 1.125 },
  downside_risk_daily: { mixed_req0: 0.6044832503882965, mixed_req0_1: 1.7161730681956295 },
  cum_returns_final: { mixed: 0.03893, negative: -0.3659 },
};

/** The series in fractions; null there is a return that is not known. */
function series(name: string): number[] {
  const values = known.series[name];
  if (values === undefined) throw new Error(`there is no series ${name}`);
  return values.map((percent) => (percent === null ? Number.NaN : percent / 100));
}

function rounded(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}

const DAILY = { periodsPerYear: 252 };
const WEEKLY = { periodsPerYear: 52 };
const MONTHLY = { periodsPerYear: 12 };
const mixed = series('mixed');
const weekly = series('weekly_or_monthly');

type Case = readonly [name: string, actual: number | null, expected: number | undefined];

const CASES: readonly Case[] = [
  ...['mixed', 'positive', 'negative', 'simple_benchmark'].map(
    (name): Case => [
      `drawdown of ${name}`,
      maxDrawdown(wealthOf(series(name))).depth,
      known.max_drawdown[name],
    ],
  ),
  ...['mixed', 'positive', 'negative'].map(
    (name): Case => [`Sharpe ratio of ${name}`, sharpe(series(name), DAILY), known.sharpe_rf0[name]],
  ),
  [
    'Sharpe ratio against a benchmark',
    sharpe(mixed, { ...DAILY, riskFree: series('simple_benchmark') }),
    known.sharpe_mixed_vs_simple_benchmark,
  ],
  ['annual return, daily', annualReturn(mixed, DAILY), known.annual_return['mixed_daily']],
  ['annual return, weekly', annualReturn(weekly, WEEKLY), known.annual_return['weekly']],
  ['annual return, monthly', annualReturn(weekly, MONTHLY), known.annual_return['monthly']],
  ['volatility, daily', volatility(mixed, DAILY), known.annual_volatility['mixed_daily']],
  ['volatility, weekly', volatility(weekly, WEEKLY), known.annual_volatility['weekly']],
  ['volatility, monthly', volatility(weekly, MONTHLY), known.annual_volatility['monthly']],
  ['Calmar ratio, daily', calmar(mixed, DAILY), known.calmar['mixed_daily']],
  ['Calmar ratio, weekly', calmar(weekly, WEEKLY), known.calmar['weekly']],
  ['Calmar ratio, monthly', calmar(weekly, MONTHLY), known.calmar['monthly']],
  [
    'Omega ratio, 1000% a year required',
    omega(mixed, { ...DAILY, requiredAnnualReturn: 10 }),
    known.omega['mixed_rf0_req10'],
  ],
  [
    'Omega ratio above a risk-free rate',
    omega(series('positive'), { ...DAILY, riskFree: 0.011 }),
    known.omega['positive_rf0_011'],
  ],
  ['downside risk', downsideRisk(mixed, DAILY), known.downside_risk_daily['mixed_req0']],
  [
    'downside risk, 10% a day required',
    downsideRisk(mixed, { ...DAILY, requiredReturn: 0.1 }),
    known.downside_risk_daily['mixed_req0_1'],
  ],
  // These two are published rounded, to five and to four places.
  ['total return of mixed', rounded(totalReturn(mixed), 5), known.cum_returns_final['mixed']],
  [
    'total return of negative',
    rounded(totalReturn(series('negative')), 4),
    known.cum_returns_final['negative'],
  ],
];

describe('published values, to 1e-9', () => {
  test.each(CASES)('%s', (_name, actual, expected) => {
    expect(expected).toBeTypeOf('number');
    expect(Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN))).toBeLessThan(1e-9);
  });

  test('every published figure is among them', () => {
    const { series: _, ...figures } = known;
    const count = Object.values(figures)
      .map((figure): number =>
        typeof figure === 'object' ? Object.keys(figure).length : typeof figure === 'number' ? 1 : 0,
      )
      .reduce((sum, each) => sum + each, 0);
    expect(CASES).toHaveLength(count);
  });
});
