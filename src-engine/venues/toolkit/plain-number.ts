/** A decimal in the bytes of a text, as a count of an instrument's units. What is not plain is left to the general reader. */

const POINT = 46;
const ZERO = 48;
/** Most digits that a double holds whatever they are. */
const MOST_DIGITS = 15;
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

export class PlainNumber {
  /** The count: a double that a function returned would cost a heap object. */
  readonly units = new Float64Array(1);
  /** All digits of the number that was scanned, without the zeros behind its point. */
  readonly mantissa = new Float64Array(1);
  /** How many of them stand behind the point. */
  places = 0;

  /** Reads bytes[from … to) as a count of 10^-decimals. False: it is not a plain number of at most this many decimals and 15 digits. */
  read(bytes: Uint8Array, from: number, to: number, decimals: number): boolean {
    return this.scan(bytes, from, to) && this.scale(decimals);
  }

  /** Reads bytes[from … to). False: it is not a plain number of at most 15 digits. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    let value = 0;
    let digits = 0;
    let places = -1;
    // Zeros behind the last digit say nothing.
    let zeros = 0;
    for (let at = from; at < to; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit === POINT - ZERO && places < 0 && digits > 0) {
        places = 0;
        continue;
      }
      if (digit < 0 || digit > 9) return false;
      if (places >= 0) places++;
      digits++;
      if (digit === 0 && places > 0) {
        zeros++;
        continue;
      }
      for (; zeros > 0; zeros--) value *= 10;
      value = value * 10 + digit;
    }
    if (digits === 0 || digits > MOST_DIGITS || places === 0) return false;
    this.mantissa[0] = value;
    this.places = places < 0 ? 0 : places - zeros;
    return true;
  }

  /** The number that was scanned as a count of 10^-decimals. False: it is finer than that, or more than 2^53 of them. */
  scale(decimals: number): boolean {
    const shift = decimals - this.places;
    if (shift < 0) return false;
    const units = (this.mantissa[0] as number) * (POWERS[shift] as number);
    if (units > Number.MAX_SAFE_INTEGER) return false;
    this.units[0] = units;
    return true;
  }
}
