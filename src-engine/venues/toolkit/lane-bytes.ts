/**
 * The bytes of a frame, and what a lane takes from them: words that are compared four bytes at a time, and numbers. Nothing is allocated,
 * and a number that is taken lies in `value`: a double that a function returns costs a heap object. What a general reader would refuse or
 * read otherwise is not taken.
 */
import { US_PER_MS } from '../../domain/time.ts';
import { LAST_MS } from './timestamp.ts';

/** Most digits that an int32 holds whatever they are. */
const INT32_DIGITS = 9;
/** Most digits of a whole number that a double holds whatever they are, and of one that it may hold. */
const DOUBLE_DIGITS = 15;
const MOST_DIGITS = 16;
const BILLION = 1_000_000_000;
/** Places behind the point that are read as two words. */
const EIGHT = 8;
/** Of the four bytes of a word: their upper halves, their lower halves, `0000`, and what lifts all but digits of `0` to `?` out of them. */
const HIGH_HALVES = 0xf0f0_f0f0 | 0;
const LOW_HALVES = 0x0f0f_0f0f;
const ZEROS = 0x3030_3030;
const SIX_EACH = 0x0606_0606;
/** Longest number of a message, and how many of its last digits are kept: see `chainNumber`. */
const CHAIN_DIGITS = 20;
/** Of a time in milliseconds that a venue writes as text: another one is none. */
const TIME_DIGITS = 13;
/** Most places of a number; longer ones are refused by some general readers. */
const MOST_PLACES = 40;

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const UPPER_E = 69;
const LOWER_E = 101;

/** The largest of the powers below. */
const MOST_SHIFT = 22;
/** Powers of ten that a double holds exactly and that decimals of an instrument ask for. */
const POWERS = Float64Array.from({ length: MOST_SHIFT + 1 }, (_, n) => Number(`1e${n}`));

/** A text of at least four ASCII characters to compare with: 32-bit words, the last one overlapping where four do not divide it. */
export type Words = { readonly length: number; readonly values: Int32Array };

export function words(text: string): Words {
  const bytes = Buffer.from(text, 'latin1');
  const count = Math.ceil(text.length / 4);
  const at = (i: number): number => Math.min(i * 4, text.length - 4);
  return {
    length: text.length,
    values: Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(at(i))),
  };
}

export abstract class LaneBytes {
  /** Where the reading stands; behind what was taken last. */
  protected at = 0;
  protected bytes: Buffer;
  /** Over `bytes`. */
  protected view: DataView;
  /** The number taken last. */
  protected readonly value = new Float64Array(1);

  /** @param bytes with room behind every frame to compare a word with. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** Takes `literal` if it comes next. */
  protected take(literal: Words): boolean {
    if (!this.isNext(literal)) return false;
    this.at += literal.length;
    return true;
  }

