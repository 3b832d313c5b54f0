import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import { momentsOf } from '../metrics/moments.ts';
import { serialInflation, sharpeVariance } from './luck.ts';
import { normalCdf, normalQuantile } from '../../lib/normal.ts';
import { rankCorrelation, ranksOf } from './rank-correlation.ts';
import {
  deflatedSharpe,
  expectedMaxSharpe,
  probabilisticSharpe,
  sharpeRecord,
} from './sharpe-significance.ts';

describe('the normal distribution', () => {
  test.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.959963984540054, 0.975],
    [-3, 0.0013498980316300946],
    [-6, 9.865876450376981e-10],
    [-10, 7.61985302416053e-24],
    [-20, 2.75362411860623e-89],
  ])('below %d lies %d of it', (x, probability) => {
    expect(Math.abs(normalCdf(x) / probability - 1)).toBeLessThan(2e-13);
    expect(normalCdf(-x)).toBeCloseTo(1 - probability, 14);
  });

  test.each([
    [0.975, 1.959963984540054],
    [0.99, 2.326347874040841],
    [0.999, 3.090232306167813],
    [1e-10, -6.361340902404056],
    [0.5, 0],
  ])('%d of it lies below %d', (probability, x) => {
    expect(normalQuantile(probability)).toBeCloseTo(x, 12);
  });

  test('its quantile is the inverse of its probability, over the whole range, and both rise', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (probability) => {
        expect(Math.abs(normalCdf(normalQuantile(probability)) / probability - 1)).toBeLessThan(1e-11);
      }),
    );
    let last = 0;
    for (let x = -8; x <= 8; x += 0.01) {
      const next = normalCdf(x);
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
    }
  });

  test('its ends, and what is not a probability', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1]);
    for (const wrong of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(wrong)).toThrow(RangeError);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('rank correlation', () => {
  test('equal values share the mean of their ranks', () => {
    expect([...ranksOf([30, 10, 20, 10])]).toEqual([4, 1.5, 3, 1.5]);
  });

  test('a textbook series: IQ and hours of television, −29/165', () => {
    const iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-29 / 165, 14);
  });

  test('with ties it is the correlation of the ranks, not the short formula', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 × 5).
    expect(rankCorrelation([1, 2, 2, 3], [10, 20, 30, 40])).toBeCloseTo(4.5 / Math.sqrt(22.5), 14);
  });

  test('there is none without pairs or without order', () => {
    expect([rankCorrelation([], []), rankCorrelation([1], [2]), rankCorrelation([1, 1], [1, 2])]).toEqual([
      null,
      null,
      null,
    ]);
    expect(() => rankCorrelation([1, 2], [1])).toThrow(/2 values cannot be paired with 1/);
  });

  test('lies between −1 and 1, is symmetric, and any rising function leaves it', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, (points) => {
        const [a, b] = [points.map(([x]) => x), points.map(([, y]) => y)];
        const value = rankCorrelation(a, b);
        expect(rankCorrelation(b, a)).toBe(value);
        expect(
          rankCorrelation(
            a.map((x) => x ** 3 + 7),
            b,
          ),
        ).toBe(value);
        if (value === null) return;
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(
          rankCorrelation(
            a,
            b.map((y) => -y),
          ),
        ).toBeCloseTo(-value, 12);
        expect(rankCorrelation(a, a)).toBe(1);
      }),
    );
  });
});

