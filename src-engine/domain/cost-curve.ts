/**
 * What a market gives for an amount, in exact integers of the smallest units of both coins. A pool of a chain is such a curve; so
 * would be the walk down a ladder, piece by piece. All that lies between two points of it lies above their chord.
 */
export type CostCurve = {
  /** Most that can go in. What goes in beyond it brings nothing more. */
  readonly maxIn: bigint;
  /** What comes out for `maxIn`. */
  readonly maxOut: bigint;
  /** What comes out for so much, rounded down. @throws RangeError below zero. */
  outFor(amountIn: bigint): bigint;
  /** What its contract asks for so much, rounded up; undefined: more than `maxOut`. @throws RangeError below zero. */
  inFor(amountOut: bigint): bigint | undefined;
  /** The rate of the next unit after so much has gone in, as `out` for `in`; undefined at `maxIn`, behind which nothing is known. */
  marginal(amountIn: bigint): Rate | undefined;
};

/** `out` units come out for `in` units; both above zero, or `out` zero. */
export type Rate = { readonly out: bigint; readonly in: bigint };
