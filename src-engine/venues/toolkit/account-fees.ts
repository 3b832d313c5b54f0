/** Fees of an account while they are read from a venue's answers. */
import { type Decimal, decimal, isDecimalText, ZERO } from '../../domain/decimal.ts';
import type { AccountFees } from '../venue-account.ts';

/** None known yet. */
export function noFees(): { readonly [F in keyof AccountFees]: Map<string, Decimal> } {
  return { takers: new Map(), makers: new Map() };
}

/**
 * A maker's fee as a fraction. A rebate, below zero, counts as no fee: it is not reckoned with. Undefined where it cannot be read, or is
 * the whole value and more: it is not known then, and never taken for none.
 */
export function makerFeeOf(rate: unknown): Decimal | undefined {
  if (typeof rate !== 'string' || !isDecimalText(rate)) return undefined;
  const fee = decimal(rate);
  if (fee.gte(1)) return undefined;
  return fee.isNegative() ? ZERO : fee;
}
