/**
 * Pools of Uniswap v2: the product of both reserves never falls, and the fee is taken from what goes in.
 * Source of the formulas: Uniswap v2, `UniswapV2Library.getAmountOut` and `getAmountIn`, `UniswapV2Pair.swap`.
 */
import type { CostCurve } from './cost-curve.ts';
import { amountOf } from './rounding.ts';

/** What is left of an amount that goes in once the fee is taken: so many of all its parts. */
const KEPT_PARTS = 997n;
const ALL_PARTS = 1_000n;

/** A pair stores its reserves as uint112. */
const MAX_RESERVE = (1n << 112n) - 1n;

/** One direction through a pool: a swap against the reserves of one block. */
export class ConstantProductCurve implements CostCurve {
  readonly maxIn: bigint;
  readonly #in: bigint;
  readonly #out: bigint;

  /** @throws RangeError for a reserve that no pair can hold. */
  constructor(reserveIn: bigint, reserveOut: bigint) {
    for (const reserve of [reserveIn, reserveOut]) {
      if (reserve < 0n || reserve > MAX_RESERVE)
        throw new RangeError(`a reserve of ${reserve} is outside of 0 to 2^112 - 1`);
    }
    this.#in = reserveIn;
    this.#out = reserveOut;
    // An empty side has no price.
    this.maxIn = reserveIn === 0n || reserveOut === 0n ? 0n : MAX_RESERVE - reserveIn;
  }

  get maxOut(): bigint {
    return this.outFor(this.maxIn);
  }

  outFor(amountIn: bigint): bigint {
    const amount = amountOf(amountIn) > this.maxIn ? this.maxIn : amountIn;
    if (amount === 0n) return 0n;
    const paid = amount * KEPT_PARTS;
    return (paid * this.#out) / (this.#in * ALL_PARTS + paid);
  }

  inFor(amountOut: bigint): bigint | undefined {
    if (amountOf(amountOut) === 0n) return 0n;
    // The last unit of a reserve cannot be bought.
    if (this.maxIn === 0n || amountOut >= this.#out) return undefined;
    // Rounded up, as the router does, even where it divides without a rest: the router asks for so much.
    const amountIn = (this.#in * amountOut * ALL_PARTS) / ((this.#out - amountOut) * KEPT_PARTS) + 1n;
    return amountIn > this.maxIn ? undefined : amountIn;
  }
}
