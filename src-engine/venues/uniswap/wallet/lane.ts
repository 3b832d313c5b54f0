/** The nonces of one key: transactions are signed and kept before they are sent, replaced by nonce, and looked for by nonce. */
import type { Deployment } from '../deployments.ts';
import { type Rpc, RpcError } from '../process/rpc.ts';
import { isObject } from '../../toolkit/json.ts';
import type { Signer, WalletCalls } from './calls.ts';
import { type FeeCap, higherCap, raisedCap, reserveCap } from './fees.ts';
import { countAt, type Receipt, receiptOf, userOf } from './receipts.ts';
import { candidatesOf, type Mined, type SignedTx, type Slot, type TxKind } from './record.ts';

/** A transaction that is to be signed. */
export type Step = {
  readonly kind: TxKind;
  readonly to: string;
  readonly data: string;
  readonly gas: bigint;
};

export type LaneOptions = {
  readonly rpc: Rpc;
  readonly calls: WalletCalls;
  readonly signer: Signer;
  readonly deployment: Pick<Deployment, 'chainId' | 'dataFee'>;
};

/** A transfer of nothing to oneself (Ethereum, "Yellow Paper": the cost of every transaction). */
const TRANSFER_GAS = 21_000n;
/** Arbitrum counts the data of a transaction as gas: nothing of what is left over is charged. */
const TRANSFER_GAS_LIMIT = TRANSFER_GAS * 4n;

export class Lane {
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get address(): string {
    return this.#options.signer.address;
  }

