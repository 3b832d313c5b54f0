/**
 * Holds the curves of src-engine/venues/uniswap to real contracts on a real chain in this process: pools are read as a session reads them, a
 * swap is made, and what the pool says of it must be what the curve said before, to the last unit. Then a reorganisation, and trades by signed transactions.
 */
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { sqrtPriceAt } from '../../src-engine/venues/uniswap/curves/tick-price.ts';
import { type Deployment, V3_FEES } from '../../src-engine/venues/uniswap/deployments.ts';
import { loadContracts } from '../../src-engine/venues/uniswap/process/contracts.ts';
import { PoolFollower } from '../../src-engine/venues/uniswap/process/follower.ts';
import { latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import { type Pool, PoolReader } from '../../src-engine/venues/uniswap/process/pools.ts';
import { SWAP_GAS, TICK_GAS, TICKS_PAID } from '../../src-engine/venues/uniswap/process/swap-size.ts';
import { artifact, FAR, LocalChain, swapIn } from './contracts.ts';
import { rehearseEngine } from './engine-trial.ts';
import { rehearse } from './session.ts';
import { trade } from './trade.ts';

const SEED = Number(process.argv[2] ?? 1);
const CASES = Number(process.argv[3] ?? 1_000);
/** The whole engine alone: `npm run chain -- 1 0 engine`. */
const ONLY_ENGINE = process.argv[4] === 'engine';
const E18 = 10n ** 18n;

const random = new SeededRandom(SEED);
const uniform = (low: number, high: number): number => low + random.next() * (high - low);
/** As likely to be of any size between the two as of any other. */
const sized = (low: number, high: number): bigint =>
  BigInt(Math.floor(10 ** uniform(Math.log10(low), Math.log10(high))));

const chain = await LocalChain.start();
const { rpc, account } = chain;
const V2_CORE = '@uniswap/v2-core/build/';
const V3_PERIPHERY = '@uniswap/v3-periphery/artifacts/contracts/';
const token = artifact('@openzeppelin/contracts/build/contracts/ERC20PresetFixedSupply.json');
const router2 = artifact('@uniswap/v2-periphery/build/UniswapV2Router02.json');
const router3 = artifact(`${V3_PERIPHERY}SwapRouter.sol/SwapRouter.json`);
const manager = artifact(`${V3_PERIPHERY}NonfungiblePositionManager.sol/NonfungiblePositionManager.json`);
const factory3 = artifact('@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json');

const tokens: string[] = [];
for (const name of ['USDC', 'DAI', 'ETH'])
  tokens.push(await chain.deploy(token, [name, name, 10n ** 30n, account]));
const weth = await chain.deploy(artifact('@uniswap/v2-periphery/build/WETH9.json'));
const v2Factory = await chain.deploy(artifact(`${V2_CORE}UniswapV2Factory.json`), [account]);
const v2Router = await chain.deploy(router2, [v2Factory, weth]);
const v3Factory = await chain.deploy(factory3);
const v3Router = await chain.deploy(router3, [v3Factory, weth]);
const positions = await chain.deploy(manager, [v3Factory, weth, weth]);
const compiled: string = '../../node_modules/viem/_esm/constants/contracts.js';
const { multicall3Bytecode } = (await import(compiled)) as { readonly multicall3Bytecode: `0x${string}` };
const multicall = await chain.deploy({ abi: [], bytecode: multicall3Bytecode });
// Not in the factory from the start, as it is on the chains of today.
await chain.send(v3Factory, factory3.abi, 'enableFeeAmount', [100, 1]);
for (const one of tokens)
  for (const spender of [v2Router, v3Router, positions])
    await chain.send(one, token.abi, 'approve', [spender, 10n ** 30n]);

const deployment: Deployment = {
  chainId: 31_337,
  title: 'the local chain',
  v2Factory,
  v3Factory,
  multicall,
  tokens: tokens.map((address, at) => ({
    asset: ['USDC', 'DAI', 'ETH'][at] as string,
    decimals: 18,
    address,
  })),
  blockS: 0,
  routers: { v2: v2Router, v3: v3Router },
};

const SPACINGS: Readonly<Record<number, number>> = { 100: 1, 500: 10, 3_000: 60, 10_000: 200 };
for (const [a, b] of [
  [0, 1],
  [0, 2],
  [1, 2],
] as const) {
  const pair = [tokens[a] as string, tokens[b] as string] as const;
  const [r0, r1] = [sized(1e15, 1e26), sized(1e15, 1e26)];
  await chain.send(v2Router, router2.abi, 'addLiquidity', [...pair, r0, r1, 0n, 0n, account, FAR]);
  const [token0, token1] = pair.toSorted((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
  for (const fee of V3_FEES) {
    const spacing = SPACINGS[fee] as number;
    const tick = Math.round(uniform(-90_000, 90_000));
    const price = sqrtPriceAt(tick) + BigInt(Math.floor(uniform(0, 1e9)));
    await chain.send(positions, manager.abi, 'createAndInitializePoolIfNecessary', [
      token0,
      token1,
      fee,
      price,
    ]);
    const on = (value: number): number => Math.floor(value / spacing) * spacing;
    for (let at = 0; at < 6; at++) {
      const [below, above] = [uniform(1, 200), uniform(1, 200)];
      const ranges =
        at === 0 ? [-887_200, 887_200] : [tick - below * spacing, tick + above * spacing + spacing];
      const [tickLower, tickUpper] = ranges.map(on);
      const [amount0Desired, amount1Desired] = [sized(1e18, 1e24), sized(1e18, 1e24)];
      await chain.send(positions, manager.abi, 'mint', [
        {
          token0,
          token1,
          fee,
          tickLower,
          tickUpper,
          amount0Desired,
          amount1Desired,
          amount0Min: 0n,
          amount1Min: 0n,
          recipient: account,
          deadline: FAR,
        },
      ]);
    }
  }
}

const contracts = await loadContracts();
const readers = {
  v2: new PoolReader(rpc, contracts, deployment, 'v2'),
  v3: new PoolReader(rpc, contracts, deployment, 'v3'),
};
const head = await latestHead(rpc);
const pools = [...(await readers.v2.discover(head)).pools, ...(await readers.v3.discover(head)).pools];
process.stdout.write(`${pools.length} pools: ${pools.map(({ symbol }) => symbol).join(', ')}\n`);

type Count = { equal: number; unequal: number; dust: number; beyond: number };
const counts: Record<'v2' | 'v3', Count> = {
  v2: { equal: 0, unequal: 0, dust: 0, beyond: 0 },
  v3: { equal: 0, unequal: 0, dust: 0, beyond: 0 },
};

/** How much of the gas that is reckoned was used, of swaps that a book shows. */
const gas = { v2: { count: 0, most: 0 }, v3: { count: 0, most: 0 } };
/** Of the pool's depth, in hundredths of a percent: the last level of a book. */
const SHOWN_BP = 112n;

/** One swap of a random size and direction, for an exact amount in or out; false: there is none to make. */
async function swapOnce(pool: Pool): Promise<void> {
  const count = counts[pool.version];
  const now = await latestHead(rpc);
  const { states, faults } = await readers[pool.version].states([pool], now);
  const [state] = states;
  if (state === undefined) throw new Error(`${pool.symbol}: ${faults.get(pool.symbol) ?? 'cannot be read'}`);
  const sells = random.next() < 0.5;
  const isExactIn = random.next() < 0.6;
  const curve = sells ? state.sell : state.buy;
  const most = isExactIn ? curve.maxIn : curve.maxOut;
  // A pool is not emptied, so that there is something to swap next time.
  const cap = most > 10n ** 24n ? 10n ** 24n : most / 3n;
  // Half of them within what a book shows: there the gas that is reckoned must be enough.
  const shown = (state.depth * SHOWN_BP) / 10_000n;
  const small =
    isExactIn === sells
      ? shown
      : curve === state.sell
        ? state.sell.outFor(shown)
        : (state.buy.inFor(shown) ?? 0n);
  const amount = sized(1, Number(random.next() < 0.5 && small > 0n && small < cap ? small : cap) + 2);
  const other = isExactIn ? curve.outFor(amount) : curve.inFor(amount);
  if (other === undefined || amount > most) {
    count.beyond++;
    return;
  }
  if (other === 0n) {
    count.dust++;
    return;
  }
  const path = sells ? [pool.base.address, pool.quote.address] : [pool.quote.address, pool.base.address];
  const [amountIn, amountOut] = isExactIn ? [amount, other] : [other, amount];
  const logs = await send(pool, path, isExactIn, amountIn, amountOut);
  const base = sells ? amountIn : amountOut;
  if (base <= shown) {
    const over = (sells ? state.ticks?.sold(base) : state.ticks?.bought(base)) ?? 0;
    const reckoned = SWAP_GAS[pool.version] + TICK_GAS * BigInt(Math.max(0, over - TICKS_PAID));
    const share = Number(chain.gasUsed) / Number(reckoned);
    gas[pool.version].count++;
    gas[pool.version].most = Math.max(gas[pool.version].most, share);
  }
  const zeroIn = BigInt(path[0] as string) < BigInt(path[1] as string);
  const found = swapIn(logs, pool.address);
  const [paid, got] =
    pool.version === 'v2'
      ? [found[zeroIn ? 'amount0In' : 'amount1In'], found[zeroIn ? 'amount1Out' : 'amount0Out']]
      : [found[zeroIn ? 'amount0' : 'amount1'], -(found[zeroIn ? 'amount1' : 'amount0'] as bigint)];
  if (paid === amountIn && got === amountOut) count.equal++;
  else {
    count.unequal++;
    const what = `${pool.symbol} ${sells ? 'sell' : 'buy'} ${isExactIn ? 'in' : 'out'} ${amount}`;
    process.stdout.write(
      `UNEQUAL ${what}: the pool ${String(paid)} → ${String(got)}, the curve ${amountIn} → ${amountOut}\n`,
    );
  }
}

async function send(
  pool: Pool,
  path: readonly string[],
  isExactIn: boolean,
  amountIn: bigint,
  amountOut: bigint,
) {
  if (pool.version === 'v2') {
    return isExactIn
      ? await chain.send(v2Router, router2.abi, 'swapExactTokensForTokens', [
          amountIn,
          amountOut,
          path,
          account,
          FAR,
        ])
      : await chain.send(v2Router, router2.abi, 'swapTokensForExactTokens', [
          amountOut,
          amountIn,
          path,
          account,
          FAR,
        ]);
  }
  const common = {
    tokenIn: path[0],
    tokenOut: path[1],
    fee: pool.fee,
    recipient: account,
    deadline: FAR,
    sqrtPriceLimitX96: 0n,
  };
  return isExactIn
    ? await chain.send(v3Router, router3.abi, 'exactInputSingle', [
        { ...common, amountIn, amountOutMinimum: amountOut },
      ])
    : await chain.send(v3Router, router3.abi, 'exactOutputSingle', [
        { ...common, amountOut, amountInMaximum: amountIn },
      ]);
}

for (const version of ['v2', 'v3'] as const) {
  const own = pools.filter((pool) => pool.version === version);
  const count = counts[version];
  while (count.equal + count.unequal < CASES / 2)
    await swapOnce(own[Math.floor(random.next() * own.length)] as Pool);
  const { equal, unequal, dust, beyond } = count;
  process.stdout.write(
    `${version}: ${equal} of ${equal + unequal} swaps equal to the last unit; ${dust} too small to bring a unit, ${beyond} beyond what is known\n`,
  );
  const { count: within, most } = gas[version];
  process.stdout.write(
    `${version}: ${within} of them within its book, with at most ${(most * 100).toFixed(1)} % of the gas that is reckoned\n`,
  );
}

/** Minimum one unit above the curve: the router refuses. */
let refused = 0;
for (const pool of pools.filter(({ version }) => version === 'v2')) {
  const { states } = await readers.v2.states([pool], await latestHead(rpc));
  const amountIn = E18 / 1_000n;
  const out = states[0]?.sell.outFor(amountIn) ?? 0n;
  try {
    await send(pool, [pool.base.address, pool.quote.address], true, amountIn, out + 1n);
  } catch {
    refused++;
  }
}
process.stdout.write(`${refused} of 3 swaps that ask for one unit more are refused\n`);

// A reorganisation: the block with a swap is taken back, and another one of the same height takes its place.
const lines: Readonly<Record<string, unknown>>[] = [];
const follower = new PoolFollower({
  rpc,
  reader: new PoolReader(rpc, contracts, deployment, 'v2'),
  deployment,
  say: (line) => {
    if (line.event !== 'gas') lines.push(line);
    return true;
  },
  nowMs: () => Date.now(),
  wait: () => new Promise(() => undefined),
});
const first = pools[0] as Pool;
await follower.subscribe(1, [first.symbol]);
await follower.look();
const snapshot = await rpc.call('evm_snapshot', []);
const buy = async (amount: bigint): Promise<void> => {
  await send(first, [first.quote.address, first.base.address], true, amount, 0n);
  await follower.look();
};
await buy(E18 / 100n);
const before = lines.at(-1);
await rpc.call('evm_revert', [snapshot]);
await buy(E18 / 50n);
const [note, after] = lines.slice(-2);
const isRolledBack = before?.['block'] === after?.['block'] && before?.['hash'] !== after?.['hash'];
process.stdout.write(
  `reorganisation: ${note?.['event'] === 'note' ? JSON.stringify(note['text']) : 'not seen'}\n`,
);

const hasTraded =
  ONLY_ENGINE || (await trade({ chain, deployment, pools, readers, token: token.abi, router2: router2.abi }));

/** Two tokens of a session's own, in a pair of v2 at 3,000 and a pool of v3 at 3,030. */
async function sessionDeployment(): Promise<Deployment> {
  const own: string[] = [];
  for (const name of ['USDC', 'ETH']) {
    const address = await chain.deploy(token, [name, name, 10n ** 30n, account]);
    for (const spender of [v2Router, positions])
      await chain.send(address, token.abi, 'approve', [spender, 10n ** 30n]);
    own.push(address);
  }
  const [usdc, eth] = own as [string, string];
  const amounts = { [usdc]: 3_030_000n * E18, [eth]: 1_000n * E18 };
  const liquidity = [eth, usdc, 1_000n * E18, 3_000_000n * E18, 0n, 0n, account, FAR];
  await chain.send(v2Router, router2.abi, 'addLiquidity', liquidity);
  const [token0, token1] = own.toSorted((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1)) as [string, string];
  // Token 1 for one of token 0, as a square root in 96 bits behind the point.
  const rate = token0 === eth ? 3_030 : 1 / 3_030;
  const price = BigInt(Math.floor(Math.sqrt(rate) * 2 ** 48)) << 48n;
  await chain.send(positions, manager.abi, 'createAndInitializePoolIfNecessary', [
    token0,
    token1,
    500,
    price,
  ]);
  const [tickLower, tickUpper] = [-887_270, 887_270];
  const [amount0Desired, amount1Desired] = [amounts[token0], amounts[token1]];
  const least = { amount0Min: 0n, amount1Min: 0n, recipient: account, deadline: FAR };
  await chain.send(positions, manager.abi, 'mint', [
    { token0, token1, fee: 500, tickLower, tickUpper, amount0Desired, amount1Desired, ...least },
  ]);
  const named = own.map((address, at) => ({ asset: ['USDC', 'ETH'][at] as string, decimals: 18, address }));
  return { ...deployment, tokens: named };
}
const parts = { chain, deployment: await sessionDeployment(), token: token.abi, router2: router2.abi };
const hasRehearsed = (ONLY_ENGINE || (await rehearse(parts))) && (await rehearseEngine(parts));

const isGasEnough = gas.v2.most <= 1 && gas.v3.most <= 1;
const isWhole =
  hasTraded &&
  hasRehearsed &&
  isGasEnough &&
  counts.v2.unequal + counts.v3.unequal === 0 &&
  refused === 3 &&
  isRolledBack &&
  note?.['event'] === 'note';
process.stdout.write(isWhole ? 'the curves are those of the contracts\n' : 'FAILED\n');
process.exit(isWhole ? 0 : 1);
