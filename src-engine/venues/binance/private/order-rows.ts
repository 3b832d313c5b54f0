/** Rows of orders, fills and balances, in REST and in the user data stream, in our words. Amounts stay the venue's text. */
import { Decimal, type DecimalText, decimal } from '../../../domain/decimal.ts';
import type { Asset, OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import { amountIn, BadField, isAmount, millisecondsIn, nameIn, shown } from '../../toolkit/account-fields.ts';
import { orderProblem, readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { ExecutionReport, ReportedFill } from '../../toolkit/execution-report.ts';
import { isObject, type Json, wordIn, wordOf } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { ListedFill, UnreadFill } from '../../toolkit/settled-fills.ts';

/** Order ids count by symbol: the symbol is part of what names an order, and a fill. */
export function venueOrderId(symbol: string, id: unknown): string {
  return `${symbol}:${wordOf(id)}`;
}

const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
  REJECTED: 'canceled',
  EXPIRED: 'canceled',
  EXPIRED_IN_MATCH: 'canceled',
};

/** A row of `openOrders` or `allOrders`; undefined for a row without symbol and id, which names no order. */
export function orderOf(row: unknown, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  if (!isObject(row) || typeof row['symbol'] !== 'string') return undefined;
  const { symbol } = row;
  const id = venueOrderId(symbol, row['orderId']);
  const orderId = known.get(id) ?? orderIdOf(row['clientOrderId']);
  const state = wordIn(STATES, row['status']);
  const common = {
    orderId,
    venueOrderId: id,
    symbol,
    side: row['side'] === 'BUY' ? 'buy' : row['side'] === 'SELL' ? 'sell' : '',
    price: textIn(row, 'price'),
    qty: textIn(row, 'origQty'),
    filledQty: textIn(row, 'executedQty'),
    // What is not known to be over is taken for open: it is looked at again.
    state: state ?? 'open',
  } as const;
  const problem = orderProblem(row, state !== undefined, 'status', ['price', 'origQty', 'executedQty']);
  return problem === undefined ? common : { ...common, problem };
}

/** A row of `myTrades`, or its problem where it cannot be read whole. */
export function tradeOf(row: unknown): ListedFill | UnreadFill {
  if (!isObject(row)) return { venueOrderId: '', problem: `${shown(row)} is not a fill` };
  const symbol = typeof row['symbol'] === 'string' ? row['symbol'] : '';
  const id = venueOrderId(symbol, row['orderId']);
  try {
    return {
      venueOrderId: id,
      fillId: tradeId(symbol, row['id']),
      price: amountIn(row, 'price'),
      qty: amountIn(row, 'qty'),
      fee: amountIn(row, 'commission'),
      feeAsset: nameIn(row, 'commissionAsset'),
      cost: costIn(row, 'quoteQty'),
      venueUs: millisecondsIn(row, 'time') * US_PER_MS,
    };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId: id, problem: error.message };
  }
}

/** Balances of `account`: what is held of each asset, and what of it no new order may use. */
export function balancesOf(json: Json): { readonly balances: VenueBalance[]; readonly unread: UnreadRow[] } {
  const balances: VenueBalance[] = [];
  const rows: unknown = json['balances'];
  if (!Array.isArray(rows)) throw new Error('the account has no list of balances');
  const unread = readHeld(
    rows,
    { nameField: 'asset', source: 'account', what: 'a balance' },
    (row, asset) => {
      balances.push(held(asset, amountIn(row, 'free'), amountIn(row, 'locked')));
    },
  );
  return { balances, unread };
}

/** Balances of `outboundAccountPosition`; rows that cannot be read are left to the next reading of the account. */
export function heldOf(event: Json): VenueBalance[] {
  const rows: unknown = event['B'];
  return (Array.isArray(rows) ? (rows as readonly unknown[]) : []).flatMap((row) => {
    try {
      return isObject(row) ? [held(nameIn(row, 'a'), amountIn(row, 'f'), amountIn(row, 'l'))] : [];
    } catch (error) {
      if (error instanceof BadField) return [];
      throw error;
    }
  });
}

/** What an `executionReport` says: a fill that completes an order says two things, in this order. */
export function reportsOf(event: Json): ExecutionReport[] {
  const symbol = typeof event['s'] === 'string' ? event['s'] : '';
  const base = {
    // In the report of a cancel, `c` is the id of the request, and the order's own is in `C`.
    orderId: orderIdOf(event['C']) ?? orderIdOf(event['c']),
    venueOrderId: venueOrderId(symbol, event['i']),
    symbol,
    reason: '',
    atUs: typeof event['T'] === 'number' ? event['T'] * US_PER_MS : 0,
    fill: undefined,
  } as const;
  try {
    return read(event, base);
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return [{ ...base, kind: 'other', problem: error.message }];
  }
}

type Base = Omit<ExecutionReport, 'kind'>;

function read(event: Json, base: Base): ExecutionReport[] {
  const status = event['X'];
  switch (event['x']) {
    case 'NEW':
      return [{ ...base, kind: 'accepted' }];
    case 'TRADE': {
      const filled: ExecutionReport = { ...base, kind: 'fill', fill: fillOf(event) };
      if (status === 'FILLED') return [filled, { ...base, kind: 'filled' }];
      return isOver(status) ? [filled, ended(event, base)] : [filled];
    }
    case 'CANCELED':
    case 'EXPIRED':
    case 'REJECTED':
      return [ended(event, base)];
    case 'TRADE_PREVENTION':
      return [isOver(status) ? ended(event, base) : { ...base, kind: 'other' }];
    case 'REPLACED':
      return [{ ...base, kind: 'changed' }];
    default:
      return [{ ...base, kind: 'other' }];
  }
}

function ended(event: Json, base: Base): ExecutionReport {
  const given = [event['eR'], event['r']].find((why) => typeof why === 'string' && why !== 'NONE');
  const reason = typeof given === 'string' ? given : wordOf(event['X'] ?? event['x']);
  return {
    ...base,
    kind: 'canceled',
    reason: reason.toLowerCase().replaceAll('_', ' '),
    filledQty: amountIn(event, 'z'),
  };
}

const isOver = (status: unknown): boolean => wordIn(STATES, status) === 'canceled';

function fillOf(event: Json): ReportedFill {
  const fee = amountIn(event, 'n');
  // Without a fee its asset may be null.
  const isFree = decimal(fee).isZero() && event['N'] === null;
  return {
    fillId: tradeId(nameIn(event, 's'), event['t']),
    price: amountIn(event, 'L'),
    qty: amountIn(event, 'l'),
    fee,
    feeAsset: isFree ? '' : nameIn(event, 'N'),
    cost: costIn(event, 'Y'),
  };
}

function held(asset: Asset, free: DecimalText, locked: DecimalText): VenueBalance {
  return { asset, total: Decimal.add(decimal(free), decimal(locked)).toFixed(), held: locked };
}

function tradeId(symbol: string, id: unknown): string {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return `${symbol}:${id}`;
  throw new BadField(`the trade id ${shown(id)} is none`);
}

/** What a fill moved of the quote, cut to eight decimals as the venue books it; without it price × quantity stands. */
function costIn(row: Json, field: string): DecimalText | undefined {
  const value = row[field];
  return isAmount(value) ? value : undefined;
}
