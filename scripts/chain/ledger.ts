/** What a wallet’s reports are booked as, and what the chain says of its balances. */
import { type Decimal, decimal, ZERO } from '../../src-engine/domain/decimal.ts';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import type { Side } from '../../src-engine/domain/order.ts';
import { fillFlows } from '../../src-engine/portfolio/fill-flows.ts';
import { type Deployment, NATIVE } from '../../src-engine/venues/uniswap/deployments.ts';
import { latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import type { Rpc } from '../../src-engine/venues/uniswap/process/rpc.ts';
import { textOfUnits } from '../../src-engine/venues/uniswap/wallet/amounts.ts';
import type { WalletCalls } from '../../src-engine/venues/uniswap/wallet/calls.ts';
import type { WalletEvent } from '../../src-engine/venues/uniswap/wallet/outcome.ts';
import { nativeAt, receiptOf, wordAt } from '../../src-engine/venues/uniswap/wallet/receipts.ts';

export class ChainLedger {
  readonly #rpc: Rpc;
  readonly #deployment: Deployment;
  readonly #calls: WalletCalls;
  readonly #account: string;
  #totals = new Map<string, Decimal>();
  readonly #fills = new Set<string>();
  /** Of everything that was booked, in the native coin. */
  gas: Decimal = ZERO;

  constructor(rpc: Rpc, deployment: Deployment, calls: WalletCalls, account: string) {
    this.#rpc = rpc;
    this.#deployment = deployment;
    this.#calls = calls;
    this.#account = account;
  }

  /** From what the chain says now. */
  async begin(): Promise<void> {
    this.#totals = await this.#onChain();
  }

  total(asset: string): Decimal {
    return this.#totals.get(asset) ?? ZERO;
  }

  /** As the engine books a report. */
  book(event: WalletEvent, side: Side, instrument: Instrument): void {
    if (event.kind === 'fill' && !this.#fills.has(event.fill.fillId)) {
      this.#fills.add(event.fill.fillId);
      const fill = { ...event.fill, orderId: event.orderId, atUs: 0 };
      const { from, spent, to, received, aside } = fillFlows(side, instrument, fill);
      this.#move(from, spent.neg());
      this.#move(to, received);
      if (aside !== undefined) this.#move(aside.asset, aside.amount.neg());
      this.gas = this.gas.plus(fill.fee);
    }
    if (event.kind === 'canceled' && event.charge !== undefined)
      this.#move(event.charge.asset, decimal(event.charge.amount).neg());
  }

  /** A transaction that the wallet did not make: its gas is not of the wallet’s books. */
  async payElsewhere(hash: string): Promise<void> {
    const receipt = await receiptOf(this.#rpc, hash, this.#calls.transferTopic);
    this.#move(NATIVE, decimal(textOfUnits(receipt?.cost ?? 0n, 18)).neg());
  }

  /** In words; none: booked and held are the same, to the last unit. */
  async differences(): Promise<string[]> {
    return [...(await this.#onChain())].flatMap(([asset, held]) =>
      held.eq(this.total(asset))
        ? []
        : [`${held.toFixed()} ${asset} on the chain, ${this.total(asset).toFixed()} booked`],
    );
  }

  #move(asset: string, amount: Decimal): void {
    this.#totals.set(asset, this.total(asset).plus(amount));
  }

  /** The native coin and its token are one asset. */
  async #onChain(): Promise<Map<string, Decimal>> {
    const { number } = await latestHead(this.#rpc);
    const data = this.#calls.balanceOf(this.#account);
    const totals = new Map([
      [NATIVE, decimal(textOfUnits(await nativeAt(this.#rpc, this.#account, number), 18))],
    ]);
    for (const { asset, address, decimals } of this.#deployment.tokens) {
      const held = textOfUnits(await wordAt(this.#rpc, address, data, number), decimals);
      totals.set(asset, (totals.get(asset) ?? ZERO).plus(held));
    }
    return totals;
  }
}
