/**
 * Reads JSON text from left to right without building objects: what the hot path needs of it, and strictly.
 * It works on text rather than bytes, since recordings and replays hold text and a character of a one-byte
 * string costs what a byte costs. Numbers become integer counts of 10^-decimals by their digits alone; no
 * floating point is parsed on the way, so nothing can be rounded.
 */
import { FrameError } from './frame-error.ts';

const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const UPPER_E = 69;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const LOWER_E = 101;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const SPACE = 32;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const MAX_EXPONENT = 30;
/** Longest number that is read digit by digit where a double is too short for it. */
const MAX_LITERAL = 64;
const MAX_NESTING = 32;
/** What is larger than this many units is not a quantity of any venue. */
const MOST_CUT = 10n ** 30n;

export class Scanner {
  text = '';
  at = 0;
  /** Span of the last key or string, without its quotes. */
  start = 0;
  end = 0;

  reset(text: string): void {
    this.text = text;
    this.at = 0;
  }

  /** Next character that is not white space, without taking it; NaN at the end. */
  peek(): number {
    let code = this.text.charCodeAt(this.at);
    while (code <= SPACE) code = this.text.charCodeAt(++this.at);
    return code;
  }

  /** Takes the next character if it is `code`. */
  take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  expect(code: number): void {
    if (!this.take(code)) this.fail(`"${String.fromCharCode(code)}" expected`);
  }

  beginObject(): void {
    this.expect(OPEN_BRACE);
  }

  beginArray(): void {
    this.expect(OPEN_BRACKET);
  }

  /** Steps to the next key of an object (its span is start … end); false at the closing brace. */
  nextKey(isFirst: boolean): boolean {
    if (this.take(CLOSE_BRACE)) return false;
    if (!isFirst) this.expect(COMMA);
    this.string();
    this.expect(COLON);
    return true;
  }

  /** Steps to the next item of an array; false at the closing bracket. */
  nextItem(isFirst: boolean): boolean {
    if (this.take(CLOSE_BRACKET)) return false;
    if (!isFirst) this.expect(COMMA);
    return true;
  }

