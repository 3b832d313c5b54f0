import { encodeFunctionData, parseAbi, serializeTransaction, size } from 'viem';
import { describe, expect, it } from 'vitest';
import { CHAIN, POOL, ScriptedChain } from '../testing/scripted-chain.ts';
import type { Deployment } from '../deployments.ts';
import { loadContracts } from './contracts.ts';
import { PoolFollower } from './follower.ts';
import { latestHead } from './heads.ts';
import { PoolReader, type Version } from './pools.ts';
import { RpcError } from './rpc.ts';
import { SWAP_BYTES } from './swap-size.ts';

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
  readonly costs?: readonly (readonly [symbol: string, gas: string, minNotional: string])[];
};

const contracts = await loadContracts();

async function follow(
  version: Version = 'v2',
  deployment: Deployment = CHAIN,
  prepare: (chain: ScriptedChain) => void = () => undefined,
) {
  const chain = new ScriptedChain();
  prepare(chain);
  const lines: Line[] = [];
  /** What swaps cost, as it was said last. */
  const gas: Line[] = [];
  const reads = { all: true };
  const reader = new PoolReader(chain, contracts, deployment, version);
  const follower = new PoolFollower({
    rpc: chain,
    reader,
    deployment,
    say: (line) => {
      if (!reads.all && line.event === 'book') return false;
      (line.event === 'gas' ? gas : lines).push(line);
      return true;
    },
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
  const cost = (): number => Number(gas.at(-1)?.costs?.[0]?.[1]);
  return { chain, follower, reader, lines, look, symbol, gas, cost, reads };
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
    // 20 gwei, an eighth more, and 1 gwei of tip, at 3,000 USDC: 152,000 units or 195,000; a fifth to spare.
    expect(rows[0]).toMatchObject(
      version === 'v2' ? { gas: '13', minNotional: '26' } : { gas: '17', minNotional: '34' },
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
      say: () => true,
      nowMs: () => chain.nowMs,
      wait: () => new Promise(() => undefined),
    });
    expect(await other.list()).toMatchObject({
      rows: [],
      leftOut: [{ name: 'USDC', reason: 'its contract counts 18 decimals, not 6' }],
    });
    expect((await follower.list()).rows).toHaveLength(1);
  });

  it('has tokens of the trader’s own by their addresses, as their contracts say, beside those that are listed', async () => {
    const [own, fake, none] = ['5', '6', '7'].map((digit) => `0x${digit.repeat(40)}`) as [
      string,
      string,
      string,
    ];
    const chain = new ScriptedChain();
    chain.decimals = { ...chain.decimals, [own]: 9, [fake]: 6 };
    chain.symbols = { [own]: 'Own', [fake]: 'usdc' };
    const reader = new PoolReader(chain, contracts, CHAIN, 'v2');
    reader.own = [own, fake, none];
    const { pools, leftOut } = await reader.discover(await latestHead(chain));
    expect(pools.map(({ symbol, base }) => [symbol, base.decimals])).toEqual([
      ['ETH/USDC', 18],
      ['OWN/USDC', 9],
      // Its name is that of another token: it is never taken for it.
      ['USDC.666666/USDC', 6],
      ['OWN/ETH', 9],
      ['USDC.666666/ETH', 6],
    ]);
    expect(leftOut).toEqual([{ name: none, reason: 'there is no token there' }]);
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

describe('what a swap costs', () => {
  it('rises with the block that raises it, before its books, and no list takes it back', async () => {
    const { chain, follower, look, gas, cost, lines } = await follow();
    const before = cost();
    expect((await follower.list()).rows[0]?.gas).toBe(String(before));
    chain.nowMs += 5_000;
    chain.baseFee = 40_000_000_000n;
    chain.mine();
    await look();
    expect(cost()).toBeGreaterThan(1.9 * before);
    expect(gas.at(-1)).toMatchObject({ chain: 1, block: 101 });
    expect(lines.at(-1)).toMatchObject({ event: 'book', chain: 1, block: 101 });
    // The list of before is still kept.
    expect((await follower.list()).rows[0]?.gas).toBe(String(cost()));
    // What is a little less than before is enough, and no news.
    const risen = cost();
    chain.baseFee = 36_000_000_000n;
    chain.mine();
    await look();
    expect(cost()).toBe(risen);
  });

  const by = (kind: 'op' | 'arbitrum'): Deployment => ({
    ...CHAIN,
    dataFee: { by: kind, address: `0x${'f'.repeat(40)}` },
    takesTips: kind === 'op',
  });

  it('has what its data costs on another chain, read with its block', async () => {
    const none = (await follow()).cost();
    // Half a thousandth of an ether: 1.5 USDC, and a fifth to spare.
    const op = await follow('v2', by('op'), (chain) => {
      chain.oracle.upperBound = 5n * 10n ** 14n;
    });
    expect(op.cost() - none).toBeCloseTo(2, 0);
    op.chain.oracle.operator = 10n ** 15n;
    op.chain.asked.length = 0;
    op.chain.mine();
    await op.look();
    expect(op.chain.asked).toEqual(['eth_getBlockByNumber', 'eth_call']);
    expect(op.cost() - none).toBeGreaterThan(5);
    const byByte = async (version: Version, byte: bigint): Promise<number> => {
      const followed = await follow(version, by('arbitrum'), (chain) => {
        chain.oracle.byte = byte;
        chain.baseFee = 10_000_000n;
      });
      expect(followed.chain.asked).not.toContain('eth_maxPriorityFeePerGas');
      return followed.cost();
    };
    // 412 bytes at 2 gwei are 0.0025 USDC, beside 0.005 for the gas.
    expect(await byByte('v2', 2n * 10n ** 9n)).toBeGreaterThan(1.2 * (await byByte('v2', 0n)));
    expect(await byByte('v3', 10n ** 12n)).toBeGreaterThan(1.5);
  });

  it('is not known where the chain does not say what data costs: its pools are withheld', async () => {
    for (const deployment of [by('op'), by('arbitrum')]) {
      const { chain, follower, look } = await follow('v3', deployment, ({ oracle }) => {
        oracle.byte = 1n;
        oracle.upperBound = 1n;
      });
      chain.oracle.byte = undefined;
      chain.oracle.upperBound = undefined;
      chain.mine();
      const text = 'Ethereum does not say what the data of a swap costs';
      expect(await look()).toMatchObject([{ event: 'failed', text }]);
      chain.nowMs += 21_000;
      chain.mine();
      await expect(follower.list()).rejects.toThrow(text);
    }
  });

  it('has each tick that a swap of v3 goes over in the price of the level', async () => {
    const booked = async (gwei: bigint): Promise<Line> => {
      const { lines } = await follow('v3', CHAIN, (chain) => {
        chain.baseFee = gwei * 10n ** 9n;
        const { pool } = chain.state;
        const at = pool.tick - (pool.tick % 10);
        const nets = new Map(pool.nets);
        for (const off of [10, 20, 30, 40]) {
          nets.set(at - off, 10n ** 15n);
          nets.set(at + off, -(10n ** 15n));
        }
        chain.mine({ pool: { ...pool, nets, liquidity: pool.liquidity + 4n * 10n ** 15n } });
      });
      return lines.find(({ event }) => event === 'book') as Line;
    };
    const [cheap, dear] = [await booked(1n), await booked(200n)];
    const worth = ({ bids = [] }: Line): number =>
      bids.reduce((sum, [price, qty]) => sum + Number(price) * Number(qty), 0);
    // The first ticks are far from the first levels.
    expect(dear.bids?.[0]).toEqual(cheap.bids?.[0]);
    expect(dear.asks?.[0]).toEqual(cheap.asks?.[0]);
    // Four ticks down, of which one is in the fixed cost: 3 × 46,000 units at 225 + 1 gwei, at 3,000 USDC.
    expect(worth(cheap) - worth(dear)).toBeGreaterThan(90);
    expect(worth(cheap) - worth(dear)).toBeLessThan(110);
  });

  it('leaves room for every swap: no transaction is longer than its data is reckoned for', () => {
    const most = (1n << 256n) - 1n;
    const to = `0x${'ff'.repeat(20)}` as const;
    const envelope = {
      type: 'eip1559',
      chainId: 42_161,
      nonce: 2 ** 31,
      maxFeePerGas: 1n << 48n,
      maxPriorityFeePerGas: 1n << 48n,
      gas: 1n << 31n,
      to,
      value: 0n,
    } as const;
    const path = [to, to];
    const v2 = encodeFunctionData({
      abi: parseAbi(['function swapExactTokensForTokens(uint256, uint256, address[], address, uint256)']),
      args: [most, most, path, to, most],
    });
    const single = encodeFunctionData({
      abi: parseAbi([
        'struct Swap { address a; address b; uint24 fee; address to; uint256 paid; uint256 least; uint160 limit; }',
        'function exactInputSingle(Swap swap)',
      ]),
      args: [{ a: to, b: to, fee: 10_000, to, paid: most, least: most, limit: 1n }],
    });
    const v3 = encodeFunctionData({
      abi: parseAbi(['function multicall(uint256, bytes[])']),
      args: [most, [single]],
    });
    const bytes = (data: `0x${string}`): number => size(serializeTransaction({ ...envelope, data }));
    expect([bytes(v2), bytes(v3)]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(bytes(v2)).toBeLessThanOrEqual(SWAP_BYTES.v2);
    expect(bytes(v3)).toBeLessThanOrEqual(SWAP_BYTES.v3);
    // And it is no shorter by a half: what is too dear trades nothing.
    expect(bytes(v2)).toBeGreaterThan(SWAP_BYTES.v2 * 0.9);
    expect(bytes(v3)).toBeGreaterThan(SWAP_BYTES.v3 * 0.9);
  });
});

describe('a book is as good as its block', () => {
  it('while the next one is not overdue: an endpoint that stands still shows an old block as the newest', async () => {
    const { chain, look } = await follow('v2', { ...CHAIN, blockS: 2 });
    chain.nowMs += 6_000;
    expect(await look()).toEqual([{ event: 'alive', block: 100 }]);
    chain.nowMs += 1_000;
    expect(await look()).toEqual([]);
    chain.mine();
    expect(await look()).toMatchObject([{ event: 'book', block: 101 }]);
    chain.nowMs += 11_000;
    expect(await look()).toMatchObject([
      { event: 'failed', text: expect.stringMatching(/11 s old, some 6 blocks/) as string },
    ]);
  });

  it('and was read: one that nothing took is sent again with the next look', async () => {
    const { chain, look, reads } = await follow();
    chain.mine();
    reads.all = false;
    expect(await look()).toEqual([]);
    reads.all = true;
    expect(await look()).toMatchObject([{ event: 'book', block: 101 }]);
    expect(await look()).toEqual([{ event: 'alive', block: 101 }]);
  });

  it('of the chain that the session began on, whatever endpoint is asked since', async () => {
    const { chain, follower, look, lines } = await follow();
    chain.chainId = 8_453;
    chain.mine();
    // It was looked at a moment ago.
    expect(await look()).toMatchObject([{ event: 'book' }]);
    chain.mine();
    // Its own look comes at once, however long it would have waited.
    const asked = async (): Promise<Line | undefined> => {
      follower.onEndpoint();
      await new Promise(setImmediate);
      return lines.at(-1);
    };
    const text = 'the endpoint is of chain 8453, and not of Ethereum (1)';
    expect(await asked()).toMatchObject({ event: 'failed', text });
    chain.chainId = 1;
    expect(await asked()).toMatchObject({ event: 'book', block: 102 });
  });

  describe('with tokens of the trader’s own', () => {
    const own = `0x${'5'.repeat(40)}`;
    /** OWN/USDC is followed beside ETH/USDC, and both have a book of block 100. */
    async function withOwn() {
      const rig = await follow('v2', CHAIN, (chain) => {
        chain.decimals = { ...chain.decimals, [own]: 18 };
        chain.symbols = { [own]: 'Own' };
      });
      const asks = async (tokens: readonly string[]): Promise<void> => {
        rig.reader.own = tokens;
        rig.follower.onEndpoint();
        await new Promise(setImmediate);
      };
      const next = async (ms = 12_000): Promise<readonly string[]> => {
        rig.chain.nowMs += ms;
        rig.chain.mine();
        return (await rig.look()).map(({ event, symbol: of = '' }) => `${event} ${of}`);
      };
      await asks([own]);
      await rig.follower.subscribe(2, ['OWN/USDC']);
      expect(await rig.look()).toMatchObject([{ event: 'book', symbol: 'OWN/USDC' }]);
      return { ...rig, asks, next };
    }

    it('of which one is removed: its pool fails once a block, and all others are alive with each look', async () => {
      const { follower, look, asks, next, chain } = await withOwn();
      await asks([]);
      expect(await next()).toEqual(['book ETH/USDC', 'failed OWN/USDC']);
      expect(await look()).toEqual([{ event: 'alive', block: 101 }]);
      // It is subscribed to again: the others are alive all the same, and nothing is read for it.
      await follower.subscribe(3, ['OWN/USDC']);
      chain.asked.length = 0;
      expect((await look()).map(({ event }) => event)).toEqual(['alive', 'failed']);
      expect(chain.asked).toEqual(['eth_getBlockByNumber']);
    });

    it('of which one cannot be read for a moment: it is looked for again a minute later', async () => {
      const { look, asks, next, chain } = await withOwn();
      const { decimals } = chain;
      chain.decimals = Object.fromEntries(CHAIN.tokens.map((token) => [token.address, token.decimals]));
      await asks([own]);
      expect(await next()).toEqual(['book ETH/USDC', 'failed OWN/USDC']);
      chain.decimals = decimals;
      expect(await next()).toEqual(['book ETH/USDC', 'failed OWN/USDC']);
      expect(await next(60_000)).toEqual(['book ETH/USDC', 'book OWN/USDC']);
      expect(await look()).toMatchObject([{ event: 'alive' }]);
    });
  });
});
