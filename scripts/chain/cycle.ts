/** A cycle over a pair of v2 and a pool of v3 of the local chain, found by their books, with what its gas may cost. */
import type { CostCurve } from '../../src-engine/venues/uniswap/curves/cost-curve.ts';
import { asksOf, bidsOf, type Level, unitsOf } from '../../src-engine/venues/uniswap/ladder.ts';
import { gasOf, nativePrices } from '../../src-engine/venues/uniswap/process/gas.ts';
import type { Head } from '../../src-engine/venues/uniswap/process/heads.ts';
import type { Pool, PoolState } from '../../src-engine/venues/uniswap/process/pools.ts';
import { APPROVE_GAS } from '../../src-engine/venues/uniswap/process/swap-size.ts';

export type Cycle = {
  readonly buy: Pool;
  readonly sell: Pool;
  /** Smallest units. */
  readonly base: bigint;
  readonly paid: bigint;
  readonly got: bigint;
  /** Of both swaps and their approvals, at most, in the native coin. */
  readonly gas: number;
};

const GRID = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: 12, qtyDecimals: 8 };
const UNIT = 10n ** BigInt(GRID.baseDecimals - GRID.qtyDecimals);

/** Of a purchase: before it, and what is left of it; of a sale: before it. */
const APPROVALS = 3n;

/** The one that earns most of those that earn more than their gas. Undefined: there is none. */
export async function findCycle(
  pools: readonly Pool[],
  head: Head,
  tip: bigint,
  read: (pool: Pool, head: Head) => Promise<PoolState | undefined>,
): Promise<Cycle | undefined> {
  let best: Cycle | undefined;
  const prices = { baseFee: head.baseFee, tip, dataFee: 0n };
  const states = await Promise.all(pools.map((pool) => read(pool, head)));
  const natives = nativePrices(pools, states);
  const approvals = Number(APPROVALS * APPROVE_GAS * ((head.baseFee * 9n) / 8n + tip)) / 1e18;
  for (const [at, a] of pools.entries())
    for (const [other, b] of pools.entries()) {
      if (a.version === b.version || a.base !== b.base || a.quote !== b.quote) continue;
      const [from, to] = [states[at], states[other]];
      if (from === undefined || to === undefined) continue;
      const base = sizeOf(from, to);
      const [paid, got] = [from.buy.inFor(base), to.sell.outFor(base)];
      if (base === 0n || paid === undefined || got <= paid) continue;
      const gas = gasOf(prices, a.version) + gasOf(prices, b.version) + approvals;
      const cost = gas * (natives.get(a.quote.asset) ?? Number.POSITIVE_INFINITY);
      if (Number(got - paid) / 10 ** a.quote.decimals <= cost) continue;
      if (best === undefined || got - paid > best.got - best.paid)
        best = { buy: a, sell: b, base, paid, got, gas };
    }
  return best;
}

/** Base of the levels that pay: where the next is bought for less than it is sold for. */
function sizeOf(from: PoolState, to: PoolState): bigint {
  const [asks, bids] = [levels(asksOf(from.buy, from.depth, GRID)), levels(bidsOf(to.sell, to.depth, GRID))];
  let [size, ask, bid] = [0n, 0, 0];
  const [left, right] = [asks.map(({ qty }) => qty), bids.map(({ qty }) => qty)];
  for (;;) {
    const [buys, sells] = [asks[ask], bids[bid]];
    if (buys === undefined || sells === undefined || buys.price >= sells.price) break;
    const part = min(left[ask] as bigint, right[bid] as bigint);
    size += part;
    left[ask] = (left[ask] as bigint) - part;
    right[bid] = (right[bid] as bigint) - part;
    if (left[ask] === 0n) ask++;
    if (right[bid] === 0n) bid++;
  }
  return (min(size * UNIT, mostOf(from.buy, to.sell)) / UNIT) * UNIT;
}

function mostOf(buy: CostCurve, sell: CostCurve): bigint {
  return min(buy.maxOut, sell.maxIn);
}

function levels(side: readonly Level[]) {
  return side.map(([price, qty]) => ({ price: unitsOf(price), qty: unitsOf(qty) }));
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
