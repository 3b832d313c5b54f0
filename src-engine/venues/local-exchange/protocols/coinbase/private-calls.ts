/** Coinbase's private REST calls (Advanced Trade, "Accounts", "Orders", "Fees", "Data API"). */
import type { TimeUs } from '../../../../domain/time.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { ClientOrder, ClientTrade } from '../../core/orders/client-order.ts';
import { Refusal } from '../../core/refusal.ts';
import { type CoinbaseExchange, coreId, noteOf } from './coinbase-exchange.ts';
import { badArgument, CoinbaseProblem, errorResponse } from './coinbase-problem.ts';
import { newOrder } from './new-order.ts';
import { wholeOf } from './public-calls.ts';
import { fillText, orderText, productId, statusOf } from './wire-text.ts';

export type Asked = {
  readonly exchange: CoinbaseExchange;
  readonly account: Account;
  readonly query: URLSearchParams;
  /** Of a POST. */
  readonly body: Readonly<Record<string, unknown>>;
};

const FIT = ['can_view', 'can_trade'];
const MOST_ACCOUNTS = 250;
const MOST_ROWS = 250;
const MOST_CANCELS = 100;

export const rightsOf = (account: Account): readonly string[] => account.permissions ?? FIT;

export function permissions({ account }: Asked): object {
  const rights = rightsOf(account);
  return {
    can_view: rights.includes('can_view'),
    can_trade: rights.includes('can_trade'),
    can_transfer: rights.includes('can_transfer'),
    portfolio_uuid: account.name,
    portfolio_type: 'DEFAULT',
  };
}

export function accounts({ account, query }: Asked): object {
  const { ledger } = account;
  const rows = ledger.assets().map((currency) => ({
    uuid: `${account.name}-${currency}`,
    name: `${currency} Wallet`,
    currency,
    available_balance: { value: ledger.available(currency).toFixed(), currency },
    hold: { value: ledger.held(currency).toFixed(), currency },
    default: false,
    active: true,
    type: 'ACCOUNT_TYPE_CRYPTO',
    ready: true,
    retail_portfolio_id: account.name,
  }));
  return paged('accounts', rows, query, MOST_ACCOUNTS);
}

/** One fee for all products, as the venue has it: that of the first. */
export function transactionSummary({ exchange }: Asked): object {
  const [market] = exchange.markets;
  return {
    total_volume: 0,
    total_fees: 0,
    fee_tier: {
      pricing_tier: 'Local',
      taker_fee_rate: market?.takerFee.toFixed() ?? '',
      maker_fee_rate: market?.makerFee.toFixed() ?? '',
    },
    margin_rate: null,
    goods_and_services_tax: null,
    total_balance: '0',
  };
}

/** Carries out a new order: 200, whether it was taken or not. Sent again under the same id it answers with the first. */
export function createOrder({ exchange, account, body }: Asked): object {
  const { client_order_id: id, order_configuration: configuration } = body;
  if (typeof id !== 'string' || id === '' || id.length > 128) throw badArgument('client_order_id is missing');
  const known = exchange.byClientId(account, id);
  if (known !== undefined) return taken(known);
  try {
    const { market, request } = newOrder(exchange, body);
    const note = { clientOrderId: id, configuration: configuration as object };
    const order = exchange.desk.place(account, market, {
      ...request,
      clOrdId: coreId(id),
      note,
    });
    exchange.remember(account, id, order);
    return taken(order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { success: false, error_response: errorResponse(error), order_configuration: configuration };
  }
}

function taken(order: ClientOrder): object {
  const { clientOrderId, configuration } = noteOf(order);
  return {
    success: true,
    success_response: {
      order_id: order.orderId,
      product_id: productId(order.market),
      side: order.side === 'buy' ? 'BUY' : 'SELL',
      client_order_id: clientOrderId,
    },
    order_configuration: configuration,
  };
}

export function batchCancel({ exchange, account, body }: Asked): object {
  const { order_ids: ids } = body;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_CANCELS)
    throw badArgument(`order_ids has not 1 to ${MOST_CANCELS} ids`);
  const results = (ids as unknown[]).map((id) => {
    const reason = cancel(exchange, account, id);
    return {
      success: reason === '',
      failure_reason: reason || 'UNKNOWN_CANCEL_FAILURE_REASON',
      order_id: id,
    };
  });
  return { results };
}

