/** Whole numbers of any length, divided with the direction of rounding said. */

/** Of numbers that are not negative. */
export function divUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** Towards minus infinity: `/` cuts towards zero. @param denominator above zero. */
export function floorDiv(numerator: number, denominator: number): number {
  return Math.floor(numerator / denominator);
}

/** @throws RangeError, as an amount is never below zero. */
export function amountOf(amount: bigint): bigint {
  if (amount < 0n) throw new RangeError(`an amount of ${amount} is below zero`);
  return amount;
}
