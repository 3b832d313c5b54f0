/**
 * Beside an engine that is frozen, which has the wallet's record: nothing is signed that is not in it. Of each order that is open what was reserved for
 * its nonces is sent, until none of them waits: its swap is canceled, or was faster, and no approval is left of what was canceled.
 */
import { hashAt, latestHead } from '../process/heads.ts';
import { RpcError } from '../process/rpc.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { isHarmless, type OrderRecord, readRecord, type SignedTx, type Slot } from './record.ts';
import { swapOf } from './settlement.ts';

export type TakeBackOptions = LaneOptions & {
  /** As its file has it. */
  readonly record: unknown;
};

export class TakeBack {
  readonly #options: TakeBackOptions;
  readonly #lane: Lane;
  readonly #open: readonly OrderRecord[];
  readonly #genesis: string | undefined;
  readonly #counted = new Set<string>();

  /** @throws UserError for a record that cannot be read. */
  constructor(options: TakeBackOptions) {
    const { signer, deployment, record } = options;
    this.#options = options;
    this.#lane = new Lane(options);
    const kept = readRecord(record, deployment.chainId, signer.address);
    this.#open = kept?.orders.filter(({ end }) => end === undefined) ?? [];
    this.#genesis = kept?.genesis;
  }

  /**
   * Sends what takes the place of what waits. @returns orders that have ended as canceled, each once.
   * @throws RpcError, also where the endpoint is of another chain than the record.
   */
  async cancelAll(): Promise<number> {
    const { number, used } = await this.#used();
    let count = 0;
    for (const order of this.#open) {
      for (const slot of order.slots) if (slot.nonce >= used) await this.#replace(order, slot);
      if (this.#counted.has(order.orderId) || order.slots.some(({ nonce }) => nonce >= used)) continue;
      const mined = await this.#lane.mined(swapOf(order), number);
      if (mined === undefined) continue;
      this.#counted.add(order.orderId);
      if (mined.kind !== 'swap' || mined.isReverted) count++;
    }
    return count;
  }

  /** Orders of which a nonce waits, or transactions of the key that wait and are of none. @throws RpcError. */
  async countOpen(): Promise<number> {
    const { used } = await this.#used();
    const open = this.#open.filter(({ slots }) => slots.some(({ nonce }) => nonce >= used)).length;
    return open > 0 ? open : Math.max(0, (await this.#lane.countAt('pending')) - used);
  }

  async #used(): Promise<{ readonly number: number; readonly used: number }> {
    const { rpc, deployment } = this.#options;
    const chainId = Number(await rpc.call('eth_chainId', []));
    const isSame = this.#genesis === undefined || (await hashAt(rpc, 0)) === this.#genesis;
    if (chainId !== deployment.chainId || !isSame)
      throw new RpcError('refused', 'the endpoint is of another chain than the record of the wallet');
    const { number } = await latestHead(rpc);
    return { number, used: await this.#lane.countAt(number) };
  }

  /** What cannot be sent now is sent by the next try. */
  async #replace(order: OrderRecord, slot: Slot): Promise<void> {
    const last = slot.signed.at(-1);
    const tx = isHarmless(last?.kind) ? last : slot.reserve;
    if (tx === undefined || !this.#isHarmless(tx, order)) return;
    await this.#lane.send(slot, tx).catch(() => undefined);
  }

  /** By what it does, and not by its name in a file. */
  #isHarmless({ to, data }: SignedTx, { router }: OrderRecord): boolean {
    return (to === this.#lane.address && data === '0x') || data === this.#options.calls.approve(router, 0n);
  }
}
