/**
 * Prices of ticks: tick t stands for the price 1.0001^t of token 0 in token 1, and a pool keeps its square root times 2^96.
 * Source of the rounding and of the factors: Uniswap v3, `TickMath`.
 */

export const MIN_TICK = -887_272;
export const MAX_TICK = 887_272;
/** Square roots of the prices of these ticks, times 2^96. A pool's price is at least the first, and below the second. */
export const MIN_SQRT_PRICE = 4_295_128_739n;
export const MAX_SQRT_PRICE = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342n;

/** 2^128 / sqrt(1.0001)^(2^k), as the contract has them. */
const FACTORS: readonly bigint[] = [
  0xfffcb933bd6fad37aa2d162d1a594001n,
  0xfff97272373d413259a46990580e213an,
  0xfff2e50f5f656932ef12357cf3c7fdccn,
  0xffe5caca7e10e4e61c3624eaa0941cd0n,
  0xffcb9843d60f6159c9db58835c926644n,
  0xff973b41fa98c081472e6896dfb254c0n,
  0xff2ea16466c96a3843ec78b326b52861n,
  0xfe5dee046a99a2a811c461f1969c3053n,
  0xfcbe86c7900a88aedcffc83b479aa3a4n,
  0xf987a7253ac413176f2b074cf7815e54n,
  0xf3392b0822b70005940c7a398e4b70f3n,
  0xe7159475a2c29b7443b29c7fa6e889d9n,
  0xd097f3bdfd2022b8845ad8f792aa5825n,
  0xa9f746462d870fdf8a65dc1f90e061e5n,
  0x70d869a156d2a1b890bb3df62baf32f7n,
  0x31be135f97d08fd981231505542fcfa6n,
  0x9aa508b5b7a84e1c677de54f3e99bc9n,
  0x5d6af8dedb81196699c329225ee604n,
  0x2216e584f5fa1ea926041bedfe98n,
  0x48a170391f7dc42444e8fa2n,
];

const ALL_BITS = (1n << 256n) - 1n;
/** Natural logarithm of the square root of 1.0001. */
const LOG_STEP = Math.log(1.0001) / 2;

/** @throws RangeError for what is no tick. */
export function sqrtPriceAt(tick: number): bigint {
  if (!Number.isInteger(tick) || tick < MIN_TICK || tick > MAX_TICK)
    throw new RangeError(`${tick} is no tick: it is a whole number of ${MIN_TICK} to ${MAX_TICK}`);
  const steps = Math.abs(tick);
  let ratio = 1n << 128n;
  for (const [bit, factor] of FACTORS.entries())
    if ((steps & (1 << bit)) !== 0) ratio = (ratio * factor) >> 128n;
  if (tick > 0) ratio = ALL_BITS / ratio;
  // Up, so that the tick of a tick's price is the tick itself.
  return (ratio + 0xffff_ffffn) >> 32n;
}

/** The greatest tick whose price is not above this one. @throws RangeError for what is no pool's price. */
export function tickAt(sqrtPrice: bigint): number {
  if (sqrtPrice < MIN_SQRT_PRICE || sqrtPrice >= MAX_SQRT_PRICE)
    throw new RangeError(`${sqrtPrice} is no square root of a pool’s price`);
  // A double is right to a fraction of a tick; the exact prices of its neighbours decide.
  let tick = Math.floor(Math.log(Number(sqrtPrice) / 2 ** 96) / LOG_STEP);
  tick = Math.min(MAX_TICK, Math.max(MIN_TICK, tick));
  while (tick > MIN_TICK && sqrtPriceAt(tick) > sqrtPrice) tick--;
  while (tick < MAX_TICK && sqrtPriceAt(tick + 1) <= sqrtPrice) tick++;
  return tick;
}
