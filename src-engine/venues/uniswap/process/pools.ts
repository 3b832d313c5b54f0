/** Pools of listed tokens, as the factory of the chain names them, and their state at one block. */
import type { CostCurve } from '../curves/cost-curve.ts';
import { ConcentratedCurve, type ConcentratedPool } from '../curves/concentrated.ts';
import { ConstantProductCurve } from '../curves/constant-product.ts';
import { TickMap, ticksInWord, wordOf } from '../curves/tick-map.ts';
import { type Deployment, pairOf, type Token, V3_FEES } from '../deployments.ts';
import { namedTokens, type OwnNames } from '../own-tokens.ts';
import type { Call, Contracts } from './contracts.ts';
import type { Head } from './heads.ts';
import { type Rpc, RpcError } from './rpc.ts';
import { SIGNATURE_BYTES, SWAP_BYTES, SWAP_GAS } from './swap-size.ts';

export type Version = 'v2' | 'v3';

export type Pool = {
  readonly symbol: string;
  readonly address: string;
  readonly version: Version;
  /** Of a million. */
  readonly fee: number;
  readonly base: Token;
  readonly quote: Token;
  /** Base is the token with the smaller address. */
  readonly isBaseFirst: boolean;
};

/** A pool at one block, as its two directions. */
export type PoolState = {
  /** Base goes in. */
  readonly sell: CostCurve;
  /** Quote goes in. */
  readonly buy: CostCurve;
  /** Base at this price, in its smallest units: the pool moves by a share of it as one of a constant product would. */
  readonly depth: bigint;
  /** Quote for one base, both in smallest units. Ranks and shows; nothing is computed from it. */
  readonly rate: number;
  /** Initialised ticks that a swap goes over, each of which costs gas. Left out: the pool has none. */
  readonly ticks?: {
    readonly sold: (base: bigint) => number;
    readonly bought: (base: bigint) => number;
  };
};

/** Pools at one block, in the order in which they were asked for. */
export type PoolStates = {
  /** Undefined, with the reason by its symbol in `faults`: it cannot be read. */
  readonly states: readonly (PoolState | undefined)[];
  readonly faults: ReadonlyMap<string, string>;
  /** What the data of one swap costs on another chain, in wei; zero where nothing is charged for it. */
  readonly dataFee: bigint;
};

export type LeftOut = { readonly name: string; readonly reason: string };

export type Discovery = {
  readonly pools: readonly Pool[];
  readonly leftOut: readonly LeftOut[];
  /** False: a token of the trader’s own could not be read, which may be so for a moment alone. */
  readonly isWhole: boolean;
};

const V2_FEE = 3_000;
const NO_POOL = /^0x0{40}$/;
/** Words of ticks on either side of the price: at the narrowest spacing 2.5 %, more than a book shows. */
const WORDS_ASIDE = 1;
/** Rounds in which ticks are asked for that the one before did not know of. */
const MOST_ROUNDS = 3;

export class PoolReader {
  readonly #rpc: Rpc;
  readonly #contracts: Contracts;
  readonly #deployment: Deployment;
  readonly #version: Version;
  /** Spacing of each pool, once it is known. */
  readonly #spacings = new Map<string, number>();
  /** Where the price was, and the ticks that were initialised around it: asked for again at once. */
  readonly #near = new Map<string, { readonly tick: number; readonly ticks: readonly number[] }>();

  /** Addresses of tokens of the trader’s own, which `discover` reads, and what they are called. */
  own: readonly string[] = [];
  names: OwnNames = {};

  constructor(rpc: Rpc, contracts: Contracts, deployment: Deployment, version: Version) {
    this.#rpc = rpc;
    this.#contracts = contracts;
    this.#deployment = deployment;
    this.#version = version;
  }

