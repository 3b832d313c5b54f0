/** From what was signed for an order to its end: sent again, canceled by nonce, held against the chain, and what is left of its approval taken back. */
import { tipOf } from '../process/gas.ts';
import { type Head, nextTimeS } from '../process/heads.ts';
import { APPROVE_GAS } from '../process/swap-size.ts';
import { textOfUnits } from './amounts.ts';
import { feeCap, takeBackBound } from './fees.ts';
import type { KeptRecord } from './kept-record.ts';
import type { Lane, Step } from './lane.ts';
import { endOf, eventsOf, foreignOf, madeOf, tokensOf } from './outcome.ts';
import { wordAt } from './receipts.ts';
import { isHarmless, type OrderRecord, type Slot } from './record.ts';
import type { WalletOptions } from './wallet-options.ts';

/** Blocks after which a cancel that is not mined is raised. */
const RAISE_AFTER = 3;
/** Transactions by which what is left of an order's approval is taken back, that of a purchase among them. */
const MOST_RESETS = 2;

const NOT_AGAIN = 'its block was taken back, and it was not made again';

export class Settlement {
  readonly #options: WalletOptions;
  readonly #lane: Lane;
  readonly #kept: KeptRecord;
  /** The order whose swap was reported as made, before its end. */
  #reported = '';

  constructor(options: WalletOptions, lane: Lane, kept: KeptRecord) {
    this.#options = options;
    this.#lane = lane;
    this.#kept = kept;
  }

