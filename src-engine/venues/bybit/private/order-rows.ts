/** Rows of orders, fills and balances, in REST and in the private stream, in our words. Amounts stay the venue's text. */
import { Decimal, decimal } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import { amountIn, BadField, isAmount, millisecondsIn, nameIn, shown } from '../../toolkit/account-fields.ts';
import { orderProblem, readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { FillRow } from '../../toolkit/account-reading.ts';
import type { ExecutionReport, ReportedFill } from '../../toolkit/execution-report.ts';
import { isObject, type Json, numericOf, wordIn, wordOf } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';

/** `Cancelled` has two l. An order that filled in part and ended is `PartiallyFilledCanceled`: on the spot market alone. */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  New: 'open',
  PartiallyFilled: 'open',
  Untriggered: 'open',
  Triggered: 'open',
  Filled: 'filled',
  Cancelled: 'canceled',
  PartiallyFilledCanceled: 'canceled',
  Rejected: 'canceled',
  Deactivated: 'canceled',
};
/** Of an execution: what is none of a trade changes no order of ours. */
const TRADE = 'Trade';
/** What `extraFees` holds where there are none. */
const NO_FEES: ReadonlySet<unknown> = new Set([undefined, null, '', '[]']);

/** A row of open or ended orders; undefined for one without an id, which names no order. */
export function orderOf(row: unknown, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  if (!isObject(row) || typeof row['orderId'] !== 'string' || row['orderId'] === '') return undefined;
  const { orderId: venueOrderId } = row;
  const state = wordIn(STATES, row['orderStatus']);
  const common = {
    orderId: known.get(venueOrderId) ?? orderIdOf(row['orderLinkId']),
    venueOrderId,
    symbol: textIn(row, 'symbol'),
    side: row['side'] === 'Buy' ? 'buy' : row['side'] === 'Sell' ? 'sell' : '',
    price: textIn(row, 'price'),
    qty: textIn(row, 'qty'),
    filledQty: textIn(row, 'cumExecQty'),
    // What is not known to be over is taken for open: it is looked at again.
    state: state ?? 'open',
  } as const;
  const problem = orderProblem(row, state !== undefined, 'orderStatus', ['price', 'qty', 'cumExecQty']);
  return problem === undefined ? common : { ...common, problem };
}

/** A row of executions; undefined for one that is no trade. @returns the row's problem where it cannot be read whole. */
export function tradeOf(row: unknown): FillRow | undefined {
  if (!isObject(row)) return { venueOrderId: '', orderId: undefined, problem: `${shown(row)} is not a fill` };
  if (row['execType'] !== undefined && row['execType'] !== TRADE) return undefined;
  const venueOrderId = typeof row['orderId'] === 'string' ? row['orderId'] : '';
  const orderId = orderIdOf(row['orderLinkId']);
  try {
    const venueUs = millisecondsIn(row, 'execTime') * US_PER_MS;
    return { ...fillOf(row), venueOrderId, orderId, venueUs };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId, orderId, problem: error.message };
  }
}

/** Coins of the unified account: what is held of each, and what of it orders lock. Not the equity, which counts what is owed. */
export function balancesOf(result: Json): {
  readonly balances: VenueBalance[];
  readonly unread: UnreadRow[];
} {
  const accounts: unknown = result['list'];
  if (!Array.isArray(accounts) || accounts.length === 0)
    throw new Error('the account has no list of balances');
  const balances: VenueBalance[] = [];
  const rows = (accounts as unknown[]).flatMap(coinsOf);
  const list = { nameField: 'coin', source: 'wallet-balance', what: 'a balance' };
  const unread = readHeld(rows, list, (row, asset) => void balances.push(heldOf(row, asset)));
  return { balances, unread };
}

/** Balances of a `wallet` message; rows that cannot be read are left to the next reading of the account. */
export function walletOf(data: unknown): VenueBalance[] {
  const accounts = Array.isArray(data) ? (data as unknown[]) : [];
  return accounts.flatMap(coinsOf).flatMap((row) => {
    try {
      return isObject(row) ? [heldOf(row, nameIn(row, 'coin'))] : [];
    } catch (error) {
      if (error instanceof BadField) return [];
      throw error;
    }
  });
}

/** What a row of the `order` topic says. Its fills come by `execution`. */
export function orderReportOf(row: Json): ExecutionReport {
  const base = baseOf(row, 'updatedTime');
  const { orderStatus } = row;
  const state = wordIn(STATES, orderStatus);
  if (state === undefined)
    return { ...base, kind: 'other', problem: `orderStatus ${shown(orderStatus)} is not known` };
  if (state === 'open') return { ...base, kind: 'accepted' };
  if (state === 'filled') return { ...base, kind: 'filled' };
  try {
    const given = [row['rejectReason'], row['cancelType']].find(
      (why) => typeof why === 'string' && why !== '' && why !== 'EC_NoError' && why !== 'UNKNOWN',
    );
    const reason = typeof given === 'string' ? given : wordOf(orderStatus);
    return { ...base, kind: 'canceled', reason, filledQty: amountIn(row, 'cumExecQty') };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { ...base, kind: 'other', problem: error.message };
  }
}

/** What a row of the `execution` topic says; undefined where it is no trade. */
export function fillReportOf(row: Json): ExecutionReport | undefined {
  if (row['execType'] !== undefined && row['execType'] !== TRADE) return undefined;
  const base = baseOf(row, 'execTime');
  try {
    return { ...base, kind: 'fill', fill: fillOf(row) };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { ...base, kind: 'other', problem: error.message };
  }
}

function baseOf(row: Json, time: string): Omit<ExecutionReport, 'kind'> {
  const atMs = numericOf(row[time]);
  return {
    orderId: orderIdOf(row['orderLinkId']),
    venueOrderId: typeof row['orderId'] === 'string' ? row['orderId'] : '',
    symbol: typeof row['symbol'] === 'string' ? row['symbol'] : '',
    reason: '',
    atUs: Number.isSafeInteger(atMs) && atMs > 0 ? atMs * US_PER_MS : 0,
    fill: undefined,
  };
}

/** The coin of a fee is what the venue names: buyer and seller, maker and taker differ in it. */
function fillOf(row: Json): ReportedFill {
  const { extraFees } = row;
  // Taxes of some countries, charged beside `execFee`: what the fill cost is not known without them.
  if (!NO_FEES.has(extraFees) && !(Array.isArray(extraFees) && extraFees.length === 0))
    throw new BadField(`extraFees ${shown(extraFees)} are charged on top, and are not counted here`);
  const fee = amountIn(row, 'execFee');
  const isFree = decimal(fee).isZero() && (row['feeCurrency'] === '' || row['feeCurrency'] === undefined);
  return {
    fillId: nameIn(row, 'execId'),
    price: amountIn(row, 'execPrice'),
    qty: amountIn(row, 'execQty'),
    fee,
    feeAsset: isFree ? '' : nameIn(row, 'feeCurrency'),
    cost: isAmount(row['execValue']) ? row['execValue'] : undefined,
  };
}

function coinsOf(account: unknown): unknown[] {
  const coins: unknown = isObject(account) ? account['coin'] : undefined;
  return Array.isArray(coins) ? (coins as unknown[]) : [];
}

/** Locked may be more than what is held, where coins are borrowed: then all of it is. */
function heldOf(row: Json, asset: string): VenueBalance {
  const total = amountIn(row, 'walletBalance');
  const locked = row['locked'] === '' || row['locked'] === undefined ? '0' : amountIn(row, 'locked');
  return { asset, total, held: Decimal.min(decimal(locked), decimal(total)).toFixed() };
}
