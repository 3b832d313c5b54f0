/**
 * A regression whose coefficients walk: β(t) = β(t − 1) + η, y(t) = h(t)·β(t) + ε, with normal η and ε of known variances, by the
 * Kalman filter (R. E. Kalman, Journal of Basic Engineering 82, 1960; J. Durbin and S. J. Koopman, "Time series analysis by state
 * space methods", chapter 4). It looks back alone: there is no smoother here. With the one regressor 1 it is the local level model.
 * A step allocates nothing. The covariance is updated in Joseph's form, which keeps it symmetric and never negative.
 */
import { assert } from '../domain/errors.ts';
import { badSeries } from './series.ts';

/** Bounds the cost of a step. */
const MAX_COEFFICIENTS = 8;
const TWO_PI = 2 * Math.PI;

export type KalmanStart = {
  /** Of the coefficients at the first observation, before it is seen. */
  readonly coefficients: readonly number[];
  /** Their variances then; they are taken as independent. */
  readonly variances: readonly number[];
  /** Variance of each coefficient's step from one observation to the next; 0: it does not walk. */
  readonly drifts: readonly number[];
  /** Variance of ε, above 0. */
  readonly noise: number;
};

export class KalmanRegression {
  /** Filtered: the observation of the last step is in it. */
  readonly coefficients: Float64Array;
  /** Of the coefficients, row by row. */
  readonly covariance: Float64Array;
  readonly #drifts: Float64Array;
  readonly #noise: number;
  readonly #gain: Float64Array;
  readonly #spread: Float64Array;
  readonly #kept: Float64Array;
  readonly #half: Float64Array;
  /** Numbers in a typed array: a double in a field of an object would be allocated at each step. */
  readonly #last = new Float64Array(3);
  steps = 0;

  /** @throws UserError for variances that are negative or not finite, and for a noise of zero. */
  constructor({ coefficients, variances, drifts, noise }: KalmanStart) {
    const count = coefficients.length;
    assert(count >= 1 && count <= MAX_COEFFICIENTS, `${count} coefficients are not 1 to ${MAX_COEFFICIENTS}`);
    assert(
      variances.length === count && drifts.length === count,
      'each coefficient has a variance and a drift',
    );
    for (const value of coefficients) demandNumber('start', value, Number.isFinite(value), 'a finite number');
    for (const value of variances)
      demandNumber('variance', value, value >= 0 && Number.isFinite(value), '0 or more');
    for (const value of drifts)
      demandNumber('drift', value, value >= 0 && Number.isFinite(value), '0 or more');
    demandNumber('noise', noise, noise > 0 && Number.isFinite(noise), 'above 0');
    this.coefficients = Float64Array.from(coefficients);
    this.covariance = new Float64Array(count * count);
    for (const [index, variance] of variances.entries()) this.covariance[index * (count + 1)] = variance;
    this.#drifts = Float64Array.from(drifts);
    this.#noise = noise;
    this.#gain = new Float64Array(count);
    this.#spread = new Float64Array(count);
    this.#kept = new Float64Array(count * count);
    this.#half = new Float64Array(count * count);
  }

  /** What the last observation was above its prediction from those before. */
  get innovation(): number {
    return this.#last[0] as number;
  }

  /** Variance that the innovation was expected to have. */
  get innovationVariance(): number {
    return this.#last[1] as number;
  }

  /** Of all observations so far, each given those before it. */
  get logLikelihood(): number {
    return this.#last[2] as number;
  }

  /**
   * Takes one observation. @param regressors h(t), as many as coefficients.
   * @throws UserError for a value that is not finite, or so large that the variance overflows; the filter is as before then.
   */
  step(regressors: ArrayLike<number>, observed: number): void {
    const { coefficients, covariance } = this;
    const count = coefficients.length;
    const [spread, gain] = [this.#spread, this.#gain];
    const first = this.steps === 0;
    let expected = 0;
    let variance = this.#noise;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < count; j++)
        sum += (covariance[i * count + j] as number) * (regressors[j] as number);
      if (!first) sum += (this.#drifts[i] as number) * (regressors[i] as number);
      spread[i] = sum;
      expected += (coefficients[i] as number) * (regressors[i] as number);
      variance += sum * (regressors[i] as number);
    }
    const innovation = observed - expected;
    if (!Number.isFinite(innovation) || !Number.isFinite(variance)) {
      throw badSeries(
        'observation',
        'is not a finite number, or has regressors that are not, or too large to square',
        'Leave it out, or rescale the series.',
        String(observed),
      );
    }
    // The start is the state at the first observation: it drifts from then on.
    if (!first) {
      for (let i = 0; i < count; i++) {
        covariance[i * (count + 1)] = (covariance[i * (count + 1)] as number) + (this.#drifts[i] as number);
      }
    }
    for (let i = 0; i < count; i++) gain[i] = (spread[i] as number) / variance;
    for (let i = 0; i < count; i++) {
      coefficients[i] = (coefficients[i] as number) + (gain[i] as number) * innovation;
    }
    this.#shrink(regressors);
    this.#last[0] = innovation;
    this.#last[1] = variance;
    this.#last[2] = this.logLikelihood - 0.5 * (Math.log(TWO_PI * variance) + innovation ** 2 / variance);
    this.steps++;
  }

  /** (I − Kh') P (I − Kh')' + K noise K' */
  #shrink(regressors: ArrayLike<number>): void {
    const { covariance } = this;
    const [gain, kept, half, count] = [this.#gain, this.#kept, this.#half, this.coefficients.length];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        kept[i * count + j] = (i === j ? 1 : 0) - (gain[i] as number) * (regressors[j] as number);
      }
    }
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let sum = 0;
        for (let k = 0; k < count; k++)
          sum += (kept[i * count + k] as number) * (covariance[k * count + j] as number);
        half[i * count + j] = sum;
      }
    }
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = (gain[i] as number) * (gain[j] as number) * this.#noise;
        for (let k = 0; k < count; k++)
          sum += (half[i * count + k] as number) * (kept[j * count + k] as number);
        covariance[i * count + j] = sum;
        covariance[j * count + i] = sum;
      }
    }
  }
}

function demandNumber(field: string, value: number, fits: boolean, what: string): void {
  if (!fits) throw badSeries(field, `is not ${what}`, 'Correct it.', String(value));
}
