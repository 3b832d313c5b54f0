/**
 * What a wallet has signed, kept before it is sent: which nonces are used, by which hashes, for which order. It holds no key and no signature: what was
 * signed is signed again, to the same hash.
 */
import { UserError } from '../../../domain/errors.ts';
import { isObject } from '../../toolkit/json.ts';
import type { Token } from '../deployments.ts';
import type { SwapOrder } from './amounts.ts';

/** `reset` takes back what is left of an approval; `cancel` sends nothing to the wallet itself, so that its nonce is used up. */
export type TxKind = 'approve' | 'swap' | 'reset' | 'cancel';

/** One transaction as it was signed. Amounts in wei, as text. */
export type SignedTx = {
  readonly kind: TxKind;
  readonly to: string;
  readonly data: string;
  readonly gas: string;
  readonly maxFee: string;
  readonly tip: string;
  readonly hash: string;
  /** Number of the newest block when it was signed. */
  readonly atBlock: number;
};

/** What the chain made of a nonce. */
export type Mined = {
  readonly hash: string;
  /** Undefined: a transaction that this wallet did not sign. */
  readonly kind: TxKind | undefined;
  readonly block: number;
  readonly blockHash: string;
  readonly isReverted: boolean;
  /** In wei, all of it. */
  readonly cost: string;
  /** It was signed for an earlier order, whose block was taken back. */
  readonly isOfEarlier?: true;
};

/** One nonce, and everything that was signed for it: at most one of them is ever mined. */
export type Slot = {
  readonly nonce: number;
  signed: SignedTx[];
  /**
   * What may take its place without another word of the engine: kept with it, so that a watchdog beside an engine that is frozen, which has the record,
   * may send it. Records of before have none.
   */
  reserve?: SignedTx | undefined;
  mined?: Mined | undefined;
};

/** All that may be mined for a nonce, as far as this wallet signed it. */
export function candidatesOf({ signed, reserve }: Slot): readonly SignedTx[] {
  return reserve === undefined ? signed : [...signed, reserve];
}

/** It uses its nonce up, or takes an approval back: of an order that is not to be made it may be sent. */
export function isHarmless(kind: TxKind | undefined): boolean {
  return kind === 'cancel' || kind === 'reset';
}

export type OrderEnd =
  | {
      /** `unlike`: something moved to one side alone. */
      readonly kind: 'filled' | 'unlike';
      /** Of the swap. */
      readonly hash: string;
      readonly base: string;
      readonly quote: string;
      readonly cost: string;
    }
  | { readonly kind: 'canceled'; readonly reason: string; readonly cost: string };

export type OrderRecord = Omit<SwapOrder, 'waitS'> & {
  /** By the chain’s clock, in seconds: no later block may have it. */
  readonly deadlineS: number;
  readonly base: Token;
  readonly quote: Token;
  readonly router: string;
  readonly slots: Slot[];
  /** It is not to be made any longer. */
  isCanceled: boolean;
  /** When it was signed, in milliseconds since 1970. Records of before have none. */
  readonly signedMs?: number | undefined;
  end?: OrderEnd | undefined;
  /** The chain no longer has what it ended with. */
  isTakenBack?: boolean | undefined;
};

/** Why nothing is signed any longer, until a person has looked. */
export type Halt = {
  readonly code:
    | 'swap-taken-back'
    | 'foreign-transaction'
    | 'unlike-order'
    | 'approval-left'
    | 'chain-began-anew';
  readonly reason: string;
  /** What halted it besides, since. Left out in records of before, which do not say: such a halt is never ended without a person. */
  readonly others?: readonly Halt['code'][] | undefined;
};

/** One that another halt followed is not: see `KeptRecord.stop`. */
export const isReorganisationAlone = (halt: Halt | undefined): boolean =>
  halt?.code === 'swap-taken-back' && halt.others?.length === 0;

export type WalletRecord = {
  readonly version: 1;
  readonly chainId: number;
  readonly address: string;
  /** Hash of block 0, by which a local chain that began anew is known. */
  genesis?: string | undefined;
  nextNonce: number;
  halt?: Halt | undefined;
  /** The oldest first; at most one has no end. */
  orders: OrderRecord[];
  /** Of orders that were signed by then, in milliseconds since 1970, some are in the record no longer. Left out: all are in it. */
  forgottenMs?: number | undefined;
};

