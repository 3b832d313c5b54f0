/** From an order to the transactions that make it, or why there are none: everything that can be known before anything is signed. */
import type { Deployment, Token } from '../deployments.ts';
import { type Head, nextTimeS } from '../process/heads.ts';
import type { Pool, PoolState } from '../process/pools.ts';
import type { Rpc } from '../process/rpc.ts';
import { APPROVE_GAS, SWAP_GAS, TICK_GAS, TICKS_PAID } from '../process/swap-size.ts';
import { boundsOf, type SwapBounds, type SwapOrder, textOfUnits } from './amounts.ts';
import type { WalletCalls } from './calls.ts';
import type { FeeCap } from './fees.ts';
import type { Step } from './lane.ts';
import { routerOf } from './permit.ts';
import { nativeAt, wordAt } from './receipts.ts';

/** Pools of listed tokens, as the factory names them, and their state at a block. */
export type PoolTable = {
  find(symbol: string): Pool | undefined;
  /** Undefined: it cannot be read. */
  state(pool: Pool, head: Head): Promise<PoolState | undefined>;
};

export type PlanParts = {
  readonly rpc: Rpc;
  readonly calls: WalletCalls;
  readonly deployment: Deployment;
  readonly pools: PoolTable;
  readonly account: string;
};

export type Plan = {
  readonly steps: readonly Step[];
  readonly base: Token;
  readonly quote: Token;
  readonly router: string;
  /** By the chain’s clock, in seconds: no later block may have it. */
  readonly deadlineS: number;
};

/** Longest that a swap may wait, in seconds of the chain: its price is of the block that it was found in. */
export const MOST_WAIT_S = 600;
/** Ticks that others may have initialised on its way since the pool was read. */
const SPARE_TICKS = 2;

/** @returns why it is not to be made. @throws RpcError. */
export async function planOf(
  order: SwapOrder,
  head: Head,
  cap: FeeCap,
  parts: PlanParts,
): Promise<Plan | string> {
  const pool = parts.pools.find(order.symbol);
  if (pool === undefined) return `no pool of listed tokens is called ${order.symbol}`;
  const router = routerOf(parts.deployment, pool.version);
  if (router === undefined)
    return `no router of Uniswap ${pool.version} is on the list of ${parts.deployment.title}`;
  const { waitS } = order;
  if (!Number.isInteger(waitS) || waitS < 1 || waitS > MOST_WAIT_S)
    return `it may wait ${waitS} s, and 1 to ${MOST_WAIT_S} are possible`;
  // A node that mines only what is sent to it has a newest block of any age: what counts is the next one.
  const deadlineS = (await nextTimeS(parts.rpc, head)) + waitS;
  let bounds: SwapBounds;
  try {
    bounds = boundsOf(order, pool.base, pool.quote);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const state = await parts.pools.state(pool, head);
  if (state === undefined) return `${pool.symbol} cannot be read at block ${head.number}`;
  const isSale = order.side === 'sell';
  const short = shortOf(isSale, bounds, pool, state, head);
  if (short !== undefined) return short;
  const [tokenIn, tokenOut] = isSale ? [pool.base, pool.quote] : [pool.quote, pool.base];
  const amountIn = isSale ? bounds.base : bounds.quote;
  const over = (isSale ? state.ticks?.sold(bounds.base) : state.ticks?.bought(bounds.base)) ?? 0;
  const ticks = pool.version === 'v2' ? 0 : Math.max(0, over + SPARE_TICKS - TICKS_PAID);
  const { calls, rpc, account } = parts;
  const [held, allowed] = [
    await wordAt(rpc, tokenIn.address, calls.balanceOf(account), head.number),
    await wordAt(rpc, tokenIn.address, calls.allowance(account, router), head.number),
  ];
  if (held < amountIn)
    return `it takes ${textOfUnits(amountIn, tokenIn.decimals)} ${tokenIn.asset}, and the wallet has ${textOfUnits(held, tokenIn.decimals)}`;
  const approve = (kind: 'approve' | 'reset', amount: bigint): Step => ({
    kind,
    to: tokenIn.address,
    data: calls.approve(router, amount),
    gas: APPROVE_GAS,
  });
  const data = calls.swap({
    version: pool.version,
    fee: pool.fee,
    tokenIn: tokenIn.address,
    tokenOut: tokenOut.address,
    recipient: account,
    deadlineS,
    isExactIn: isSale,
    amountIn,
    amountOut: isSale ? bounds.quote : bounds.base,
  });
  const steps: Step[] = [
    // Some tokens (USDT) take no new approval while one stands.
    ...(allowed === 0n ? [] : [approve('reset', 0n)]),
    approve('approve', amountIn),
    { kind: 'swap', to: router, data, gas: SWAP_GAS[pool.version] + TICK_GAS * BigInt(ticks) },
    // A purchase seldom takes all that it may.
    ...(isSale ? [] : [approve('reset', 0n)]),
  ];
  const most = steps.reduce((sum, { gas }) => sum + gas * cap.maxFee, 0n);
  const native = await nativeAt(rpc, account, head.number);
  const { mayFollow = 0 } = order;
  if (native < most * BigInt(1 + mayFollow)) {
    const follow =
      mayFollow === 0 ? '' : `, that of ${mayFollow} orders that may have to follow as much each`;
    return `its gas may cost ${textOfUnits(most, 18)} of the chain’s coin${follow}, and the wallet has ${textOfUnits(native, 18)}`;
  }
  return { steps, base: pool.base, quote: pool.quote, router, deadlineS };
}

/** Why the pool does not make it at this block: it would be reverted, and cost its gas. Undefined: it does. */
function shortOf(
  isSale: boolean,
  { base, quote }: SwapBounds,
  pool: Pool,
  state: PoolState,
  head: Head,
): string | undefined {
  const at = `at block ${head.number}`;
  const text = (amount: bigint): string => `${textOfUnits(amount, pool.quote.decimals)} ${pool.quote.asset}`;
  if (isSale) {
    if (base > state.sell.maxIn) return `it is more than is known of ${pool.symbol} ${at}`;
    const got = state.sell.outFor(base);
    return got >= quote
      ? undefined
      : `${pool.symbol} gives ${text(got)} ${at}, less than its limit of ${text(quote)}`;
  }
  const paid = base > state.buy.maxOut ? undefined : state.buy.inFor(base);
  if (paid === undefined) return `it is more than is known of ${pool.symbol} ${at}`;
  return paid <= quote
    ? undefined
    : `${pool.symbol} takes ${text(paid)} ${at}, more than its limit of ${text(quote)}`;
}
