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

/** n of a step of 10^-n, as nearly all ticks and lots are: no division of 60 digits is needed for these. Undefined: another step. */
function placesOf(step: Decimal): number | undefined {
  const places = step.decimalPlaces();
  const unit = UNITS[places];
  return unit !== undefined && step.eq(unit) ? places : undefined;
}

/** The largest (`down`) or smallest (`up`) multiple of `step` on that side of `value`. `step` > 0. */
export function roundToStep(value: Decimal, step: Decimal, direction: Rounding): Decimal {
  const places = placesOf(step);
  if (places !== undefined)
    return value.toDecimalPlaces(places, direction === 'down' ? Base.ROUND_FLOOR : Base.ROUND_CEIL);
  const steps = value.div(step);
  return (direction === 'down' ? steps.floor() : steps.ceil()).times(step);
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
  return new Decimal(units).times(UNITS[decimals] ?? Decimal.pow(10, -decimals));
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
