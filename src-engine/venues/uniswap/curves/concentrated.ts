/**
 * Pools of Uniswap v3: liquidity lies between ticks, and a swap goes from tick to tick.
 * Source: Uniswap v3, `UniswapV3Pool.swap`.
 */
import type { CostCurve } from './cost-curve.ts';
import { amountOf } from './rounding.ts';
import { FEE_PARTS, swapStep } from './swap-step.ts';
import type { TickMap } from './tick-map.ts';
import { MAX_SQRT_PRICE, MIN_SQRT_PRICE, MIN_TICK, sqrtPriceAt, tickAt } from './tick-price.ts';

/** One block's state of a pool. */
export type ConcentratedPool = {
  /** Square root of the price of token 0 in token 1, times 2^96. */
  readonly sqrtPrice: bigint;
  readonly tick: number;
  /** Active at this price. */
  readonly liquidity: bigint;
  /** Of a million. */
  readonly fee: number;
  readonly ticks: TickMap;
};

export type SwapOrder = {
  /** Token 0 goes in and token 1 comes out. */
  readonly isZeroIn: boolean;
  /** What goes in; or what comes out where `isExactIn` is false. Above zero. */
  readonly amount: bigint;
  readonly isExactIn: boolean;
  /** The swap stops at this price, with less than asked. The last possible price when left out. */
  readonly limit?: bigint | undefined;
};

export type SwapResult = {
  /** Fee included. */
  readonly amountIn: bigint;
  readonly amountOut: bigint;
  readonly sqrtPrice: bigint;
  readonly liquidity: bigint;
  /** As the contract stores it; undefined: that of the price (`tickAfter`). */
  readonly tick: number | undefined;
  /** Ticks whose liquidity was added or taken. */
  readonly crossed: number;
  /** It ended where nothing is known of the pool. */
  readonly ranOut: boolean;
};

/**
 * The swap as the contract would carry it out on this state. It ends early at the limit, and where a word of ticks was not read.
 * @throws RangeError for an amount that is not above zero, a limit on the wrong side, and a state that no pool can have.
 */
export function swap(pool: ConcentratedPool, { isZeroIn, amount, isExactIn, limit }: SwapOrder): SwapResult {
  if (amount <= 0n) throw new RangeError(`an amount of ${amount} is not above zero`);
  const end = limit ?? (isZeroIn ? MIN_SQRT_PRICE + 1n : MAX_SQRT_PRICE - 1n);
  if (
    isZeroIn ? end >= pool.sqrtPrice || end <= MIN_SQRT_PRICE : end <= pool.sqrtPrice || end >= MAX_SQRT_PRICE
  )
    throw new RangeError(`the limit ${end} lies on the wrong side of the price`);
  const fee = BigInt(pool.fee);
  let { sqrtPrice, tick, liquidity } = pool;
  let left = amount;
  let other = 0n;
  let crossed = 0;
  let ranOut = false;
  let stored: number | undefined = tick;
  while (left > 0n && sqrtPrice !== end) {
    const next = pool.ticks.next(tick, isZeroIn);
    if (next === undefined) {
      ranOut = true;
      break;
    }
    const nextPrice = priceOf(next.tick);
    const isBehindEnd = isZeroIn ? nextPrice < end : nextPrice > end;
    const step = swapStep(sqrtPrice, isBehindEnd ? end : nextPrice, liquidity, left, isExactIn, fee);
    left -= isExactIn ? step.amountIn + step.feeAmount : step.amountOut;
    other += isExactIn ? step.amountOut : step.amountIn + step.feeAmount;
    if (step.sqrtPrice !== sqrtPrice) stored = undefined;
    ({ sqrtPrice } = step);
    if (sqrtPrice === nextPrice) {
      if (next.net !== undefined) {
        liquidity += isZeroIn ? -next.net : next.net;
        if (liquidity < 0n) throw new RangeError(`crossing tick ${next.tick} leaves a liquidity below zero`);
        crossed++;
      }
      // Downwards a tick that was reached has been gone through.
      tick = isZeroIn ? next.tick - 1 : next.tick;
      stored = tick;
    }
  }
  const taken = amount - left;
  const [amountIn, amountOut] = isExactIn ? [taken, other] : [other, taken];
  return { amountIn, amountOut, sqrtPrice, liquidity, tick: stored, crossed, ranOut };
}

