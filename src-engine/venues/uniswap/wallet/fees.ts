/** What a transaction may pay for its gas: bounded by the trader, and raised where another one takes its place. */
export type FeeCap = {
  /** Wei for a unit of gas: at most, and on top of the base fee. */
  readonly maxFee: bigint;
  readonly tip: bigint;
};

/** Most by which the base fee rises from one block to the next (EIP-1559): an eighth. */
const NEXT_BLOCK = { by: 9n, of: 8n } as const;
/** A base fee that doubles takes six blocks. */
const HEADROOM = 2n;
/** Nodes want a tenth more of both to take one transaction for another of the same nonce (go-ethereum, `--txpool.pricebump`); this is an eighth. */
const RAISE = { by: 9n, of: 8n } as const;
/** Rounded up, and a unit more. */
const RAISE_STEP = 2n;
/** A cancel is worth more than what it replaces: it may pay up to this many times the bound of a swap. */
export const CANCEL_BOUND = 2n;

/** What the next block may want for a unit of gas at most, in wei. */
export function nextPrice(baseFee: bigint, tip: bigint): bigint {
  return (baseFee * NEXT_BLOCK.by) / NEXT_BLOCK.of + tip;
}

/** For what takes back an approval: as much as a cancel may pay, less what it must have left to be raised once. */
export function takeBackBound(bound: bigint): bigint {
  return ((bound * CANCEL_BOUND - RAISE_STEP) * RAISE.of) / RAISE.by - 1n;
}

/** Of a new transaction. Undefined: even the next block may want more than the bound. */
export function feeCap(baseFee: bigint, tip: bigint, bound: bigint): FeeCap | undefined {
  if (nextPrice(baseFee, tip) > bound) return undefined;
  const wanted = baseFee * HEADROOM + tip;
  return { maxFee: wanted < bound ? wanted : bound, tip };
}

/** Of one that takes the place of another. Undefined: nodes would take none that stays within `CANCEL_BOUND` times the bound. */
export function raisedCap(before: FeeCap, baseFee: bigint, tip: bigint, bound: bigint): FeeCap | undefined {
  const raised = { maxFee: raisedOf(before.maxFee), tip: raisedOf(before.tip) };
  const most = bound * CANCEL_BOUND;
  if (raised.maxFee > most) return undefined;
  const wanted = baseFee * HEADROOM + max(tip, raised.tip);
  const maxFee = max(raised.maxFee, wanted < most ? wanted : most);
  return { maxFee, tip: max(raised.tip, tip < maxFee ? tip : maxFee) };
}

/**
 * Of what may take the place of a transaction while nothing can be signed anew: twice its fee, of which only the tip is paid while the base fee allows it,
 * and room to be raised once more.
 */
export function reserveCap({ maxFee, tip }: FeeCap, bound: bigint): FeeCap {
  const most = max(takeBackBound(bound), raisedOf(maxFee));
  const doubled = maxFee * HEADROOM < most ? maxFee * HEADROOM : most;
  const tipped = max(tip * HEADROOM, raisedOf(tip));
  return { maxFee: doubled, tip: tipped < doubled ? tipped : doubled };
}

/** As much as the higher of two, of either amount. */
export function higherCap(one: FeeCap, other: FeeCap): FeeCap {
  return { maxFee: max(one.maxFee, other.maxFee), tip: max(one.tip, other.tip) };
}

function raisedOf(fee: bigint): bigint {
  return (fee * RAISE.by + RAISE.of - 1n) / RAISE.of + 1n;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
