import { Decimal, decimal } from '../../../src-engine/domain/decimal.ts';

/**
 * The last part of a sum as it is shown: what the others, each rounded to `places`, leave of the rounded total. So the
 * figures add up as they are read.
 */
export function shownRest(total: string, others: readonly string[], places: number): string {
  const rounded = (text: string): Decimal => decimal(text).toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
  return others.reduce((left, part) => left.minus(rounded(part)), rounded(total)).toFixed(places);
}
