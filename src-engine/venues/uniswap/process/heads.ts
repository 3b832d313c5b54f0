/** Blocks that were read, and what a new one is to them: the next, one of another branch, or one of before. */
import { type Rpc, RpcError } from './rpc.ts';

export type Head = {
  readonly number: number;
  readonly hash: string;
  readonly parent: string;
  readonly timeS: number;
  /** Wei for a unit of gas. */
  readonly baseFee: bigint;
};

/** Blocks that may be missing before an endpoint lags, and the least time that this is: clocks of machines differ by seconds. */
const MOST_LATE = { blocks: 5, leastS: 10 };

/** Blocks that are kept: a deeper reorg begins anew. */
const KEPT = 64;

export type HeadNews =
  | { readonly kind: 'same' | 'next' }
  /** The endpoint went back to a block of before: another of its machines answers, which lags. */
  | { readonly kind: 'older'; readonly behind: number }
  /** `lost` blocks that were read are no part of the chain any longer; undefined: all that are kept. */
  | { readonly kind: 'reorg'; readonly lost: number | undefined };

export class Heads {
  #kept: Head[] = [];

  get tip(): Head | undefined {
    return this.#kept.at(-1);
  }

  /**
   * Takes the head that the endpoint names. Between it and the last one blocks may have come that were not read.
   * @param hashAt of the block of this number, as the endpoint has it now.
   */
  async take(head: Head, hashAt: (number: number) => Promise<string | undefined>): Promise<HeadNews> {
    const { tip } = this;
    if (tip?.hash === head.hash) return { kind: 'same' };
    const known = this.#kept.findIndex(({ hash }) => hash === head.hash);
    if (known >= 0) return { kind: 'older', behind: (tip?.number ?? head.number) - head.number };
    if (tip === undefined || head.parent === tip.hash) return this.#push(head, { kind: 'next' });
    if (head.number < tip.number) {
      // A block below the newest that was read is of the same chain where the newest is still there or unknown.
      const now = await hashAt(tip.number);
      if (now === undefined || now === tip.hash) return { kind: 'older', behind: tip.number - head.number };
    }
    for (let at = this.#kept.length - 1; at >= 0; at--) {
      const { number, hash } = this.#kept[at] as Head;
      if (number >= head.number) continue;
      if ((await hashAt(number)) !== hash) continue;
      const lost = this.#kept.length - 1 - at;
      this.#kept = this.#kept.slice(0, at + 1);
      return this.#push(head, lost === 0 ? { kind: 'next' } : { kind: 'reorg', lost });
    }
    this.#kept = [];
    return this.#push(head, { kind: 'reorg', lost: undefined });
  }

  #push(head: Head, news: HeadNews): HeadNews {
    this.#kept.push(head);
    if (this.#kept.length > KEPT) this.#kept.shift();
    return news;
  }
}

/**
 * The newest block. @throws RpcError, also for a block that lacks what every block has: without a base fee, which all chains that are
 * known have, a swap would seem to cost next to nothing.
 */
export async function latestHead(rpc: Rpc): Promise<Head> {
  const block = blockOf(await rpc.call('eth_getBlockByNumber', ['latest', false]));
  if (block === undefined) throw new RpcError('no-answer', 'eth_getBlockByNumber: the answer is no block');
  const { baseFee } = block;
  if (baseFee === undefined)
    throw new RpcError('no-answer', `block ${block.number} has no base fee: what a swap costs is not known`);
  return { ...block, baseFee };
}

/** Age of the newest block, in seconds, above which its endpoint lags. @param blockS from one block to the next, in seconds. */
export function mostAgeS(blockS: number): number {
  return Math.max(MOST_LATE.leastS, MOST_LATE.blocks * blockS);
}

/** Undefined: the endpoint has no block of this number now. @throws RpcError. */
export async function hashAt(rpc: Rpc, number: number): Promise<string | undefined> {
  return blockOf(await rpc.call('eth_getBlockByNumber', [hexOf(number), false]))?.hash;
}

/**
 * Time that the next block would have, in seconds. A local node that mines only what is sent to it may have been idle for hours: its newest block
 * says nothing of that. Never before the newest block; that one's where the endpoint has no block to come. @throws RpcError.
 */
export async function nextTimeS(rpc: Rpc, head: Pick<Head, 'timeS'>): Promise<number> {
  let next: unknown;
  try {
    next = await rpc.call('eth_getBlockByNumber', ['pending', false]);
  } catch (error) {
    if (!(error instanceof RpcError) || error.kind !== 'refused') throw error;
  }
  const timestamp = typeof next === 'object' && next !== null && 'timestamp' in next ? next.timestamp : 0;
  return Math.max(head.timeS, numberOf(timestamp) ?? 0);
}

export const hexOf = (number: number): string => `0x${number.toString(16)}`;

type Block = Omit<Head, 'baseFee'> & { readonly baseFee: bigint | undefined };

function blockOf(block: unknown): Block | undefined {
  if (typeof block !== 'object' || block === null) return undefined;
  const { number, hash, parentHash, timestamp, baseFeePerGas } = block as Record<string, unknown>;
  const [height, timeS] = [numberOf(number), numberOf(timestamp)];
  if (height === undefined || timeS === undefined || !isHash(hash) || !isHash(parentHash)) return undefined;
  const baseFee = isHex(baseFeePerGas) ? BigInt(baseFeePerGas) : undefined;
  return { number: height, hash, parent: parentHash, timeS, baseFee };
}

/** A whole number that a double holds exactly, in the form of JSON-RPC: "0x1b4". */
export function numberOf(value: unknown): number | undefined {
  const number = isHex(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

export const isHex = (value: unknown): value is `0x${string}` =>
  typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value);

export const isHash = (value: unknown): value is string =>
  typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value);
