/** Rows of an account's process in our words. What another process says is looked at like what a venue says. */
import type { OrderId } from '../../../domain/ids.ts';
import type { VenueBalance, VenueOrder } from '../../../domain/order.ts';
import type { DecimalText } from '../../../domain/decimal.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { amountIn, BadField, isAmount, millisecondsIn, nameIn, shown } from '../../toolkit/account-fields.ts';
import { orderProblem, readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { ExecutionReport } from '../../toolkit/execution-report.ts';
import { isObject } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { ListedFill, UnreadFill } from '../../toolkit/settled-fills.ts';
import type { HeldBalances } from '../../toolkit/account-reading.ts';

const STATES: ReadonlySet<unknown> = new Set(['open', 'filled', 'canceled']);

/** Undefined for a row without an id, which names no order. */
export function orderOf(row: unknown, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  if (!isObject(row) || typeof row['venueOrderId'] !== 'string' || row['venueOrderId'] === '')
    return undefined;
  const { venueOrderId, clientId, side, state, problem } = row;
  const common = {
    orderId: known.get(venueOrderId) ?? orderIdOf(clientId),
    venueOrderId,
    symbol: textIn(row, 'symbol'),
    side: side === 'buy' || side === 'sell' ? side : '',
    price: textIn(row, 'price'),
    qty: textIn(row, 'qty'),
    filledQty: textIn(row, 'filledQty'),
  } as const;
  if (typeof problem === 'string') return { ...common, state: 'open', problem };
  const unread = orderProblem(row, STATES.has(state), 'state', ['filledQty']);
  if (unread !== undefined) return { ...common, state: 'open', problem: unread };
  return { ...common, state: state as VenueOrder['state'] };
}

/** What an order’s row says of it now, and how much of it is filled: its fills are listed by themselves. Undefined: it names no order. */
export function reportOf(
  row: unknown,
  orderId: OrderId,
  atUs: TimeUs,
): (ExecutionReport & { readonly cumulativeQty: DecimalText }) | undefined {
  const read = orderOf(row, new Map());
  if (read === undefined) return undefined;
  const { venueOrderId, symbol, filledQty: cumulativeQty, state, problem } = read;
  const common = { orderId, venueOrderId, symbol, atUs, fill: undefined, problem, cumulativeQty };
  if (state === 'canceled') return { ...common, kind: state, reason: 'canceled', filledQty: cumulativeQty };
  return { ...common, kind: state === 'open' ? 'accepted' : state, reason: '' };
}

/** A row of fills, or its problem where it cannot be read whole. */
export function fillOf(row: unknown): ListedFill | UnreadFill {
  if (!isObject(row)) return { venueOrderId: '', problem: `${shown(row)} is not a fill` };
  const venueOrderId = typeof row['venueOrderId'] === 'string' ? row['venueOrderId'] : '';
  if (typeof row['problem'] === 'string') return { venueOrderId, problem: row['problem'] };
  try {
    const fee = amountIn(row, 'fee');
    const { feeAsset, cost } = row;
    return {
      // Both sides of a trade may have its id: an order that met one of its own account is one of them.
      fillId: `${nameIn(row, 'fillId', 100)}-${nameIn(row, 'venueOrderId', 100)}`,
      price: amountIn(row, 'price'),
      qty: amountIn(row, 'qty'),
      fee,
      feeAsset: feeAsset === '' && Number(fee) === 0 ? '' : nameIn(row, 'feeAsset'),
      cost: isAmount(cost) ? cost : undefined,
      venueOrderId,
      venueUs: millisecondsIn(row, 'ms') * US_PER_MS,
    };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId, problem: error.message };
  }
}

/** @throws Error for what is no list. */
export function balancesOf(rows: unknown): HeldBalances {
  if (!Array.isArray(rows)) throw new Error('the answer is not a list of balances');
  const balances: VenueBalance[] = [];
  const of = { nameField: 'asset', source: 'fetchBalance', what: 'a balance' };
  const unread = readHeld(rows, of, (row, asset) => {
    if (typeof row['problem'] === 'string') throw new BadField(row['problem']);
    balances.push({ asset, total: amountIn(row, 'total'), held: amountIn(row, 'held') });
  });
  return { balances, unread };
}

/** A page of rows, and whether the list ends with it. */
export type Page = { readonly rows: readonly unknown[]; readonly isWhole: boolean };

/** @throws Error for what is none. */
export function pageOf(page: unknown): Page {
  const { rows, isWhole } = isObject(page) ? page : {};
  if (Array.isArray(rows) && typeof isWhole === 'boolean') return { rows: rows as unknown[], isWhole };
  throw new Error('the answer is no page of rows');
}
