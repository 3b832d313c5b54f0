/** Rows of orders, fills and balances, in REST and on the private connection, in our words. Amounts stay the venue's text. */
import { Decimal, type DecimalText, decimal, isDecimalText } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import { amountIn, BadField, millisecondsIn, nameIn, shown } from '../../toolkit/account-fields.ts';
import type { FillRow } from '../../toolkit/account-reading.ts';
import { orderProblem, readHeld, textIn } from '../../toolkit/account-rows.ts';
import type { ExecutionReport, ReportedFill } from '../../toolkit/execution-report.ts';
import { type Json, numericOf, wordIn, wordOf } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';

const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  live: 'open',
  partially_filled: 'open',
  filled: 'filled',
  canceled: 'canceled',
  mmp_canceled: 'canceled',
};
/** Longest name: two of them, and a dash, are the id of a fill. */
const MAX_NAME = 31;
const NO_TRADE: ReadonlySet<unknown> = new Set(['', undefined, null]);

/** A row of open or ended orders; undefined for one without an id, which names no order. */
export function orderOf(row: Json, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined {
  const { ordId: venueOrderId } = row;
  if (typeof venueOrderId !== 'string' || venueOrderId === '') return undefined;
  const state = wordIn(STATES, row['state']);
  const common = {
    orderId: known.get(venueOrderId) ?? orderIdOf(row['clOrdId']),
    venueOrderId,
    symbol: textIn(row, 'instId'),
    side: row['side'] === 'buy' ? 'buy' : row['side'] === 'sell' ? 'sell' : '',
    price: textIn(row, 'px'),
    qty: textIn(row, 'sz'),
    filledQty: textIn(row, 'accFillSz'),
    // What is not known to be over is taken for open: it is looked at again.
    state: state ?? 'open',
  } as const;
  // A market order has no price.
  const amounts = row['ordType'] === 'market' ? ['sz', 'accFillSz'] : ['px', 'sz', 'accFillSz'];
  const problem = orderProblem(row, state !== undefined, 'state', amounts);
  return problem === undefined ? common : { ...common, problem };
}

/** A row of fills. @returns the row's problem where it cannot be read whole. */
export function tradeOf(row: Json): FillRow {
  const venueOrderId = typeof row['ordId'] === 'string' ? row['ordId'] : '';
  const orderId = orderIdOf(row['clOrdId']);
  try {
    const venueUs = millisecondsIn(row, row['fillTime'] === undefined ? 'ts' : 'fillTime') * US_PER_MS;
    return { ...fillOf(row, 'fee', 'feeCcy'), venueOrderId, orderId, venueUs };
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { venueOrderId, orderId, problem: error.message };
  }
}

/** What is held of each currency in cash, and what of it orders lock. Not the equity, which counts what is owed. */
export function balancesOf(rows: readonly Json[]): {
  readonly balances: VenueBalance[];
  readonly unread: UnreadRow[];
} {
  const balances: VenueBalance[] = [];
  const details = rows.flatMap((row) => {
    const own: unknown = row['details'];
    return Array.isArray(own) ? (own as unknown[]) : [undefined];
  });
  const unread = readHeld(
    details,
    { nameField: 'ccy', source: 'balance', what: 'a balance' },
    (row, asset) => {
      const total = amountIn(row, 'cashBal');
      const frozen = NO_TRADE.has(row['frozenBal']) ? '0' : amountIn(row, 'frozenBal');
      balances.push({ asset, total, held: Decimal.min(decimal(frozen), decimal(total)).toFixed() });
    },
  );
  return { balances, unread };
}

/** What a row of the `orders` channel says: a fill where it names a trade, and how the order stands after it. */
export function reportsOf(row: Json): ExecutionReport[] {
  const { state: given, tradeId, fillSz } = row;
  const base = baseOf(row);
  const state = wordIn(STATES, given);
  try {
    if (state === undefined) throw new BadField(`state ${shown(given)} is not known`);
    const isFill = !NO_TRADE.has(tradeId) && fillSz !== '0';
    const reports: ExecutionReport[] = isFill
      ? [{ ...base, kind: 'fill', fill: fillOf(row, 'fillFee', 'fillFeeCcy') }]
      : [];
    if (state === 'open') return isFill ? reports : [{ ...base, kind: 'accepted' }];
    if (state === 'filled') return [...reports, { ...base, kind: 'filled' }];
    const reason =
      typeof row['cancelSource'] === 'string' ? `cancelSource ${row['cancelSource']}` : wordOf(given);
    return [...reports, { ...base, kind: 'canceled', reason, filledQty: amountIn(row, 'accFillSz') }];
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return [{ ...base, kind: 'other', problem: error.message }];
  }
}

function baseOf(row: Json): Omit<ExecutionReport, 'kind'> {
  const atMs = numericOf(NO_TRADE.has(row['fillTime']) ? row['uTime'] : row['fillTime']);
  return {
    orderId: orderIdOf(row['clOrdId']),
    venueOrderId: typeof row['ordId'] === 'string' ? row['ordId'] : '',
    symbol: typeof row['instId'] === 'string' ? row['instId'] : '',
    reason: '',
    atUs: Number.isSafeInteger(atMs) && atMs > 0 ? atMs * US_PER_MS : 0,
    fill: undefined,
  };
}

/**
 * OKX writes a fee that it charges with a minus, and a rebate without one; here it is the other way round. Its ids of trades are
 * counted by the instrument, and both sides of a trade have the same: with the order's id they name one fill.
 */
function fillOf(row: Json, fee: string, asset: string): ReportedFill {
  const given = row[fee];
  if (typeof given !== 'string' || !isDecimalText(given))
    throw new BadField(`${fee} ${shown(given)} is not an amount`);
  const charged = decimal(given).negated();
  const isFree = charged.isZero() && NO_TRADE.has(row[asset]);
  return {
    fillId: `${nameIn(row, 'ordId', MAX_NAME)}-${nameIn(row, 'tradeId', MAX_NAME)}`,
    price: positive(row, 'fillPx'),
    qty: positive(row, 'fillSz'),
    fee: charged.isZero() ? '0' : charged.toFixed(),
    feeAsset: isFree ? '' : nameIn(row, asset, MAX_NAME),
    cost: undefined,
  };
}

function positive(row: Json, field: string): DecimalText {
  const value = amountIn(row, field);
  if (decimal(value).gt(0)) return value;
  throw new BadField(`${field} ${shown(value)} is not above zero`);
}
