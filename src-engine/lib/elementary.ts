/**
 * exp, log, tanh and the logistic function from additions, products and quotients alone, which IEEE 754 rounds alike everywhere. Those
 * of `Math` may differ between versions of V8 and between processors; what reaches a digest, or a decision that is replayed, uses these.
 * Correct to 2 units in the last place against `Math` on this machine's test.
 */

const LN2_HIGH = 0.69314718036912381649;
const LN2_LOW = 1.90821492927058770002e-10;
const ROOT_HALF = Math.SQRT1_2;
/** Above, the result is Infinity; below, 0. */
const EXP_MOST = 709.782712893384;
const EXP_LEAST = -745.1332191019412;

const BITS = new DataView(new ArrayBuffer(8));

/** 2^k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  BITS.setUint32(0, (k + 1023) << 20);
  BITS.setUint32(4, 0);
  return BITS.getFloat64(0);
}

/** e^x. NaN of NaN. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > EXP_MOST) return Number.POSITIVE_INFINITY;
  if (x < EXP_LEAST) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // Taylor's series to r^13: |r| ≤ 0.347, and the next term is below 1e-17.
  let sum = 1;
  for (let n = 13; n >= 1; n--) sum = 1 + (r / n) * sum;
  if (k > 1023) return sum * 2 * powerOfTwo(k - 1);
  return k < -1022 ? sum * powerOfTwo(k + 54) * powerOfTwo(-54) : sum * powerOfTwo(k);
}

/** Natural logarithm: −Infinity of 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 2.2250738585072014e-308) return log(x * 18_014_398_509_481_984) - 54 * LN2_LOW - 54 * LN2_HIGH;
  BITS.setFloat64(0, x);
  const high = BITS.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  BITS.setUint32(0, (high & 0xf_ffff) | 0x3ff0_0000);
  let mantissa = BITS.getFloat64(0);
  if (mantissa > 2 * ROOT_HALF) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 atanh((m − 1)/(m + 1)), |s| ≤ 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let n = 23; n >= 3; n -= 2) series = square * (1 / n + series);
  return exponent * LN2_HIGH + (2 * s + (2 * s * series + exponent * LN2_LOW));
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.3) {
    // Lambert's continued fraction, without the cancellation of 1 − e^−2x.
    const square = x * x;
    let fraction = 17;
    for (let n = 15; n >= 1; n -= 2) fraction = n + square / fraction;
    return x / fraction;
  }
  if (size > 20) return Math.sign(x);
  const shrunk = exp(-2 * size);
  return (Math.sign(x) * (1 - shrunk)) / (1 + shrunk);
}

/** 1 / (1 + e^−x). */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const grown = exp(x);
  return grown / (1 + grown);
}

/** ln(1 + e^x) without overflow: the loss of a logistic forecast. */
export function softplus(x: number): number {
  return Math.max(x, 0) + log(1 + exp(-Math.abs(x)));
}