  /** Takes a string; its span, escapes untouched, is start … end. */
  string(): void {
    this.expect(QUOTE);
    this.start = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === QUOTE) break;
      // NaN at the end of the text fails this comparison, as control characters do.
      if (!(code >= SPACE)) this.fail('a string is not closed');
      this.at += code === BACKSLASH ? 2 : 1;
    }
    this.end = this.at++;
  }

  /** True when the last key or string is `word`. */
  is(word: string): boolean {
    return this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  /** The last key or string as a value of its own. */
  span(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Steps over one value of any kind. */
  skip(): void {
    let depth = 0;
    do {
      const code = this.peek();
      if (code === QUOTE) this.string();
      else {
        if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
        else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
        else if (Number.isNaN(code)) this.fail('the text ends within a value');
        this.at++;
        // The rest of a number or word; what separates values is none of it.
        while (isWordPart(this.text.charCodeAt(this.at))) this.at++;
      }
      if (depth > MAX_NESTING) this.fail('values are nested too deeply');
    } while (depth > 0);
  }

  /** Takes a whole number from 0 to 2^53 − 1. */
  integer(): number {
    return this.units(0);
  }

  /**
   * Takes a decimal, plain or with an exponent (`1e-7`), bare or in quotes, as a count of 10^-decimals.
   * @throws FrameError `too-many-decimals` when it is off that grid, `too-large` above 2^53 − 1 units,
   * `bad-number` when it is negative or no number.
   */
  units(decimals: number): number {
    return this.#number(decimals, false);
  }

  /** As `units`, of a quantity that is shown: above what a double counts it is cut to that, which is less and never more. */
  quantity(decimals: number): number {
    return this.#number(decimals, true);
  }

  #number(decimals: number, isCut: boolean): number {
    const isQuoted = this.take(QUOTE);
    if (!isQuoted) this.peek();
    const start = this.at;
    let mantissa = 0;
    let shift = decimals;
    let digits = 0;
    let code = this.text.charCodeAt(this.at);
    while (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      digits++;
      code = this.text.charCodeAt(++this.at);
    }
    if (code === POINT && digits > 0) {
      const point = this.at;
      code = this.text.charCodeAt(++this.at);
      while (code >= ZERO && code <= NINE) {
        mantissa = mantissa * 10 + (code - ZERO);
        code = this.text.charCodeAt(++this.at);
      }
      const places = this.at - point - 1;
      shift -= places;
      if (places === 0) digits = 0;
    }
    if (digits === 0) this.#badNumber(start);
    if (code === LOWER_E || code === UPPER_E) shift += this.#exponent(start);
    const value =
      shift === 0 && mantissa <= Number.MAX_SAFE_INTEGER
        ? mantissa
        : this.#scaled(start, mantissa, shift, isCut);
    if (isQuoted) this.expect(QUOTE);
    return value;
  }

  #exponent(start: number): number {
    let code = this.text.charCodeAt(++this.at);
    const isNegative = code === MINUS;
    if (isNegative || code === PLUS) code = this.text.charCodeAt(++this.at);
    if (!(code >= ZERO && code <= NINE)) this.#badNumber(start);
    let exponent = 0;
    while (code >= ZERO && code <= NINE) {
      exponent = Math.min(exponent * 10 + (code - ZERO), MAX_EXPONENT);
      code = this.text.charCodeAt(++this.at);
    }
    return isNegative ? -exponent : exponent;
  }

  /** mantissa × 10^shift as an exact integer. */
  #scaled(start: number, mantissa: number, shift: number, isCut: boolean): number {
    const literal = this.text.slice(start, this.at);
    if (literal.length > MAX_LITERAL) this.#badNumber(start);
    if (mantissa === 0) return 0;
    let value: bigint;
    if (mantissa <= Number.MAX_SAFE_INTEGER && shift > 0 && shift < POWERS.length) {
      const product = mantissa * (POWERS[shift] as number);
      if (product <= Number.MAX_SAFE_INTEGER) return product;
    }
    // Rare: more digits than the grid, or than a double. Exact integers of any size decide.
    const digits = BigInt(literal.replace(/[eE].*$/, '').replace('.', ''));
    if (shift >= 0) value = digits * 10n ** BigInt(shift);
    else {
      const step = 10n ** BigInt(-shift);
      if (digits % step !== 0n) throw new FrameError('too-many-decimals', `${literal} is off the grid`);
      value = digits / step;
    }
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      if (isCut && value < MOST_CUT) return Number.MAX_SAFE_INTEGER;
      throw new FrameError('too-large', `${literal} is more than 2^53 units`);
    }
    return Number(value);
  }

  /** Digits behind the point of the decimal that comes next, as written (`1e-7` has 7); takes it. */
  decimals(): number {
    const isQuoted = this.take(QUOTE);
    if (!isQuoted) this.peek();
    const start = this.at;
    while (isWordPart(this.text.charCodeAt(this.at))) this.at++;
    const match = /^\d+(?:\.(\d+))?(?:[eE]([-+]?\d{1,2}))?$/.exec(this.text.slice(start, this.at));
    if (match === null) this.#badNumber(start);
    if (isQuoted) this.expect(QUOTE);
    return Math.max(0, (match[1]?.length ?? 0) - Number(match[2] ?? 0));
  }

  #badNumber(start: number): never {
    throw new FrameError('bad-number', `"${this.text.slice(start, start + 24)}" is not a number above zero`);
  }

  fail(what: string): never {
    throw new FrameError('bad-layout', `${what} at character ${this.at + 1}`);
  }
}

/** Letters, digits, point, sign: what numbers, true, false and null are made of. */
function isWordPart(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) || code === POINT || code === MINUS || code === PLUS || isLetter(code)
  );
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
