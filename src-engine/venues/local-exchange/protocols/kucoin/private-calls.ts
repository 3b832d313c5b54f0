/** KuCoin's private calls of an account and of spot trading (KuCoin, "Account & Funding", "Spot Trading"). */
import { Decimal } from '../../../../domain/decimal.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { Market } from '../../core/market.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { OrderRequest } from '../../core/orders/order-checks.ts';
import { quantityFor } from '../../core/orders/quote-quantity.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { badParameter, inKucoinWords, KucoinProblem } from './kucoin-problem.ts';
import { kucoinPair } from './pairs.ts';
import { bookRow, type Params, ticket } from './public-calls.ts';
import { balanceRow, fillRow, ms, orderRow } from './texts.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Context = {
  readonly exchange: KucoinExchange;
  readonly account: Account;
  readonly params: Params;
  /** What the path names behind the call. */
  readonly id: string;
  readonly body: Args;
  /** Of the header of the call. */
  readonly stampMs: number;
  readonly endpoint: string;
};

/** What a key for trading may do. `Transfer` is for tests of clients that must refuse such a key. */
const TRADING_PERMISSIONS = ['General', 'Spot'] as const;
const PAGE = 100;
const CLIENT_ID = /^[A-Za-z0-9_-]{1,40}$/;

function permissionsOf({ permissions }: Account): readonly string[] {
  return permissions ?? TRADING_PERMISSIONS;
}

function requireTrade(account: Account): void {
  if (!permissionsOf(account).includes('Spot'))
    throw new KucoinProblem('400007', 'Access denied, require more permission.', 403);
}

export type PrivateCall = { readonly weight: number; readonly run: (context: Context) => unknown };

/** Calls by method and path; `{id}` is what a path ends with. */
export const PRIVATE_CALLS: Readonly<Record<string, PrivateCall>> = {
  'GET /api/v1/user/api-key': {
    weight: 3,
    run: ({ account, exchange }) => ({
      remark: account.name,
      apiKey: account.key,
      apiVersion: 3,
      permission: permissionsOf(account).join(','),
      ipWhitelist: '',
      createdAt: ms(exchange.clock.nowUs()),
      uid: account.number,
      isMaster: true,
    }),
  },
  'GET /api/v1/accounts': {
    weight: 5,
    run: ({ account, params }) => {
      const asset = params.get('currency');
      const type = params.get('type') ?? 'trade';
      if (!type.startsWith('trade')) return [];
      const { ledger } = account;
      const held = ledger.assets().filter((one) => !ledger.balance(one).isZero());
      return held
        .filter((one) => asset === undefined || one === asset)
        .map((one) => balanceRow(account, one, type));
    },
  },
  'GET /api/v1/trade-fees': {
    weight: 3,
    run: ({ exchange, params }) =>
      (params.get('symbols') ?? '').split(',').map((name) => {
        const market = exchange.named(name);
        return {
          symbol: name,
          takerFeeRate: market.takerFee.toFixed(),
          makerFeeRate: market.makerFee.toFixed(),
        };
      }),
  },
  'GET /api/v3/market/orderbook/level2': {
    weight: 3,
    run: ({ exchange, params }) => bookRow(exchange, exchange.named(params.get('symbol') ?? '')),
  },
  'POST /api/v1/bullet-private': {
    weight: 10,
    run: ({ exchange, account, endpoint }) => ticket(exchange.newToken(account), endpoint),
  },
  'POST /api/v1/hf/orders': { weight: 1, run: place },
  'DELETE /api/v1/hf/orders/cancelAll': {
    weight: 30,
    run: ({ exchange, account }) => {
      requireTrade(account);
      const names = openSymbols(account);
      exchange.desk.cancelAll(account);
      return { succeedSymbols: names, failedSymbols: [] };
    },
  },
  'DELETE /api/v1/hf/orders': {
    weight: 2,
    run: ({ exchange, account, params }) => {
      requireTrade(account);
      exchange.desk.cancelAt(account, exchange.named(params.get('symbol') ?? ''));
      return 'success';
    },
  },
  'DELETE /api/v1/hf/orders/client-order/{id}': {
    weight: 1,
    run: (context) => ({ clientOid: cancel(context, ({ clOrdId }) => clOrdId === context.id).clOrdId ?? '' }),
  },
  'DELETE /api/v1/hf/orders/{id}': {
    weight: 1,
    run: (context) => ({ orderId: cancel(context, ({ orderId }) => orderId === context.id).orderId }),
  },
  'GET /api/v1/hf/orders/active/symbols': {
    weight: 2,
    run: ({ account }) => ({ symbols: openSymbols(account) }),
  },
  'GET /api/v1/hf/orders/active/page': { weight: 2, run: activePage },
  'GET /api/v1/hf/orders/active': {
    weight: 2,
    run: (context) => openOf(context).map((order) => orderRow(context.exchange, order)),
  },
  'GET /api/v1/hf/orders/done': { weight: 2, run: done },
  'GET /api/v1/hf/orders/client-order/{id}': {
    weight: 2,
    run: (context) => one(context, ({ clOrdId }) => clOrdId === context.id),
  },
  'GET /api/v1/hf/orders/{id}': {
    weight: 2,
    run: (context) => one(context, ({ orderId }) => orderId === context.id),
  },
  'GET /api/v1/hf/fills': { weight: 2, run: fills },
  // There is no margin here, and stop orders are not taken.
  'GET /api/v3/margin/symbols': {
    weight: 3,
    run: ({ exchange }) => ({ timestamp: ms(exchange.clock.nowUs()), items: [] }),
  },
  'GET /api/v1/isolated/symbols': { weight: 3, run: () => [] },
  'GET /api/v1/stop-order': {
    weight: 8,
    run: () => ({ currentPage: 1, pageSize: PAGE, totalNum: 0, totalPage: 0, items: [] }),
  },
  'POST /api/v1/hf/orders/dead-cancel-all': { weight: 2, run: deadCancelAll },
};

