import { describe, expect, it } from 'vitest';
import { CHAIN, POOL, ScriptedChain } from '../testing/scripted-chain.ts';
import { loadContracts } from './contracts.ts';
import { PoolFollower } from './follower.ts';
import { PoolReader, type Version } from './pools.ts';
import { RpcError } from './rpc.ts';

type Line = {
  readonly event: string;
  readonly symbol?: string;
  readonly text?: string;
  readonly error?: string;
  readonly isFinal?: boolean;
  readonly block?: number;
  readonly hash?: string;
  readonly bids?: readonly (readonly [string, string])[];
  readonly asks?: readonly (readonly [string, string])[];
};

const contracts = await loadContracts();

async function follow(version: Version = 'v2') {
  const chain = new ScriptedChain();
  const lines: Line[] = [];
  const follower = new PoolFollower({
    rpc: chain,
    reader: new PoolReader(chain, contracts, CHAIN, version),
    deployment: CHAIN,
    say: (line) => void lines.push(line as Line),
    nowMs: () => chain.nowMs,
    // The looks are those of the test: its own never ends its first wait.
    wait: () => new Promise(() => undefined),
  });
  const symbol = version === 'v2' ? 'ETH/USDC' : 'ETH/USDC-5bps';
  await follower.subscribe(1, [symbol]);
  await follower.look();
  const look = async (): Promise<readonly Line[]> => {
    const before = lines.length;
    const waitMs = await follower.look();
    return [...lines.slice(before), ...(waitMs > 1_000 ? [{ event: `waits ${waitMs}` }] : [])];
  };
  return { chain, follower, lines, look, symbol };
}

const middle = ({ bids = [], asks = [] }: Line): number => (Number(bids[0]?.[0]) + Number(asks[0]?.[0])) / 2;