describe('how sure a Sharpe ratio is', () => {
  /** Bailey and López de Prado (2014): 2.5 a year over five years of 250 days, skewness −3, kurtosis 10. */
  const published = { sharpe: 2.5 / Math.sqrt(250), count: 1_250, skewness: -3, kurtosis: 10 };
  const variance = 0.5 / 250;

  test('the example of the paper: 100 trials deflate it to 0.9004, 46 to 0.9505', () => {
    expect(expectedMaxSharpe(100, variance)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(published, 100, variance)).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(published, 46, variance)).toBeCloseTo(0.9505, 4);
  });

  test('the example of the paper of 2012: skewness and fat tails take 0.982 down to 0.913', () => {
    const monthly = { sharpe: 0.458, count: 24 };
    expect(probabilisticSharpe({ ...monthly, skewness: 0, kurtosis: 3 }, 0)).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe({ ...monthly, skewness: -2.448, kurtosis: 10.164 }, 0)).toBeCloseTo(0.913, 3);
  });

  test('a published table: 1.8 a year over 504 days, by number of trials', () => {
    const record = { sharpe: 1.8 / Math.sqrt(252), count: 504, skewness: -0.6, kurtosis: 7.5 };
    const table: readonly (readonly [number, number, number])[] = [
      [1, 0, 0.993],
      [40, 2.189, 0.298],
      [100, 2.531, 0.16],
      [1_000, 3.255, 0.024],
    ];
    for (const [trials, benchmark, probability] of table) {
      expect(Math.abs(expectedMaxSharpe(trials, 1) - benchmark)).toBeLessThan(0.001);
      expect(Math.abs(deflatedSharpe(record, trials, 1 / 252) - probability)).toBeLessThan(0.0015);
    }
  });

  test('the best of many without skill is what a simulation finds', () => {
    const random = new SeededRandom(5);
    for (const trials of [10, 100]) {
      let sum = 0;
      const rounds = 4_000;
      for (let round = 0; round < rounds; round++) {
        let best = Number.NEGATIVE_INFINITY;
        for (let trial = 0; trial < trials; trial++) best = Math.max(best, random.normal());
        sum += best;
      }
      expect(Math.abs(expectedMaxSharpe(trials, 1) - sum / rounds)).toBeLessThan(0.04);
    }
  });

  test('is a probability; rises with the ratio and falls with the benchmark and the number of trials', () => {
    const returns = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 50 });
    fc.assert(
      fc.property(returns, fc.double({ min: -1, max: 1, noNaN: true }), (series, benchmark) => {
        const record = sharpeRecord(momentsOf(series));
        if (record === null) return;
        const value = probabilisticSharpe(record, benchmark);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(probabilisticSharpe(record, benchmark + 0.1)).toBeLessThanOrEqual(value);
        const deflated = [1, 2, 10, 1_000, 1e9].map((trials) => deflatedSharpe(record, trials, 0.01));
        for (let at = 1; at < deflated.length; at++) {
          expect(deflated[at] as number).toBeLessThanOrEqual((deflated[at - 1] as number) + 1e-15);
        }
      }),
    );
  });

  test('a single trial is not deflated, and a straight line has no record', () => {
    expect(expectedMaxSharpe(1, 1)).toBe(0);
    expect(deflatedSharpe(published, 1, variance)).toBe(probabilisticSharpe(published, 0));
    expect(sharpeRecord(momentsOf([0.1, 0.1, 0.1]))).toBeNull();
    // Two outcomes, of which the variance of the estimate can vanish: still a probability.
    expect(probabilisticSharpe({ sharpe: 1, count: 4, skewness: 2, kurtosis: 5 }, 0)).toBe(1);
    expect(probabilisticSharpe({ sharpe: 1, count: 4, skewness: 2, kurtosis: 5 }, 1)).toBe(0.5);
  });
});

