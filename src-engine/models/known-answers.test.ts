/** Models against published answers at their stated tolerances, and against answers by hand where nothing lies beside the project. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { calibrated, fitIsotonic, fitPlatt, isotonic } from './calibration.ts';
import { benjaminiHochberg, binCounts, deciles, kolmogorovSmirnov, psi } from './drift.ts';
import { kellyOfOdds, kellyOfReturns } from '../domain/kelly.ts';
import { fitLogistic } from './logistic-regression.ts';
import { brierScore, calibrationError, logLoss, rocAuc } from './scores.ts';
import { boostTrees, USUAL_BOOSTING } from './trees/boosting.ts';
import { fromLightgbm } from './trees/lightgbm-text.ts';
import { marginsOf, predictionOf, type TreeEnsemble } from './trees/tree-ensemble.ts';
import { parseUbj } from './trees/ubj.ts';
import { fromXgboost } from './trees/xgboost-document.ts';
import { rolls, timeSplits } from './walk-forward.ts';

/** Cases of a file of known answers. */
function casesOf(name: string): readonly unknown[] {
  return (
    JSON.parse(readFileSync(sharedFile(`known-answers/models/${name}.json`), 'utf8')) as {
      readonly cases: readonly unknown[];
    }
  ).cases;
}
const marginOf = (model: TreeEnsemble, row: readonly (number | null)[]): Float64Array => {
  const out = new Float64Array(model.groups);
  marginsOf(
    model,
    row.map((value) => value ?? Number.NaN),
    out,
  );
  return out;
};

describe('Kelly’s share', () => {
  it('by hand: an even bet, one that pays twice, no edge, returns, and what is no bet', () => {
    expect(kellyOfOdds(0.6, 1)).toBeCloseTo(0.2, 12);
    expect(kellyOfOdds(0.5, 2)).toBeCloseTo(0.25, 12);
    expect(kellyOfOdds(0.5, 1)).toBe(0);
    expect(kellyOfOdds(0.2, 1)).toBeCloseTo(-0.6, 12);
    expect(kellyOfReturns(0.1, 0.2)).toBeCloseTo(2.5, 12);
    for (const none of [
      kellyOfOdds(1.1, 1),
      kellyOfOdds(0.5, 0),
      kellyOfOdds(Number.NaN, 1),
      kellyOfReturns(0.1, 0),
    ])
      expect(none).toBeNaN();
  });
});

