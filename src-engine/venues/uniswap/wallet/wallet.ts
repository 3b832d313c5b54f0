/**
 * One key that swaps in pools. An order is an approval of exactly what it takes, a swap with a limit and a deadline, and what is left of the
 * approval taken back. Everything that is signed is kept before it is sent, and only the chain says what became of it: an order is filled or
 * canceled once each of its nonces is used, by what the wallet signed for it or by something else.
 */
import { UserError } from '../../../domain/errors.ts';
import { type Head, hashAt, latestHead, nextTimeS } from '../process/heads.ts';
import type { SwapOrder } from './amounts.ts';
import { compareBooked } from './comparison.ts';
import { feeCap, nextPrice } from './fees.ts';
import { KeptRecord } from './kept-record.ts';
import { Lane } from './lane.ts';
import { eventsOf } from './outcome.ts';
import { demandRehearsal } from './permit.ts';
import { planOf } from './plan.ts';
import { addOrder, type Halt, type OrderRecord, readRecord } from './record.ts';
import { Settlement, swapOf } from './settlement.ts';
import type { WalletOptions } from './wallet-options.ts';

const WAITING = 'transactions of this key wait to be mined that are of no open order';
const LATE = 'its record was durable after its deadline: it is canceled';
const BEGAN_ANEW = 'the local chain began anew: its block 0 is not the one of this record';

export class Wallet {
  readonly #options: WalletOptions;
  readonly #lane: Lane;
  readonly #kept: KeptRecord;
  readonly #settlement: Settlement;
  /** Hash of the newest block that was looked at. */
  #seen = '';
  /** A kill goes on until nothing is open. */
  #isKilled = false;
  /** The order whose record was durable after its deadline: by the chain's clock, whose seconds are whole, the next block might have it yet. */
  #late = '';
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws UserError on a chain on which something is worth anything. */
  constructor(options: WalletOptions) {
    demandRehearsal(options.deployment);
    this.#options = options;
    this.#lane = new Lane(options);
    this.#kept = new KeptRecord(options.journal, options.report);
    this.#settlement = new Settlement(options, this.#lane, this.#kept);
  }

  get address(): string {
    return this.#lane.address;
  }

  get halt(): Halt | undefined {
    return this.#kept.now?.halt;
  }

  get openOrder(): OrderRecord | undefined {
    return this.#kept.openOrder;
  }

  /** Nothing of its record can be made on the chain that the endpoint answers for. */
  get isOfAnotherChain(): boolean {
    return this.#kept.isOfAnotherChain;
  }

  /** Orders as they ended, and the open one, as the record has them. */
  get orders(): readonly OrderRecord[] {
    return this.#kept.now?.orders ?? [];
  }

  /** An order that was created later than this, in milliseconds since 1970, and is not in the record was never signed. */
  get forgottenMs(): number {
    const { now } = this.#kept;
    return now === undefined ? Number.POSITIVE_INFINITY : (now.forgottenMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Transactions of the key that wait to be mined, by the endpoint. @throws RpcError. */
  async countWaiting(): Promise<number> {
    const { used, pending } = await this.#counts(await latestHead(this.#options.rpc));
    return pending - used;
  }

  /**
   * Takes up what an earlier run signed. @param isToCancel which order that is open is not to be made any longer: of it nothing but cancels is sent.
   * @throws UserError for a record that cannot be read, and for an endpoint of another chain; RpcError.
   */
  open(isToCancel: (orderId: string) => boolean = () => false): Promise<void> {
    return this.#alone(async () => {
      const { rpc, deployment, journal } = this.#options;
      const { chainId } = deployment;
      const named = Number(await rpc.call('eth_chainId', []));
      if (named !== chainId) throw unfit(`the endpoint is of chain ${named}, and the wallet of ${chainId}`);
      const kept = readRecord(await journal.load(), chainId, this.address);
      const used = await this.#lane.countAt((await latestHead(rpc)).number);
      const genesis = await hashAt(rpc, 0);
      const record = kept ?? { version: 1, chainId, address: this.address, nextNonce: used, orders: [] };
      this.#kept.begin(record);
      record.genesis ??= genesis;
      this.#kept.isOfAnotherChain = genesis !== undefined && record.genesis !== genesis;
      if (this.isOfAnotherChain) this.#kept.stop('chain-began-anew', BEGAN_ANEW);
      else if (this.openOrder === undefined && used > record.nextNonce)
        this.#kept.stop('foreign-transaction', `nonce ${record.nextNonce} was used by another program`);
      // Before any look: a look sends what is open.
      if (this.openOrder !== undefined && isToCancel(this.openOrder.orderId))
        this.openOrder.isCanceled = true;
      await this.#kept.save();
    });
  }

