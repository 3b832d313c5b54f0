/**
 * The hedge ratio of two series as it walks, and how far their spread is from where it belongs now. The ratio and the
 * intercept are the walking coefficients of a Kalman filter; the second series is centred, so that the two are apart.
 */
import type { Cointegration } from './engle-granger.ts';
import { KalmanRegression } from './kalman-regression.ts';
import { meanOf, squares } from './least-squares.ts';
import type { Series } from './series.ts';

/**
 * The filter begins at the regression of the same window, as sure of it as a tenth of the window would make it: what it
 * passes through again may then still move it.
 */
const BEGIN_SHARE = 0.1;

/**
 * Variance of a step of the intercept as a share of the spread's, and likewise of the ratio by the second series' spread:
 * the filter forgets within about 1/√share steps, here 316. A spread that returns more slowly than that is followed as drift.
 */
export const DEFAULT_DRIFT = 1e-5;

export class HedgeFilter {
  readonly #filter: KalmanRegression;
  readonly #centre: number;
  readonly #regressors: Float64Array;

  private constructor(filter: KalmanRegression, centre: number) {
    this.#filter = filter;
    this.#centre = centre;
    this.#regressors = Float64Array.of(0, 1);
  }

  /** Passed through the window once, oldest first. @param fit of the regression of `a` on `b` over the same window. */
  static over(
    a: Series,
    b: Series,
    fit: Pick<Cointegration, 'hedgeRatios' | 'intercept' | 'deviation'>,
    drift = DEFAULT_DRIFT,
  ): HedgeFilter {
    const centre = meanOf(b);
    const noise = fit.deviation ** 2;
    const spread = squares(b, centre);
    const [ratio = 0] = fit.hedgeRatios;
    const filter = new KalmanRegression({
      coefficients: [ratio, fit.intercept + ratio * centre],
      variances: [noise / (spread * BEGIN_SHARE), noise / (b.length * BEGIN_SHARE)],
      drifts: [(drift * noise * b.length) / spread, drift * noise],
      noise,
    });
    const hedge = new HedgeFilter(filter, centre);
    for (let at = 0; at < a.length; at++) hedge.step(a[at] as number, b[at] as number);
    return hedge;
  }

  /** @throws UserError for a value that is not finite; the filter is as before then. */
  step(a: number, b: number): void {
    this.#regressors[0] = b - this.#centre;
    this.#filter.step(this.#regressors, a);
  }

  /** Units of the first series for one of the second. */
  get hedgeRatio(): number {
    return this.#filter.coefficients[0] as number;
  }

  get intercept(): number {
    return (this.#filter.coefficients[1] as number) - this.hedgeRatio * this.#centre;
  }

  /** The last spread above what was expected before it was seen, in its expected standard deviations. */
  get zScore(): number {
    return this.#filter.innovation / Math.sqrt(this.#filter.innovationVariance);
  }
}