/** @returns why it was not canceled; empty: it was. */
function cancel(exchange: CoinbaseExchange, account: Account, id: unknown): string {
  if (typeof id !== 'string' || !account.openOrders.has(id)) return 'UNKNOWN_CANCEL_ORDER';
  exchange.desk.cancel(account, id);
  return '';
}

/** The newest first. */
export function orders({ exchange, account, query }: Asked): object {
  const states = new Set(query.getAll('order_status'));
  if (states.has('OPEN') && states.size > 1)
    throw badArgument('cannot pair OPEN orders with other order types');
  const products = new Set([...query.getAll('product_ids'), ...query.getAll('product_id')]);
  const [fromUs, toUs] = spanOf(query, 'start_date', 'end_date');
  const shownUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  const rows = [
    ...account.closedOrders.filter(({ closedUs }) => closedUs <= shownUs),
    ...account.openOrders.values(),
  ]
    .filter((order) => states.size === 0 || states.has(statusOf(order)))
    .filter(({ market }) => products.size === 0 || products.has(productId(market)))
    .filter(({ openedUs }) => openedUs >= fromUs && openedUs < toUs)
    .toSorted((a, b) => b.openedUs - a.openedUs);
  return paged('orders', rows.map(orderText), query, MOST_ROWS);
}

export function order({ account }: Asked, id: string): object {
  const found = account.openOrders.get(id) ?? account.closedOrders.findLast(({ orderId }) => orderId === id);
  if (found !== undefined) return { order: orderText(found) };
  throw new CoinbaseProblem('unknown', 'order with this orderID was not found', 404);
}

/** The newest first; the last page has no cursor. */
export function fills({ exchange, account, query }: Asked): object {
  const ids = new Set([...query.getAll('order_ids'), ...query.getAll('order_id')]);
  const products = new Set([...query.getAll('product_ids'), ...query.getAll('product_id')]);
  const [fromUs, toUs] = spanOf(query, 'start_sequence_timestamp', 'end_sequence_timestamp');
  const shownUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  const isWanted = ({ order: { orderId, market }, atUs }: ClientTrade): boolean =>
    (ids.size === 0 || ids.has(orderId)) &&
    (products.size === 0 || products.has(productId(market))) &&
    atUs >= fromUs &&
    atUs < toUs &&
    atUs <= shownUs;
  const { fills: rows, cursor } = paged(
    'fills',
    account.trades.filter(isWanted).toReversed().map(fillText),
    query,
    MOST_ROWS,
  );
  return { fills: rows, cursor };
}

/** @throws CoinbaseProblem for a time that cannot be read. */
function spanOf(query: URLSearchParams, from: string, to: string): readonly [TimeUs, TimeUs] {
  const timeOf = (name: string, otherwise: TimeUs): TimeUs => {
    const text = query.get(name);
    if (text === null) return otherwise;
    const ms = globalThis.Date.parse(text);
    if (Number.isNaN(ms)) throw badArgument(`${name} is not a time`);
    return ms * 1_000;
  };
  return [timeOf(from, 0), timeOf(to, Number.POSITIVE_INFINITY)];
}

/** A cursor is the place of the next row, in a text that says nothing of it. */
function paged(
  field: string,
  rows: readonly object[],
  query: URLSearchParams,
  most: number,
): Readonly<Record<string, unknown>> {
  const limit = wholeOf(query, 'limit', most);
  const cursor = query.get('cursor') ?? '';
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw badArgument('cursor is not one that was given out');
  const end = start + limit;
  const hasNext = end < rows.length;
  return {
    [field]: rows.slice(start, end),
    has_next: hasNext,
    cursor: hasNext ? Buffer.from(String(end)).toString('base64url') : '',
    size: Math.min(limit, rows.length - start),
  };
}
