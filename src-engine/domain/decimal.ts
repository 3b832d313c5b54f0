/**
 * Exact decimals for everything that is booked: prices and quantities of orders, fills, fees, balances.
 *
 * The library's own default of 20 significant digits would round a product silently; 60 digits hold any
 * product of three amounts of the venues we know. Division is the one operation that cannot be exact, so it
 * only exists here as `divide`, with its scale and direction in the call.
 */
import { Decimal as Base } from 'decimal.js';

export const Decimal = Base.clone({
  precision: 60,
  rounding: Base.ROUND_DOWN,
  toExpNeg: -60,
  toExpPos: 60,
});
export type Decimal = Base;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);

/** Direction of a rounding: towards minus infinity, plus infinity. Never "nearest": one side pays for it. */
export type Rounding = 'down' | 'up';

/** A decimal as it travels and rests: plain digits, no exponent, at most 24 of them on either side of the point. */
export type DecimalText = string;

/** Digits behind the point that a text has at most. */
const TEXT_PLACES = 24;
const DECIMAL_TEXT = /^-?\d{1,24}(\.\d{1,24})?$/;

/** True when `text` is a plain decimal of at most 24 digits on either side of the point. */
export function isDecimalText(text: string): boolean {
  return DECIMAL_TEXT.test(text);
}

/** Parses plain decimal text. @throws RangeError when it is not (`1e-7`, `NaN`, empty). */
export function decimal(text: DecimalText | number | Decimal): Decimal {
  if (typeof text === 'string' && !isDecimalText(text)) {
    throw new RangeError(`"${text}" is not a plain decimal number`);
  }
  const value = new Decimal(text);
  if (!value.isFinite()) throw new RangeError(`"${String(text)}" is not a finite number`);
  return value;
}

/** 10^-n: raising to a power each time would cost more than everything else in `fromUnits`. */
const UNITS = Array.from({ length: 19 }, (_, n) => Decimal.pow(10, -n));
const SCALES = Array.from({ length: 19 }, (_, n) => Decimal.pow(10, n));

/**
 * 1 where `a` is above `b`, −1 where it is below, 0 where both have one value, NaN where one is no number. As the library's own
 * comparison, which copies its argument each time; here nothing is made.
 */
export function compare(a: Decimal, b: Decimal): number {
  if (!a.isFinite() || !b.isFinite()) return a.cmp(b);
  const [x, y] = [a.d, b.d];
  const [xIsZero, yIsZero] = [x[0] === 0, y[0] === 0];
  if (xIsZero || yIsZero) return xIsZero ? (yIsZero ? 0 : -b.s) : a.s;
  if (a.s !== b.s) return a.s;
  if (a.e !== b.e) return a.e > b.e ? a.s : -a.s;
  for (let word = 0; word < x.length && word < y.length; word++) {
    const difference = (x[word] as number) - (y[word] as number);
    if (difference !== 0) return difference > 0 ? a.s : -a.s;
  }
  return x.length === y.length ? 0 : x.length > y.length ? a.s : -a.s;
}

/** Above zero. */
export function isPositive(value: Decimal): boolean {
  return value.s > 0 && value.isFinite() && !value.isZero();
}

/** As `toFixed()`: plain digits; the common ones, of a few words, without a loop over digits. */
export function textOf(value: Decimal): DecimalText {
  if (!value.isFinite() || Math.abs(value.e) > MOST_PLAIN_EXPONENT) return value.toFixed();
  const { d, e, s } = value;
  const point = Math.floor(e / WORD_DIGITS);
  let whole = point < 0 ? '0' : String(d[0]);
  for (let word = 1; word <= point; word++) whole += wordText(d[word] ?? 0);
  const sign = s < 0 && !value.isZero() ? '-' : '';
  if (d.length <= point + 1 || value.isZero()) return sign + whole;
  let part = '0'.repeat(WORD_DIGITS * Math.max(0, -point - 1));
  for (let word = Math.max(0, point + 1); word < d.length; word++) part += wordText(d[word] as number);
  let end = part.length;
  while (part.codePointAt(end - 1) === ZERO_DIGIT) end--;
  return `${sign}${whole}.${part.slice(0, end)}`;
}

const MOST_PLAIN_EXPONENT = 40;
const ZERO_DIGIT = 48;
const wordText = (word: number): string => String(word).padStart(WORD_DIGITS, '0');

/** What the library counts its digits in: words of seven of them. */
const WORD_DIGITS = 7;
const WORD = 10 ** WORD_DIGITS;
/** Words that hold at least 15 digits. */
const MOST_WORDS = 3;

/**
 * Share of a limit, on either side of it, in which no estimate decides: ten thousand times what `estimateOf` and a few products of
 * doubles may be off.
 */
export const IN_DOUBT = 1e-9;

/**
 * The value to within one part in 10^13, read off its digits, and as `toNumber()` for up to two words of digits; NaN where it is
 * not finite. For comparisons that are far from their limit: within `IN_DOUBT` of it, exact values are compared.
 */