/** Where the record is kept. `save` resolves when it is durable. */
export type Journal = { load(): Promise<unknown>; save(record: WalletRecord): Promise<void> };

/** Orders that are kept after their end, for the question what became of them. */
const KEPT_ORDERS = 200;

/** @throws UserError for one that is of another wallet or cannot be read: nothing may be signed then. */
export function readRecord(value: unknown, chainId: number, address: string): WalletRecord | undefined {
  if (value === undefined) return undefined;
  const record = isObject(value) ? value : {};
  const isOurs = record['chainId'] === chainId && record['address'] === address;
  const orders = record['orders'];
  if (record['version'] !== 1 || !isCount(record['nextNonce']) || !Array.isArray(orders))
    throw refused('the record of the wallet cannot be read');
  if (!isOurs) throw refused('the record is of another wallet or chain');
  if (!(orders as unknown[]).every(isOrder))
    throw refused('an order in the record of the wallet cannot be read');
  const read = structuredClone(value) as WalletRecord;
  // One of before does not say whether it is whole.
  if (!isCount(read.forgottenMs)) read.forgottenMs = orders.length < KEPT_ORDERS ? undefined : Date.now();
  return read;
}

function refused(message: string): UserError {
  return new UserError({
    code: 'bad-wallet-record',
    message: `${message}: nothing is signed`,
    remedy: 'Name the record that was kept for this key, or look on the chain what became of its swaps.',
  });
}

/** Takes in an order, and the oldest ones out. */
export function addOrder(record: WalletRecord, order: OrderRecord): void {
  const all = [...record.orders, order];
  record.orders = all.slice(-KEPT_ORDERS);
  for (const { signedMs = Date.now() } of all.slice(0, -KEPT_ORDERS))
    record.forgottenMs = Math.max(record.forgottenMs ?? 0, signedMs);
}

function isOrder(order: unknown): boolean {
  if (!isObject(order)) return false;
  const { slots, end } = order;
  return (
    ['orderId', 'symbol', 'qty', 'price', 'router'].every((name) => isText(order[name])) &&
    (order['side'] === 'buy' || order['side'] === 'sell') &&
    isToken(order['base']) &&
    isToken(order['quote']) &&
    isCount(order['deadlineS']) &&
    Array.isArray(slots) &&
    (slots as unknown[]).every(isSlot) &&
    // Every order has a swap: what became of it is asked of this one.
    (slots as Slot[]).some(({ signed }) => signed[0]?.kind === 'swap') &&
    (end === undefined || isEnd(end))
  );
}

function isEnd(end: unknown): boolean {
  if (!isObject(end) || !isWei(end['cost'])) return false;
  if (end['kind'] === 'canceled') return isText(end['reason']);
  return (
    (end['kind'] === 'filled' || end['kind'] === 'unlike') &&
    isText(end['hash']) &&
    isWei(end['base']) &&
    isWei(end['quote'])
  );
}

function isToken(token: unknown): boolean {
  return isObject(token) && isText(token['asset']) && isText(token['address']) && isCount(token['decimals']);
}

function isSlot(slot: unknown): boolean {
  if (!isObject(slot) || !isCount(slot['nonce'])) return false;
  const { signed, reserve, mined } = slot;
  if (reserve !== undefined && !isSigned(reserve)) return false;
  const isMined =
    mined === undefined ||
    (isObject(mined) && isText(mined['hash']) && isCount(mined['block']) && isWei(mined['cost']));
  return isMined && Array.isArray(signed) && signed.length > 0 && (signed as unknown[]).every(isSigned);
}

function isSigned(tx: unknown): boolean {
  return (
    isObject(tx) &&
    ['kind', 'to', 'data', 'hash'].every((name) => isText(tx[name])) &&
    ['gas', 'maxFee', 'tip'].every((name) => isWei(tx[name])) &&
    isCount(tx['atBlock'])
  );
}

const isWei = (value: unknown): boolean => typeof value === 'string' && /^\d{1,78}$/.test(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