/** −1 ends it, 5 to 86,400 seconds start it anew. @throws KucoinProblem 400100. */
function deadCancelAll({ exchange, account, body }: Context): object {
  requireTrade(account);
  const seconds = Number(body['timeout'] ?? Number.NaN);
  if (!(seconds === -1 || (seconds >= 5 && seconds <= 86_400))) throw badParameter('timeout is invalid');
  const nowUs = exchange.clock.nowUs();
  const atUs = inKucoinWords(() => exchange.desk.cancelAllAfter(account, Math.max(0, seconds)));
  return { currentTime: Math.floor(nowUs / 1_000_000), triggerTime: Math.floor(atUs / 1_000_000) };
}

function place(context: Context): object {
  const { exchange, account, body } = context;
  requireTrade(account);
  requireInTime(context);
  const { symbol, side, type = 'limit', timeInForce = 'GTC', postOnly, clientOid, price, size, funds } = body;
  const { stp = 'CN' } = body;
  const market = exchange.named(typeof symbol === 'string' ? symbol : '');
  if (side !== 'buy' && side !== 'sell') throw badParameter('side is invalid');
  if (type !== 'limit' && type !== 'market') throw badParameter('type is invalid');
  // Without it the venue lets own orders trade with each other; neither that nor the modes that end or cut both are modeled.
  if (stp !== 'CN' && stp !== 'CO') throw badParameter('stp is invalid');
  const inForce = typeof timeInForce === 'string' ? timeInForce.toLowerCase() : '';
  const isClientId = typeof clientOid === 'string' && CLIENT_ID.test(clientOid);
  if (clientOid !== undefined && !isClientId) throw badParameter('clientOid is invalid');
  const clOrdId = isClientId ? clientOid : undefined;
  if (clOrdId !== undefined && account.findOrder(clOrdId) !== undefined)
    throw badParameter('clientOid duplicated');
  const qty = funds === undefined ? amount(size, 'size') : quantityFor(market, side, amount(funds, 'funds'));
  if (qty.decimalPlaces() > market.pair.qtyDecimals) throw badParameter('Order size increment invalid.');
  const request: OrderRequest = {
    side,
    type,
    timeInForce: type === 'market' ? 'ioc' : inForce,
    postOnly: postOnly === true,
    cancelsOwnResting: stp === 'CO',
    price: type === 'limit' ? amount(price, 'price').toFixed() : undefined,
    qty: qty.toFixed(),
    clOrdId,
  };
  const order = inKucoinWords(() => exchange.desk.place(account, market, request));
  return { orderId: order.orderId, clientOid: clOrdId ?? '' };
}

/** An order that comes later than it may is refused. @throws KucoinProblem 400100. */
function requireInTime({ exchange, body, stampMs }: Context): void {
  const { clientTimestamp, allowMaxTimeWindow: window } = body;
  if (clientTimestamp === undefined && window === undefined) return;
  if (typeof clientTimestamp !== 'number' || typeof window !== 'number')
    throw badParameter('clientTimestamp and allowMaxTimeWindow belong together');
  if (clientTimestamp !== stampMs) throw badParameter('clientTimestamp is not KC-API-TIMESTAMP');
  if (exchange.clock.nowUs() > (clientTimestamp + window) * 1_000)
    throw badParameter('The order is later than allowMaxTimeWindow.');
}

