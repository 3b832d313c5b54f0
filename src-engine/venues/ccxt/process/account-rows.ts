/** Orders, fills and balances as a class of ccxt reads them, every amount in the venue's own digits. What is not exact is named. */
import { exactIn, nameOf, NotExact, shown, sumOf, valuesOf } from './exact-row.ts';
import { exactText } from './exact-number.ts';
import { member } from './exchange.ts';

export type OrderRow = {
  readonly venueOrderId: string;
  /** As the venue has it; empty: none. */
  readonly clientId: string;
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly qty: string;
  readonly filledQty: string;
  readonly state: 'open' | 'filled' | 'canceled';
  readonly problem?: string;
};

export type FillRow =
  | {
      readonly fillId: string;
      readonly venueOrderId: string;
      readonly price: string;
      readonly qty: string;
      readonly fee: string;
      readonly feeAsset: string;
      readonly cost?: string | undefined;
      readonly ms: number;
    }
  | { readonly venueOrderId: string; readonly problem: string };

export type BalanceRow =
  | { readonly asset: string; readonly total: string; readonly held: string }
  | { readonly asset: string; readonly problem: string };

/** ccxt’s words of an order that is over. `closed` is filled, or what it could be filled of. */
const OVER: ReadonlySet<unknown> = new Set(['closed', 'canceled', 'expired', 'rejected']);

/** @param clientIdKey where the venue’s row has our id. Undefined for a row without an id of the venue. */
export function orderRow(order: unknown, clientIdKey: string): OrderRow | undefined {
  const [id, info] = [member(order, 'id'), member(order, 'info')];
  if (typeof id !== 'string' || id === '') return undefined;
  const word = (value: unknown): string => (typeof value === 'string' ? value : '');
  const text = (value: unknown): string => exactText(value) ?? word(value);
  const clientId = member(info, clientIdKey) ?? member(order, 'clientOrderId');
  const common = {
    venueOrderId: id,
    clientId: word(clientId),
    symbol: word(member(order, 'symbol')),
    side: word(member(order, 'side')),
    price: text(member(order, 'price')),
    qty: text(member(order, 'amount')),
  };
  try {
    const row = valuesOf(info);
    const qty = exactIn(row, member(order, 'amount'), 'amount');
    const filledQty = exactIn(row, member(order, 'filled'), 'filled');
    const status = member(order, 'status');
    if (status !== 'open' && !OVER.has(status)) throw new NotExact(`status ${shown(status)} is not known`);
    const state = status === 'open' ? 'open' : filledQty === qty ? 'filled' : 'canceled';
    return { ...common, qty, filledQty, state };
  } catch (error) {
    if (!(error instanceof NotExact)) throw error;
    // What is not known to be over is taken for open: it is looked at again.
    return { ...common, filledQty: text(member(order, 'filled')), state: 'open', problem: error.message };
  }
}

export function fillRow(trade: unknown): FillRow {
  const order = member(trade, 'order');
  const venueOrderId = typeof order === 'string' ? order : '';
  try {
    const row = valuesOf(member(trade, 'info'));
    const ms = member(trade, 'timestamp');
    if (typeof ms !== 'number' || !Number.isSafeInteger(ms) || ms <= 0)
      throw new NotExact(`timestamp ${shown(ms)} is not a time`);
    return {
      fillId: nameOf(member(trade, 'id'), 'id'),
      venueOrderId: nameOf(order, 'order'),
      price: exactIn(row, member(trade, 'price'), 'price'),
      qty: exactIn(row, member(trade, 'amount'), 'amount'),
      ...feeOf(row, trade),
      cost: costOf(row, trade),
      ms,
    };
  } catch (error) {
    if (!(error instanceof NotExact)) throw error;
    return { venueOrderId, problem: error.message };
  }
}

/** @throws NotExact where the venue says no fee, or several: what ccxt reckons by a published rate was not booked. */
function feeOf(
  row: ReadonlySet<string>,
  trade: unknown,
): { readonly fee: string; readonly feeAsset: string } {
  const several = member(trade, 'fees');
  if (Array.isArray(several) && several.length > 1) throw new NotExact(`fees has ${several.length} parts`);
  const fee = member(trade, 'fee');
  const cost = member(fee, 'cost');
  const amount = exactIn(row, cost, 'fee');
  const asset = member(fee, 'currency');
  return {
    fee: amount,
    feeAsset: amount === '0' && asset === undefined ? '' : nameOf(asset, 'fee currency'),
  };
}

/** What the venue booked of the quote, where its row has it. */
function costOf(row: ReadonlySet<string>, trade: unknown): string | undefined {
  const cost = exactText(member(trade, 'cost'));
  return cost !== undefined && row.has(cost) ? cost : undefined;
}

/** Every coin of an account. @throws Error for what is no balance of ccxt. */
export function balanceRows(balance: unknown): readonly BalanceRow[] {
  const totals = member(balance, 'total');
  if (typeof totals !== 'object' || totals === null) throw new Error('the answer has no balances');
  const row = valuesOf(member(balance, 'info'));
  return Object.keys(totals).map((asset): BalanceRow => {
    const [free, used, total] = ['free', 'used', 'total'].map((name) =>
      exactText(member(member(balance, name), asset)),
    );
    const has = (amount: string | undefined): amount is string => amount !== undefined && row.has(amount);
    // Two of the three must be the venue’s own; the third is then their sum or difference.
    if (has(total) && has(used)) return { asset, total, held: used };
    if (has(free) && has(used)) return { asset, total: sumOf(free, used), held: used };
    if (has(total) && has(free) && used !== undefined && sumOf(free, used) === total)
      return { asset, total, held: used };
    const problem = `free ${shown(free)}, used ${shown(used)}, total ${shown(total)} are not in the venue’s answer`;
    return { asset, problem };
  });
}

/** @throws Error for what is no list. */
export function listOf(found: unknown, what: string): readonly unknown[] {
  if (Array.isArray(found)) return found as unknown[];
  throw new Error(`the answer is no list of ${what} (${shown(found)})`);
}
