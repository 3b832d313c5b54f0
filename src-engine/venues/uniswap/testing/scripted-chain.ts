/** A chain behind JSON-RPC, scripted: blocks, contracts and their state, answered in the documented shapes of an endpoint. */
import { type Abi, decodeFunctionData, encodeFunctionResult, type Hex, parseAbi } from 'viem';
import { sqrtPriceAt } from '../curves/tick-price.ts';
import type { Deployment } from '../deployments.ts';
import { SIGNATURES } from '../process/contracts.ts';
import { type Rpc, RpcError } from '../process/rpc.ts';

const address = (digit: string): string => `0x${digit.repeat(40)}`;

export const CHAIN: Deployment = {
  chainId: 1,
  title: 'Ethereum',
  v2Factory: address('a'),
  v3Factory: address('b'),
  multicall: address('c'),
  tokens: [
    { asset: 'USDC', decimals: 6, address: address('1') },
    { asset: 'ETH', decimals: 18, address: address('2') },
  ],
  blockS: 12,
};

/** Of ETH/USDC: token 0 is USDC, the quote. */
export const PAIR = address('d');
export const POOL = address('e');
const NONE = address('0');

type Block = {
  readonly number: number;
  readonly hash: string;
  readonly parent: string;
  readonly timeS: number;
};
type State = { readonly reserves: readonly [bigint, bigint]; readonly pool: PoolScript };
export type PoolScript = {
  readonly sqrtPrice: bigint;
  readonly tick: number;
  readonly liquidity: bigint;
  readonly nets: ReadonlyMap<number, bigint>;
};

const SPACING = 10;
const E6 = 10n ** 6n;
const E18 = 10n ** 18n;
const ABI: Abi = parseAbi(SIGNATURES);
/** 3,000 USDC for an ETH: 10^18 units for 3 × 10^9. */
const TICK = 196_255;

export class ScriptedChain implements Rpc {
  chainId = 1;
  /** Undefined: its blocks name none. */
  baseFee: bigint | undefined = 20_000_000_000n;
  nowMs = 1_700_000_000_000;
  decimals: Readonly<Record<string, number>> = { [address('1')]: 6, [address('2')]: 18 };
  /** What the oracles of chains on Ethereum say, in wei: for a swap's data, for the operator, and for a byte. Undefined: there is none. */
  readonly oracle: {
    upperBound?: bigint | undefined;
    operator?: bigint | undefined;
    byte?: bigint | undefined;
  } = {};
  symbols: Readonly<Record<string, string>> = {};
  /** Methods that were called. */
  readonly asked: string[] = [];
  /** What the next calls throw, the first one first. */
  readonly faults: RpcError[] = [];
  /** Block number that contracts see in place of their own. */
  seenNumber: number | undefined;
  readonly blocks: Block[] = [];
  /** Which of the blocks the endpoint takes for the newest. */
  tip = 0;
  readonly #states = new Map<string, State>();

  constructor() {
    const nets = new Map([
      [TICK - (TICK % SPACING) - 500, 10n ** 18n],
      [TICK - (TICK % SPACING) + 500, -(10n ** 18n)],
    ]);
    const pool = { sqrtPrice: sqrtPriceAt(TICK) + 1n, tick: TICK, liquidity: 10n ** 18n, nets };
    this.mine({ reserves: [3_000_000n * E6, 1_000n * E18], pool });
  }

  get head(): Block {
    return this.blocks[this.tip] as Block;
  }

  get state(): State {
    return this.#states.get(this.head.hash) as State;
  }

  /** A block on top of the newest, or of another one; what does not change stays. */
  mine(change: Partial<State> = {}, parent: Block | undefined = this.blocks[this.tip]): void {
    const number = (parent?.number ?? 99) + 1;
    const hash = `0x${(this.blocks.length + 1).toString(16).padStart(64, '0')}`;
    const before = parent === undefined ? undefined : this.#states.get(parent.hash);
    this.blocks.push({
      number,
      hash,
      parent: parent?.hash ?? `0x${'0'.repeat(64)}`,
      timeS: this.nowMs / 1_000,
    });
    this.#states.set(hash, { ...before, ...change } as State);
    this.tip = this.blocks.length - 1;
  }