  /** Signs these steps from a nonce on. Nothing is sent. */
  async sign(steps: readonly Step[], nonce: number, cap: FeeCap, atBlock: number): Promise<Slot[]> {
    const slots: Slot[] = [];
    for (const [at, step] of steps.entries())
      slots.push({ nonce: nonce + at, signed: [await this.#signed(step, nonce + at, cap, atBlock)] });
    return slots;
  }

  /** What uses a nonce up, and does nothing. */
  nothing(): Step {
    return { kind: 'cancel', to: this.address, data: '0x', gas: TRANSFER_GAS_LIMIT };
  }

  /**
   * Signs this in place of what was sent last for a nonce, at a higher fee. Undefined: it would pay more than it may.
   * @param step never of the record alone: that is a file.
   */
  async replacement(
    { nonce, signed, reserve }: Slot,
    step: Step,
    prices: FeeCap & { readonly baseFee: bigint; readonly atBlock: number },
  ): Promise<SignedTx | undefined> {
    const last = capOf(signed.at(-1) as SignedTx);
    // A watchdog sent it while the engine was frozen: nodes take only what pays more than that.
    const isReserveSent = reserve !== undefined && (await this.#has(reserve));
    const before = isReserveSent ? higherCap(last, capOf(reserve)) : last;
    const cap = raisedCap(before, prices.baseFee, prices.tip, prices.maxFee);
    return cap === undefined ? undefined : await this.#signed(step, nonce, cap, prices.atBlock);
  }

  /** Signs what may take the place of the last that was signed for a nonce, at twice its fee within the bound. Nothing is sent. */
  async reserve({ nonce, signed }: Slot, step: Step, bound: bigint): Promise<SignedTx> {
    const last = signed.at(-1) as SignedTx;
    return await this.#signed(step, nonce, reserveCap(capOf(last), bound), last.atBlock);
  }

  /**
   * Sends the last that was signed for a nonce, or what is named. An error proves nothing: the endpoint may have passed it on.
   * @returns why it did not take it; empty: it did, or has it already.
   */
  async send({ nonce, signed }: Slot, tx: SignedTx = signed.at(-1) as SignedTx): Promise<string> {
    const { raw, hash } = await this.#options.signer.sign(this.#unsigned(tx, nonce));
    if (hash !== tx.hash) return 'it cannot be signed as it was: the record is of another key';
    try {
      const answer = await this.#options.rpc.call('eth_sendRawTransaction', [raw]);
      return answer === hash ? '' : 'the endpoint answers with another hash';
    } catch (error) {
      // One that it has already is refused too, in words of each node's own and without a code: it is asked for by its hash.
      if (error instanceof RpcError && error.kind === 'refused' && (await this.#has(tx))) return '';
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The endpoint knows it, mined or waiting. One that cannot answer does not. */
  async #has({ hash }: SignedTx): Promise<boolean> {
    const found = await this.#options.rpc.call('eth_getTransactionByHash', [hash]).catch(() => null);
    return isObject(found) && found['hash'] === hash;
  }

  /**
   * What the chain has for a nonce that is used by `head`. Undefined: it cannot be said yet.
   * @param earlier nonces of other orders: one that was taken back may be mined in place of this. @throws RpcError.
   */
  async mined(slot: Slot, head: number, earlier: readonly Slot[] = []): Promise<Mined | undefined> {
    const { nonce, signed } = slot;
    const own = candidatesOf(slot);
    for (const tx of own) {
      const receipt = await this.#receiptOf(tx);
      if (receipt === undefined) continue;
      // Of a block that was not there when the nonces were counted.
      return receipt.block > head ? undefined : minedOf(receipt, tx.kind);
    }
    // Not one of ours by its receipts: the blocks themselves decide.
    const first = (signed[0] as SignedTx).atBlock;
    const user = await userOf(this.#options.rpc, this.address, nonce, first, head);
    if (user === undefined || own.some(({ hash }) => hash === user.hash)) return undefined;
    const before = earlier.flatMap(candidatesOf).find(({ hash }) => hash === user.hash);
    const receipt = before === undefined ? undefined : await this.#receiptOf(before);
    if (receipt !== undefined) return { ...minedOf(receipt, undefined), isOfEarlier: true };
    return { ...user, kind: undefined, isReverted: false, cost: '0' };
  }

  /** Of something that was signed for this nonce. */
  async receipt(slot: Slot, hash: string): Promise<Receipt | undefined> {
    const tx = candidatesOf(slot).find((one) => one.hash === hash);
    return tx === undefined ? undefined : await this.#receiptOf(tx);
  }

  /** The nonce of the next transaction, by the blocks up to this one, or with those that wait. @throws RpcError. */
  async countAt(block: number | 'pending'): Promise<number> {
    return await countAt(this.#options.rpc, this.address, block);
  }

  async #receiptOf({ hash, gas, maxFee }: SignedTx): Promise<Receipt | undefined> {
    const { rpc, calls, deployment } = this.#options;
    const hasDataFee = deployment.dataFee?.by === 'op';
    const gasCost = BigInt(gas) * BigInt(maxFee);
    return await receiptOf(rpc, hash, calls.transferTopic, { gasCost, hasDataFee });
  }

  async #signed(step: Step, nonce: number, { maxFee, tip }: FeeCap, atBlock: number): Promise<SignedTx> {
    const { kind, to, data, gas } = step;
    const text = { gas: gas.toString(), maxFee: maxFee.toString(), tip: tip.toString() };
    const { hash } = await this.#options.signer.sign(this.#unsigned({ to, data, ...text }, nonce));
    return { kind, to, data, ...text, hash, atBlock };
  }

  #unsigned(
    { to, data, gas, maxFee, tip }: Pick<SignedTx, 'to' | 'data' | 'gas' | 'maxFee' | 'tip'>,
    nonce: number,
  ) {
    const { chainId } = this.#options.deployment;
    return { chainId, nonce, to, data, gas: BigInt(gas), maxFee: BigInt(maxFee), tip: BigInt(tip) };
  }
}

function capOf({ maxFee, tip }: SignedTx): FeeCap {
  return { maxFee: BigInt(maxFee), tip: BigInt(tip) };
}

function minedOf({ hash, block, blockHash, isReverted, cost }: Receipt, kind: TxKind | undefined): Mined {
  return { hash, kind, block, blockHash, isReverted, cost: cost.toString() };
}