  /** At most once for each order. Whatever becomes of it is reported: now where nothing was signed, else by `look`. */
  place(asked: SwapOrder, untilMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    return this.#alone(async () => {
      const { orderId } = asked;
      if (this.orders.some((one) => one.orderId === orderId)) return;
      const reason = await this.#begun(asked, untilMs).catch((error: unknown) => {
        this.#kept.undo();
        return wordsOf(error);
      });
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
      await this.#kept.save();
      await this.#settlement.settle(order, await latestHead(this.#options.rpc));
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
      if (order === undefined && this.forgottenMs === Number.NEGATIVE_INFINITY)
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
      const { rpc } = this.#options;
      const record = this.#kept.known;
      const { openOrder } = this;
      if (openOrder !== undefined && !this.isOfAnotherChain)
        throw unfit(`order ${openOrder.orderId} is open`);
      const head = await latestHead(rpc);
      const used = await this.#lane.countAt(head.number);
      const nextS = await nextTimeS(rpc, head);
      // One that was taken back is still signed: other nodes may have it.
      const late = record.orders.find(({ deadlineS }) => deadlineS >= nextS);
      if (late !== undefined)
        throw unfit(`order ${late.orderId} may be mined until its deadline, ${late.deadlineS}`);
      if ((await this.#lane.countAt('pending')) > used) throw unfit(WAITING);
      record.genesis = await hashAt(rpc, 0);
      record.nextNonce = used;
      record.halt = undefined;
      for (const order of record.orders)
        if (order.isTakenBack === true) await this.#settlement.concludeAnew(order, used, head);
      // What was taken back is known by now, and not to be found again.
      for (const order of record.orders) for (const slot of order.slots) slot.mined = undefined;
      if (openOrder !== undefined) openOrder.end = { kind: 'canceled', reason: BEGAN_ANEW, cost: '0' };
      await this.#kept.save(openOrder === undefined ? [] : eventsOf(openOrder));
      this.#kept.isOfAnotherChain = false;
    });
  }

  /** @returns why nothing was signed; undefined: it was. */
  async #begun(asked: SwapOrder, untilMs: number): Promise<string | undefined> {
    const { rpc, maxGasPrice, report } = this.#options;
    const record = this.#kept.known;
    if (record.halt !== undefined) return `the wallet is halted (${record.halt.code}): ${record.halt.reason}`;
    if (this.openOrder !== undefined)
      return `order ${this.openOrder.orderId} of this wallet is not mined yet`;
    const head = await latestHead(rpc);
    const used = await this.#lane.countAt(head.number);
    if (used !== record.nextNonce) {
      if (used < record.nextNonce)
        return `the endpoint shows ${used} transactions of this key, and ${record.nextNonce} were made`;
      this.#kept.stop('foreign-transaction', `nonce ${record.nextNonce} was used by another program`);
      await this.#kept.save();
      return 'another program uses this key';
    }
    if ((await this.#lane.countAt('pending')) > used) return WAITING;
    const tip = await this.#settlement.tip();
    const cap = feeCap(head.baseFee, tip, maxGasPrice);
    if (cap === undefined)
      return `the next block may want ${nextPrice(head.baseFee, tip)} wei for a unit of gas, and ${maxGasPrice} is the bound`;
    const startMs = this.#nowMs();
    // Behind a look at an endpoint that is slow time has passed: the order gets no more of it.
    const waitS = Math.min(asked.waitS, Math.ceil((untilMs - startMs) / 1_000));
    if (startMs >= untilMs) return 'its deadline has passed';
    const order = { ...asked, waitS };
    const plan = await planOf(order, head, cap, { ...this.#options, account: this.address });
    if (typeof plan === 'string') return plan;
    const { steps, ...planned } = plan;
    const { orderId, symbol, side, qty, price } = order;
    const slots = await this.#lane.sign(steps, record.nextNonce, cap, head.number);
    const named = { orderId, symbol, side, qty, price, signedMs: this.#nowMs() };
    const kept: OrderRecord = { ...named, ...planned, slots, isCanceled: false };
    await this.#settlement.reserve(kept);
    addOrder(record, kept);
    record.nextNonce += slots.length;
    await this.#kept.save().catch((error: unknown) => {
      throw new Error(`it could not be kept (${wordsOf(error)})`);
    });
    // An engine that was frozen meanwhile answers late: the next look cancels what was not sent.
    if (this.#nowMs() >= Math.min(untilMs, startMs + waitS * 1_000)) {
      this.#late = orderId;
      kept.isCanceled = true;
      // The order is durable: where this is not, the next look keeps it before it sends anything.
      await this.#kept.save().catch(() => this.#kept.undo());
      report({ kind: 'unknown', orderId, reason: LATE });
      return undefined;
    }
    const refusals = await this.#settlement.send(slots);
    if (refusals === '')
      report({ kind: 'accepted', orderId, venueOrderId: swapOf(kept).signed[0]?.hash ?? '' });
    else report({ kind: 'unknown', orderId, reason: refusals });
    return undefined;
  }

  async #look(): Promise<void> {
    if (this.isOfAnotherChain) return;
    const { rpc, report } = this.#options;
    const head = await latestHead(rpc);
    const isNext = head.parent === this.#seen || head.hash === this.#seen;
    if (!isNext && !(await this.#isSameChain())) return;
    const order = this.openOrder;
    if (order !== undefined) {
      if ((this.#isKilled || order.orderId === this.#late) && !order.isCanceled) {
        order.isCanceled = true;
        await this.#kept.save();
      }
      await this.#settlement.settle(order, head);
    }
    if (this.#isKilled) {
      const count = this.openOrder === undefined ? await this.#useUp(head) : 1;
      this.#isKilled = count > 0;
      report({ kind: 'open-orders', count });
    }
    // Behind what is open: no kill waits for the books of orders that have ended.
    if (isNext || (await compareBooked({ rpc, lane: this.#lane, kept: this.#kept }, head)))
      this.#seen = head.hash;
  }

  /**
   * What waits and is of no open order, as transactions of a block that was taken back do: the nonces of what this wallet signed are used up.
   * @returns how many wait, those of another program among them.
   */
  async #useUp(head: Head): Promise<number> {
    const { used, pending } = await this.#counts(head);
    if (pending > used) await this.#settlement.useUp(used, pending, head);
    return pending - used;
  }

  /** Before anything is sent to a node that may have been started again: the same transactions would be good on its new chain. */
  async #isSameChain(): Promise<boolean> {
    const { genesis } = this.#kept.known;
    const now = await hashAt(this.#options.rpc, 0);
    if (now === undefined || genesis === undefined || now === genesis) return true;
    this.#kept.isOfAnotherChain = true;
    this.#kept.stop('chain-began-anew', BEGAN_ANEW);
    await this.#kept.save();
    return false;
  }

  /** Nonces that are used by a block, and with those that wait. */
  async #counts({ number }: Head): Promise<{ readonly used: number; readonly pending: number }> {
    const used = await this.#lane.countAt(number);
    return { used, pending: Math.max(used, await this.#lane.countAt('pending')) };
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }

  /** One thing at a time: nonces are given out in one order. What it changed and did not keep is undone where it fails. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work).catch((error: unknown) => {
      this.#kept.undo();
      throw error;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
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
