import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DrawdownMeter, maxDrawdown } from './drawdown.ts';
import {
  kurtosis,
  mergeAll,
  mergeMoments,
  type Moments,
  momentsOf,
  NO_MOMENTS,
  periodSharpe,
  skewness,
  standardDeviation,
} from './moments.ts';
import {
  annualReturn,
  calmar,
  downsideRisk,
  omega,
  periodsPerYear,
  sharpe,
  sortino,
  totalReturn,
  volatility,
  wealthOf,
} from './ratios.ts';

const DAILY = { periodsPerYear: 252 };
const returns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 60 });

function expectClose(actual: number | null, expected: number | null, tolerance = 1e-9): void {
  if (actual === null || expected === null) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

function expectSame(a: Moments, b: Moments): void {
  expect(a.count).toBe(b.count);
  const scale = Math.max(1, b.m2, b.m4);
  for (const key of ['mean', 'm2', 'm3', 'm4'] as const) {
    expect(Math.abs(a[key] - b[key])).toBeLessThanOrEqual(1e-9 * scale);
  }
}

describe('moments', () => {
  test('of a series worked by hand', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32, cubed 42, to the fourth 356.
    const moments = momentsOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expectSame(moments, { count: 8, mean: 5, m2: 32, m3: 42, m4: 356 });
    expectClose(standardDeviation(moments), Math.sqrt(32 / 7));
    expectClose(skewness(moments), 42 / 8 / 4 ** 1.5);
    expectClose(kurtosis(moments), 356 / 8 / 16);
    expectClose(periodSharpe(moments), 5 / Math.sqrt(32 / 7));
  });

  test('are those of two passes, however the series is cut and merged, without what is not known', () => {
    const value = fc.oneof(
      { arbitrary: fc.double({ min: -10, max: 10, noNaN: true }), weight: 9 },
      { arbitrary: fc.constant(Number.NaN), weight: 1 },
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 80 }),
        fc.array(fc.nat(80), { maxLength: 5 }),
        (values, cuts) => {
          const known = values.filter((each) => !Number.isNaN(each));
          const mean = known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
          const power = (n: number): number => known.reduce((sum, each) => sum + (each - mean) ** n, 0);
          const expected = { count: known.length, mean, m2: power(2), m3: power(3), m4: power(4) };
          expectSame(momentsOf(values), expected);
          const borders = [0, ...cuts.map((cut) => Math.min(cut, values.length)), values.length].sort(
            (a, b) => a - b,
          );
          const parts = borders.slice(1).map((to, index) => momentsOf(values, borders[index] ?? 0, to));
          expectSame(mergeAll(parts), expected);
        },
      ),
    );
  });

  test('nothing merged with something is that something', () => {
    const some = momentsOf([1, 2, 4]);
    expect(mergeMoments(NO_MOMENTS, some)).toBe(some);
    expect(mergeMoments(some, NO_MOMENTS)).toBe(some);
  });

  test('figures that differ by rounding alone have no spread, hence no Sharpe ratio', () => {
    const constant = momentsOf(Array.from({ length: 100 }, (_, index) => 0.1 + (index % 2) * 1e-17));
    expect(standardDeviation(constant)).toBe(0);
    expect([periodSharpe(constant), skewness(constant), kurtosis(constant)]).toEqual([null, null, null]);
    expect(standardDeviation(momentsOf([1]))).toBeNull();
  });
});

