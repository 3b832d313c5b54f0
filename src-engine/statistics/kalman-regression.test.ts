/** The Kalman filter of walking coefficients: known answers, what it refuses, and what it must never do. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { KalmanRegression, type KalmanStart } from './kalman-regression.ts';
import { NILE, REGRESSOR, RESPONSE } from './testing/known-series.ts';

const LEVEL: KalmanStart = { coefficients: [0], variances: [1e7], drifts: [1469.1], noise: 15_099 };
const ONE = [1];

type NileAnswer = {
  readonly y: readonly number[];
  readonly params: Readonly<Record<'a1' | 'P1' | 'sigma2_eta' | 'sigma2_eps', number>>;
  readonly expected: { readonly filtered: readonly number[]; readonly log_likelihood: number };
  readonly tolerance: number;
};

function filtered(start: KalmanStart, values: readonly number[]) {
  const filter = new KalmanRegression(start);
  const levels = values.map((value) => {
    filter.step(ONE, value);
    return filter.coefficients[0] as number;
  });
  return { levels, logLikelihood: filter.logLikelihood };
}

describe('the Kalman filter', () => {
  it('follows the Nile as Durbin and Koopman print it (chapter 2)', () => {
    const { levels, logLikelihood } = filtered(LEVEL, NILE);
    expect(levels[0]).toBeCloseTo(1118.3114615242446, 8);
    expect(levels[28]).toBeCloseTo(1037.222196022343, 8);
    expect(levels[99]).toBeCloseTo(798.3702926083578, 8);
    expect(logLikelihood).toBeCloseTo(-641.5855784594156, 8);
  });

  it.runIf(HAS_SHARED_DATA)('agrees with the published answers at every observation', () => {
    const file = readFileSync(sharedFile('known-answers/models/kalman.json'), 'utf8');
    const [known] = (JSON.parse(file) as { readonly cases: readonly NileAnswer[] }).cases;
    const { y, params, expected, tolerance } = known as NileAnswer;
    const { levels, logLikelihood } = filtered(
      {
        coefficients: [params.a1],
        variances: [params.P1],
        drifts: [params.sigma2_eta],
        noise: params.sigma2_eps,
      },
      y,
    );
    expect(levels).toHaveLength(expected.filtered.length);
    for (const [at, level] of levels.entries()) {
      expect(Math.abs(level - (expected.filtered[at] as number))).toBeLessThanOrEqual(tolerance);
    }
    expect(Math.abs(logLikelihood - expected.log_likelihood)).toBeLessThanOrEqual(tolerance);
  });

  it('follows a hedge ratio and an intercept: figures of the textbook form in another program', () => {
    const filter = new KalmanRegression({
      coefficients: [1, 150],
      variances: [0.5, 9],
      drifts: [1e-4, 1e-3],
      noise: 0.3,
    });
    const states = RESPONSE.map((value, at) => {
      filter.step([(REGRESSOR[at] as number) - 100, 1], value);
      return [...filter.coefficients];
    });
    expect(states[0]?.[0]).toBeCloseTo(0.9270627568883313, 10);
    expect(states[1]?.[1]).toBeCloseTo(152.8156861355478, 9);
    expect(filter.coefficients[0]).toBeCloseTo(1.3464404586896113, 10);
    expect(filter.coefficients[1]).toBeCloseTo(153.24542565387824, 8);
    expect(filter.covariance[1]).toBeCloseTo(-0.013771174111857411, 10);
    expect(filter.innovation).toBeCloseTo(0.7826057677999927, 9);
    expect(filter.innovationVariance).toBeCloseTo(0.3394978068565867, 10);
    expect(filter.logLikelihood).toBeCloseTo(-105.75005719960323, 8);
  });

  it('follows a ratio that walks, and keeps its covariance symmetric and positive for long', () => {
    const random = new SeededRandom(3);
    const filter = new KalmanRegression({
      coefficients: [0, 0],
      variances: [1, 1],
      drifts: [1e-6, 1e-8],
      noise: 1e-4,
    });
    let ratio = 1;
    for (let at = 0; at < 5_000; at++) {
      ratio += 1e-3 * random.normal();
      const x = Math.sin(at / 7);
      filter.step([x, 1], ratio * x + 0.2 + 1e-2 * random.normal());
      const [a = 0, b = 0, c = 0, d = 0] = filter.covariance;
      expect(b).toBe(c);
      expect(a > 0 && d > 0 && a * d - b * c > 0).toBe(true);
    }
    expect(Math.abs((filter.coefficients[0] as number) - ratio)).toBeLessThan(0.03);
    expect(Math.abs((filter.coefficients[1] as number) - 0.2)).toBeLessThan(0.01);
  });

  it('refuses an observation that is no number and is as before then', () => {
    const filter = new KalmanRegression(LEVEL);
    filter.step(ONE, 1120);
    const before = [...filter.coefficients, ...filter.covariance, filter.logLikelihood];
    for (const [regressor, value] of [
      [1, Number.NaN],
      [1, Infinity],
      [Number.NaN, 5],
      [1e200, 5],
    ] as const) {
      expect(() => filter.step([regressor], value)).toThrow(/^observation: "\S+" is not a finite number/);
    }
    expect([...filter.coefficients, ...filter.covariance, filter.logLikelihood]).toEqual(before);
    expect(filter.steps).toBe(1);
  });

  it.each<[Partial<KalmanStart>, RegExp]>([
    [{ noise: 0 }, /^noise: "0" is not above 0/],
    [{ noise: Number.NaN }, /^noise: "NaN"/],
    [{ variances: [-1] }, /^variance: "-1" is not 0 or more/],
    [{ drifts: [Infinity] }, /^drift: "Infinity"/],
    [{ coefficients: [Number.NaN] }, /^start: "NaN"/],
  ])('refuses to start with %j', (change, message) => {
    expect(() => new KalmanRegression({ ...LEVEL, ...change })).toThrow(message);
  });
});
