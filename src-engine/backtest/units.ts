import { Decimal } from '../domain/decimal.ts';

const ZERO = 48;
const POINT = 46;

/** What `parseUnits` answers for text that is not a whole number of units. */
export const OFF_GRID = -1;

/**
 * Plain decimal text as an integer count of 10^-decimals, digit by digit: exact, and without a decimal object for
 * each of a log's millions of numbers. OFF_GRID when digits other than zero are left behind the last unit, or
 * when the count is beyond 2^53 − 1.
 * @param text digits with at most one point, as the market log's reader has checked it.
 */
export function parseUnits(text: string, decimals: number): number {
  let units = 0;
  let places = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT) {
      places = 0;
      continue;
    }
    if (places === decimals) {
      if (code !== ZERO) return OFF_GRID;
      continue;
    }
    if (places >= 0) places++;
    units = units * 10 + (code - ZERO);
    if (units > Number.MAX_SAFE_INTEGER) return OFF_GRID;
  }
  for (let place = Math.max(0, places); place < decimals; place++) units *= 10;
  return Number.isSafeInteger(units) ? units : OFF_GRID;
}

/** As `parseUnits`, of a quantity that is shown: a count beyond 2^53 − 1 is cut to that, which is less and never more. */
export function parseQuantity(text: string, decimals: number): number {
  const units = parseUnits(text, decimals);
  if (units !== OFF_GRID) return units;
  const exact = new Decimal(text).times(Decimal.pow(10, decimals));
  return exact.isInteger() && exact.gt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : OFF_GRID;
}
