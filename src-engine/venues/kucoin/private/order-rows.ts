/** Rows of orders, fills and accounts, in REST and in the private topics, in our words. Amounts stay the venue's text. */
import { type DecimalText, decimal } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { amountIn, BadField, isAmount, millisecondsIn, nameIn, shown } from '../../toolkit/account-fields.ts';
import { readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { ExecutionReport } from '../../toolkit/execution-report.ts';
import { isObject, type Json, wordIn } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { ListedFill, UnreadFill } from '../../toolkit/settled-fills.ts';

/** Where spot orders are paid from; the second is what the first was called beside it, before both became one. */
const TRADED: ReadonlySet<unknown> = new Set(['trade', 'trade_hf']);
/** What `tax` holds where there is none. */
const NO_TAX: ReadonlySet<unknown> = new Set([undefined, null, '']);

/** A row of open or ended orders; undefined for one without an id, which names no order. */
export function orderOf(row: unknown, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  if (!isObject(row) || typeof row['id'] !== 'string' || row['id'] === '') return undefined;
  const { id: venueOrderId, active, side, size, dealSize } = row;
  const isReadable = typeof active === 'boolean' && isAmount(dealSize) && isAmount(size);
  const isFilled =
    isReadable && !active && row['cancelExist'] !== true && decimal(dealSize).gte(decimal(size));
  const common = {
    orderId: known.get(venueOrderId) ?? orderIdOf(row['clientOid']),
    venueOrderId,
    symbol: textIn(row, 'symbol'),
    side: side === 'buy' || side === 'sell' ? side : '',
    price: textIn(row, 'price'),
    qty: textIn(row, 'size'),
    filledQty: textIn(row, 'dealSize'),
    // What is not known to be over is taken for open: it is looked at again.
    state: !isReadable || active ? 'open' : isFilled ? 'filled' : 'canceled',
  } as const;
  if (isReadable) return common;
  const bad = typeof active !== 'boolean' ? 'active' : isAmount(dealSize) ? 'size' : 'dealSize';
  return { ...common, problem: `${bad} ${shown(row[bad])} cannot be read` };
}

/** A row of fills, or its problem where it cannot be read whole. */
export function fillOf(row: unknown): ListedFill | UnreadFill {
  if (!isObject(row)) return { venueOrderId: '', problem: `${shown(row)} is not a fill` };
  const venueOrderId = typeof row['orderId'] === 'string' ? row['orderId'] : '';
  try {
    const { tax, tradeId } = row;
    // Charged by some countries beside `fee`, in the same currency.
    const charged = NO_TAX.has(tax) ? '0' : amountIn(row, 'tax');
    const isId =
      (typeof tradeId === 'number' && Number.isSafeInteger(tradeId)) || typeof tradeId === 'string';
    if (!isId || tradeId === '') throw new BadField(`tradeId ${shown(tradeId)} is not an id`);
    const fee = decimal(amountIn(row, 'fee')).plus(decimal(charged)).toFixed();
    const isFree = decimal(fee).isZero() && NO_TAX.has(row['feeCurrency']);
    return {
      // Both sides of a trade have its id: an order that met one of its own account is one of them.
      fillId: `${tradeId}-${venueOrderId}`,
      price: amountIn(row, 'price'),
      qty: amountIn(row, 'size'),
      fee,
      feeAsset: isFree ? '' : nameIn(row, 'feeCurrency'),
      cost: isAmount(row['funds']) ? row['funds'] : undefined,
      venueOrderId,
      venueUs: millisecondsIn(row, 'createdAt') * US_PER_MS,
    };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId, problem: error.message };
  }
}

/** What the trading account holds of each currency. */
export function balancesOf(rows: unknown): {
  readonly balances: VenueBalance[];
  readonly unread: UnreadRow[];
} {
  if (!Array.isArray(rows)) throw new Error('the answer is not a list of accounts');
  const held = new Map<string, VenueBalance>();
  const list = { nameField: 'currency', source: 'accounts', what: 'an account' };
  const unread = readHeld(rows, list, (row, asset) => {
    if (!TRADED.has(row['type'])) return;
    const [balance, holds] = [decimal(amountIn(row, 'balance')), decimal(amountIn(row, 'holds'))];
    const { total, held: before = '0' } = held.get(asset) ?? { total: '0' };
    held.set(asset, {
      asset,
      total: decimal(total).plus(balance).toFixed(),
      held: decimal(before).plus(holds).toFixed(),
    });
  });
  return { balances: [...held.values()], unread };
}

/** What `/account/balance` says of one currency; undefined for what cannot be read, which the next reading of the account has. */
export function balanceOf(data: Json): Pick<VenueBalance, 'asset' | 'total'> | undefined {
  const { currency, total, relationEvent } = data;
  // Other accounts of the same owner have events of their own.
  if (typeof relationEvent === 'string' && !relationEvent.startsWith('trade')) return undefined;
  return typeof currency === 'string' && currency !== '' && isAmount(total)
    ? { asset: currency, total }
    : undefined;
}

/** What the order topic says. A match has no fee: its sum alone is taken, and its fills are listed. */
export type OrderReport = ExecutionReport & { readonly cumulativeQty: DecimalText | undefined };

const KINDS: Readonly<Record<string, ExecutionReport['kind']>> = {
  received: 'accepted',
  open: 'accepted',
  match: 'accepted',
  update: 'accepted',
  filled: 'filled',
  canceled: 'canceled',
};

export function orderReportOf(data: Json, receivedUs: TimeUs): OrderReport {
  const { type, filledSize } = data;
  const filled = filledSize === undefined && type === 'received' ? '0' : filledSize;
  const base = {
    orderId: orderIdOf(data['clientOid']),
    venueOrderId: typeof data['orderId'] === 'string' ? data['orderId'] : '',
    symbol: typeof data['symbol'] === 'string' ? data['symbol'] : '',
    reason: '',
    atUs: receivedUs,
    fill: undefined,
    cumulativeQty: isAmount(filled) ? filled : undefined,
  };
  const other = (problem: string): OrderReport => ({ ...base, kind: 'other', problem });
  const kind = wordIn(KINDS, type);
  if (kind === undefined) return other(`type ${shown(type)} is not known`);
  if (base.cumulativeQty === undefined) return other(`filledSize ${shown(filledSize)} is not an amount`);
  if (base.venueOrderId === '') return other(`orderId ${shown(data['orderId'])} is not an id`);
  if (kind !== 'canceled') return { ...base, kind };
  return { ...base, kind, reason: 'canceled', filledQty: base.cumulativeQty };
}
