/** A chain with a mempool behind JSON-RPC, scripted: it takes signed transactions as nodes do, and mines them when it is asked to. */
import {
  decodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializedEIP1559,
} from 'viem';
import { ConstantProductCurve } from '../curves/constant-product.ts';
import type { Deployment } from '../deployments.ts';
import type { Pool, PoolState } from '../process/pools.ts';
import { type Rpc, RpcError } from '../process/rpc.ts';
import type { PoolTable } from '../wallet/plan.ts';

const address = (digit: string): string => `0x${digit.repeat(40)}`;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const word = (value: bigint | string): string => `0x${BigInt(value).toString(16).padStart(64, '0')}`;

const ROUTER = address('a');
const USDC = { asset: 'USDC', decimals: 6, address: address('1') };
const ETH = { asset: 'ETH', decimals: 18, address: address('2') };

export const LOCAL: Deployment = {
  chainId: 31_337,
  title: 'the local chain',
  v2Factory: address('b'),
  v3Factory: address('c'),
  multicall: address('d'),
  tokens: [USDC, ETH],
  blockS: 0,
  routers: { v2: ROUTER },
};
export const POOL: Pool = {
  symbol: 'ETH/USDC',
  address: address('e'),
  version: 'v2',
  fee: 3_000,
  base: ETH,
  quote: USDC,
  isBaseFirst: false,
};
const V3: Pool = { ...POOL, symbol: 'ETH/USDC-5bps', version: 'v3', fee: 500 };
export const POOLS: PoolTable = {
  find: (symbol) => [POOL, V3].find((one) => one.symbol === symbol),
  state: () => Promise.resolve(STATE),
};
/** 3,000 USDC for an ETH. */
const RESERVES = [3_000_000n * 10n ** 6n, 1_000n * 10n ** 18n] as const;
const STATE: PoolState = {
  sell: new ConstantProductCurve(RESERVES[1], RESERVES[0]),
  buy: new ConstantProductCurve(RESERVES[0], RESERVES[1]),
  depth: RESERVES[1],
  rate: 3e-9,
};

const ABI = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function allowance(address owner, address spender)',
  'function balanceOf(address owner)',
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline)',
]);
const TRANSFER = keccak256('0x5472616e7366657228616464726573732c616464726573732c75696e7432353629');
const GAS = { approve: 46_000n, swap: 98_000n, transfer: 21_000n };

type Sent = { readonly raw: Hex; readonly hash: string; readonly nonce: number };
type State = {
  readonly count: number;
  readonly allowances: ReadonlyMap<string, bigint>;
  readonly held: ReadonlyMap<string, bigint>;
};
type Block = {
  readonly hash: string;
  readonly timeS: number;
  readonly sent: readonly Sent[];
  readonly state: State;
};

export class ScriptedMempool implements Rpc {
  readonly account: string;
  baseFee = 10_000_000_000n;
  /** What of signed transactions arrives, and is answered. */
  sending: 'straight' | 'answer-lost' | 'lost' = 'straight';
  /** Others trade first: swaps are reverted. */
  isLate = false;
  /** Calls, as they came. */
  readonly asked: string[] = [];
  /** What transactions that came were to do: functions of contracts, and `nothing`. */
  readonly called: string[] = [];
  /** So many calls fail. */
  faults = 0;
  /** The coin of an account is said once this is over. */
  busy: Promise<unknown> | undefined;
  waiting: Sent[] = [];
  /** Signed by the same key elsewhere: takes the next nonce of this number whatever else waits. */
  foreign: { readonly nonce: number; readonly hash: string } | undefined;
  native = 10n ** 18n;
  chainId = LOCAL.chainId;
  /** Seconds since anything was sent: the next block is later than the newest one by these. */
  idleS = 0;
  /** What the tokens do where an approval is to be zero. */
  zeroApproval: 'taken' | 'reverted' | 'ignored' = 'taken';
  /** Swaps take, and bring nothing that names the account. */
  isOneSided = false;
  /** Times what it was, that a receipt says the gas cost. */
  costFactor = 1n;
  #blocks: Block[];
  readonly #ahead: Block[] = [];
  #branch = 0;
  readonly #receipts = new Map<string, { readonly block: number; readonly body: object }>();

