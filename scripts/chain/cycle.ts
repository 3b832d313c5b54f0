/** A cycle over a pair of v2 and a pool of v3, found by their books, priced with its gas, and made on the local chain: it earns what the curves said. */
import type { CostCurve } from '../../src-engine/venues/uniswap/curves/cost-curve.ts';
import { asksOf, bidsOf, type Level, unitsOf } from '../../src-engine/venues/uniswap/ladder.ts';
import { gasOf } from '../../src-engine/venues/uniswap/process/gas.ts';
import { latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import type { Pool, PoolReader, PoolState } from '../../src-engine/venues/uniswap/process/pools.ts';
import type { LocalChain } from './contracts.ts';

type Send = (
  pool: Pool,
  path: readonly string[],
  isExactIn: boolean,
  amountIn: bigint,
  amountOut: bigint,
) => Promise<unknown>;

type Parts = {
  readonly chain: LocalChain;
  readonly pools: readonly Pool[];
  readonly readers: Readonly<Record<'v2' | 'v3', PoolReader>>;
  readonly send: Send;
};

const GRID = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: 12, qtyDecimals: 8 };
const UNIT = 10n ** BigInt(GRID.baseDecimals - GRID.qtyDecimals);

/** @returns whether it earned what was reckoned before, to the last unit. */
export async function tradeCycle({ chain, pools, readers, send }: Parts): Promise<boolean> {
  const head = await latestHead(chain.rpc);
  const read = async (pool: Pool): Promise<PoolState | undefined> =>
    (await readers[pool.version].states([pool], head)).states[0];
  // All of one block.
  const states = await Promise.all(pools.map(read));
  let best: { buy: Pool; sell: Pool; base: bigint; paid: bigint; got: bigint } | undefined;
  for (const [at, a] of pools.entries())
    for (const [other, b] of pools.entries()) {
      if (a.version === b.version || a.base !== b.base || a.quote !== b.quote) continue;
      const [from, to] = [states[at], states[other]];
      if (from === undefined || to === undefined) continue;
      const base = sizeOf(from, to);
      const [paid, got] = [from.buy.inFor(base), to.sell.outFor(base)];
      if (base === 0n || paid === undefined || got <= paid) continue;
      if (best === undefined || got - paid > best.got - best.paid)
        best = { buy: a, sell: b, base, paid, got };
    }
  if (best === undefined) {
    process.stdout.write('cycle: no two pools of one pair are apart\n');
    return false;
  }
  const { buy, sell, base, paid, got } = best;
  const [baseToken, quoteToken] = [buy.base.address, buy.quote.address];
  const { account } = chain;
  const before = await chain.balanceOf(quoteToken, account);
  await send(buy, [quoteToken, baseToken], false, paid, base);
  let used = chain.gasUsed;
  await send(sell, [baseToken, quoteToken], true, base, got);
  used += chain.gasUsed;
  const earned = (await chain.balanceOf(quoteToken, account)) - before;
  const prices = { baseFee: head.baseFee, tip: 0n, dataFee: 0n };
  const reckoned = gasOf(prices, buy.version) + gasOf(prices, sell.version);
  const cost = (Number(used) * Number(head.baseFee)) / 1e18;
  const isRight = earned === got - paid && cost <= reckoned;
  process.stdout.write(
    `cycle: ${base} ${buy.base.asset} bought at ${buy.version} (${buy.symbol}) for ${paid}, sold at ${sell.version} (${sell.symbol}) for ${got}: ` +
      `${earned} earned, ${earned === got - paid ? 'as the curves said' : 'NOT AS THE CURVES SAID'}; gas ${cost} of ${reckoned} that was reckoned\n`,
  );
  return isRight;
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
  return min(size * UNIT, mostOf(from.buy, to.sell));
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