  call(method: string, params: readonly unknown[]): Promise<unknown> {
    this.asked.push(method);
    const fault = this.faults.shift();
    if (fault !== undefined) return Promise.reject(fault);
    return Promise.resolve(this.#answer(method, params));
  }

  #answer(method: string, [first, second]: readonly unknown[]): unknown {
    switch (method) {
      case 'eth_chainId':
        return `0x${this.chainId.toString(16)}`;
      case 'eth_maxPriorityFeePerGas':
        return '0x3b9aca00';
      case 'eth_getCode':
        return [CHAIN.v2Factory, CHAIN.v3Factory, CHAIN.multicall].includes(String(first)) ? '0x6001' : '0x';
      case 'eth_getBlockByNumber':
        return this.#block(first === 'latest' ? this.head.number : Number(first));
      case 'eth_call':
        return this.#call((first as { data: Hex }).data, (second as { blockHash: string }).blockHash);
      default:
        throw new RpcError('refused', `${method}: error -32601 the method does not exist`);
    }
  }

  /** Of the branch that ends at the newest block. */
  #block(number: number): object | null {
    let block: Block | undefined = this.head;
    while (block !== undefined && block.number > number)
      block = this.blocks.find(({ hash }) => hash === block?.parent);
    if (block?.number !== number) return null;
    const hex = (value: number): string => `0x${value.toString(16)}`;
    const { hash, parent, timeS } = block;
    return {
      number: hex(number),
      hash,
      parentHash: parent,
      timestamp: hex(timeS),
      baseFeePerGas: this.baseFee === undefined ? undefined : `0x${this.baseFee.toString(16)}`,
    };
  }

  #call(data: Hex, hash: string): Hex {
    const block = this.blocks.find((one) => one.hash === hash);
    const state = this.#states.get(hash);
    if (block === undefined || state === undefined)
      throw new RpcError('refused', 'eth_call: error -32000 header not found');
    const { args } = decodeFunctionData({ abi: ABI, data });
    const [calls] = args as [readonly { readonly target: string; readonly callData: Hex }[]];
    const result = calls.map(({ target, callData }) =>
      this.#result(target.toLowerCase(), callData, block, state),
    );
    return encodeFunctionResult({ abi: ABI, functionName: 'aggregate3', result });
  }

  #result(target: string, data: Hex, block: Block, state: State): { success: boolean; returnData: Hex } {
    const { functionName, args = [] } = decodeFunctionData({ abi: ABI, data });
    const result = this.#value(functionName, target, args, block, state);
    if (result === undefined) return { success: true, returnData: '0x' };
    return { success: true, returnData: encodeFunctionResult({ abi: ABI, functionName, result }) };
  }

  #value(
    name: string,
    target: string,
    args: readonly unknown[],
    block: Block,
    { reserves, pool }: State,
  ): unknown {
    switch (name) {
      case 'getBlockNumber':
        return BigInt(this.seenNumber ?? block.number);
      case 'getL1FeeUpperBound':
        return this.oracle.upperBound;
      case 'getOperatorFee':
        return this.oracle.operator;
      case 'getPricesInWei':
        return this.oracle.byte === undefined ? undefined : [0n, this.oracle.byte, 0n, 0n, 0n, 0n];
      case 'symbol':
        return this.symbols[target];
      case 'decimals':
        return this.decimals[target];
      case 'getPair':
        return PAIR;
      case 'getPool':
        return args[2] === 500 ? POOL : NONE;
      case 'getReserves':
        return [...reserves, 0];
      case 'tickSpacing':
        return SPACING;
      case 'slot0':
        return [pool.sqrtPrice, pool.tick, 0, 1, 1, 0, true];
      case 'liquidity':
        return pool.liquidity;
      case 'tickBitmap':
        return bitmapOf(pool, Number(args[0]));
      case 'ticks':
        return [0n, pool.nets.get(Number(args[0])) ?? 0n, 0n, 0n, 0n, 0n, 0, true];
      default:
        return undefined;
    }
  }
}

function bitmapOf({ nets }: PoolScript, word: number): bigint {
  let map = 0n;
  for (const tick of nets.keys()) {
    const bit = tick / SPACING - word * 256;
    if (bit >= 0 && bit < 256) map |= 1n << BigInt(bit);
  }
  return map;
}
