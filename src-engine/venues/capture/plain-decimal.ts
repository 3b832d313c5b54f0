import { Decimal } from '../../domain/decimal.ts';

const PLAIN = /^\d+(\.\d+)?$/;
/** Most characters of a price or quantity; the longest that a venue is known to write has 28. */
const MAX_LENGTH = 60;

/**
 * A price or quantity without sign, exponent, leading or trailing zeros: `61737.63000000` → `61737.63`, `1e-7` → `0.0000001`.
 * @throws RangeError when the text is not a number of zero or more.
 */
export function plainDecimal(text: string): string {
  if (text.length > MAX_LENGTH) throw new RangeError(`a number of ${text.length} characters`);
  if (!PLAIN.test(text)) return fromExponent(text);
  let start = 0;
  while (text[start] === '0' && text[start + 1] !== undefined && text[start + 1] !== '.') start++;
  let end = text.length;
  if (text.includes('.')) {
    while (text[end - 1] === '0') end--;
    if (text[end - 1] === '.') end--;
  }
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function fromExponent(text: string): string {
  const value = /^\d+(\.\d+)?[eE][+-]?\d{1,2}$/.test(text) ? new Decimal(text) : undefined;
  if (value === undefined) throw new RangeError(`"${text}" is not a price or quantity`);
  return value.toFixed();
}

/** Price and quantity as plain decimals without trailing zeros. */
export type PlainLevel = readonly [price: string, qty: string];

/** The same, and the venue's own text of the level where its checksum covers that text (`1.0` is not `1` there). */
export type WrittenLevel = readonly [price: string, qty: string, written?: string];

/** Price and quantity alone: what a report shows of a level. */
export function plainLevel([price, qty]: WrittenLevel): PlainLevel {
  return [price, qty];
}

/**
 * The levels of a message: rows of price and quantity as text; what stands behind them is of no matter.
 * @throws RangeError naming the row that is none.
 */
export function plainLevels(rows: unknown, side: string): PlainLevel[] {
  if (!Array.isArray(rows)) throw new RangeError(`${side} are not a list`);
  return rows.map((row: unknown, index) => {
    const [price, qty] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof price !== 'string' || typeof qty !== 'string') {
      throw new RangeError(`row ${index} of ${side} is not a price and a quantity`);
    }
    return [plainDecimal(price), plainDecimal(qty)];
  });
}