  /** Each of its nonces by what the chain has for it now, also where it had something else before. */
  async settle(order: OrderRecord, head: Head): Promise<void> {
    // Nothing of it can be made there, and what is sent there would wait for ever.
    if (this.#kept.isOfAnotherChain) return;
    const record = this.#kept.known;
    const used = await this.#lane.countAt(head.number);
    if (used > record.nextNonce) {
      this.#kept.stop('foreign-transaction', `nonce ${record.nextNonce} was used by another program`);
      record.nextNonce = used;
      await this.#kept.save();
    }
    const pending = order.slots.filter(({ nonce }) => nonce >= used);
    if (pending.length > 0) {
      if (order.isCanceled || (await this.#isLate(order, head))) await this.#cancel(order, pending, head);
      else await this.send(pending);
    }
    const earlier = record.orders.flatMap((one) => (one === order ? [] : one.slots));
    for (const slot of order.slots) {
      slot.mined = slot.nonce < used ? await this.#lane.mined(slot, head.number, earlier) : undefined;
    }
    if (order.slots.every(({ mined }) => mined !== undefined)) await this.#conclude(order, head);
    else await this.#reportMade(order);
  }

  /**
   * Uses up the nonces from one to another that wait, of orders that have ended: of each the newest that was signed for it. An order whose block was taken
   * back is made again by the next block otherwise.
   */
  async useUp(from: number, to: number, head: Head): Promise<void> {
    const { orders } = this.#kept.known;
    for (const order of orders) {
      const isNewest = ({ nonce }: Slot): boolean =>
        orders.findLast(({ slots }) => slots.some((slot) => slot.nonce === nonce)) === order;
      const waiting = order.slots.filter((slot) => slot.nonce >= from && slot.nonce < to && isNewest(slot));
      if (waiting.length > 0) await this.#cancel(order, waiting, head);
    }
  }

  /**
   * What the chain has of an order whose block was taken back, once nothing that was signed for it can be made any longer. Where it cannot be said its fate
   * stays unknown. @throws RpcError.
   */
  async concludeAnew(order: OrderRecord, used: number, head: Head): Promise<void> {
    const earlier = this.#kept.known.orders.flatMap((one) => (one === order ? [] : one.slots));
    const slots: Slot[] = [];
    for (const slot of order.slots) {
      const isUsed = slot.nonce < used;
      const mined = isUsed ? await this.#lane.mined(slot, head.number, earlier) : undefined;
      if (isUsed && mined === undefined) return;
      slots.push({ ...slot, mined });
    }
    const now = { ...order, slots };
    const { mined } = swapOf(now);
    const isMade = mined?.kind === 'swap';
    const receipt = isMade ? await this.#lane.receipt(swapOf(now), mined.hash) : undefined;
    if (isMade && receipt === undefined) return;
    const { end } = endOf(now, this.#lane.address, receipt);
    order.end = mined === undefined && end.kind === 'canceled' ? { ...end, reason: NOT_AGAIN } : end;
    order.isTakenBack = undefined;
  }

  /** No block to come may have it. A local node that was idle has a newest block of long ago: the time of the next one counts. */
  async #isLate({ deadlineS }: OrderRecord, head: Head): Promise<boolean> {
    if (head.timeS >= deadlineS) return true;
    const nextS = await nextTimeS(this.#options.rpc, head).catch(() => head.timeS);
    return nextS > deadlineS;
  }

  /** Of what is not to be made nothing is sent again but what cancels it, or takes its approval back. */
  async #cancel(order: OrderRecord, slots: readonly Slot[], head: Head): Promise<void> {
    await this.#cancelSlots(order, slots, head);
    await this.send(slots.filter(({ signed }) => isHarmless(signed.at(-1)?.kind)));
  }

  /**
   * Signs what may take the place of its transactions. That of the swap takes the approval back too: where the approval was mined, nothing is left of it.
   */
  async reserve(order: OrderRecord): Promise<void> {
    for (const slot of order.slots) {
      const kind = slot.signed.at(-1)?.kind;
      if (isHarmless(kind)) continue;
      const step = kind === 'swap' ? this.#resetOf(order) : this.#lane.nothing();
      slot.reserve = await this.#lane.reserve(slot, step, this.#options.maxGasPrice);
    }
  }

  /** In the order of their nonces. @returns why one of them was not taken; empty: all were. */
  async send(slots: readonly Slot[]): Promise<string> {
    const refusals: string[] = [];
    for (const slot of slots) {
      // It may have been sent, whatever went wrong.
      const refusal = await this.#lane
        .send(slot)
        .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      if (refusal !== '') refusals.push(refusal);
    }
    return refusals[0] ?? '';
  }

  async tip(): Promise<bigint> {
    const { rpc, deployment } = this.#options;
    return deployment.takesTips === false ? 0n : await tipOf(rpc);
  }

  async #cancelSlots(order: OrderRecord, pending: readonly Slot[], head: Head): Promise<void> {
    const { baseFee, number: atBlock } = head;
    const prices = { maxFee: this.#options.maxGasPrice, tip: await this.tip(), baseFee, atBlock };
    let isChanged = false;
    for (const slot of pending) {
      const last = slot.signed.at(-1);
      const isCanceled = last?.kind === 'cancel' || (last?.kind === 'reset' && slot.signed.length > 1);
      if (last === undefined || (isCanceled && head.number - last.atBlock < RAISE_AFTER)) continue;
      // What is left of an approval is taken back whatever becomes of the swap.
      const step = last.kind === 'reset' ? this.#resetOf(order) : this.#lane.nothing();
      const replacement = await this.#lane.replacement(slot, step, prices);
      if (replacement === undefined) continue;
      slot.signed.push(replacement);
      isChanged = true;
    }
    if (isChanged) await this.#kept.save();
  }

  /** All of its nonces are used. */
  async #conclude(order: OrderRecord, head: Head): Promise<void> {
    const { rpc, calls } = this.#options;
    const swap = swapOf(order);
    const { mined } = swap;
    const isMade = mined?.kind === 'swap';
    const receipt = isMade ? await this.#lane.receipt(swap, mined.hash) : undefined;
    if (isMade && receipt?.blockHash !== mined.blockHash) return;
    const { given } = tokensOf(order);
    const allowance = calls.allowance(this.#lane.address, order.router);
    const left = await wordAt(rpc, given.address, allowance, head.number);
    if (left > 0n && mayTakeBack(order)) {
      await this.#takeBack(order, head);
      return;
    }
    // One that was mined and left something, reverted or not, would do so again and again: each costs its gas.
    if (left > 0n) {
      const what = `${textOfUnits(left, given.decimals)} ${given.asset} (${given.address})`;
      this.#kept.stop(
        'approval-left',
        `${what} may still be taken by ${order.router}: it cannot be taken back`,
      );
    }
    const foreign = foreignOf(order);
    if (foreign !== undefined) this.#kept.stop(foreign.code, foreign.reason);
    const { end, fault } = endOf(order, this.#lane.address, receipt);
    if (fault !== undefined) this.#kept.stop('unlike-order', fault);
    order.end = end;
    await this.#kept.save(eventsOf(order));
  }

  /** What is left of an approval, by one transaction more. */
  async #takeBack(order: OrderRecord, head: Head): Promise<void> {
    const record = this.#kept.known;
    const tip = await this.tip();
    const cap = feeCap(head.baseFee, tip, takeBackBound(this.#options.maxGasPrice));
    // Its gas costs too much now: the order stays open until it does not.
    if (cap !== undefined) {
      const slots = await this.#lane.sign([this.#resetOf(order)], record.nextNonce, cap, head.number);
      order.slots.push(...slots);
      record.nextNonce += slots.length;
      await this.#kept.save();
      await this.send(slots);
    }
    await this.#reportMade(order);
  }

  /** A swap that was made is reported at once, though its end, with all of its gas, waits for the rest of its nonces. */
  async #reportMade(order: OrderRecord): Promise<void> {
    const swap = swapOf(order);
    const { mined } = swap;
    if (mined?.kind !== 'swap' || mined.isReverted || this.#reported === order.orderId) return;
    const receipt = await this.#lane.receipt(swap, mined.hash);
    if (receipt === undefined) return;
    this.#reported = order.orderId;
    this.#options.report(madeOf(order, receipt, this.#lane.address));
  }

  #resetOf(order: OrderRecord): Step {
    const data = this.#options.calls.approve(order.router, 0n);
    return { kind: 'reset', to: tokensOf(order).given.address, data, gas: APPROVE_GAS };
  }
}

export function swapOf({ slots }: OrderRecord): Slot {
  return slots.find(isSwap) as Slot;
}

function isSwap({ signed }: Slot): boolean {
  return signed[0]?.kind === 'swap';
}

/** None that follows the swap was mined yet, and they are few. */
function mayTakeBack({ slots }: OrderRecord): boolean {
  const resets = slots.slice(slots.findIndex(isSwap) + 1);
  return resets.length < MOST_RESETS && resets.every(({ mined }) => mined?.kind !== 'reset');
}
