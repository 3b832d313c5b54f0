/**
 * What an account has that did not come through this exchange's order desk: a trader's own trailing stops, trades of
 * other programs, staked assets, credit lines. Rows are in the venue's own form and are answered as they were put in, so
 * that a client can be shown anything that the venue, or a fault in it, may send.
 */
import type { Decimal } from '../../../../domain/decimal.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Ledger } from './ledger.ts';

export type Hold = { readonly asset: Asset; readonly amount: Decimal };
type Rows = Map<string, unknown>;

export class Elsewhere {
  readonly openOrders: Rows = new Map();
  readonly closedOrders: Rows = new Map();
  readonly trades: Rows = new Map();
  /** Rows of balances by the venue's name of the asset, instead of the ledger's. */
  readonly balances: Rows = new Map();
  readonly #holds = new Map<string, Hold>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** An order that rests until it is canceled. @param hold what it sets aside. */
  open(id: string, row: unknown, hold: Hold | undefined): void {
    if (hold !== undefined) {
      this.#ledger.hold(hold.asset, hold.amount);
      this.#holds.set(id, hold);
    }
    this.openOrders.set(id, row);
  }

  /** Ends one of these orders as canceled; false when there is none. */
  cancel(id: string): boolean {
    if (!this.openOrders.has(id)) return false;
    const row = this.openOrders.get(id);
    const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
    this.closedOrders.set(id, isRow ? { ...row, status: 'canceled' } : row);
    this.openOrders.delete(id);
    const hold = this.#holds.get(id);
    if (hold !== undefined) this.#ledger.hold(hold.asset, hold.amount.negated());
    this.#holds.delete(id);
    return true;
  }

  /** @returns how many there were. */
  cancelAll(): number {
    const ids = [...this.openOrders.keys()];
    for (const id of ids) this.cancel(id);
    return ids.length;
  }

  /** Any of these orders by its id. */
  order(id: string): unknown {
    return this.openOrders.get(id) ?? this.closedOrders.get(id);
  }
}