export function estimateOf(value: Decimal): number {
  if (!value.isFinite()) return Number.NaN;
  const { d, e, s } = value;
  const words = Math.min(d.length, MOST_WORDS);
  let digits = 0;
  for (let word = 0; word < words; word++) digits = digits * WORD + (d[word] as number);
  const zeros = WORD_DIGITS * (Math.floor(e / WORD_DIGITS) - words + 1);
  return s * (zeros < 0 ? digits / 10 ** -zeros : digits * 10 ** zeros);
}

/** n of a step of 10^-n, as nearly all ticks and lots are: no division of 60 digits is needed for these. Undefined: another step. */
function placesOf(step: Decimal): number | undefined {
  const places = step.decimalPlaces();
  const unit = UNITS[places];
  return unit !== undefined && compare(step, unit) === 0 ? places : undefined;
}

/** The largest (`down`) or smallest (`up`) multiple of `step` on that side of `value`. `step` > 0. */
export function roundToStep(value: Decimal, step: Decimal, direction: Rounding): Decimal {
  const places = placesOf(step);
  if (places !== undefined) {
    if (value.decimalPlaces() <= places) return value;
    return value.toDecimalPlaces(places, direction === 'down' ? Base.ROUND_FLOOR : Base.ROUND_CEIL);
  }
  const steps = value.div(step);
  return (direction === 'down' ? steps.floor() : steps.ceil()).times(step);
}

/** As it fits into a text: a product of two amounts of a chain has 36 digits behind the point. */
export function kept(value: Decimal, direction: Rounding): Decimal {
  return value.decimalPlaces() <= TEXT_PLACES
    ? value
    : value.toDecimalPlaces(TEXT_PLACES, direction === 'down' ? Base.ROUND_FLOOR : Base.ROUND_CEIL);
}

/** `a / b` cut to `decimals` places in the given direction. @throws RangeError when `b` is zero. */
export function divide(a: Decimal, b: Decimal, decimals: number, direction: Rounding): Decimal {
  if (b.isZero()) throw new RangeError(`division of ${a.toString()} by zero`);
  return a.div(b).toDecimalPlaces(decimals, direction === 'down' ? Base.ROUND_FLOOR : Base.ROUND_CEIL);
}

/** True when `value` is a whole multiple of `step`. */
export function isMultipleOf(value: Decimal, step: Decimal): boolean {
  const places = placesOf(step);
  return places === undefined ? value.mod(step).isZero() : value.decimalPlaces() <= places;
}

/** Number of digits behind the point of `step` as written without trailing zeros: 0.010 → 2, 5 → 0. */
export function decimalPlaces(step: Decimal): number {
  return step.decimalPlaces();
}

/** An integer count of units of 10^-decimals as exact decimal: (12345, 2) → 123.45. */
export function fromUnits(units: number, decimals: number): Decimal {
  if (units > 0 && Number.isSafeInteger(units) && decimals <= MOST_PLACES) return ofUnits(units, decimals);
  return new Decimal(units).times(UNITS[decimals] ?? Decimal.pow(10, -decimals));
}

/** Most places that two words of digits hold. */
const MOST_PLACES = 2 * WORD_DIGITS;
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_, n) => 10 ** n);

/**
 * The digits are laid down as the library lays them down (its documented `d`, `e`, `s`): words of seven from the point on in both
 * directions, without a word of zeros at either end. Its own way is a text and a product.
 */
function ofUnits(units: number, decimals: number): Decimal {
  const scale = POWERS[decimals] as number;
  const part = units % scale;
  let whole = (units - part) / scale;
  const fraction = part * (POWERS[MOST_PLACES - decimals] as number);
  const low = fraction % WORD;
  const high = (fraction - low) / WORD;
  const words: number[] = low > 0 ? [high, low] : high > 0 ? [high] : [];
  let first = -1;
  for (; whole > 0; first++) {
    const word = whole % WORD;
    whole = (whole - word) / WORD;
    if (words.length > 0 || word > 0) words.unshift(word);
  }
  for (; words[0] === 0; first--) words.shift();
  const value = new Decimal(0) as { d: number[]; e: number };
  value.d = words;
  value.e = WORD_DIGITS * first + digitsOf(words[0] as number) - 1;
  return value as Decimal;
}

/** Decimal digits of a word. */
function digitsOf(word: number): number {
  let digits = 1;
  while (digits < WORD_DIGITS && word >= (POWERS[digits] as number)) digits++;
  return digits;
}

/**
 * The value as an integer count of units of 10^-decimals.
 * @throws RangeError when it is off the grid or above 2^53 − 1 units.
 */
export function toUnits(value: Decimal, decimals: number): number {
  const units = value.times(SCALES[decimals] ?? Decimal.pow(10, decimals));
  if (!units.isInteger()) {
    throw new RangeError(`${value.toString()} has more than ${decimals} decimals`);
  }
  const count = units.toNumber();
  if (!Number.isSafeInteger(count)) throw new RangeError(`${value.toString()} is too large for a book`);
  return count;
}
