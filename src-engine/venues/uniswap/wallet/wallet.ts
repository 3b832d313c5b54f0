/**
 * One key that swaps in pools. An order is an approval of exactly what it takes, a swap with a limit and a deadline, and what is left of the
 * approval taken back. Everything that is signed is kept before it is sent, and only the chain says what became of it: an order is filled or
 * canceled once each of its nonces is used, by what the wallet signed for it or by something else.
 */
import { UserError } from '../../../domain/errors.ts';
import type { Deployment } from '../deployments.ts';
import { tipOf } from '../process/gas.ts';
import { type Head, hashAt, latestHead } from '../process/heads.ts';
import type { Rpc } from '../process/rpc.ts';
import { APPROVE_GAS } from '../process/swap-size.ts';
import type { SwapOrder } from './amounts.ts';
import type { Signer, WalletCalls } from './calls.ts';
import { CANCEL_BOUND, feeCap, type FeeCap } from './fees.ts';
import { Lane } from './lane.ts';
import { endOf, eventsOf, foreignOf, isAsBooked, tokensOf, type WalletEvent } from './outcome.ts';
import { demandRehearsal } from './permit.ts';
import { planOf, type PoolTable } from './plan.ts';
import { wordAt } from './receipts.ts';
import {
  type Halt,
  type Journal,
  KEPT_ORDERS,
  type OrderRecord,
  readRecord,
  type Slot,
  type WalletRecord,
  withoutOld,
} from './record.ts';

export type WalletOptions = {
  readonly rpc: Rpc;
  readonly calls: WalletCalls;
  readonly signer: Signer;
  readonly deployment: Deployment;
  readonly pools: PoolTable;
  readonly journal: Journal;
  /** Wei for a unit of gas that a swap may pay at most; a cancel twice as much. */
  readonly maxGasPrice: bigint;
  readonly report: (event: WalletEvent) => void;
};

/** Blocks after which a cancel that is not mined is raised. */
const RAISE_AFTER = 3;
/** Blocks for which what was booked is held against the chain. */
const WATCHED_BLOCKS = 64;

const WAITING = 'transactions of this key wait to be mined that are of no open order';

type Prices = FeeCap & { readonly baseFee: bigint; readonly atBlock: number };

export class Wallet {
  readonly #options: WalletOptions;
  readonly #lane: Lane;
  #record: WalletRecord | undefined;
  /** Hash of the newest block that was looked at. */
  #seen = '';
  /** A kill goes on until nothing is open. */
  #isKilled = false;
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws UserError on a chain on which something is worth anything. */
  constructor(options: WalletOptions) {
    demandRehearsal(options.deployment);
    this.#options = options;
    const { rpc, calls, signer, deployment } = options;
    this.#lane = new Lane({ rpc, calls, signer, chainId: deployment.chainId });
  }

  get address(): string {
    return this.#lane.address;
  }

  get halt(): Halt | undefined {
    return this.#record?.halt;
  }

  get openOrder(): OrderRecord | undefined {
    return this.#record?.orders.find(({ end }) => end === undefined);
  }

  /** Orders as they ended, and the open one, as the record has them. */
  get orders(): readonly OrderRecord[] {
    return this.#record?.orders ?? [];
  }