function amount(value: unknown, name: string): Decimal {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,20}(\.\d{1,20})?$/.test(text) || Number(text) <= 0)
    throw badParameter(`${name} is invalid`);
  return new Decimal(text);
}

function cancel({ exchange, account, params }: Context, isIt: (order: ClientOrder) => boolean): ClientOrder {
  requireTrade(account);
  const market = marketOf(exchange, params);
  const order = [...account.openOrders.values()].find(
    (one) => isIt(one) && (market === undefined || one.market === market),
  );
  if (order === undefined) throw badParameter('order_not_exist_or_not_allow_to_cancel');
  exchange.desk.cancel(account, order.orderId);
  return order;
}

function one({ exchange, account, params }: Context, isIt: (order: ClientOrder) => boolean): object {
  const market = marketOf(exchange, params);
  const order = [...account.closedOrders, ...account.openOrders.values()].findLast(
    (known) => isIt(known) && (market === undefined || known.market === market),
  );
  if (order === undefined) throw badParameter('order not exist');
  return orderRow(exchange, order);
}

function marketOf(exchange: KucoinExchange, params: Params): Market | undefined {
  const name = params.get('symbol');
  return name === undefined ? undefined : exchange.named(name);
}

function openSymbols(account: Account): readonly string[] {
  return [...new Set([...account.openOrders.values()].map(({ market }) => kucoinPair(market).name))];
}

function openOf({ exchange, account, params }: Context): readonly ClientOrder[] {
  const market = marketOf(exchange, params);
  return [...account.openOrders.values()].filter((order) => order.market === market).toReversed();
}

function activePage(context: Context): object {
  const { exchange, params } = context;
  const all = openOf(context);
  const currentPage = Math.max(1, Number(params.get('pageNum') ?? 1) || 1);
  const pageSize = Math.min(PAGE, Math.max(1, Number(params.get('pageSize') ?? PAGE) || PAGE));
  const items = all.slice((currentPage - 1) * pageSize, currentPage * pageSize);
  return {
    currentPage,
    pageSize,
    totalNum: all.length,
    totalPage: Math.ceil(all.length / pageSize),
    items: items.map((order) => orderRow(exchange, order)),
  };
}

/** Within the times that are named, with them; what a fault holds back is not shown yet. */
function within({ exchange, params }: Context): (atUs: number, shownUs: number) => boolean {
  const startMs = Number(params.get('startAt') ?? 0);
  const endMs = Number(params.get('endAt') ?? Number.MAX_SAFE_INTEGER);
  const visibleUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  return (atUs, shownUs) => ms(atUs) >= startMs && ms(atUs) <= endMs && shownUs <= visibleUs;
}

function done(context: Context): object {
  const { exchange, account } = context;
  const market = exchange.named(context.params.get('symbol') ?? '');
  const isIn = within(context);
  const orders = account.closedOrders.filter(
    (order) => order.market === market && isIn(order.openedUs, order.closedUs),
  );
  return page(
    context,
    orders.toReversed(),
    ({ orderId }) => Number(orderId),
    (order) => orderRow(exchange, order),
  );
}

function fills(context: Context): object {
  const { exchange, account, params } = context;
  const market = exchange.named(params.get('symbol') ?? '');
  const orderId = params.get('orderId');
  const isIn = within(context);
  const trades = account.trades.filter(
    ({ order, atUs }) =>
      order.market === market && (orderId === undefined || order.orderId === orderId) && isIn(atUs, atUs),
  );
  return page(context, trades.toReversed(), ({ execId }) => Number(execId), fillRow);
}

/** One page behind the row that `lastId` names, the newest first. */
function page<T>(
  { params }: Context,
  rows: readonly T[],
  idOf: (row: T) => number,
  textOf: (row: T) => object,
): object {
  const limit = Math.min(PAGE, Math.max(1, Number(params.get('limit') ?? 20) || 20));
  const lastId = Number(params.get('lastId') ?? Number.MAX_SAFE_INTEGER);
  const behind = rows.filter((row) => idOf(row) < lastId).slice(0, limit);
  const last = behind.at(-1);
  return { items: behind.map(textOf), lastId: last === undefined ? 0 : idOf(last) };
}