  /**
   * All pools of two listed tokens. A token whose address has no code, or other decimals than are listed, is left out by name.
   * @throws RpcError, also where the contracts of Uniswap are not on this chain.
   */
  async discover(head: Head): Promise<Discovery> {
    const { v2Factory, v3Factory, multicall, title } = this.#deployment;
    const factory = this.#version === 'v2' ? v2Factory : v3Factory;
    for (const [name, address] of [
      ['factory of Uniswap', factory],
      ['contract for many calls', multicall],
    ] as const) {
      if (!(await this.#hasCode(address, head)))
        throw new RpcError(
          'refused',
          `the ${name} is not at ${address}: this is not ${title}, or the endpoint does not have its state`,
        );
    }
    const { tokens: listed, leftOut } = await this.#tokens(head);
    const own = await this.ownTokens(head);
    const all = [...this.#deployment.tokens, ...own.tokens];
    const wanted = pairsOf(listed, own.tokens).flatMap(([a, b]) =>
      this.#version === 'v2'
        ? [{ a, b, fee: V2_FEE, call: this.#contracts.pair(factory, a.address, b.address) }]
        : V3_FEES.map((fee) => ({
            a,
            b,
            fee,
            call: this.#contracts.pool(factory, a.address, b.address, fee),
          })),
    );
    const addresses = await this.#read(
      head,
      wanted.map(({ call }) => call),
    );
    const pools = wanted.flatMap(({ a, b, fee }, at): Pool[] => {
      const address = addresses[at];
      if (address === undefined || NO_POOL.test(address)) return [];
      const { base, quote } = pairOf(all, a, b);
      const tier = this.#version === 'v2' ? '' : `-${fee / 100}bps`;
      const symbol = `${base.asset}/${quote.asset}${tier}`;
      const isBaseFirst = BigInt(base.address) < BigInt(quote.address);
      return [{ symbol, address, version: this.#version, fee, base, quote, isBaseFirst }];
    });
    return { pools, leftOut: [...leftOut, ...own.leftOut], isWhole: own.leftOut.length === 0 };
  }

  /**
   * Tokens of the trader’s own, with decimals and name as their contracts say. They are asked by themselves: a contract may do anything, also
   * use up what a call may cost.
   */
  async ownTokens(head: Head): Promise<ReturnType<typeof namedTokens>> {
    const { own, names } = this;
    if (own.length === 0) return { tokens: [], leftOut: [] };
    const { anyDecimals, anySymbol } = this.#contracts;
    try {
      const decimals = await this.#read(head, own.map(anyDecimals));
      const symbols = await this.#read(head, own.map(anySymbol));
      return namedTokens(
        own.map((address, at) => ({ address, symbol: symbols[at], decimals: decimals[at] })),
        names,
      );
    } catch (error) {
      if (!(error instanceof RpcError) || error.kind !== 'refused') throw error;
      const reason = 'tokens of your own cannot be read: one of their contracts does not answer';
      return { tokens: [], leftOut: own.map((name) => ({ name, reason })) };
    }
  }

  async #tokens(
    head: Head,
  ): Promise<{ readonly tokens: readonly Token[]; readonly leftOut: readonly LeftOut[] }> {
    const tokens: Token[] = [];
    const leftOut: LeftOut[] = [];
    const listed = this.#deployment.tokens;
    const decimals = await this.#read(
      head,
      listed.map(({ address }) => this.#contracts.decimals(address)),
    );
    for (const [at, token] of listed.entries()) {
      const found = decimals[at];
      if (found === token.decimals) tokens.push(token);
      else {
        const reason =
          found === undefined
            ? `there is no token at ${token.address}`
            : `its contract counts ${found} decimals, not ${token.decimals}`;
        leftOut.push({ name: token.asset, reason });
      }
    }
    return { tokens, leftOut };
  }

  /**
   * The state of each pool at this block, and what its swaps pay for their data, by the same call.
   * @throws RpcError, also where the answer is of another block, or lacks what the data costs.
   */
  async states(pools: readonly Pool[], head: Head): Promise<PoolStates> {
    const faults = new Map<string, string>();
    const paid: Paid = { dataFee: 0n };
    const states =
      this.#version === 'v2'
        ? await this.#v2States(pools, head, faults, paid)
        : await this.#v3States(pools, head, faults, paid);
    return { states, faults, dataFee: paid.dataFee };
  }

  async #v2States(pools: readonly Pool[], head: Head, faults: Map<string, string>, paid: Paid) {
    const reserves = await this.#readWithDataFee(
      head,
      pools.map(({ address }) => this.#contracts.reserves(address)),
      paid,
    );
    return pools.map((pool, at) =>
      stated(pool, faults, () => {
        const found = reserves[at];
        if (found === undefined) throw new RangeError('the pool gives no reserves');
        const [base, quote] = pool.isBaseFirst ? found : [found[1], found[0]];
        if (base === 0n || quote === 0n) throw new RangeError('the pool is empty');
        return {
          sell: new ConstantProductCurve(base, quote),
          buy: new ConstantProductCurve(quote, base),
          depth: base,
          rate: Number(quote) / Number(base),
        };
      }),
    );
  }

  async #v3States(pools: readonly Pool[], head: Head, faults: Map<string, string>, paid: Paid) {
    await this.#learnSpacings(pools, head);
    const asked = new Map(pools.map((pool) => [pool.address, new Set(this.#near.get(pool.address)?.ticks)]));
    const around = new Map(pools.map((pool) => [pool.address, this.#near.get(pool.address)?.tick]));
    // One call where nothing moved far and no tick is new; a further one where it did.
    for (let round = 0; ; round++) {
      const found = await this.#readWithDataFee(
        head,
        pools.flatMap((pool) => this.#v3Calls(pool, around, asked)),
        paid,
      );
      let at = 0;
      let isComplete = true;
      const states = pools.map((pool) => {
        const spacing = this.#spacings.get(pool.address);
        const [slot, liquidity] = [found[at++], found[at++]] as [Slot | undefined, bigint | undefined];
        const words = wordsAround(around.get(pool.address), spacing);
        const maps = words.map(() => found[at++] as bigint | undefined);
        const ticks = [...(asked.get(pool.address) ?? [])];
        const nets = new Map(ticks.map((tick) => [tick, found[at++] as bigint | undefined]));
        if (slot === undefined || spacing === undefined || slot.sqrtPrice === 0n) {
          faults.set(pool.symbol, 'the pool gives no price');
          return undefined;
        }
        const live = words.flatMap((word, index) => ticksInWord(word, maps[index] ?? 0n, spacing));
        const isSeen = words.includes(wordOf(slot.tick, spacing)) && maps.every((map) => map !== undefined);
        if (!isSeen || live.some((tick) => nets.get(tick) === undefined)) {
          isComplete = false;
          around.set(pool.address, slot.tick);
          asked.set(pool.address, new Set(isSeen ? live : []));
          return undefined;
        }
        this.#near.set(pool.address, { tick: slot.tick, ticks: live });
        const map = { first: words[0] as number, last: words.at(-1) as number };
        const known = live.map((tick) => ({ tick, liquidityNet: nets.get(tick) as bigint }));
        return stated(pool, faults, () =>
          v3State(pool, {
            ...slot,
            liquidity: liquidity ?? 0n,
            fee: pool.fee,
            ticks: new TickMap(spacing, known, map),
          }),
        );
      });
      if (isComplete) return states;
      if (round + 1 < MOST_ROUNDS) continue;
      for (const [index, pool] of pools.entries())
        if (states[index] === undefined && !faults.has(pool.symbol))
          faults.set(pool.symbol, 'its ticks changed while one block was read: the endpoint mixes blocks');
      return states;
    }
  }

  #v3Calls(
    pool: Pool,
    around: ReadonlyMap<string, number | undefined>,
    asked: ReadonlyMap<string, ReadonlySet<number>>,
  ) {
    const { slot0, liquidity, bitmap, net } = this.#contracts;
    const { address } = pool;
    const words = wordsAround(around.get(address), this.#spacings.get(address));
    const ticks = [...(asked.get(address) ?? [])];
    return [
      slot0(address),
      liquidity(address),
      ...words.map((word) => bitmap(address, word)),
      ...ticks.map((tick) => net(address, tick)),
    ] as readonly Call<unknown>[];
  }

  async #learnSpacings(pools: readonly Pool[], head: Head): Promise<void> {
    const unknown = pools.filter(({ address }) => !this.#spacings.has(address));
    if (unknown.length === 0) return;
    const found = await this.#read(
      head,
      unknown.map(({ address }) => this.#contracts.tickSpacing(address)),
    );
    for (const [at, { address }] of unknown.entries()) {
      const spacing = found[at];
      if (spacing !== undefined && spacing > 0) this.#spacings.set(address, spacing);
    }
  }

  async #hasCode(address: string, head: Head): Promise<boolean> {
    const code = await this.#rpc.call('eth_getCode', [address, atBlock(head)]);
    return typeof code === 'string' && /^0x[0-9a-f]{2,}$/i.test(code);
  }

  /** As `#read`, and what a swap pays for its data. @throws RpcError, also where a chain that charges for it gives no figure. */
  async #readWithDataFee<T>(head: Head, calls: readonly Call<T>[], paid: Paid): Promise<(T | undefined)[]> {
    const { dataFee } = this.#deployment;
    if (dataFee === undefined) return await this.#read(head, calls);
    const { l1FeeUpperBound, operatorFee, weiForByte } = this.#contracts;
    const [bytes, gas] = [SWAP_BYTES[this.#version], SWAP_GAS[this.#version]];
    const own: readonly Call<bigint>[] =
      dataFee.by === 'op'
        ? [l1FeeUpperBound(dataFee.address, bytes), operatorFee(dataFee.address, gas)]
        : [weiForByte(dataFee.address)];
    const found = await this.#read<T | bigint>(head, [...own, ...calls]);
    // An oracle of before there was a fee for the operator has no such call.
    const [fee, operators = 0n] = found.slice(0, own.length) as (bigint | undefined)[];
    if (fee === undefined)
      throw new RpcError('no-answer', `${this.#deployment.title} does not say what the data of a swap costs`);
    // Compressed it is shorter: never charged for more than its bytes.
    paid.dataFee = dataFee.by === 'op' ? fee + operators : fee * BigInt(bytes + SIGNATURE_BYTES);
    return found.slice(own.length) as (T | undefined)[];
  }

  /** One multicall at one block, which says its own number. What a contract refused is undefined. @throws RpcError. */
  async #read<T>(head: Head, calls: readonly Call<T>[]): Promise<(T | undefined)[]> {
    const { multicall } = this.#deployment;
    const whose = this.#contracts.blockNumber(multicall);
    const many = this.#contracts.many(multicall, [whose, ...calls]);
    const answer = await this.#rpc.call('eth_call', [{ to: many.to, data: many.data }, atBlock(head)]);
    try {
      const [first, ...rest] = many.read(answer as `0x${string}`);
      const number = first?.success === true ? whose.read(first.returnData) : undefined;
      if (number !== head.number && this.#deployment.countsOwnBlocks !== false)
        throw new RpcError(
          'no-answer',
          `the answer is of block ${number ?? 'unknown'}, and not of ${head.number} as asked`,
        );
      if (rest.length !== calls.length) throw new RpcError('no-answer', 'the answer lacks calls');
      return rest.map(({ success, returnData }, at) =>
        success && returnData !== '0x' ? (calls[at] as Call<T>).read(returnData) : undefined,
      );
    } catch (error) {
      if (error instanceof RpcError) throw error;
      throw new RpcError('no-answer', 'eth_call: the answer cannot be decoded');
    }
  }
}

/** Filled while states are read: one reading may go on beside another. */
type Paid = { dataFee: bigint };
type Slot = { readonly sqrtPrice: bigint; readonly tick: number };

/** By its hash, so that no other block of the same height is meant (EIP-1898). */
function atBlock({ hash }: Head): object {
  return { blockHash: hash, requireCanonical: true };
}

/** Of a pool whose price is not known yet none is asked for. */
function wordsAround(tick: number | undefined, spacing: number | undefined): readonly number[] {
  if (tick === undefined || spacing === undefined) return [];
  const word = wordOf(tick, spacing);
  const [low, high] = [wordOf(-887_272, spacing), wordOf(887_272, spacing)];
  return [word - WORDS_ASIDE, word, word + WORDS_ASIDE].filter((one) => one >= low && one <= high);
}

function v3State({ isBaseFirst }: Pool, pool: ConcentratedPool): PoolState {
  const { sqrtPrice, liquidity } = pool;
  if (liquidity === 0n) throw new RangeError('the pool has no liquidity at its price');
  const price = (Number(sqrtPrice) / 2 ** 96) ** 2;
  const [sell, buy] = [new ConcentratedCurve(pool, isBaseFirst), new ConcentratedCurve(pool, !isBaseFirst)];
  return {
    sell,
    buy,
    ticks: {
      sold: (base) => sell.crossedFor(base, true),
      bought: (base) => buy.crossedFor(base, false),
    },
    // Reserves of a pool of a constant product with this liquidity and price.
    depth: isBaseFirst ? (liquidity << 96n) / sqrtPrice : (liquidity * sqrtPrice) >> 96n,
    rate: isBaseFirst ? price : 1 / price,
  };
}

function stated({ symbol }: Pool, faults: Map<string, string>, make: () => PoolState): PoolState | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    faults.set(symbol, error.message);
    return undefined;
  }
}

/** Of listed tokens with each other, and with each of the trader’s own. */
function pairsOf(listed: readonly Token[], own: readonly Token[]): (readonly [Token, Token])[] {
  return listed.flatMap((a, at) => [...listed.slice(at + 1), ...own].map((b) => [a, b] as const));
}