describe.each(['v2', 'v3'] as const)('pools of %s', (version) => {
  it('are listed by their tokens, with the gas of a swap in quote', async () => {
    const { follower, symbol } = await follow(version);
    const { rows, leftOut } = await follower.list();
    expect(rows).toMatchObject([
      {
        symbol,
        base: 'ETH',
        quote: 'USDC',
        priceDecimals: 4,
        qtyDecimals: 8,
        fee: version === 'v2' ? 3_000 : 500,
      },
    ]);
    // 20 gwei, an eighth more, and 1 gwei of tip, at 3,000 USDC: 118,000 units or 195,000; a fifth to spare.
    expect(rows[0]).toMatchObject(
      version === 'v2' ? { gas: '10', minNotional: '20' } : { gas: '17', minNotional: '34' },
    );
    expect(leftOut).toEqual([]);
  });

  it('keep the cost that is shown while it is enough, and the decimals of their books whatever their price', async () => {
    const { chain, follower, symbol } = await follow(version);
    const listed = async () => {
      chain.nowMs += 21_000;
      chain.mine();
      const [row] = (await follower.list()).rows;
      return [row?.gas, row?.priceDecimals];
    };
    const [shown] = await listed();
    chain.baseFee = 18_000_000_000n;
    expect(await listed()).toEqual([shown, 4]);
    chain.baseFee = 40_000_000_000n;
    const [more] = await listed();
    expect(Number(more)).toBeGreaterThan(1.5 * Number(shown));
    chain.baseFee = 1_000_000_000n;
    expect(Number((await listed())[0])).toBeLessThan(Number(shown) / 5);
    await follower.subscribe(3, [symbol], { [symbol]: [2, 5] });
    expect((await listed())[1]).toBe(2);
  });

  it('are books of one block each, under its hash, read by one call', async () => {
    const { chain, lines, look, symbol } = await follow(version);
    expect(lines.filter(({ event }) => event === 'ack')).toMatchObject([{ symbol, error: '' }]);
    const first = lines.find(({ event }) => event === 'book') as Line;
    expect(first).toMatchObject({ symbol, block: 100, hash: chain.head.hash });
    expect(middle(first)).toBeGreaterThan(2_990);
    expect(middle(first)).toBeLessThan(3_010);
    // The same block is still the newest: its books are as good as that.
    expect(await look()).toEqual([{ event: 'alive', block: 100 }]);
    chain.nowMs += 12_000;
    chain.mine({ reserves: [3_030_000_000_000n, 990_100_000_000_000_000_000n] });
    chain.asked.length = 0;
    const [next] = await look();
    expect(next).toMatchObject({ event: 'book', block: 101, hash: chain.head.hash });
    expect(chain.asked).toEqual(['eth_getBlockByNumber', 'eth_call']);
    if (version === 'v2') expect(middle(next as Line)).toBeGreaterThan(3_050);
  });

  it('are read anew where the chain took blocks back, and it is said', async () => {
    const { chain, look } = await follow(version);
    const fork = chain.head;
    chain.mine();
    await look();
    chain.mine();
    await look();
    chain.mine({}, fork);
    chain.mine();
    const [note, book] = await look();
    expect(note?.text).toMatch(/^a reorganisation took back 2 blocks: all pools are read anew at block 102$/);
    expect(book).toMatchObject({ event: 'book', block: 102, hash: chain.head.hash });
    // It is shown for ten minutes.
    chain.nowMs += 600_000;
    chain.mine();
    expect(await look()).toMatchObject([{ event: 'note', text: '' }, { event: 'book' }]);
    // A third branch is one once it is as long: before, a machine that lags would answer the same.
    chain.mine({}, fork);
    expect((await look()).map(({ event }) => event)).toEqual(['failed']);
    chain.mine();
    chain.mine();
    expect((await look()).map(({ event }) => event)).toEqual(['note', 'book']);
  });

  it('of blocks that were missed between two looks are no reorganisation', async () => {
    const { chain, look } = await follow(version);
    for (let at = 0; at < 5; at++) chain.mine();
    expect(await look()).toMatchObject([{ event: 'book', block: 105 }]);
  });

  it('are not those of a skipped block that a machine of the endpoint names which lags', async () => {
    const { chain, look, symbol } = await follow(version);
    for (let at = 0; at < 4; at++) chain.mine();
    await look();
    const newest = chain.tip;
    chain.tip = newest - 2;
    const text = 'the endpoint went back 2 blocks: one of its machines lags';
    expect(await look()).toMatchObject([{ event: 'failed', symbol, text }]);
    chain.tip = newest;
    expect(await look()).toMatchObject([{ event: 'book', block: 104 }]);
  });
});

