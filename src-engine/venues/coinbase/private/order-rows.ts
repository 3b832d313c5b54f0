/** Rows of orders, fills and accounts, in REST and in the user channel, in our words. Amounts stay the venue's text. */
import { type DecimalText, decimal } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { amountIn, BadField, isAmount, nameIn, shown } from '../../toolkit/account-fields.ts';
import { orderProblem, readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { ExecutionReport } from '../../toolkit/execution-report.ts';
import { isObject, type Json, wordIn, wordOf } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { ListedFill, UnreadFill } from '../../toolkit/settled-fills.ts';
import { parseTimestamp } from '../../toolkit/timestamp.ts';

/** `CANCELLED` has two l. What is queued may fill yet. */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  PENDING: 'open',
  QUEUED: 'open',
  OPEN: 'open',
  CANCEL_QUEUED: 'open',
  EDIT_QUEUED: 'open',
  FILLED: 'filled',
  CANCELLED: 'canceled',
  EXPIRED: 'canceled',
  FAILED: 'canceled',
};
/** Of a fill; what reverses or corrects one is not booked here. */
const FILL = 'FILL';
/** Money that lies there cannot be traded with. */
const VAULT = 'ACCOUNT_TYPE_VAULT';

/** A row of open or ended orders; undefined for one without an id, which names no order. */
export function orderOf(row: unknown, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  if (!isObject(row) || typeof row['order_id'] !== 'string' || row['order_id'] === '') return undefined;
  const { order_id: venueOrderId, side } = row;
  const state = wordIn(STATES, row['status']);
  const { price, qty } = termsOf(row['order_configuration']);
  const common = {
    orderId: known.get(venueOrderId) ?? orderIdOf(row['client_order_id']),
    venueOrderId,
    symbol: textIn(row, 'product_id'),
    side: side === 'BUY' ? 'buy' : side === 'SELL' ? 'sell' : '',
    price,
    qty,
    filledQty: textIn(row, 'filled_size'),
    // What is not known to be over is taken for open: it is looked at again.
    state: state ?? 'open',
  } as const;
  const problem = orderProblem(row, state !== undefined, 'status', ['filled_size']);
  return problem === undefined ? common : { ...common, problem };
}

/** One member of many, named by the kind of the order, has the terms. */
function termsOf(configuration: unknown): { readonly price: string; readonly qty: string } {
  const kinds = isObject(configuration) ? Object.values(configuration).filter(isObject) : [];
  const display = (name: string): string => {
    const found = kinds.map((kind) => kind[name]).find((value) => typeof value === 'string');
    return typeof found === 'string' ? found : '';
  };
  return { price: display('limit_price'), qty: display('base_size') };
}

/** A row of fills, or its problem where it cannot be read whole. */
export function fillOf(row: unknown): ListedFill | UnreadFill {
  if (!isObject(row)) return { venueOrderId: '', problem: `${shown(row)} is not a fill` };
  const venueOrderId = typeof row['order_id'] === 'string' ? row['order_id'] : '';
  try {
    if (row['trade_type'] !== FILL)
      throw new BadField(`trade_type ${shown(row['trade_type'])} is not a fill, and is not booked here`);
    if (row['size_in_quote'] === true) throw new BadField('its size is in quote');
    const venueUs = parseTimestamp(nameIn(row, 'trade_time'));
    if (venueUs === 0) throw new BadField(`trade_time ${shown(row['trade_time'])} is not a time`);
    const [, feeAsset] = /^[^-]+-([^-]+)$/.exec(nameIn(row, 'product_id')) ?? [];
    if (feeAsset === undefined) throw new BadField(`product_id ${shown(row['product_id'])} has no quote`);
    const fillId = typeof row['entry_id'] === 'string' && row['entry_id'] !== '' ? 'entry_id' : 'trade_id';
    const [price, qty] = [amountIn(row, 'price'), amountIn(row, 'size')];
    return { fillId: nameIn(row, fillId), price, qty, fee: feeOf(row), feeAsset, venueOrderId, venueUs };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId, problem: error.message };
  }
}

/** Charged in quote. `commission_detail_total` has the parts, taxes of some countries among them. */
function feeOf(row: Json): DecimalText {
  const fee = amountIn(row, 'commission');
  const { commission_detail_total: detail } = row;
  const total = isObject(detail) ? detail['total_commission'] : undefined;
  if (total === undefined || total === '' || total === null) return fee;
  if (!isAmount(total)) throw new BadField(`total_commission ${shown(total)} is not an amount`);
  // What was charged is booked: the total has the taxes of some countries beside the fee.
  return decimal(total).gt(decimal(fee)) ? total : fee;
}

/** What is held of each currency of the portfolio; several accounts of one count together. */
export function balancesOf(rows: readonly unknown[]): {
  readonly balances: VenueBalance[];
  readonly unread: UnreadRow[];
} {
  const held = new Map<string, VenueBalance>();
  const list = { nameField: 'currency', source: 'accounts', what: 'an account' };
  const unread = readHeld(rows, list, (row, asset) => {
    if (row['type'] === VAULT) return;
    const free = decimal(valueOf(row, 'available_balance'));
    const hold = decimal(row['hold'] === null || row['hold'] === undefined ? '0' : valueOf(row, 'hold'));
    const { total, held: before = '0' } = held.get(asset) ?? { total: '0' };
    held.set(asset, {
      asset,
      total: decimal(total).plus(free).plus(hold).toFixed(),
      held: decimal(before).plus(hold).toFixed(),
    });
  });
  return { balances: [...held.values()], unread };
}

/** What the user channel says of one order. */
export type OrderReport = ExecutionReport & {
  /** Quantity that was filled of it so far; undefined where it cannot be read. */
  readonly cumulativeQty: DecimalText | undefined;
};

/** A row of the user channel: how the order stands, with sums in place of single fills. */
export function orderReportOf(row: Json, atUs: TimeUs): OrderReport {
  const { status } = row;
  const cumulative = row['cumulative_quantity'];
  const base = {
    orderId: orderIdOf(row['client_order_id']),
    venueOrderId: typeof row['order_id'] === 'string' ? row['order_id'] : '',
    symbol: typeof row['product_id'] === 'string' ? row['product_id'] : '',
    reason: '',
    atUs,
    fill: undefined,
    cumulativeQty: isAmount(cumulative) ? cumulative : undefined,
  };
  const state = wordIn(STATES, status);
  if (state === undefined) return { ...base, kind: 'other', problem: `status ${shown(status)} is not known` };
  if (base.cumulativeQty === undefined)
    return { ...base, kind: 'other', problem: `cumulative_quantity ${shown(cumulative)} is not an amount` };
  if (base.venueOrderId === '')
    return { ...base, kind: 'other', problem: `order_id ${shown(row['order_id'])} is not an id` };
  if (state === 'open') return { ...base, kind: 'accepted' };
  if (state === 'filled') return { ...base, kind: 'filled' };
  const given = [row['reject_reason'], row['reject_Reason'], row['cancel_reason']].find(
    (why) => typeof why === 'string' && why !== '' && why !== 'REJECT_REASON_UNSPECIFIED',
  );
  const reason = typeof given === 'string' ? given.slice(0, 100) : wordOf(status);
  return { ...base, kind: 'canceled', reason, filledQty: base.cumulativeQty };
}

function valueOf(row: Json, field: string): DecimalText {
  const money = row[field];
  if (isObject(money) && isAmount(money['value'])) return money['value'];
  throw new BadField(`${field} ${shown(money)} is not an amount`);
}