  protected isNext({ length, values }: Words): boolean {
    const view = this.view;
    const at = this.at;
    const last = values.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== values[i]) return false;
    return view.getInt32(at + length - 4, true) === values[last];
  }

  /** Takes one byte if it comes next. */
  protected takeByte(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Takes a whole number that a double holds into `value`. False: there is none, or it begins with a zero, as no number in JSON does. */
  protected whole(): boolean {
    const bytes = this.bytes;
    const view = this.view;
    const start = this.at;
    let at = start;
    let value = 0;
    for (let four = 0; at - start < MOST_DIGITS; at += 4) {
      four = fourDigits(view.getInt32(at, true));
      if (four < 0) break;
      value = value * 10_000 + four;
    }
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++at] as number) - ZERO;
    }
    const count = at - start;
    if (count === 0 || count > MOST_DIGITS || value > Number.MAX_SAFE_INTEGER) return false;
    if (count > 1 && bytes[start] === ZERO) return false;
    this.at = at;
    this.value[0] = value;
    return true;
  }

  /** Takes a time in milliseconds into `value`, in µs. False: there is none, or it is no date: see `millisecondsUs`. */
  protected milliseconds(): boolean {
    if (!this.whole() || (this.value[0] as number) > LAST_MS) return false;
    this.value[0] = (this.value[0] as number) * US_PER_MS;
    return true;
  }

  /** As `milliseconds`, of a time that is text, whose 13 digits are all of it. */
  protected millisecondsText(): boolean {
    const start = this.at;
    return this.milliseconds() && this.at - start === TIME_DIGITS;
  }

  /** Takes a whole number that nothing is made of, with its sign. */
  protected skipInteger(): boolean {
    this.takeByte(MINUS);
    return this.whole();
  }

  /** Takes a number of a message that may be above 2^53 into `value`: see `chainNumber`. */
  protected chain(): boolean {
    const bytes = this.bytes;
    const start = this.at;
    let end = start;
    while (isDigit(bytes[end] as number)) end++;
    const count = end - start;
    if (count === 0 || count > CHAIN_DIGITS || (count > 1 && bytes[start] === ZERO)) return false;
    let value = 0;
    for (let i = Math.max(start, end - DOUBLE_DIGITS); i < end; i++)
      value = value * 10 + (bytes[i] as number) - ZERO;
    this.at = end;
    this.value[0] = value;
    return true;
  }

  /** The digits of bytes[start … end) as billions and the rest: each of them fits an int32. */
  #inTwo(start: number, end: number): number {
    const bytes = this.bytes;
    const split = end - INT32_DIGITS;
    let high = 0;
    for (let i = start; i < split; i++) high = (Math.imul(high, 10) + (bytes[i] as number) - ZERO) | 0;
    let low = 0;
    for (let i = split; i < end; i++) low = (Math.imul(low, 10) + (bytes[i] as number) - ZERO) | 0;
    return high * BILLION + low;
  }

  /**
   * Takes plain digits, with or without a point, into `value` as a count of 10^-decimals. Digits beyond the decimals must
   * be zeros. False: not for this lane.
   */
  protected units(decimals: number): boolean {
    // As `whole`, in place: a call for each number is felt.
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    let low = fourDigits(this.view.getInt32(at, true));
    if (low >= 0) at += 4;
    else low = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      low = (Math.imul(low, 10) + digit) | 0;
      digit = (bytes[++at] as number) - ZERO;
    }
    const count = at - start;
    let whole: number = low;
    if (count > INT32_DIGITS) {
      if (count > DOUBLE_DIGITS) return false;
      whole = this.#inTwo(start, at);
    } else if (count === 0) return false;
    let part = 0;
    let places = 0;
    if (digit === POINT - ZERO) {
      const first = ++at;
      const high = fourDigits(this.view.getInt32(first, true));
      const next = high < 0 ? -1 : fourDigits(this.view.getInt32(first + 4, true));
      digit = next < 0 ? 0 : (bytes[first + EIGHT] as number) - ZERO;
      if (digit < 0 || digit > 9) {
        // Eight places: so most venues write most of their numbers, whatever the decimals of the pair are.
        part = high * 10_000 + next;
        places = EIGHT;
        at = first + EIGHT;
        if (decimals < EIGHT) {
          const step = POWERS[EIGHT - decimals] as number;
          const cut = (part / step) | 0;
          if (cut * step !== part) return false;
          part = cut;
          places = decimals;
        }
      } else {
        digit = (bytes[at] as number) - ZERO;
        while (digit >= 0 && digit <= 9) {
          part = (Math.imul(part, 10) + digit) | 0;
          digit = (bytes[++at] as number) - ZERO;
        }
        places = at - first;
        if (places === 0) return false;
        if (places > decimals) {
          if (places > MOST_PLACES) return false;
          part = this.#without(first + decimals, at, first);
          if (part < 0) return false;
          places = decimals;
        }
        if (places > INT32_DIGITS) return false;
      }
    }
    this.at = at;
    const units = whole * (POWERS[decimals] as number) + part * (POWERS[decimals - places] as number);
    this.value[0] = units;
    return units <= Number.MAX_SAFE_INTEGER;
  }

  /**
   * As `units`, of a number as JSON writes it: without a zero before it, and perhaps with an exponent.
   * @param isCut it is a quantity that is shown: what is finer than the decimals is cut, so that a book never shows more than there is.
   */
  protected number(decimals: number, isCut: boolean): boolean {
    const bytes = this.bytes;
    const start = this.at;
    if (bytes[start] === ZERO && isDigit(bytes[start + 1] as number)) return false;
    if (this.units(decimals) && !isExponent(bytes[this.at] as number)) return true;
    // Digits beyond those that a double holds are counted as cut.
    let at = start;
    let mantissa = 0;
    let digits = 0;
    let shift = decimals;
    let isFiner = false;
    for (let point = 0; ; at++) {
      const byte = bytes[at] as number;
      if (byte === POINT && point === 0 && at > start) {
        point = at;
        continue;
      }
      if (!isDigit(byte)) {
        if (at === start || at === point + 1) return false;
        break;
      }
      if (digits < DOUBLE_DIGITS) {
        mantissa = mantissa * 10 + byte - ZERO;
        if (mantissa > 0) digits++;
        if (point > 0) shift--;
      } else if (point === 0) return false;
      else if (byte !== ZERO) isFiner = true;
    }
    if (at - start > MOST_PLACES) return false;
    this.at = at;
    this.value[0] = 0;
    if (isExponent(bytes[at] as number) && !this.#exponent()) return false;
    shift += this.value[0];
    if (shift > MOST_SHIFT || shift < -MOST_SHIFT || (isFiner && (shift >= 0 || !isCut))) return false;
    if (shift >= 0) mantissa *= POWERS[shift] as number;
    else {
      const step = POWERS[-shift] as number;
      const rest = mantissa % step;
      if (rest !== 0 && !isCut) return false;
      mantissa = (mantissa - rest) / step;
    }
    this.value[0] = mantissa;
    return mantissa <= Number.MAX_SAFE_INTEGER;
  }

  /** Takes `E-7` into `value`; one of more than two digits is left. */
  #exponent(): boolean {
    const bytes = this.bytes;
    const sign = bytes[this.at + 1];
    const start = this.at + (sign === MINUS || sign === PLUS ? 2 : 1);
    let at = start;
    let value = 0;
    for (; isDigit(bytes[at] as number); at++)
      value = Math.min(value * 10 + (bytes[at] as number) - ZERO, 100);
    this.at = at;
    this.value[0] = sign === MINUS ? -value : value;
    return at > start && at - start <= 2;
  }

  /** The digits of bytes[first … cut) where only zeros stand in bytes[cut … end); −1 where another digit does. */
  #without(cut: number, end: number, first: number): number {
    const bytes = this.bytes;
    for (let i = cut; i < end; i++) if (bytes[i] !== ZERO) return -1;
    let part = 0;
    for (let i = first; i < cut; i++) part = (Math.imul(part, 10) + (bytes[i] as number) - ZERO) | 0;
    return part;
  }
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isExponent(byte: number): boolean {
  return byte === UPPER_E || byte === LOWER_E;
}

/** The number that the four bytes of a word write, the first of them lowest; −1 where one is no digit. */
function fourDigits(word: number): number {
  if ((word & HIGH_HALVES) !== ZEROS || ((word + SIX_EACH) & HIGH_HALVES) !== ZEROS) return -1;
  const digits = word & LOW_HALVES;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff_00ff;
  return Math.imul(pairs & 0xff, 100) + (pairs >>> 16);
}

export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