  constructor(account: string) {
    this.account = account;
    const held = new Map([
      [USDC.address, 10_000n * 10n ** 6n],
      [ETH.address, 10n * 10n ** 18n],
    ]);
    this.#blocks = [
      { hash: word(1n), timeS: 1_000, sent: [], state: { count: 0, allowances: new Map(), held } },
    ];
  }

  /** The node was started again: another chain of the same id, on which nothing was made. */
  beginAnew(): void {
    const [{ timeS, state }] = this.#blocks as [Block];
    this.#branch++;
    this.#receipts.clear();
    this.waiting = [];
    this.#blocks = [{ hash: word(1n + BigInt(this.#branch) * 1_000n), timeS, sent: [], state }];
  }

  get head(): Block {
    return this.#blocks.at(-1) as Block;
  }

  allowance(token: 'USDC' | 'ETH'): bigint {
    return this.head.state.allowances.get(token === 'ETH' ? ETH.address : USDC.address) ?? 0n;
  }

  mine(seconds = 12): void {
    const { state: before, timeS } = this.head;
    const state = { ...before, allowances: new Map(before.allowances), held: new Map(before.held) };
    const number = this.#blocks.length;
    const hash = word(BigInt(number + 1) + BigInt(this.#branch) * 1_000n);
    const block = { number, hash, timeS: timeS + Math.max(seconds, this.idleS) };
    const sent: Sent[] = [];
    for (let isFound = true; isFound; ) {
      const { foreign } = this;
      const next = this.waiting.findLast(({ nonce }) => nonce === state.count);
      isFound = true;
      if (foreign?.nonce === state.count) sent.push({ raw: '0x', hash: foreign.hash, nonce: state.count });
      else if (next !== undefined && this.#isPaid(next)) {
        sent.push(next);
        this.#run(next, state, block);
      } else isFound = false;
      if (isFound) state.count++;
    }
    this.waiting = this.waiting.filter(({ nonce }) => nonce >= state.count);
    this.#blocks.push({ hash, timeS: block.timeS, sent, state });
  }

  /** Takes the newest block back; what was mined there waits no longer. */
  takeBack(): void {
    for (const { hash } of this.#blocks.pop()?.sent ?? []) this.#receipts.delete(hash);
    this.#branch++;
  }

  /** Another of the endpoint’s machines answers, which lacks the newest block; or this one again. */
  lag(isBehind: boolean): void {
    if (isBehind) this.#ahead.push(this.#blocks.pop() as Block);
    else this.#blocks.push(...this.#ahead.splice(0));
  }

  async call(method: string, [first, second]: readonly unknown[]): Promise<unknown> {
    this.asked.push(method);
    if (this.faults > 0) {
      this.faults--;
      throw new RpcError('busy', `${method}: too many requests`);
    }
    if (method === 'eth_sendRawTransaction') await this.#demandOurs(first as Hex);
    if (method === 'eth_getBalance') await this.busy;
    return this.#answer(method, first, second);
  }

  /** Of this chain and this account, and an approval of the router alone. */
  async #demandOurs(raw: Hex): Promise<void> {
    const { chainId, data } = read(raw);
    const serializedTransaction = raw as TransactionSerializedEIP1559;
    const from = await recoverTransactionAddress({ serializedTransaction });
    if (chainId !== LOCAL.chainId) throw new RpcError('refused', 'invalid chain id');
    if (from.toLowerCase() !== this.account) throw new RpcError('refused', 'invalid sender');
    const call = data === undefined ? undefined : decodeFunctionData({ abi: ABI, data });
    this.called.push(call?.functionName ?? 'nothing');
    if (call?.functionName === 'approve' && call.args[0].toLowerCase() !== ROUTER)
      throw new RpcError('refused', 'it lets a stranger take tokens');
  }

  #answer(method: string, first: unknown, second: unknown): unknown {
    switch (method) {
      case 'eth_chainId':
        return hex(this.chainId);
      case 'eth_maxPriorityFeePerGas':
        return '0x3b9aca00';
      case 'eth_getBlockByNumber':
        if (first === 'pending') return { timestamp: hex(this.head.timeS + this.idleS), hash: null };
        return this.#block(first === 'latest' ? this.#blocks.length - 1 : Number(first));
      case 'eth_getTransactionCount':
        return hex(second === 'pending' ? this.#pending() : (this.#blocks[Number(second)]?.state.count ?? 0));
      case 'eth_getTransactionReceipt':
        return this.#receiptOf(String(first));
      case 'eth_getTransactionByHash':
        return this.waiting.some(({ hash }) => hash === first) ? { hash: first, blockHash: null } : null;
      case 'eth_getBalance':
        return hex(this.native);
      case 'eth_call':
        return this.#read(first as { readonly to: string; readonly data: Hex });
      case 'eth_sendRawTransaction':
        return this.#take(first as Hex);
      default:
        throw new RpcError('refused', `${method}: error -32601 the method does not exist`);
    }
  }

  #receiptOf(hash: string): object | null {
    const receipt = this.#receipts.get(hash);
    return receipt === undefined || receipt.block >= this.#blocks.length ? null : receipt.body;
  }

  #pending(): number {
    return Math.max(this.head.state.count, ...this.waiting.map(({ nonce }) => nonce + 1));
  }

  #take(raw: Hex): string {
    const hash = keccak256(raw);
    if (this.sending === 'lost') throw new RpcError('no-answer', 'eth_sendRawTransaction: no answer');
    if (this.waiting.some((one) => one.hash === hash)) throw new RpcError('refused', 'already known');
    const { nonce = 0, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = read(raw);
    if (nonce < this.head.state.count) throw new RpcError('refused', 'nonce too low');
    for (const other of this.waiting.filter((one) => one.nonce === nonce)) {
      const before = read(other.raw);
      const isRaised = (now: bigint, then = 0n): boolean => now * 10n >= then * 11n;
      if (
        !isRaised(maxFeePerGas, before.maxFeePerGas) ||
        !isRaised(maxPriorityFeePerGas, before.maxPriorityFeePerGas)
      )
        throw new RpcError('refused', 'replacement transaction underpriced');
      this.waiting = this.waiting.filter((one) => one !== other);
    }
    this.waiting.push({ raw, hash, nonce });
    if (this.sending === 'answer-lost') throw new RpcError('no-answer', 'eth_sendRawTransaction: no answer');
    return hash;
  }

  #isPaid({ raw }: Sent): boolean {
    return (read(raw).maxFeePerGas ?? 0n) >= this.baseFee;
  }

  #run(
    { raw, hash }: Sent,
    state: State & { allowances: Map<string, bigint>; held: Map<string, bigint> },
    block: { number: number; hash: string; timeS: number },
  ) {
    const { to, data, maxFeePerGas = 0n, maxPriorityFeePerGas: tip = 0n } = read(raw);
    const call = data === undefined ? undefined : decodeFunctionData({ abi: ABI, data });
    let [gas, isReverted, logs] = [GAS.transfer, false, [] as object[]];
    if (call?.functionName === 'approve') {
      gas = GAS.approve;
      const isTaken = call.args[1] > 0n || this.zeroApproval === 'taken';
      isReverted = !isTaken && this.zeroApproval === 'reverted';
      if (isTaken) state.allowances.set(to ?? '', call.args[1]);
    } else if (
      call?.functionName === 'swapExactTokensForTokens' ||
      call?.functionName === 'swapTokensForExactTokens'
    ) {
      gas = GAS.swap;
      const isExactIn = call.functionName === 'swapExactTokensForTokens';
      const [exact, limit, [from, into], , deadline] = call.args;
      const curve = from === ETH.address ? STATE.sell : STATE.buy;
      const [paid, got] = isExactIn ? [exact, curve.outFor(exact)] : [curve.inFor(exact) ?? 0n, exact];
      const allowed = state.allowances.get(from ?? '') ?? 0n;
      const isWithin = isExactIn ? got >= limit : paid <= limit;
      isReverted = this.isLate || !isWithin || allowed < paid || deadline < BigInt(block.timeS);
      if (!isReverted) {
        state.allowances.set(from ?? '', allowed - paid);
        logs = [
          transfer(from, this.account, POOL.address, paid),
          ...(this.isOneSided ? [] : [transfer(into, POOL.address, this.account, got)]),
        ];
      }
    }
    const price = this.baseFee + tip < maxFeePerGas ? this.baseFee + tip : maxFeePerGas;
    this.native -= gas * price;
    const body = {
      transactionHash: hash,
      blockNumber: hex(block.number),
      blockHash: block.hash,
      status: isReverted ? '0x0' : '0x1',
      gasUsed: hex(gas),
      effectiveGasPrice: hex(price * this.costFactor),
      logs,
    };
    this.#receipts.set(hash, { block: block.number, body });
  }

  #block(number: number): object | null {
    const block = this.#blocks[number];
    if (block === undefined) return null;
    return {
      number: hex(number),
      hash: block.hash,
      parentHash: this.#blocks[number - 1]?.hash ?? word(0n),
      timestamp: hex(block.timeS),
      baseFeePerGas: hex(this.baseFee),
      transactions: block.sent.map(({ hash, nonce }) => ({ hash, from: this.account, nonce: hex(nonce) })),
    };
  }

  #read({ to, data }: { readonly to: string; readonly data: Hex }): string {
    const { functionName } = decodeFunctionData({ abi: ABI, data });
    const { held, allowances } = this.head.state;
    return word((functionName === 'balanceOf' ? held : allowances).get(to) ?? 0n);
  }
}

function read(raw: Hex) {
  return parseTransaction(raw as TransactionSerializedEIP1559);
}

function transfer(token: string | undefined, from: string, to: string, amount: bigint): object {
  return { address: token, topics: [TRANSFER, word(from), word(to)], data: word(amount) };
}
