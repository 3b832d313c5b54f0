/**
 * What a pool gives for an amount, in exact integers of the smallest units of both coins. All that lies between two points of the curve lies
 * above their chord.
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
};
