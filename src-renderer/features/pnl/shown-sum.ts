import { Decimal, decimal } from '../../../src-engine/domain/decimal.ts';

/**
 * A sum as it is shown: rounded to `places`, and still a sum. All parts but the last are rounded by themselves; the last
 * one is what the rounded ones leave.
 */
export function shownSum(total: string, parts: readonly string[], places: number): readonly string[] {
  const rounded = (text: string): Decimal => decimal(text).toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
  const own = parts.slice(0, -1).map(rounded);
  const rest = own.reduce((left, part) => left.minus(part), rounded(total));
  return [...own, rest].map((part) => part.toFixed(places));
}