describe('how much of the trials’ difference is luck', () => {
  /** Trials by blocks of returns with these block means, every trial of the same deviation. */
  const blocksOf = (means: readonly (readonly number[])[]) =>
    means.map((row) => row.map((mean) => momentsOf([mean - 10, mean + 10])));

  test('worked by hand: what neither trial nor block explains', () => {
    // Block means 1 and 3 against 2 and 6, deviations as they are: residuals ±r each.
    const parts = blocksOf([
      [1, 3],
      [2, 6],
    ]);
    const deviation = (row: number): number => {
      const means = row === 0 ? [1, 3] : [2, 6];
      const values = means.flatMap((mean) => [mean - 10, mean + 10]);
      const center = values.reduce((sum, each) => sum + each, 0) / 4;
      return Math.sqrt(values.reduce((sum, each) => sum + (each - center) ** 2, 0) / 3);
    };
    const [a, b] = [
      [1 / deviation(0), 3 / deviation(0)],
      [2 / deviation(1), 6 / deviation(1)],
    ] as const;
    const residual = ((a[0] ?? 0) - (a[1] ?? 0) - (b[0] ?? 0) + (b[1] ?? 0)) / 4;
    const found = sharpeVariance(parts);
    // Four residuals of the same size over one degree of freedom, over two blocks.
    expect(found?.luck).toBeCloseTo((4 * residual ** 2) / 1 / 2, 14);
    const [meanA, meanB] = [((a[0] ?? 0) + (a[1] ?? 0)) / 2, ((b[0] ?? 0) + (b[1] ?? 0)) / 2];
    expect(found?.across).toBeCloseTo((meanA - meanB) ** 2 / 2, 14);
  });

  test('without real differences it is all of it: one over the number of returns', () => {
    const random = new SeededRandom(11);
    let across = 0;
    let luck = 0;
    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      const found = sharpeVariance(noise(random, 50, 10, 40, () => 0));
      across += (found?.across ?? 0) / rounds;
      luck += (found?.luck ?? 0) / rounds;
    }
    expect(across * 400).toBeCloseTo(1, 1);
    expect(luck * 400).toBeCloseTo(1, 1);
  });

  test('real differences raise the whole and not the luck; a market that all share raises neither', () => {
    const random = new SeededRandom(12);
    const found = sharpeVariance(noise(random, 50, 10, 40, (trial) => trial / 50));
    expect((found?.luck ?? 0) * 400).toBeGreaterThan(0.7);
    expect((found?.luck ?? 0) * 400).toBeLessThan(1.3);
    expect(found?.across).toBeGreaterThan(10 * (found?.luck ?? 1));
    const shared = Array.from({ length: 400 }, () => random.normal());
    const same = Array.from({ length: 5 }, () =>
      Array.from({ length: 10 }, (_, block) => momentsOf(shared, block * 40, block * 40 + 40)),
    );
    expect(sharpeVariance(same)?.luck).toBeLessThan(1e-20);
  });

  test('returns that follow each other are worth less than their number, as theory has it', () => {
    const random = new SeededRandom(13);
    const chained = (phi: number): number =>
      serialInflation(
        Array.from({ length: 60 }, () => {
          let last = 0;
          const values = Float64Array.from({ length: 2_000 }, () => {
            last = phi * last + random.normal();
            return last;
          });
          return Array.from({ length: 10 }, (_, block) => momentsOf(values, block * 200, block * 200 + 200));
        }),
      );
    // The mean of a chain with factor φ varies (1 + φ) / (1 − φ) times as much; what turns back counts in full.
    expect(chained(0)).toBeLessThan(1.1);
    expect(chained(0.5)).toBeGreaterThan(2.6);
    expect(chained(0.5)).toBeLessThan(3.2);
    expect(chained(-0.5)).toBe(1);
    const record = sharpeRecord(momentsOf([1, 2, 3, 4]), 2);
    expect(record?.count).toBe(2);
    expect(serialInflation([[momentsOf([1, 1]), momentsOf([1, 1])]])).toBe(1);
    expect(serialInflation([])).toBe(1);
  });

  test('there is none for one trial or one block; trials must have the same blocks', () => {
    const row = [momentsOf([1, 2]), momentsOf([3, 5])];
    expect(sharpeVariance([row])).toBeNull();
    expect(sharpeVariance([row.slice(1), row.slice(1)])).toBeNull();
    expect(() => sharpeVariance([row, row.slice(1)])).toThrow(/trial 1 has 1 blocks, not 2/);
  });

  function noise(
    random: SeededRandom,
    trials: number,
    blocks: number,
    each: number,
    edge: (trial: number) => number,
  ) {
    return Array.from({ length: trials }, (_, trial) =>
      Array.from({ length: blocks }, () =>
        momentsOf(Float64Array.from({ length: each }, () => random.normal() + edge(trial))),
      ),
    );
  }
});
