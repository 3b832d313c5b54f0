/**
 * What an account has that did not come through this exchange's order desk: a trader's own trailing stops, trades of
 * other programs, staked assets, credit lines. Rows are in Kraken's own form and are answered as they were put in, so
 * that a client can be shown anything that Kraken, or a fault in it, may send.
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
  /** Rows of `BalanceEx` by REST name, instead of the ledger's. */
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

/** A trailing stop as Kraken lists it. @param offset as Kraken writes it: `+5.0000%`. */
export function trailingStopRow(pair: string, side: string, qty: string, offset: string): object {
  return {
    refid: null,
    userref: 0,
    status: 'open',
    opentm: 1_706_893_367.4657,
    starttm: 0,
    expiretm: 0,
    descr: {
      pair,
      type: side,
      ordertype: 'trailing-stop',
      price: offset,
      price2: '0',
      leverage: 'none',
      order: `${side} ${qty} ${pair} @ trailing stop ${offset}`,
      close: '',
    },
    vol: qty,
    vol_exec: '0.00000000',
    cost: '0.00000000',
    fee: '0.00000000',
    price: '0.00000000',
    stopprice: '0.23424000',
    limitprice: '0.46847000',
    misc: '',
    oflags: 'fciq',
    trigger: 'index',
  };
}