describe('ratios', () => {
  test('of an empty series there are none', () => {
    expect(totalReturn([])).toBe(0);
    expect([annualReturn([], DAILY), volatility([], DAILY), sharpe([], DAILY)]).toEqual([null, null, null]);
    expect([sortino([], DAILY), calmar([], DAILY), omega([], DAILY)]).toEqual([null, null, null]);
    expect(downsideRisk([], DAILY)).toBeNull();
  });

  test('without spread, without a fall and without a shortfall there is nothing to divide by', () => {
    const straight = [0.01, 0.01, 0.01];
    expect(sharpe(straight, DAILY)).toBeNull();
    expect(sortino(straight, DAILY)).toBeNull();
    expect(calmar(straight, DAILY)).toBeNull();
    expect(omega(straight, DAILY)).toBeNull();
    expect(volatility(straight, DAILY)).toBe(0);
    expect(downsideRisk(straight, DAILY)).toBe(0);
  });

  test('Sortino: the mean above the required return over the downside of all periods', () => {
    // Mean 1 %, shortfalls 0, −2 % and 0: risk √(0.0004 / 3) a period.
    const value = sortino([0.02, -0.02, 0.03], DAILY);
    expectClose(value, (0.01 * 252) / (Math.sqrt(0.0004 / 3) * Math.sqrt(252)));
    expectClose(sortino([0.02, -0.02, 0.03], { ...DAILY, requiredReturn: 0.01 }), 0);
  });

  test('a year in which everything is lost is a year of −100 %, and one beyond floats is not a figure', () => {
    expect(annualReturn([0.1, -1], DAILY)).toBe(-1);
    expect(annualReturn([0.9], { periodsPerYear: 31_536_000 })).toBeNull();
    expect(omega([0.1, -0.1], { ...DAILY, requiredAnnualReturn: -1 })).toBeNull();
  });

  test('a year has 365 days of 24 hours', () => {
    expect(periodsPerYear(86_400_000_000)).toBe(365);
    expect(periodsPerYear(3_600_000_000)).toBe(8_760);
  });

  test('never NaN and never infinite; what is not known changes no mean; scale changes no ratio', () => {
    fc.assert(
      fc.property(returns, fc.double({ min: 0.01, max: 1, noNaN: true }), (series, scale) => {
        const all = (values: readonly number[]): (number | null)[] => [
          sharpe(values, DAILY),
          sortino(values, DAILY),
          omega(values, DAILY),
        ];
        const figures = [...all(series), calmar(series, DAILY), annualReturn(series, DAILY)];
        for (const figure of figures) expect(figure === null || Number.isFinite(figure)).toBe(true);
        const gaps = series.flatMap((value) => [value, Number.NaN]);
        all(gaps).forEach((figure, index) => expectClose(figure, all(series)[index] ?? null));
        const scaled = all(series.map((value) => value * scale));
        if (
          volatility(series, DAILY) !== 0 &&
          series.every((value) => Math.abs(value) > 1e-6 || value === 0)
        ) {
          scaled.forEach((figure, index) => expectClose(figure, all(series)[index] ?? null, 1e-6));
        }
      }),
    );
  });
});

describe('drawdown', () => {
  test('names its peak, its low and when the peak was reached again', () => {
    const values = [100, 120, 90, 110, 120, 60, 80];
    expect(maxDrawdown(values)).toEqual({ depth: -0.5, peak: 4, trough: 5, recovered: null });
    expect(maxDrawdown(values.slice(0, 5))).toEqual({ depth: -0.25, peak: 1, trough: 2, recovered: 4 });
    expect(maxDrawdown([])).toMatchObject({ depth: 0, recovered: null });
    expect(maxDrawdown([1, 2, 3]).depth).toBe(0);
  });

  test('the longest time under water may be that of another one, and one that lasts counts to the end', () => {
    const meter = new DrawdownMeter();
    const samples: readonly (readonly [number, number])[] = [
      [100, 0],
      [50, 1],
      [100, 2],
      [99, 10],
      [100, 30],
      [101, 31],
      [100, 40],
    ];
    for (const [value, at] of samples) meter.add(value, at);
    expect(meter.deepest).toEqual({ depth: -0.5, peak: 0, trough: 1, recovered: 2 });
    expect(meter.longestUnderwater).toBe(28);
    meter.add(100.5, 90);
    expect(meter.longestUnderwater).toBe(59);
  });

  test('is the deepest fall between any two values', () => {
    fc.assert(
      fc.property(returns, (series) => {
        const wealth = wealthOf(series);
        let deepest = 0;
        for (let from = 0; from < wealth.length; from++) {
          for (let to = from; to < wealth.length; to++) {
            deepest = Math.min(deepest, (wealth[to] as number) / (wealth[from] as number) - 1);
          }
        }
        const found = maxDrawdown(wealth);
        expectClose(found.depth, deepest, 1e-12);
        expect((wealth[found.trough] as number) / (wealth[found.peak] as number) - 1).toBe(found.depth);
        if (found.recovered !== null) {
          expect(wealth[found.recovered]).toBeGreaterThanOrEqual(wealth[found.peak] as number);
        }
      }),
    );
  });
});
