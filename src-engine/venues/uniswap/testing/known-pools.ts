/**
 * Swaps whose amounts real contracts gave (`known-swaps.json` names them), and the pools of Uniswap v3 in which they were made. The positions
 * of these pools are not in the record: they were found from the amounts, which fit these and no rounder ones to the last digit.
 */
import { readFileSync } from 'node:fs';
import type { ConcentratedPool } from '../curves/concentrated.ts';
import { type PoolTick, TickMap } from '../curves/tick-map.ts';
import { sqrtPriceAt } from '../curves/tick-price.ts';

type V2Swap = readonly [isZeroIn: boolean, amountIn: string, reserve0: string, reserve1: string, out: string];
type V3Swap = readonly [
  isZeroIn: boolean,
  amount: string,
  amountIn: string,
  amountOut: string,
  tickAfter: number,
  crossed: number,
];
type KnownPool = { readonly fee: number; readonly spacing: number; readonly swaps: readonly V3Swap[] };

export const KNOWN = JSON.parse(readFileSync(new URL('known-swaps.json', import.meta.url), 'utf8')) as {
  readonly v2: readonly V2Swap[];
  /** Asked for an exact amount out. */
  readonly v2ExactOut: V2Swap;
  readonly v3: readonly KnownPool[];
};

const FIRST_TICK = 1_234;
const FIRST_PRICE = sqrtPriceAt(FIRST_TICK) + 987_654_321n;
/** Ends, in tick spacings from the one at or below the first tick, and how much of either token was offered. */
const POSITIONS: readonly (readonly [low: number, high: number, tokens: bigint])[] = [
  [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 10n],
  [-100, 100, 1_000n],
  [-3, 2, 5_000n],
  [-9, -3, 2_000n],
  [2, 7, 3_000n],
  [400, 401, 100n],
];
const FULL_RANGE = 887_272;

/** What a position of so many of both tokens has of liquidity at this price (Uniswap v3, `LiquidityAmounts`). */
export function liquidityFor(price: bigint, low: number, high: number, amount: bigint): bigint {
  const [a, b] = [sqrtPriceAt(low), sqrtPriceAt(high)];
  const of0 = (from: bigint): bigint => (amount * ((from * b) >> 96n)) / (b - from);
  const of1 = (to: bigint): bigint => (amount << 96n) / (to - a);
  if (price <= a) return of0(a);
  if (price >= b) return of1(b);
  const [first, second] = [of0(price), of1(price)];
  return first < second ? first : second;
}

/** The pool before its first swap. */
export function knownPool({ fee, spacing }: Pick<KnownPool, 'fee' | 'spacing'>): ConcentratedPool {
  const at = Math.floor(FIRST_TICK / spacing) * spacing;
  const end = Math.floor(FULL_RANGE / spacing) * spacing;
  const nets = new Map<number, bigint>();
  let liquidity = 0n;
  for (const [below, above, tokens] of POSITIONS) {
    const low = Math.max(-end, at + below * spacing);
    const high = Math.min(end, at + above * spacing);
    const added = liquidityFor(FIRST_PRICE, low, high, tokens * 10n ** 18n);
    nets.set(low, (nets.get(low) ?? 0n) + added);
    nets.set(high, (nets.get(high) ?? 0n) - added);
    if (low <= FIRST_TICK && FIRST_TICK < high) liquidity += added;
  }
  const ticks = [...nets].map(([tick, liquidityNet]): PoolTick => ({ tick, liquidityNet }));
  return { sqrtPrice: FIRST_PRICE, tick: FIRST_TICK, liquidity, fee, ticks: new TickMap(spacing, ticks) };
}
