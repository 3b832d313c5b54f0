/** The standard normal distribution, to the last bits of a float but for a few, without tables of constants. */

/** Half the width of a 95 % interval, in standard errors. */
export const Z_95 = 1.959963984540054;

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
/** From here on the tail is computed for itself; as one minus the rest it would lose its digits. */
const TAIL = 3;
/** Depth of the continued fraction: enough at `TAIL`, more than enough beyond. */
const FRACTION_DEPTH = 120;

export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / ROOT_TWO_PI;
}

/**
 * Probability that a standard normal variate is below `x`.
 * Source: G. Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11 (2004), the series
 * around zero; Laplace's continued fraction for the tails (Abramowitz and Stegun, 26.2.14).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -TAIL) return lowerTail(-x);
  if (x > TAIL) return 1 - lowerTail(x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum) * 0.1; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** Probability of less than `−x`, for `x` above `TAIL`. */
function lowerTail(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  let fraction = x;
  for (let k = FRACTION_DEPTH; k > 0; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/**
 * The value that a standard normal variate is below with this probability: −Infinity at 0, Infinity at 1.
 * Source: Abramowitz and Stegun 26.2.23 to begin with, then Halley's method on `normalCdf`.
 * @throws RangeError for anything that is not a probability.
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`${probability} is not a probability`);
  }
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  const t = Math.sqrt(-2 * Math.log(probability));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let x = above / below - t;
  for (let step = 0; step < 3; step++) {
    const density = normalDensity(x);
    if (density === 0) break;
    const newton = (normalCdf(x) - probability) / density;
    x -= newton / (1 + (x * newton) / 2);
  }
  return x;
}
