/** Decimals in which a book counts, where orders that were placed under older rules stay in it off today's tick and lot. */
import { Decimal, type DecimalText, decimalPlaces } from '../../domain/decimal.ts';

/** Digits behind the point that venues write at most of a price or quantity, but for coins worth very little. */
const WRITTEN_DECIMALS = 8;
/** A level that holds this many of the largest orders is still counted exactly. */
const ORDERS_A_LEVEL = 100;
/** Finer than today's tick: a tick changes by one or two digits at a time. */
const FORMER_DIGITS = 2;

/** Of prices. */
export function priceDecimalsFor(tickSize: DecimalText): number {
  const needed = decimalPlaces(new Decimal(tickSize));
  return Math.max(needed, Math.min(WRITTEN_DECIMALS, needed + FORMER_DIGITS));
}

/** Of quantities. @param largest order in base, where the venue says it. */
export function qtyDecimalsFor(lotSize: DecimalText, largest: number): number {
  const needed = decimalPlaces(new Decimal(lotSize));
  if (!(largest > 0)) return Math.max(needed, Math.min(WRITTEN_DECIMALS, needed + FORMER_DIGITS));
  const exact = Math.floor(Math.log10(Number.MAX_SAFE_INTEGER / (largest * ORDERS_A_LEVEL)));
  return Math.max(needed, Math.min(WRITTEN_DECIMALS, exact));
}