  /**
   * Takes up what an earlier run signed. @throws Error where the record cannot be read; UserError for an endpoint of another chain; RpcError.
   */
  open(): Promise<void> {
    return this.#alone(async () => {
      const { rpc, deployment, journal } = this.#options;
      const { chainId } = deployment;
      const named = Number(await rpc.call('eth_chainId', []));
      if (named !== chainId) throw unfit(`the endpoint is of chain ${named}, and the wallet of ${chainId}`);
      const kept = readRecord(await journal.load(), chainId, this.address);
      const used = await this.#lane.countAt((await latestHead(rpc)).number);
      this.#record = kept ?? { version: 1, chainId, address: this.address, nextNonce: used, orders: [] };
      const { nextNonce } = this.#record;
      if (this.openOrder === undefined && used > nextNonce)
        this.#stop('foreign-transaction', `nonce ${nextNonce} was used by another program`);
      await this.#save();
    });
  }

  /** At most once for each order. Whatever becomes of it is reported: now where nothing was signed, else by `look`. */
  place(order: SwapOrder): Promise<void> {
    return this.#alone(async () => {
      const { orderId } = order;
      if (this.orders.some((one) => one.orderId === orderId)) return;
      const reason = await this.#begun(order).catch((error: unknown) => wordsOf(error));
      if (reason !== undefined)
        this.#options.report({ kind: 'rejected', orderId, reason: `not sent: ${reason}` });
    });
  }

  /** Its nonces are used up by transfers of nothing at a higher fee: it is canceled once these are mined, and filled where it was faster. */
  cancel(orderId: string): Promise<void> {
    return this.#alone(async () => {
      const order = this.openOrder;
      if (order?.orderId !== orderId) {
        this.#options.report({ kind: 'cancel-rejected', orderId, reason: 'it is not open' });
        return;
      }
      order.isCanceled = true;
      await this.#save();
      await this.#settle(order, await latestHead(this.#options.rpc));
    });
  }

  /** The same for whatever is open. `open-orders` is reported with each look until nothing is. */
  cancelAll(): Promise<void> {
    return this.#alone(async () => {
      this.#isKilled = true;
      await this.#look();
    });
  }

  /** Reports again how an order ended, for an engine that missed it. One that was never kept was never sent. */
  ask(orderId: string): Promise<void> {
    return this.#alone(async () => {
      const order = this.orders.find((one) => one.orderId === orderId);
      if (this.#record !== undefined && order === undefined && this.orders.length < KEPT_ORDERS)
        this.#options.report({ kind: 'rejected', orderId, reason: 'not sent: it was never signed' });
      if (order?.end !== undefined) for (const event of eventsOf(order)) this.#options.report(event);
      await Promise.resolve();
    });
  }

  /** What the newest block shows. @throws RpcError: nothing is known then. */
  look(): Promise<void> {
    return this.#alone(() => this.#look());
  }

  /** A person has looked: nonces go on where the chain is. @throws UserError while anything that was signed may still be made. */
  resume(): Promise<void> {
    return this.#alone(async () => {
      const record = this.#known();
      if (this.openOrder !== undefined) throw unfit(`order ${this.openOrder.orderId} is open`);
      const head = await latestHead(this.#options.rpc);
      const used = await this.#lane.countAt(head.number);
      // One that was taken back is still signed: other nodes may have it.
      const late = record.orders.find(({ deadlineS }) => deadlineS >= head.timeS);
      if (late !== undefined)
        throw unfit(`order ${late.orderId} may be mined until its deadline, ${late.deadlineS}`);
      if ((await this.#lane.countAt('pending')) > used) throw unfit(WAITING);
      record.nextNonce = used;
      record.halt = undefined;
      // What was taken back is known by now, and not to be found again.
      for (const order of record.orders) for (const slot of order.slots) slot.mined = undefined;
      await this.#save();
    });
  }

  /** @returns why nothing was signed; undefined: it was. */
  async #begun(order: SwapOrder): Promise<string | undefined> {
    const { rpc, maxGasPrice, report } = this.#options;
    const record = this.#known();
    if (record.halt !== undefined) return `the wallet is halted (${record.halt.code}): ${record.halt.reason}`;
    if (this.openOrder !== undefined)
      return `order ${this.openOrder.orderId} of this wallet is not mined yet`;
    const head = await latestHead(rpc);
    const used = await this.#lane.countAt(head.number);
    if (used !== record.nextNonce) {
      if (used < record.nextNonce)
        return `the endpoint shows ${used} transactions of this key, and ${record.nextNonce} were made`;
      this.#stop('foreign-transaction', `nonce ${record.nextNonce} was used by another program`);
      await this.#save();
      return 'another program uses this key';
    }
    if ((await this.#lane.countAt('pending')) > used) return WAITING;
    const tip = await this.#tip();
    const cap = feeCap(head.baseFee, tip, maxGasPrice);
    if (cap === undefined)
      return `the next block may want ${head.baseFee + tip} wei for a unit of gas, and ${maxGasPrice} is the bound`;
    const plan = await planOf(order, head, cap, { ...this.#options, account: this.address });
    if (typeof plan === 'string') return plan;
    const { steps, base, quote, router } = plan;
    const slots = await this.#lane.sign(steps, record.nextNonce, cap, head.number);
    const before = { ...record };
    const kept: OrderRecord = { ...order, base, quote, router, slots, isCanceled: false };
    record.orders = withoutOld([...record.orders, kept]);
    record.nextNonce += slots.length;
    try {
      await this.#save();
    } catch (error) {
      this.#record = before;
      return `it could not be kept (${wordsOf(error)})`;
    }
    const swap = swapOf(kept);
    const refusals = await this.#send(slots);
    const { orderId } = order;
    if (refusals === '') report({ kind: 'accepted', orderId, venueOrderId: swap.signed[0]?.hash ?? '' });
    else report({ kind: 'unknown', orderId, reason: refusals });
    return undefined;
  }

  async #look(): Promise<void> {
    const head = await latestHead(this.#options.rpc);
    const order = this.openOrder;
    const isNext = head.parent === this.#seen || head.hash === this.#seen;
    const isCompared = isNext || (await this.#compare(head));
    if (order !== undefined) {
      if (this.#isKilled && !order.isCanceled) {
        order.isCanceled = true;
        await this.#save();
      }
      await this.#settle(order, head);
    }
    if (isCompared) this.#seen = head.hash;
    if (!this.#isKilled) return;
    const count = this.openOrder === undefined ? 0 : 1;
    this.#isKilled = count > 0;
    this.#options.report({ kind: 'open-orders', count });
  }

  /** Each of its nonces by what the chain has for it now, also where it had something else before. */
  async #settle(order: OrderRecord, head: Head): Promise<void> {
    const used = await this.#lane.countAt(head.number);
    for (const slot of order.slots) {
      slot.mined = slot.nonce < used ? (await this.#lane.mined(slot, head.number))?.mined : undefined;
    }
    if (order.slots.every(({ mined }) => mined !== undefined)) return this.#conclude(order, head);
    const pending = order.slots.filter(({ nonce }) => nonce >= used);
    // The next block is later than this one: from here on it cannot be made any longer.
    if (order.isCanceled || head.timeS >= order.deadlineS) await this.#cancelSlots(pending, head);
    await this.#send(pending);
  }

  async #cancelSlots(pending: readonly Slot[], head: Head): Promise<void> {
    const prices: Prices = {
      maxFee: this.#options.maxGasPrice,
      tip: await this.#tip(),
      baseFee: head.baseFee,
      atBlock: head.number,
    };
    let isChanged = false;
    for (const slot of pending) {
      const last = slot.signed.at(-1);
      const isCanceled = last?.kind === 'cancel' || (last?.kind === 'reset' && slot.signed.length > 1);
      if (last === undefined || (isCanceled && head.number - last.atBlock < RAISE_AFTER)) continue;
      // What is left of an approval is taken back whatever becomes of the swap.
      const replacement = await this.#lane.replacement(slot, last.kind !== 'reset', prices);
      if (replacement === undefined) continue;
      slot.signed.push(replacement);
      isChanged = true;
    }
    if (isChanged) await this.#save();
  }

  /** All of its nonces are used. */
  async #conclude(order: OrderRecord, head: Head): Promise<void> {
    const { rpc, calls, report } = this.#options;
    const record = this.#known();
    const given = tokensOf(order).given.address;
    const left = await wordAt(rpc, given, calls.allowance(this.address, order.router), head.number);
    if (left > 0n) return this.#takeBack(order, head);
    const foreign = foreignOf(order);
    if (foreign !== undefined) this.#stop('foreign-transaction', foreign);
    const swap = swapOf(order).mined;
    const receipt = swap?.kind === 'swap' ? await this.#lane.receipt(swap.hash) : undefined;
    if (swap?.kind === 'swap' && receipt?.blockHash !== swap.blockHash) return;
    const { end, fault } = endOf(order, this.address, receipt);
    if (fault !== undefined) this.#stop('unlike-order', fault);
    order.end = end;
    record.nextNonce = Math.max(record.nextNonce, await this.#lane.countAt(head.number));
    await this.#save();
    for (const event of eventsOf(order)) report(event);
  }

  /** What is left of an approval, by one transaction more. */
  async #takeBack(order: OrderRecord, head: Head): Promise<void> {
    const record = this.#known();
    const tip = await this.#tip();
    const cap = feeCap(head.baseFee, tip, this.#options.maxGasPrice * CANCEL_BOUND);
    // Its gas costs too much now: the order stays open until it is not.
    if (cap === undefined) return;
    const data = this.#options.calls.approve(order.router, 0n);
    const step = { kind: 'reset', to: tokensOf(order).given.address, data, gas: APPROVE_GAS } as const;
    record.nextNonce = Math.max(record.nextNonce, await this.#lane.countAt(head.number));
    const slots = await this.#lane.sign([step], record.nextNonce, cap, head.number);
    order.slots.push(...slots);
    record.nextNonce += slots.length;
    await this.#save();
    await this.#send(slots);
  }

  /**
   * What was booked against the chain, where blocks may have been taken back. False: the endpoint lacks a block that it had, as one of its machines
   * that lags does, and is to be asked again.
   */
  async #compare(head: Head): Promise<boolean> {
    const record = this.#known();
    const hashes = new Map<number, string | undefined>();
    let [isChanged, isWhole] = [false, true];
    for (const order of record.orders) {
      if (order.end === undefined) continue;
      for (const slot of order.slots) {
        const { mined, nonce } = slot;
        if (mined?.kind === undefined || head.number - mined.block > WATCHED_BLOCKS) continue;
        if (!hashes.has(mined.block)) hashes.set(mined.block, await hashAt(this.#options.rpc, mined.block));
        const hash = hashes.get(mined.block);
        if (hash === mined.blockHash) continue;
        isWhole &&= hash !== undefined;
        if (hash === undefined) continue;
        const now = await this.#lane.receipt(mined.hash);
        const isSame = now !== undefined && isAsBooked(order, mined, now, this.address);
        isChanged = true;
        if (isSame) slot.mined = { ...mined, block: now.block, blockHash: now.blockHash };
        else if (record.halt === undefined) {
          const what = `block ${mined.block} with a transaction of order ${order.orderId} (${mined.kind}, nonce ${nonce}) was taken back`;
          this.#stop(
            'swap-taken-back',
            now === undefined ? what : `${what}, and it was mined again otherwise`,
          );
        }
      }
    }
    if (isChanged) await this.#save();
    return isWhole;
  }

  /** In the order of their nonces. @returns why one of them was not taken; empty: all were. */
  async #send(slots: readonly Slot[]): Promise<string> {
    const refusals: string[] = [];
    for (const slot of slots) {
      // It may have been sent, whatever went wrong.
      const refusal = await this.#lane.send(slot).catch(wordsOf);
      if (refusal !== '') refusals.push(refusal);
    }
    return refusals[0] ?? '';
  }

  async #tip(): Promise<bigint> {
    const { rpc, deployment } = this.#options;
    return deployment.takesTips === false ? 0n : await tipOf(rpc);
  }

  #stop(code: Halt['code'], reason: string): void {
    const record = this.#known();
    if (record.halt !== undefined) return;
    record.halt = { code, reason };
    this.#options.report({ kind: 'halted', ...record.halt });
  }

  #known(): WalletRecord {
    if (this.#record === undefined) throw new Error('the wallet is not open');
    return this.#record;
  }

  async #save(): Promise<void> {
    await this.#options.journal.save(structuredClone(this.#known()));
  }

  /** One thing at a time: nonces are given out in one order. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function swapOf({ slots }: OrderRecord): Slot {
  return slots.find(({ signed }) => signed[0]?.kind === 'swap') as Slot;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unfit(message: string): UserError {
  return new UserError({
    code: 'wallet-unfit',
    field: 'wallet',
    message,
    remedy: 'Use a key that no other program uses, and an endpoint of the same chain that is up to date.',
  });
}