describe.runIf(HAS_SHARED_DATA)('published answers', () => {
  it('Kelly’s share by odds and by returns', () => {
    type Case = { p?: number; b?: number; mu?: number; sigma?: number; expected: number; tolerance: number };
    for (const { p, b, mu, sigma, expected, tolerance } of casesOf('kelly') as readonly Case[]) {
      const found =
        p !== undefined && b !== undefined
          ? kellyOfOdds(p, b)
          : kellyOfReturns(mu as number, sigma as number);
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('logistic regression of Spector and Mazzeo: weights, standard errors, likelihood, probabilities', () => {
    type Case = {
      X: number[][];
      y: number[];
      tolerance: number;
      expected: { params: number[]; standard_errors: number[]; log_likelihood: number };
    };
    const [{ X, y, expected, tolerance }] = casesOf('logistic-regression') as readonly Case[] as readonly [
      Case,
    ];
    const fit = fitLogistic(Float64Array.from(X.flat()), 4, y);
    expected.params.forEach((value, at) =>
      expect(Math.abs((fit.weights[at] as number) - value)).toBeLessThan(tolerance),
    );
    expected.standard_errors.forEach((value, at) =>
      expect(Math.abs((fit.standardErrors[at] as number) - value)).toBeLessThan(tolerance),
    );
    expect(Math.abs(fit.logLikelihood - expected.log_likelihood)).toBeLessThan(tolerance);
  });

  it('XGBoost as JSON and as UBJ, with missing values and base scores', () => {
    type Case = {
      model_json: unknown;
      model_ubj_base64?: string;
      input: (number | null)[][];
      expected: { margin: number[]; prediction: number[] };
      tolerance_relative: number;
    };
    for (const {
      model_json: document,
      model_ubj_base64: ubj,
      input,
      expected,
      tolerance_relative: tolerance,
    } of casesOf('xgboost-json') as readonly Case[]) {
      const models = [
        fromXgboost(document),
        ...(ubj === undefined ? [] : [fromXgboost(parseUbj(Buffer.from(ubj, 'base64')))]),
      ];
      for (const model of models) {
        input.forEach((row, at) => {
          const margins = marginOf(model, row);
          const [margin, prediction] = [expected.margin[at] as number, expected.prediction[at] as number];
          expect(Math.abs((margins[0] as number) - margin)).toBeLessThanOrEqual(tolerance * Math.abs(margin));
          expect(Math.abs((predictionOf(model, margins)[0] as number) - prediction)).toBeLessThanOrEqual(
            tolerance * prediction,
          );
        });
      }
    }
  });

  it('LightGBM as text', () => {
    type Case = {
      model_text: string;
      input: (number | null)[][];
      expected: { raw: number[]; prediction: number[] };
      tolerance: number;
    };
    for (const { model_text: text, input, expected, tolerance } of casesOf(
      'lightgbm-text',
    ) as readonly Case[]) {
      const model = fromLightgbm(text);
      input.forEach((row, at) => {
        const margins = marginOf(model, row);
        expect(Math.abs((margins[0] as number) - (expected.raw[at] as number))).toBeLessThanOrEqual(
          tolerance,
        );
        expect(
          Math.abs((predictionOf(model, margins)[0] as number) - (expected.prediction[at] as number)),
        ).toBeLessThanOrEqual(tolerance);
      });
    }
  });

  it('splits of scikit-learn’s documentation', () => {
    type Case = { n: number; params: string; expected: [number[], number[]][] };
    for (const { n, params, expected } of casesOf('walk-forward') as readonly Case[]) {
      const number = (name: string): number | undefined => {
        const found = new RegExp(`${name}=(\\d+)`).exec(params)?.[1];
        return found === undefined ? undefined : Number(found);
      };
      const range = ({ from, to }: { from: number; to: number }): number[] =>
        Array.from({ length: to - from }, (_, at) => from + at);
      const found = timeSplits(
        n,
        number('n_splits') as number,
        number('test_size'),
        number('gap'),
        number('max_train_size'),
      );
      expect(found.map(({ train, test }) => [range(train), range(test)])).toEqual(expected);
    }
  });
});

describe('calibration and scores', () => {
  it('isotonic and Platt give the answers of scikit-learn’s tests', () => {
    expect(isotonic([3, 7, 5, 9, 8, 7, 10])).toEqual([3, 6, 6, 8, 8, 8, 10]);
    expect(isotonic([10, 0, 2])).toEqual([4, 4, 4]);
    expect(isotonic([1, 0], [1, 3])).toEqual([0.25, 0.25]);
    const { a, b } = fitPlatt([5, -4, 1], [1, -1, -1]);
    // libsvm's figures, which stop within 1e-5 of the optimum.
    expect(a).toBeCloseTo(-0.202_613_54, 4);
    expect(b).toBeCloseTo(0.652_363_15, 4);
    expect(() => isotonic([1, 2], [1, 0])).toThrow(/calibration: has 2 with the weight 0 in row 1/);
  });

  it('an outcome that counts twice is two of them, in each fit but in how sure Platt is of the ends', () => {
    const random = new SeededRandom(4);
    const scores = Array.from({ length: 200 }, () => random.normal());
    const outcomes = scores.map((score) => (random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0));
    const weights = scores.map((_, at) => 1 + (at % 3));
    const copied = (values: readonly number[]): number[] =>
      values.flatMap((value, at) => Array.from({ length: weights[at] ?? 1 }, () => value));
    expect(fitIsotonic(scores, outcomes, weights)).toEqual(fitIsotonic(copied(scores), copied(outcomes)));
    const rows = (of: readonly number[]): Float64Array => Float64Array.from(of.flatMap((one) => [1, one]));
    const whole = fitLogistic(rows(copied(scores)), 2, copied(outcomes), { ridge: 1 });
    const weighed = fitLogistic(rows(scores), 2, outcomes, { ridge: 1, counts: weights });
    for (const at of [0, 1]) expect(weighed.weights[at]).toBeCloseTo(whole.weights[at] as number, 9);
    const [few, many] = [fitPlatt(scores, outcomes, weights), fitPlatt(copied(scores), copied(outcomes))];
    expect(few.a).toBeCloseTo(many.a, 1);
    expect(Math.abs(few.a)).toBeLessThan(Math.abs(many.a));
  });

  it('isotonic never falls, and one score has one probability', () => {
    const random = new SeededRandom(3);
    const scores = Array.from({ length: 500 }, () => Math.round(random.normal() * 10));
    const outcomes = scores.map((score) => (random.next() < 1 / (1 + Math.exp(-score / 5)) ? 1 : 0));
    const fit = fitIsotonic(scores, outcomes);
    let last = 0;
    for (let score = -60; score <= 60; score += 0.5) {
      const p = calibrated(fit, score);
      expect(p).toBeGreaterThanOrEqual(last);
      expect(p).toBeLessThanOrEqual(1);
      last = p;
    }
    expect(
      calibrationError(
        scores.map((score) => calibrated(fit, score)),
        outcomes,
      ),
    ).toBeLessThan(1e-9);
  });

  it('Brier, log loss and AUC give the answers of scikit-learn’s documentation', () => {
    expect(brierScore([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0])).toBeCloseTo(0.0375, 12);
    expect(logLoss([0.9, 0.9, 0.8, 0.65], [1, 1, 1, 1])).toBeCloseTo(0.21616187468057912, 12);
    expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(rocAuc([1, 1], [0, 1])).toBe(0.5);
    expect(rocAuc([1, 2], [1, 1])).toBeNaN();
    expect(logLoss([0], [1])).toBeCloseTo(52 * Math.LN2, 9);
  });
});

describe('logistic regression', () => {
  it.each<[string, number[], number, number[], RegExp]>([
    ['one outcome', [1, 1], 1, [1, 1], /has the outcome 1 alone/],
    ['NaN', [1, Number.NaN], 1, [0, 1], /has the value NaN in row 1/],
    ['a column twice', [1, 1, 2, 2, 3, 3, 1, 1], 2, [0, 1, 0, 1], /a column is a sum of others/],
    ['outcomes that a column separates', [1, -2, 1, -1, 1, 1, 1, 2], 2, [0, 0, 1, 1], /separate/],
    ['other outcomes', [1, 2], 1, [0, 2], /has the outcome 2 in row 1/],
    ['no rows', [], 1, [], /has 0 values/],
  ])('refuses %s', (_, rows, columns, outcomes, message) => {
    expect(() => fitLogistic(Float64Array.from(rows), columns, outcomes)).toThrow(message);
  });

  it('with a ridge penalty has finite weights for separated outcomes', () => {
    const fit = fitLogistic(Float64Array.of(1, -2, 1, -1, 1, 1, 1, 2), 2, [0, 0, 1, 1], {
      ridge: 1,
      free: new Set([0]),
    });
    expect(fit.weights[1]).toBeGreaterThan(0.3);
    expect(fit.weights[1]).toBeLessThan(3);
  });
});

describe('boosted trees', () => {
  it('make the stump of XGBoost’s exact method', () => {
    const options = {
      ...USUAL_BOOSTING,
      rounds: 1,
      depth: 1,
      rate: 1,
      minWeight: 0,
      rowShare: 1,
      featureShare: 1,
      baseScore: 0.5,
    };
    const [tree] = boostTrees(Float64Array.of(1, 2, 3, 4, 5, 6), 1, [0, 0, 1, 0, 1, 1], options).trees;
    expect(tree?.value[0]).toBe(4.5);
    expect(tree?.value[tree.left[0] as number]).toBeCloseTo(-0.5, 5);
    expect(tree?.value[tree.right[0] as number]).toBeCloseTo(2 / 3, 5);
  });

  it('learn an interaction with missing values, the same bytes each time, and answer their training rows as they were trained', () => {
    const random = new SeededRandom(5);
    const count = 1_500;
    const rows = Float64Array.from({ length: count * 3 }, () =>
      random.next() < 0.1 ? Number.NaN : random.normal(),
    );
    const chance = (row: Float64Array): number => {
      const [a, b] = [row[0] as number, row[1] as number];
      return Number.isNaN(a) ? 0.9 : Number.isNaN(b) ? 0.5 : a * b > 0 ? 0.85 : 0.15;
    };
    const outcomes = Array.from({ length: count }, (_, at) =>
      random.next() < chance(rows.subarray(at * 3, at * 3 + 3)) ? 1 : 0,
    );
    const train = () => boostTrees(rows, 3, outcomes, { ...USUAL_BOOSTING, rounds: 40, depth: 3 });
    const [model, again] = [train(), train()];
    expect(again).toEqual(model);
    const p = outcomes.map(
      (_, at) => predictionOf(model, marginOf(model, [...rows.subarray(at * 3, at * 3 + 3)]))[0] as number,
    );
    expect(logLoss(p, outcomes)).toBeLessThan(0.52);
    expect(() =>
      boostTrees(
        rows,
        3,
        outcomes.map(() => 1),
        USUAL_BOOSTING,
      ),
    ).toThrow(/one outcome alone/);
  });
});

describe('drift', () => {
  it('PSI by hand, and with a floor for an empty bin', () => {
    expect(psi([25, 25, 25, 25], [30, 30, 20, 20])).toBeCloseTo(0.04054651081081642, 9);
    expect(psi([10, 20, 30], [20, 40, 60])).toBe(0);
    expect(psi([50, 50], [100, 0])).toBeCloseTo(0.5 * Math.log(2) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5), 9);
    expect(() => psi([0, 0], [1, 1])).toThrow(/has the counts 0, 0/);
    expect(() => psi([1], [1, 1])).toThrow(/1 bins against 2/);
  });

  it('deciles hold a tenth each, and repeated values make fewer', () => {
    const values = Array.from({ length: 1_000 }, (_, at) => at);
    expect(binCounts(values, deciles(values))).toEqual(Array.from({ length: 10 }, () => 100));
    expect(deciles([1, 1, 1, 1, 2, 2, 2, 2, 2, 2]).length).toBeLessThan(3);
    expect(binCounts([Number.NaN, 5], [1])).toEqual([0, 1]);
  });

  it('Kolmogorov–Smirnov rejects equal laws as often as it says, and p are corrected for their number', () => {
    const random = new SeededRandom(11);
    const sample = (shift: number): number[] => Array.from({ length: 200 }, () => random.normal() + shift);
    let rejected = 0;
    for (let at = 0; at < 200; at++) if (kolmogorovSmirnov(sample(0), sample(0)).p < 0.05) rejected++;
    expect(rejected).toBeLessThan(20);
    expect(kolmogorovSmirnov(sample(0), sample(0.8)).p).toBeLessThan(1e-4);
    expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.005])).toEqual([0.02, 0.04, 0.04, 0.02]);
  });
});

describe('walk-forward', () => {
  it('shares no label between pieces, and leaves the embargo out', () => {
    const ends = Int32Array.from({ length: 400 }, (_, row) => Math.min(400, row + 7));
    for (const { fit, calibrate, judge } of rolls(ends, 4, 5)) {
      expect(Math.max(...ends.subarray(fit.from, fit.to))).toBeLessThan(calibrate.from);
      expect(Math.max(...ends.subarray(calibrate.from, calibrate.to))).toBeLessThan(judge.from);
      expect(calibrate.from - fit.to).toBeGreaterThanOrEqual(7);
      expect(judge.to - judge.from).toBe(50);
    }
    expect(rolls(ends, 4, 5).at(-1)?.judge.to).toBe(400);
    expect(() => rolls(ends.subarray(0, 20), 4, 5)).toThrow(/folds: "4" leaves nothing to learn from/);
    expect(() => timeSplits(5, 5)).toThrow(/folds: "5" is too many for 5 rows/);
  });
});
