/**
 * One step of a swap in a pool of Uniswap v3: from a price to the next one that can matter, at one liquidity. What goes in is rounded
 * up, what comes out down.
 * Source of the formulas and of their rounding: Uniswap v3, `SwapMath`, `SqrtPriceMath`.
 */
import { divUp } from './rounding.ts';

/** A fee is so many of a million. */
export const FEE_PARTS = 1_000_000n;
const Q96 = 96n;
const WORD = 1n << 256n;

export type Step = {
  readonly sqrtPrice: bigint;
  readonly amountIn: bigint;
  readonly amountOut: bigint;
  /** Of the coin that goes in, beside `amountIn`. */
  readonly feeAmount: bigint;
};

/**
 * @param target next price: below `from` where token 0 goes in, above it otherwise. @param liquidity active between the two.
 * @param remaining what is still to go in, or still to come out where `isExactIn` is false. @param fee of a million.
 */
export function swapStep(
  from: bigint,
  target: bigint,
  liquidity: bigint,
  remaining: bigint,
  isExactIn: boolean,
  fee: bigint,
): Step {
  const isZeroIn = from >= target;
  const inTo = (price: bigint): bigint =>
    isZeroIn ? amount0Up(price, from, liquidity) : amount1Up(from, price, liquidity);
  const outTo = (price: bigint): bigint =>
    isZeroIn ? amount1Down(price, from, liquidity) : amount0Down(from, price, liquidity);
  if (isExactIn) {
    const paid = (remaining * (FEE_PARTS - fee)) / FEE_PARTS;
    const needed = inTo(target);
    if (paid >= needed) return whole(target, needed, outTo(target), fee);
    const sqrtPrice = isZeroIn ? after0In(from, liquidity, paid) : from + (paid << Q96) / liquidity;
    // Rounding may reach the target all the same.
    if (sqrtPrice === target) return whole(target, needed, outTo(target), fee);
    const amountIn = inTo(sqrtPrice);
    // What is left over is the pool's.
    return { sqrtPrice, amountIn, amountOut: outTo(sqrtPrice), feeAmount: remaining - amountIn };
  }
  const offered = outTo(target);
  const reaches = remaining >= offered;
  const sqrtPrice = reaches
    ? target
    : isZeroIn
      ? from - divUp(remaining << Q96, liquidity)
      : after0Out(from, liquidity, remaining);
  const amountOut = sqrtPrice === target ? offered : outTo(sqrtPrice);
  return whole(sqrtPrice, inTo(sqrtPrice), amountOut > remaining ? remaining : amountOut, fee);
}

function whole(sqrtPrice: bigint, amountIn: bigint, amountOut: bigint, fee: bigint): Step {
  return { sqrtPrice, amountIn, amountOut, feeAmount: divUp(amountIn * fee, FEE_PARTS - fee) };
}

/** Token 0 between two prices, `low` below `high`. */
function amount0Up(low: bigint, high: bigint, liquidity: bigint): bigint {
  return divUp(divUp((liquidity << Q96) * (high - low), high), low);
}

function amount0Down(low: bigint, high: bigint, liquidity: bigint): bigint {
  return ((liquidity << Q96) * (high - low)) / high / low;
}

/** Token 1 between two prices, `low` below `high`. */
function amount1Up(low: bigint, high: bigint, liquidity: bigint): bigint {
  return divUp(liquidity * (high - low), 1n << Q96);
}

function amount1Down(low: bigint, high: bigint, liquidity: bigint): bigint {
  return (liquidity * (high - low)) >> Q96;
}

/** The price once so much of token 0 has come in. */
function after0In(price: bigint, liquidity: bigint, amount: bigint): bigint {
  if (amount === 0n) return price;
  const scaled = liquidity << Q96;
  const product = amount * price;
  const denominator = scaled + product;
  // Where the contract's words of 256 bits would overflow it takes a coarser formula, so that both must be taken here.
  if (product < WORD && denominator < WORD) return divUp(scaled * price, denominator);
  return divUp(scaled, scaled / price + amount);
}

/** The price once so much of token 0 has gone out. It is less than the liquidity has. */
function after0Out(price: bigint, liquidity: bigint, amount: bigint): bigint {
  if (amount === 0n) return price;
  const scaled = liquidity << Q96;
  return divUp(scaled * price, scaled - amount * price);
}
