/** Known answers of regressions, unit roots, cointegration and half-lives, and what each refuses. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { dickeyFuller, type Lags, schwertLags } from './dickey-fuller.ts';
import { engleGranger } from './engle-granger.ts';
import { halfLife, halfLifeOf } from './half-life.ts';
import { type Column, leastSquares } from './least-squares.ts';
import { INFLATION, REGRESSOR, RESPONSE, WALK } from './testing/known-series.ts';
import { criticalValues, pValue, type Terms } from './unit-root-tables.ts';

const close = (actual: number, expected: number, tolerance = 1e-6): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
};
const column = (name: string, values: readonly number[]): Column => ({
  name,
  values: Float64Array.from(values),
});
const named = (name: string, values: readonly number[]) => ({ name, values });
const walk = (seed: number, length: number): number[] => {
  const random = new SeededRandom(seed);
  let level = 100;
  return Array.from({ length }, () => (level += random.normal()));
};

describe('least squares', () => {
  it('agrees with the certified figures of NIST on Longley’s data, which are nearly collinear', () => {
    const rows = LONGLEY.trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const at = (index: number): number[] => rows.map((row) => row[index] as number);
    const fit = leastSquares(at(0), [
      column(
        'constant',
        rows.map(() => 1),
      ),
      ...[1, 2, 3, 4, 5, 6].map((index) => column(`x${index}`, at(index))),
    ]);
    for (const [index, [coefficient, error]] of CERTIFIED.entries()) {
      close((fit.coefficients[index] as number) / coefficient, 1, 1e-9);
      close((fit.standardErrors?.[index] as number) / error, 1, 1e-9);
    }
    close(fit.deviation as number, 304.854073561965, 1e-10);
    close(fit.rSquared as number, 0.995479004577296, 1e-12);
  });

  it('names the column that the others make up, and one that is zero throughout', () => {
    const one = column('constant', [1, 1, 1, 1]);
    const rise = column('rise', [1, 2, 3, 4]);
    const twice = column('twice', [3, 5, 7, 9]);
    expect(() => leastSquares([1, 2, 3, 5], [one, rise, twice])).toThrow(/^twice: is a linear combination/);
    expect(() => leastSquares([1, 2, 3, 5], [column('nothing', [0, 0, 0, 0])])).toThrow(/^nothing: is zero/);
    expect(() => leastSquares([1], [one, rise])).toThrow(/1 observations for 2 coefficients/);
    expect(() => leastSquares([1, Number.NaN, 2, 3], [one])).toThrow(
      /^response: "NaN" is not a finite number at observation 2/,
    );
  });
});

describe('the augmented Dickey–Fuller test', () => {
  // statsmodels 0.15.0, adfuller(WALK, regression, autolag): lags, statistic, p, 5 %.
  it.each<[Terms, 'aic' | 'bic' | 't-stat', number, number, number, number]>([
    ['n', 'aic', 3, -0.9786426918652532, 0.29670072693815075, -1.94298755600655],
    ['n', 'bic', 3, -0.9786426918652532, 0.29670072693815075, -1.94298755600655],
    ['n', 't-stat', 3, -0.9786426918652532, 0.29670072693815075, -1.94298755600655],
    ['c', 'aic', 3, -3.0229000565712663, 0.03281046287755759, -2.881548071241103],
    ['c', 't-stat', 3, -3.0229000565712663, 0.03281046287755759, -2.881548071241103],
    ['ct', 'aic', 3, -3.818267192874042, 0.015658484125961665, -3.4409997194981194],
    ['ct', 'bic', 1, -5.788352842852971, 6.04600023166202e-6, -3.440581388836791],
    ['ct', 't-stat', 14, -3.672609406261672, 0.02422555012525433, -3.443525725854798],
    ['ctt', 'aic', 3, -3.7083771042678095, 0.06888725376933484, -3.873463952166615],
    ['ctt', 'bic', 1, -5.873147765514906, 2.333169889795061e-5, -3.872900081090952],
    ['ctt', 't-stat', 14, -3.5460042023556704, 0.10172305139633037, -3.8768693238835543],
  ])('with the terms %s and lags by %s', (terms, by, lags, statistic, p, five) => {
    const test = dickeyFuller('walk', WALK, terms, { by });
    expect(test.lags).toBe(lags);
    expect(test.observations).toBe(WALK.length - 1 - lags);
    close(test.statistic, statistic, 1e-9);
    close(test.pValue, p, 1e-9);
    close(test.criticalValues.fivePercent, five, 1e-12);
  });

  it('gives Stata’s published figures of US inflation', () => {
    const { statistic, pValue: p, observations } = dickeyFuller('inflation', INFLATION, 'c', 1);
    close(statistic, -4.3346988);
    close(p, 0.00038661);
    expect(observations).toBe(201);
    close(dickeyFuller('inflation', INFLATION, 'ct', 4).pValue, 0.18336146202264147);
  });

  it('gives the same for any unit and, beside a constant, any origin', () => {
    const { statistic } = dickeyFuller('walk', WALK, 'c', 2);
    for (const unit of [1e-60, 1e-9, 1e9, 1e90]) {
      close(
        dickeyFuller(
          'walk',
          WALK.map((value) => value * unit),
          'c',
          2,
        ).statistic,
        statistic,
        1e-9,
      );
    }
    // Ten digits of the level are left for its moves.
    close(
      dickeyFuller(
        'walk',
        WALK.map((value) => value + 1e6),
        'c',
        2,
      ).statistic,
      statistic,
      1e-7,
    );
  });

  it('chooses at most the lags of Schwert’s rule, fewer where the series is short', () => {
    expect(schwertLags(100, 'c')).toBe(12);
    expect(schwertLags(203, 'c')).toBe(15);
    expect(schwertLags(12, 'c')).toBe(4);
    expect(schwertLags(1_000_000, 'c')).toBe(100);
  });

  it('finds a unit root in as many walks as it says, and none in a series that returns', () => {
    const rejected = Array.from({ length: 400 }, (_, seed) =>
      dickeyFuller('walk', walk(seed + 1, 100), 'c', { by: 'bic' }),
    ).filter((test) => test.statistic < test.criticalValues.fivePercent).length;
    // 20 expected, 3 standard deviations are 13.
    expect(rejected).toBeGreaterThan(7);
    expect(rejected).toBeLessThan(33);
  });
});

describe('the Engle–Granger test', () => {
  // statsmodels 0.15.0, coint(RESPONSE, REGRESSOR, trend, autolag): statistic, p, 5 %.
  it.each<['c' | 'ct' | 'ctt', Lags, number, number, number]>([
    ['c', { by: 'aic' }, -6.340613389822189, 2.887474915189546e-7, -3.3774447110490518],
    ['c', { by: 'bic' }, -6.340613389822189, 2.887474915189546e-7, -3.3774447110490518],
    ['c', 3, -5.801782206978119, 4.292012215929324e-6, -3.3774447110490518],
    ['ct', { by: 'aic' }, -6.329007511173722, 1.792266169694574e-6, -3.8449433795774963],
    ['ct', 3, -5.7926998792281355, 2.625801882019142e-5, -3.8449433795774963],
    ['ctt', { by: 't-stat' }, -5.15627537194875, 0.0018898398112237212, -4.244465577017663],
    ['ctt', 3, -5.922022729395972, 7.220310939524136e-5, -4.244465577017663],
  ])('with the terms %s and lags %j', (terms, lags, statistic, p, five) => {
    const test = engleGranger(named('A', RESPONSE), [named('B', REGRESSOR)], terms, lags);
    close(test.statistic, statistic, 1e-9);
    close(test.pValue, p, 1e-9);
    close(test.criticalValues.fivePercent, five, 1e-12);
  });

  it('gives the hedge ratio, its error, the spread and its half-life', () => {
    const test = engleGranger(named('A', RESPONSE), [named('B', REGRESSOR)], 'c', { by: 'aic' });
    close(test.hedgeRatios[0] as number, 1.392259245442621, 1e-10);
    close(test.hedgeErrors[0] as number, 0.049839248426207794, 1e-10);
    close(test.intercept, 13.987914160228001, 1e-9);
    close(test.rSquared, 0.8405797805528473, 1e-10);
    close(test.deviation, 0.4571918366741376, 1e-10);
    close(test.halfLife, 2.529796858404534, 1e-9);
  });

  it('takes up to six series, each number with tables of its own', () => {
    const three = engleGranger(named('A', RESPONSE), [named('B', REGRESSOR), named('C', WALK)], 'c', {
      by: 'aic',
    });
    close(three.statistic, -6.181520218746954, 1e-9);
    close(three.pValue, 3.328595798862072e-6, 1e-9);
    close(three.criticalValues.onePercent, -4.392102743016896, 1e-12);
    const six = [1, 2, 3, 4, 5, 6].map((seed) => named(`S${seed}`, walk(seed, 80)));
    const [first, ...others] = six as [(typeof six)[0], ...typeof six];
    expect(engleGranger(first, others, 'c', 0).hedgeRatios).toHaveLength(5);
    const more = [...others, named('S7', walk(7, 80))];
    expect(() => engleGranger(first, more, 'c', 0)).toThrow(/are 7, and a cointegration test takes 2 to 6/);
    expect(() => engleGranger(first, [], 'c', 0)).toThrow(/are 1, and/);
  });

  it('refuses a market against itself, and regressors that make up each other', () => {
    const twice = named(
      'twice',
      WALK.map((value) => 2 * value + 5),
    );
    expect(() => engleGranger(named('A', WALK), [twice], 'c', 0)).toThrow(/^A: is an exact combination/);
    const pair = [named('B', WALK), twice];
    expect(() => engleGranger(named('A', REGRESSOR), pair, 'c', 0)).toThrow(
      /^twice: is a linear combination/,
    );
  });
});

describe('what is no series', () => {
  it.each<[string, readonly number[], RegExp]>([
    ['a constant', Array.from({ length: 50 }, () => 7), /^A: "7" has the same value in all 50 observations/],
    [
      'no number',
      WALK.map((value, at) => (at === 20 ? Number.NaN : value)),
      /^A: "NaN" is not a finite number at observation 21/,
    ],
    ['no end', WALK.map((value, at) => (at === 3 ? Infinity : value)), /^A: "Infinity" is not a finite/],
    ['too short', WALK.slice(0, 3), /^A: has 3 observations, and at least \d+ are needed/],
    [
      'too long',
      Array.from({ length: 100_001 }, () => 1),
      /^A: has 100001 observations, and 100000 are the most/,
    ],
    ['too large', WALK.map((value) => value * 1e99), /^A: "\S+" is beyond 1e\+100/],
    ['too small', WALK.map((value) => value * 1e-103), /^A: "\S+" varies by less than 1e-100/],
  ])('%s', (_, values, message) => {
    expect(() => dickeyFuller('A', values, 'c', { by: 'aic' })).toThrow(message);
    expect(() => halfLife('A', values)).toThrow(message);
    const other = values.map((_value, at) => WALK[at % WALK.length] as number);
    expect(() => engleGranger(named('A', values), [named('B', other)], 'c', 0)).toThrow(message);
  });

  it('lines, exact recursions, lags that the series does not bear, series of two lengths', () => {
    const line = Array.from({ length: 60 }, (_, at) => 10 + 0.1 * at);
    expect(() => dickeyFuller('line', line, 'c', 0)).toThrow(
      /^line: follows its trend and its own past exactly/,
    );
    const decay = Array.from({ length: 40 }, (_, at) => 0.5 ** at);
    expect(() => dickeyFuller('decay', decay, 'n', 0)).toThrow(/^decay: follows/);
    for (const lags of [-1, 1.5, Number.NaN, 74]) {
      expect(() => dickeyFuller('A', WALK, 'c', lags)).toThrow(
        /^lags: "\S+" is not a whole number from 0 to 73/,
      );
    }
    expect(() => dickeyFuller('A', WALK, 'c', { by: 'aic', most: 80 })).toThrow(/^lags: "80"/);
    const short = named('B', WALK.slice(1));
    expect(() => engleGranger(named('A', WALK), [short], 'c', 0)).toThrow(
      /^B: has 149 observations, and A has 150/,
    );
  });
});

describe('half-life', () => {
  it('is the time in which half of a distance is left, and no number where the series does not return', () => {
    expect(halfLifeOf(0.5)).toBe(1);
    close(halfLifeOf(0.9), 6.578813478960585, 1e-12);
    expect(halfLifeOf(-0.5)).toBe(1);
    expect(halfLifeOf(0)).toBe(0);
    expect([1, 1.01, -1, -2, Number.NaN].map(halfLifeOf)).toEqual(Array.from({ length: 5 }, () => Infinity));
    // A distance from 5 that halves each step.
    close(
      halfLife(
        'spread',
        Array.from({ length: 30 }, (_, at) => 5 + 0.5 ** at),
      ),
      1,
      1e-9,
    );
    expect(
      halfLife(
        'rise',
        Array.from({ length: 30 }, (_, at) => 1.1 ** at),
      ),
    ).toBe(Infinity);
  });
});

describe('the tables of unit roots', () => {
  // MacKinnon (2010), as printed and at 50 observations.
  it.each<[number, number, readonly [number, number, number]]>([
    [1, 50, [-3.568485864, -2.92135992, -2.5986616]],
    [2, 50, [-4.1288888, -3.4610612, -3.130362]],
    [3, 50, [-4.595346536, -3.916040944, -3.5779532]],
    [2, Infinity, [-3.89644, -3.33613, -3.04445]],
  ])('critical values of %i series at %d observations', (series, observations, [one, five, ten]) => {
    const values = criticalValues('c', series, observations);
    close(values.onePercent, one, 1e-9);
    close(values.fivePercent, five, 1e-9);
    close(values.tenPercent, ten, 1e-9);
  });

  it('p values and critical values say the same, p rises with the statistic, and stays from 0 to 1', () => {
    for (const terms of ['n', 'c', 'ct', 'ctt'] as const) {
      for (let series = 1; series <= (terms === 'n' ? 1 : 6); series++) {
        const { onePercent, fivePercent, tenPercent } = criticalValues(terms, series, Infinity);
        close(pValue(onePercent, terms, series), 0.01, 0.0015);
        close(pValue(fivePercent, terms, series), 0.05, 0.0025);
        close(pValue(tenPercent, terms, series), 0.1, 0.0035);
        let last = 0;
        for (let statistic = -40; statistic <= 8; statistic += 0.4) {
          const p = pValue(statistic, terms, series);
          // Two polynomials meet, with a step of less than a thousandth.
          expect(p).toBeGreaterThanOrEqual(last - 1e-3);
          expect(p).toBeLessThanOrEqual(1);
          last = p;
        }
        expect([pValue(-100, terms, series), pValue(100, terms, series)]).toEqual([0, 1]);
      }
    }
    expect(() => criticalValues('n', 2, 100)).toThrow(/no table of 2 series/);
  });
});

type Case = Readonly<Record<string, unknown>> & { readonly name: string };
type Expected = { readonly stat: number; readonly p: number; readonly crit: unknown };

function cases(file: string): {
  readonly data: Readonly<Record<string, number[]>>;
  readonly all: readonly Case[];
} {
  const { cases: all } = JSON.parse(
    readFileSync(sharedFile(`known-answers/models/${file}.json`), 'utf8'),
  ) as {
    cases: Case[];
  };
  return { data: all.find(({ name }) => name === 'data') as never, all };
}

describe.runIf(HAS_SHARED_DATA)('the published answers', () => {
  it('Dickey–Fuller of US macro data (Stata), to the stated tolerance', () => {
    const { data, all } = cases('adf');
    const tested = all.filter((each) => 'series' in each);
    expect(tested.length).toBeGreaterThan(3);
    for (const each of tested) {
      const { stat, p, crit } = each['expected'] as Expected;
      const tolerance = each['tolerance'] as number;
      const test = dickeyFuller(
        'series',
        data[String(each['series'])] ?? [],
        each['regression'] as Terms,
        each['lags'] as number,
      );
      close(test.statistic, stat, tolerance);
      close(test.pValue, p, tolerance);
      const { '1%': one, '5%': five, '10%': ten } = crit as Record<string, number>;
      close(test.criticalValues.onePercent, one as number, tolerance);
      close(test.criticalValues.fivePercent, five as number, tolerance);
      close(test.criticalValues.tenPercent, ten as number, tolerance);
    }
  });

  it('Engle–Granger of US income on consumption (Stata), and MacKinnon’s values', () => {
    const { data, all } = cases('cointegration');
    const [tested, table] = all.filter(({ name }) => name !== 'data') as [Case, Case];
    const { stat, p, crit } = tested['expected'] as Expected;
    const test = engleGranger(
      named('income', data['realdpi'] ?? []),
      [named('consumption', data['realcons'] ?? [])],
      'c',
      0,
    );
    close(test.statistic, stat);
    close(test.pValue, p);
    const { onePercent, fivePercent, tenPercent } = test.criticalValues;
    for (const [at, value] of [onePercent, fivePercent, tenPercent].entries())
      close(value, (crit as number[])[at] as number);
    for (const [key, expected] of Object.entries(table['expected'] as Record<string, number[]>)) {
      const [series, terms, count] = key.split(':') as [string, Terms, string];
      const values = criticalValues(
        terms,
        Number(series.slice(1)),
        count === 'inf' ? Infinity : Number(count),
      );
      close(values.onePercent, expected[0] as number, 1e-8);
      close(values.fivePercent, expected[1] as number, 1e-8);
      close(values.tenPercent, expected[2] as number, 1e-8);
    }
  });
});

/** J. W. Longley, Journal of the American Statistical Association 62 (1967); NIST StRD: employed, then its six regressors. */
const LONGLEY = `
60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962`;

const CERTIFIED: readonly (readonly [number, number])[] = [
  [-3482258.63459582, 890420.383607373],
  [15.0618722713733, 84.9149257747669],
  [-0.035819179292591, 0.0334910077722432],
  [-2.02022980381683, 0.488399681651699],
  [-1.03322686717359, 0.214274163161675],
  [-0.0511041056535807, 0.22607320006937],
  [1829.15146461355, 455.478499142212],
];