/** The tick that the contract stores after a swap. A quote has no need of it. */
export function tickAfter({ tick, sqrtPrice }: SwapResult): number {
  return tick ?? tickAt(sqrtPrice);
}

const PRICES = new Map<number, bigint>();
/** Prices that are kept; then all are forgotten, as they cost some microseconds each. */
const MOST_PRICES = 4_096;

function priceOf(tick: number): bigint {
  let price = PRICES.get(tick);
  if (price === undefined) {
    price = sqrtPriceAt(tick);
    if (PRICES.size >= MOST_PRICES) PRICES.clear();
    PRICES.set(tick, price);
  }
  return price;
}

/** One direction through a pool. Depth behind the words that were read counts as none. */
export class ConcentratedCurve implements CostCurve {
  readonly maxIn: bigint;
  readonly maxOut: bigint;
  readonly #pool: ConcentratedPool;
  readonly #isZeroIn: boolean;
  #last: { readonly amount: bigint; readonly isExactIn: boolean; readonly result: SwapResult } | undefined;

  /** @throws RangeError for a state that no pool can have. */
  constructor(pool: ConcentratedPool, isZeroIn: boolean) {
    checkPool(pool);
    this.#pool = pool;
    this.#isZeroIn = isZeroIn;
    const { amountIn, amountOut } = this.#swap(EVERYTHING, true);
    this.maxIn = amountIn;
    this.maxOut = amountOut;
  }

  outFor(amountIn: bigint): bigint {
    if (amountOf(amountIn) >= this.maxIn) return this.maxOut;
    return amountIn === 0n ? 0n : this.#swap(amountIn, true).amountOut;
  }

  inFor(amountOut: bigint): bigint | undefined {
    if (amountOf(amountOut) === 0n) return 0n;
    if (amountOut > this.maxOut) return undefined;
    const { amountIn, amountOut: got } = this.#swap(amountOut, false);
    return got < amountOut ? undefined : amountIn;
  }

  /** Initialised ticks that a swap for so much goes over. @param isExactIn it goes in; or it comes out. */
  crossedFor(amount: bigint, isExactIn: boolean): number {
    return amountOf(amount) === 0n ? 0 : this.#swap(amount, isExactIn).crossed;
  }

  /** The last one is kept: what it brings and what it goes over are asked one after the other. */
  #swap(amount: bigint, isExactIn: boolean): SwapResult {
    const last = this.#last;
    if (last?.amount === amount && last.isExactIn === isExactIn) return last.result;
    const result = this.#swapped(amount, isExactIn);
    this.#last = { amount, isExactIn, result };
    return result;
  }

  #swapped(amount: bigint, isExactIn: boolean): SwapResult {
    const { sqrtPrice } = this.#pool;
    // A pool at the very end has nothing left on this side.
    if (this.#isZeroIn ? sqrtPrice <= MIN_SQRT_PRICE + 1n : sqrtPrice >= MAX_SQRT_PRICE - 1n) {
      const { liquidity } = this.#pool;
      return {
        amountIn: 0n,
        amountOut: 0n,
        sqrtPrice,
        liquidity,
        tick: this.#pool.tick,
        crossed: 0,
        ranOut: true,
      };
    }
    return swap(this.#pool, { isZeroIn: this.#isZeroIn, amount, isExactIn });
  }
}

/** An amount that no pool can take. */
const EVERYTHING = (1n << 255n) - 1n;

function checkPool({ sqrtPrice, tick, liquidity, fee }: ConcentratedPool): void {
  if (!Number.isInteger(fee) || fee < 0 || fee >= Number(FEE_PARTS))
    throw new RangeError(`a fee of ${fee} of a million is none`);
  if (liquidity < 0n || liquidity >= 1n << 128n) throw new RangeError(`a liquidity of ${liquidity} is none`);
  const at = tickAt(sqrtPrice);
  // A swap that ended at a tick's own price downwards stores the tick below.
  const isBelow = tick === at - 1 && tick >= MIN_TICK && sqrtPrice === sqrtPriceAt(at);
  if (tick !== at && !isBelow) throw new RangeError(`the price is not that of tick ${tick}`);
}
