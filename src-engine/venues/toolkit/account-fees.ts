/** Fees of an account while they are read from a venue's answers. */
import { type Decimal, decimal, isDecimalText, ZERO } from '../../domain/decimal.ts';
import type { AccountFees } from '../venue-account.ts';
import { isAmount } from './account-fields.ts';

type FeesInMaking = { readonly [F in keyof AccountFees]: Map<string, Decimal> };

/** None known yet. */
export function noFees(): FeesInMaking {
  return { takers: new Map(), makers: new Map() };
}

/** Adds what is known of a pair. */
export function takeFees(
  fees: FeesInMaking,
  symbol: string,
  taker: Decimal | undefined,
  maker: Decimal | undefined,
): void {
  if (taker !== undefined) fees.takers.set(symbol, taker);
  if (maker !== undefined) fees.makers.set(symbol, maker);
}

/** A part from zero to below the whole, as a taker's fee is. Undefined for all else: it is not known then, and its pair not traded. */
export function fractionOf(value: unknown): Decimal | undefined {
  if (!isAmount(value)) return undefined;
  const part = decimal(value);
  return part.lt(1) ? part : undefined;
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
