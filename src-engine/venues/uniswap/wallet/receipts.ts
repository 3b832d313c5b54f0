/** What the chain says of transactions: receipts, what moved, and who used a nonce. */
import { hexOf, isHash, isHex, numberOf } from '../process/heads.ts';
import { type Rpc, RpcError } from '../process/rpc.ts';

export type Receipt = {
  readonly hash: string;
  readonly block: number;
  readonly blockHash: string;
  readonly isReverted: boolean;
  readonly gasUsed: bigint;
  /** In wei: gas, and what the chain charges for its data. */
  readonly cost: bigint;
  readonly transfers: readonly Transfer[];
};

/** An event "Transfer" of a token (EIP-20), addresses in small letters. */
export type Transfer = {
  readonly token: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
};

/** What holds for a transaction that was signed here: an answer beyond it is none. */
export type ReceiptLimits = {
  /** Wei that its gas may cost at most. */
  readonly gasCost?: bigint;
  /** The chain charges for the data of a transaction too (OP stack). */
  readonly hasDataFee?: boolean;
};

/** Undefined: the endpoint knows of no block with it. @throws RpcError, also for an answer that lacks what it must have. */
export async function receiptOf(
  rpc: Rpc,
  hash: string,
  transferTopic: string,
  { gasCost, hasDataFee = false }: ReceiptLimits = {},
): Promise<Receipt | undefined> {
  const answer = await rpc.call('eth_getTransactionReceipt', [hash]);
  if (answer === null) return undefined;
  const { blockNumber, blockHash, status, gasUsed, effectiveGasPrice, l1Fee, logs, transactionHash } =
    fieldsOf(answer);
  const block = numberOf(blockNumber);
  const isWhole =
    transactionHash === hash &&
    block !== undefined &&
    isHash(blockHash) &&
    isHex(gasUsed) &&
    isHex(effectiveGasPrice) &&
    (status === '0x0' || status === '0x1') &&
    Array.isArray(logs);
  if (!isWhole) throw new RpcError('no-answer', 'eth_getTransactionReceipt: the answer is no receipt');
  const cost = BigInt(gasUsed) * BigInt(effectiveGasPrice);
  if (gasCost !== undefined && cost > gasCost)
    throw new RpcError('no-answer', 'eth_getTransactionReceipt: it costs more than was signed');
  return {
    hash,
    block,
    blockHash,
    isReverted: status === '0x0',
    gasUsed: BigInt(gasUsed),
    cost: cost + (hasDataFee && isHex(l1Fee) ? BigInt(l1Fee) : 0n),
    transfers: (logs as unknown[]).flatMap((log) => transferOf(fieldsOf(log), transferTopic)),
  };
}

/** What an account gave and got of a token by these transfers. */
export function movedOf(
  transfers: readonly Transfer[],
  token: string,
  account: string,
): { readonly given: bigint; readonly got: bigint } {
  let [given, got] = [0n, 0n];
  for (const { token: of, from, to, amount } of transfers) {
    if (of !== token.toLowerCase()) continue;
    if (from === account) given += amount;
    if (to === account) got += amount;
  }
  return { given, got };
}

/** How many transactions an account has made up to a block: the nonce of its next one. @throws RpcError. */
export async function countAt(rpc: Rpc, account: string, block: number | 'pending'): Promise<number> {
  const at = block === 'pending' ? block : hexOf(block);
  const count = numberOf(await rpc.call('eth_getTransactionCount', [account, at]));
  if (count === undefined) throw new RpcError('no-answer', 'eth_getTransactionCount: the answer is no count');
  return count;
}

/** Blocks that may be taken back after a transaction was signed: it may lie below the block of then. */
const MOST_BACK = 64;

/**
 * The transaction that used a nonce, and its block, by the blocks themselves: between the block at which the account had not used it yet and one at which
 * it has. Undefined: the endpoint does not show it, and nothing may be concluded. @throws RpcError.
 */
export async function userOf(
  rpc: Rpc,
  account: string,
  nonce: number,
  from: number,
  to: number,
): Promise<Pick<Receipt, 'hash' | 'block' | 'blockHash'> | undefined> {
  let [low, high] = [Math.max(0, from - MOST_BACK), to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await countAt(rpc, account, middle)) > nonce) high = middle;
    else low = middle + 1;
  }
  const { transactions, hash: blockHash } = fieldsOf(
    await rpc.call('eth_getBlockByNumber', [hexOf(low), true]),
  );
  if (!Array.isArray(transactions) || !isHash(blockHash)) return undefined;
  for (const one of transactions as unknown[]) {
    const { from: sender, nonce: used, hash } = fieldsOf(one);
    if (String(sender).toLowerCase() === account && numberOf(used) === nonce && isHash(hash))
      return { hash, block: low, blockHash };
  }
  return undefined;
}

/** A word of an ERC-20 contract at a block. @throws RpcError. */
export async function wordAt(rpc: Rpc, to: string, data: string, block: number): Promise<bigint> {
  const answer = await rpc.call('eth_call', [{ to, data }, hexOf(block)]);
  if (!isHex(answer) || answer.length !== 66)
    throw new RpcError('no-answer', 'eth_call: the answer is no amount');
  return BigInt(answer);
}

/** The native coin of an account at a block, in wei. @throws RpcError. */
export async function nativeAt(rpc: Rpc, account: string, block: number): Promise<bigint> {
  const answer = await rpc.call('eth_getBalance', [account, hexOf(block)]);
  if (!isHex(answer)) throw new RpcError('no-answer', 'eth_getBalance: the answer is no amount');
  return BigInt(answer);
}

function transferOf({ address, topics, data }: Record<string, unknown>, topic: string): Transfer[] {
  const [what, from, to] = Array.isArray(topics) ? (topics as unknown[]) : [];
  if (what !== topic || !isHex(from) || !isHex(to) || !isHex(data)) return [];
  const addressOf = (word: string): string => `0x${word.slice(-40).toLowerCase()}`;
  return [
    { token: String(address).toLowerCase(), from: addressOf(from), to: addressOf(to), amount: BigInt(data) },
  ];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
