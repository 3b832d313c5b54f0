/** What a swap costs in gas: in the quote of each pool, so that it can be set against an edge. */
import { NATIVE } from '../deployments.ts';
import type { Pool, PoolState, Version } from './pools.ts';
import type { Rpc } from './rpc.ts';
import { APPROVE_GAS, SWAP_GAS, TICK_GAS } from './swap-size.ts';

/** Most by which the base fee rises from one block to the next (EIP-1559): an eighth. */
const RISE = { by: 9n, of: 8n } as const;
/** In place of a tip that the endpoint does not suggest: 1 gwei. */
const USUAL_TIP = 1_000_000_000n;
/** A tip above it is no suggestion but a mistake, or a lie: 500 gwei. */
const MOST_TIP = 500_000_000_000n;
const WEI = 1e18;
const DOLLARS: readonly string[] = ['USDC', 'USDT', 'DAI'];
const DIGITS = 2;

/** What a swap is paid by, at one block. All in wei. */
export type GasPrices = {
  /** For a unit of gas, of the newest block. */
  readonly baseFee: bigint;
  readonly tip: bigint;
  /** For the data of one swap on another chain; zero where there is none. */
  readonly dataFee: bigint;
  /** Approvals that an order pays for beside its swap; none when left out. */
  readonly approvals?: number | undefined;
};

/** What a block’s builder wants on top, by the endpoint’s suggestion. */
export async function tipOf(rpc: Rpc): Promise<bigint> {
  try {
    const tip = await rpc.call('eth_maxPriorityFeePerGas', []);
    if (typeof tip !== 'string' || !/^0x[0-9a-f]{1,16}$/i.test(tip)) return USUAL_TIP;
    const wei = BigInt(tip);
    return wei > MOST_TIP ? MOST_TIP : wei;
  } catch {
    // Not every chain has the call.
    return USUAL_TIP;
  }
}

/** Of a swap in the next block at most, with its approvals, in the native coin. */
export function gasOf(prices: GasPrices, version: Version): number {
  const { dataFee, approvals = 0 } = prices;
  const gas = SWAP_GAS[version] + APPROVE_GAS * BigInt(approvals);
  return Number(gas * nextPrice(prices) + dataFee) / WEI;
}

/** Of each tick that a swap goes over beyond `TICKS_PAID`, in the native coin; zero where there are none. */
export function tickCost(prices: GasPrices, version: Version): number {
  return version === 'v2' ? 0 : Number(TICK_GAS * nextPrice(prices)) / WEI;
}

function nextPrice({ baseFee, tip }: GasPrices): bigint {
  return (baseFee * RISE.by) / RISE.of + tip;
}

/** Price of the native coin in each asset that can be a quote, by the deepest pool that has both. */
export function nativePrices(
  pools: readonly Pool[],
  states: readonly (PoolState | undefined)[],
): ReadonlyMap<string, number> {
  const prices = new Map([[NATIVE, 1]]);
  const depths = new Map<string, number>();
  for (const [at, pool] of pools.entries()) {
    const state = states[at];
    if (state === undefined || pool.base.asset !== NATIVE) continue;
    const depth = Number(state.depth);
    if (depth <= (depths.get(pool.quote.asset) ?? 0)) continue;
    depths.set(pool.quote.asset, depth);
    prices.set(pool.quote.asset, priceOf(pool, state));
  }
  // A dollar is worth a dollar, to the two digits that count here.
  const dollar = DOLLARS.map((asset) => prices.get(asset)).find((price) => price !== undefined);
  for (const asset of DOLLARS) if (dollar !== undefined && !prices.has(asset)) prices.set(asset, dollar);
  return prices;
}

/** Quote for one base, in whole coins. */
export function priceOf(
  { base, quote }: Pick<Pool, 'base' | 'quote'>,
  { rate }: Pick<PoolState, 'rate'>,
): number {
  return rate * 10 ** (base.decimals - quote.decimals);
}

/** A cost in two digits, rounded up, as plain decimal text: it changes rarely, and is never too low. */
export function roundedUp(cost: number): string {
  if (!(cost > 0)) return '0';
  const places = DIGITS - 1 - Math.floor(Math.log10(cost));
  const step = 10 ** -places;
  const up = Math.ceil(cost / step - 1e-9) * step;
  return places > 0 ? up.toFixed(Math.min(places, 12)) : String(Math.round(up));
}
