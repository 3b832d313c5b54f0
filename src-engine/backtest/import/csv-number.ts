/** Numbers as CSV files write them, as exact decimal text: exponents, decimal commas, and the noise of binary floats. */
import { Decimal, type DecimalText, isDecimalText } from '../../domain/decimal.ts';

/** What stands before the fraction. */
export type DecimalMark = 'point' | 'comma';

export type CsvNumber = {
  readonly text: DecimalText;
  /** True when digits that only a binary float makes were taken away: 4.8100000000000005 → 4.81. */
  readonly wasNoise: boolean;
};

/** A double has no more than 17 digits; 15 of them are as they were written. */
const FLOAT_DIGITS = 15;
const MOST_FLOAT_DIGITS = 17;
/** Sums of floats lose a digit or two more. */
const LEAST_FLOAT_DIGITS = 13;
/** Zeros (or nines) in a row behind the last digit that counts, before the rest is taken for noise. */
const QUIET_DIGITS = 3;

/** A number of zero or more; undefined for anything else: signs, thousands separators, NaN, nothing at all. */
export function csvNumber(written: string, mark: DecimalMark): CsvNumber | undefined {
  const pointed = mark === 'comma' ? written.replace(',', '.') : written;
  if (mark === 'comma' && written.includes('.')) return undefined;
  const plain = plainOf(pointed);
  if (plain === undefined) return undefined;
  const clean = withoutNoise(plain);
  const text = clean ?? plain;
  return isDecimalText(text) ? { text, wasNoise: clean !== undefined } : undefined;
}

/** Digits with at most one point, `+` and an exponent allowed, in plain digits. */
function plainOf(text: string): string | undefined {
  const match = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', part = '', power = '0'] = match;
  const digits = whole + part;
  if (digits === '') return undefined;
  const point = whole.length + Number(power);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const left = digits
    .slice(0, point)
    .padEnd(point, '0')
    .replace(/^0+(?=\d)/, '');
  const right = digits.slice(point);
  return right === '' ? left : `${left}.${right}`;
}

/**
 * The decimal that a double of 16 or 17 digits stood for, where that is plain: rounded to 15, 14 or 13 digits it ends in
 * at least three zeros. Undefined where the digits may be meant.
 */
function withoutNoise(plain: string): DecimalText | undefined {
  if (plain.length <= FLOAT_DIGITS) return undefined;
  const digits = plain.replace('.', '').replace(/^0+/, '');
  if (digits.length <= FLOAT_DIGITS || digits.length > MOST_FLOAT_DIGITS || !plain.includes('.'))
    return undefined;
  const exact = new Decimal(plain);
  for (let kept = FLOAT_DIGITS; kept >= LEAST_FLOAT_DIGITS; kept--) {
    const rounded = exact.toSignificantDigits(kept, Decimal.ROUND_HALF_UP);
    if (rounded.equals(exact)) return undefined;
    if (rounded.precision() <= kept - QUIET_DIGITS) return rounded.toFixed();
  }
  return undefined;
}

/** Digits behind the point, zeros at the end not counted. */
export function decimalsOf(text: DecimalText): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length;
  while (text[end - 1] === '0') end--;
  return end - 1 - point;
}

/** Exact: floats are asked first, as they keep the order, and decimals where floats are equal. */
export function isAbove(a: DecimalText, b: DecimalText): boolean {
  const [x, y] = [Number(a), Number(b)];
  return x === y ? a !== b && new Decimal(a).gt(b) : x > y;
}

/** What the commas of a file's numbers say: nothing, that they stand before fractions, or not clearly which. */
export class DecimalMarks {
  #commas = 0;
  #thousands = 0;
  /** A number with a comma and three digits behind it, which may be either. */
  example = '';

  look(text: string): void {
    if (!text.includes(',')) return;
    const isEither = /^\d{1,3},\d{3}$/.test(text);
    if (isEither || !/^\d*,\d*(?:[eE][+-]?\d{1,2})?$/.test(text)) this.#thousands++;
    else this.#commas++;
    if (isEither) this.example = text;
  }

  /** Undefined when the file does not say which. */
  get mark(): DecimalMark | undefined {
    if (this.#commas > 0) return 'comma';
    return this.example !== '' && this.#thousands > 0 ? undefined : 'point';
  }
}