describe('an endpoint that is not to be trusted has its books withheld by name', () => {
  const failed = (text: RegExp) => ({ event: 'failed', text: expect.stringMatching(text) as string });

  it.each<readonly [string, (chain: ScriptedChain) => void, RegExp]>([
    [
      'of another chain',
      (chain) => void (chain.chainId = 137),
      /^the endpoint is of chain 137, and not of Ethereum \(1\)$/,
    ],
    [
      'that lags',
      (chain) => void (chain.nowMs += 61_000),
      /lags: its newest block 100 is 61 s old, some 5 blocks/,
    ],
    [
      'whose blocks name no base fee',
      (chain) => void (chain.baseFee = undefined),
      /^block 100 has no base fee: what a swap costs is not known$/,
    ],
    ['ahead of time', (chain) => void (chain.nowMs -= 31_000), /31 s ahead of this machine’s clock/],
    [
      'whose contracts see another block',
      (chain) => {
        chain.mine();
        chain.seenNumber = 99;
      },
      /of block 99, and not of 101 as asked/,
    ],
    [
      'without the state of the block that it names',
      (chain) => {
        chain.mine();
        chain.faults.push(
          ...[undefined].map(() => new RpcError('no-answer', 'eth_getBlockByNumber: the answer is no block')),
        );
      },
      /no block/,
    ],
    [
      'with a price that is not that of its tick',
      (chain) => chain.mine({ reserves: [0n, 5n] }),
      /^the pool is empty$/,
    ],
  ])('%s', async (_what, spoil, text) => {
    const { chain, look, follower } = await follow();
    spoil(chain);
    if (chain.chainId !== 1) chain.nowMs += 60_000;
    if (chain.chainId !== 1) chain.mine();
    const [line, ...more] = await look();
    expect(line).toEqual(expect.objectContaining(failed(text)));
    expect(more.filter(({ event }) => event === 'book' || event === 'alive')).toEqual([]);
    // What is right again is shown again.
    chain.chainId = 1;
    chain.baseFee = 20_000_000_000n;
    chain.seenNumber = undefined;
    chain.mine({ reserves: [3_000_000_000_000n, 10n ** 21n] });
    await follower.look();
    const shown = await look();
    expect(shown).toEqual([{ event: 'alive', block: chain.head.number }]);
  });

  it('that goes back to a block of before lags', async () => {
    const { chain, look } = await follow();
    chain.mine();
    await look();
    chain.tip = 0;
    expect(await look()).toMatchObject([failed(/went back 1 blocks: one of its machines lags/)]);
  });

  it('that is busy is asked ever later, and not before the time that it names', async () => {
    const { chain, look } = await follow();
    const busy = (waitMs?: number): RpcError =>
      new RpcError('busy', 'eth_getBlockByNumber: too many requests', waitMs);
    const waits: string[] = [];
    for (const fault of [busy(), busy(), busy(90_000), busy()]) {
      chain.faults.push(fault);
      waits.push((await look()).at(-1)?.event ?? '');
    }
    expect(waits).toEqual(['waits 2000', 'waits 4000', 'waits 90000', 'waits 16000']);
  });

  it('names tokens that are not what the list says, and takes no pool of them', async () => {
    const { chain, follower } = await follow();
    chain.decimals = { [CHAIN.tokens[0]?.address ?? '']: 18, [CHAIN.tokens[1]?.address ?? '']: 18 };
    const other = new PoolFollower({
      rpc: chain,
      reader: new PoolReader(chain, contracts, CHAIN, 'v2'),
      deployment: CHAIN,
      say: () => undefined,
      nowMs: () => chain.nowMs,
      wait: () => new Promise(() => undefined),
    });
    expect(await other.list()).toMatchObject({
      rows: [],
      leftOut: [{ name: 'USDC', reason: 'its contract counts 18 decimals, not 6' }],
    });
    expect((await follower.list()).rows).toHaveLength(1);
  });

  it('has no pool of a name that nothing lists', async () => {
    const { follower, lines } = await follow();
    await follower.subscribe(2, ['DOGE/USDC']);
    expect(lines.at(-1)).toMatchObject({
      symbol: 'DOGE/USDC',
      error: 'no pool of listed tokens is DOGE/USDC',
      isFinal: true,
    });
  });
});

describe('ticks of a pool of v3', () => {
  it('that are new cost one call more, and are in the book', async () => {
    const { chain, look } = await follow('v3');
    const { pool } = chain.state;
    const nets = new Map([
      ...pool.nets,
      [pool.tick - (pool.tick % 10) - 10, 9n * 10n ** 18n],
      [pool.tick - (pool.tick % 10) + 10, -9n * 10n ** 18n],
    ]);
    chain.mine({ pool: { ...pool, nets, liquidity: 10n * pool.liquidity } });
    chain.asked.length = 0;
    const [book] = await look();
    expect(chain.asked).toEqual(['eth_getBlockByNumber', 'eth_call', 'eth_call']);
    expect(book).toMatchObject({ event: 'book' });
    expect(POOL).toHaveLength(42);
  });

  it('whose liquidity goes below zero are no pool: its book is withheld', async () => {
    const { chain, look } = await follow('v3');
    const { pool } = chain.state;
    chain.mine({
      pool: { ...pool, nets: new Map([...pool.nets.keys()].map((tick) => [tick, -(10n ** 19n)])) },
    });
    expect((await look())[0]).toMatchObject({
      event: 'failed',
      text: expect.stringContaining('below zero') as string,
    });
  });
});
