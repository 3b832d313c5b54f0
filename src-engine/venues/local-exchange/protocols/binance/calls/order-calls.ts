/** Binance's trading calls (spot API, "Trading endpoints"), and queries of orders and trades. */
import { Refusal } from '../../../core/refusal.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Market } from '../../../core/market.ts';
import type { ClientOrder } from '../../../core/orders/client-order.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import { BinanceProblem, binanceProblem, missing } from '../binance-problem.ts';
import { NEW_ORDER_PARAMS, readNewOrder } from '../order-rules.ts';
import { canceledText, orderText, placedText, tradeText } from '../order-texts.ts';
import {
  clientId,
  flag,
  oneOf,
  optional,
  optionalWhole,
  type Params,
  required,
  symbolOf,
  whole,
} from '../params.ts';
import type { SignedCall, SignedContext } from './call.ts';
import { commissionOf } from './account-calls.ts';
import { range } from './public-calls.ts';

const MAX_ROWS = 1_000;
const FORMS = ['ACK', 'RESULT', 'FULL'] as const;
const CANCEL_PARAMS = ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'cancelRestrictions'];

export const ORDER_CALLS: readonly SignedCall[] = [
  {
    rest: 'POST /api/v3/order',
    socket: 'order.place',
    weight: 1,
    params: NEW_ORDER_PARAMS,
    security: 'TRADE',
    isOrder: true,
    run: place,
  },
  {
    rest: 'POST /api/v3/order/test',
    socket: 'order.test',
    weight: (params) => (params.get('computeCommissionRates') === 'true' ? 20 : 1),
    params: [...NEW_ORDER_PARAMS, 'computeCommissionRates'],
    security: 'TRADE',
    run: test,
  },
  {
    rest: 'DELETE /api/v3/order',
    socket: 'order.cancel',
    weight: 1,
    params: CANCEL_PARAMS,
    security: 'TRADE',
    run: cancel,
  },
  {
    rest: 'DELETE /api/v3/openOrders',
    socket: 'openOrders.cancelAll',
    weight: 1,
    params: ['symbol'],
    security: 'TRADE',
    run: cancelAll,
  },
  {
    rest: 'POST /api/v3/order/cancelReplace',
    socket: 'order.cancelReplace',
    weight: 1,
    params: [
      ...NEW_ORDER_PARAMS,
      'cancelReplaceMode',
      'cancelNewClientOrderId',
      'cancelOrigClientOrderId',
      'cancelOrderId',
      'cancelRestrictions',
      'orderRateLimitExceededMode',
    ],
    security: 'TRADE',
    isOrder: true,
    run: cancelReplace,
  },
  {
    rest: 'GET /api/v3/order',
    socket: 'order.status',
    weight: 4,
    params: ['symbol', 'orderId', 'origClientOrderId'],
    security: 'USER_DATA',
    run: query,
  },
  {
    rest: 'GET /api/v3/openOrders',
    socket: 'openOrders.status',
    weight: (params) => (params.has('symbol') ? 6 : 80),
    params: ['symbol'],
    security: 'USER_DATA',
    run: openOrders,
  },
  {
    rest: 'GET /api/v3/allOrders',
    socket: 'allOrders',
    weight: 20,
    params: ['symbol', 'orderId', 'startTime', 'endTime', 'limit'],
    security: 'USER_DATA',
    run: allOrders,
  },
  {
    rest: 'GET /api/v3/myTrades',
    socket: 'myTrades',
    weight: (params) => (params.has('orderId') ? 5 : 20),
    params: ['symbol', 'orderId', 'startTime', 'endTime', 'fromId', 'limit'],
    security: 'USER_DATA',
    run: myTrades,
  },
];

/** `FULL` for limit and market orders, `ACK` for others, where nothing is asked for. */
function formOf(params: Params): (typeof FORMS)[number] {
  const fallback = params.get('type') === 'LIMIT_MAKER' ? 'ACK' : 'FULL';
  const wanted = optional(params, 'newOrderRespType') ?? fallback;
  return oneOf(wanted, FORMS, missing('newOrderRespType'));
}

function place({ exchange, account, params, time }: SignedContext): object {
  const form = formOf(params);
  const { market, request } = readNewOrder(exchange, account, params);
  const order = exchange.desk.place(account, market, request);
  return placedText(exchange, order, form, time);
}

function test(context: SignedContext): object {
  const { exchange, account, params } = context;
  const { market, request } = readNewOrder(exchange, account, params);
  exchange.desk.place(account, market, request, true);
  return flag(params, 'computeCommissionRates') ? commissionOf(account, market, 'test') : {};
}

type OrderNames = { readonly id: string; readonly client: string };

/** An order of the symbol by its id or its client order id; where both are given they must be of one order. */
function find(
  account: Account,
  market: Market,
  params: Params,
  names: OrderNames,
  candidates: readonly ClientOrder[],
): ClientOrder | undefined {
  const id = optionalWhole(params, names.id);
  const client = clientId(params, names.client);
  if (id === undefined && client === undefined) {
    throw new BinanceProblem(
      -1102,
      `Param '${names.client}' or '${names.id}' must be sent, but both were empty/null!`,
    );
  }
  return candidates.findLast(
    (order) =>
      order.account === account &&
      order.market === market &&
      (id === undefined || order.orderId === String(id)) &&
      (client === undefined || order.clOrdId === client),
  );
}

const QUERY_NAMES: OrderNames = { id: 'orderId', client: 'origClientOrderId' };

function openOf(account: Account, market: Market): ClientOrder[] {
  return [...account.openOrders.values()].filter((order) => order.market === market);
}

function unknownOrder(): BinanceProblem {
  return new BinanceProblem(-2011, 'Unknown order sent.');
}

function cancel(context: SignedContext): object {
  return cancelOne(context, QUERY_NAMES, clientId(context.params, 'newClientOrderId'));
}

function cancelOne(context: SignedContext, names: OrderNames, cancelId: string | undefined): object {
  const { exchange, account, params, time } = context;
  const market = exchange.byName(symbolOf(params));
  const order = find(account, market, params, names, openOf(account, market));
  if (order === undefined) throw unknownOrder();
  const only = optional(params, 'cancelRestrictions');
  if (only !== undefined) {
    const restriction = oneOf(
      only,
      ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const,
      new BinanceProblem(
        -1145,
        '`cancelRestrictions` has to be either `ONLY_NEW` or `ONLY_PARTIALLY_FILLED`.',
      ),
    );
    if ((restriction === 'ONLY_NEW') !== (order.filled === 0)) {
      throw new BinanceProblem(-2011, 'Order was not canceled due to cancel restrictions.');
    }
  }
  exchange.note(order).cancelId = cancelId ?? exchange.generateId();
  exchange.desk.cancel(account, order.orderId);
  return canceledText(exchange, order, time);
}

function cancelAll({ exchange, account, params, time }: SignedContext): object {
  const market = exchange.byName(symbolOf(params));
  const open = openOf(account, market);
  if (open.length === 0) throw unknownOrder();
  account.rememberCancelAll(exchange.clock.nowUs());
  return open.map((order) => {
    exchange.note(order).cancelId = exchange.generateId();
    exchange.desk.cancel(account, order.orderId);
    return canceledText(exchange, order, time);
  });
}

const REPLACE_NAMES: OrderNames = { id: 'cancelOrderId', client: 'cancelOrigClientOrderId' };

/** Cancels and places; the answer gives both outcomes, with 409 when one of them failed. */
function cancelReplace(context: SignedContext): object {
  const { params } = context;
  const mode = oneOf(
    required(params, 'cancelReplaceMode'),
    ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const,
    missing('cancelReplaceMode'),
  );
  // Filters are looked at before anything happens: a new order that breaks one cancels nothing.
  readNewOrder(context.exchange, context.account, withoutIds(params));
  const canceled = attempt(() =>
    cancelOne(context, REPLACE_NAMES, clientId(params, 'cancelNewClientOrderId')),
  );
  const isAttempted = canceled.isDone || mode === 'ALLOW_FAILURE';
  const placed = isAttempted ? attempt(() => place(context)) : undefined;
  const data = {
    cancelResult: canceled.isDone ? 'SUCCESS' : 'FAILURE',
    newOrderResult: placed === undefined ? 'NOT_ATTEMPTED' : placed.isDone ? 'SUCCESS' : 'FAILURE',
    cancelResponse: canceled.answer,
    newOrderResponse: placed?.answer ?? null,
  };
  if (canceled.isDone && placed?.isDone === true) return data;
  if (canceled.isDone || placed?.isDone === true) {
    throw new BinanceProblem(-2021, 'Order cancel-replace partially failed.', 409, { data });
  }
  throw new BinanceProblem(-2022, 'Order cancel-replace failed.', 400, { data });
}

/** What can be checked in the new order before the old one is gone: a client order id may still be in use. */
function withoutIds(params: Params): Params {
  return new Map([...params].filter(([name]) => name !== 'newClientOrderId'));
}

function attempt(run: () => object): { readonly isDone: boolean; readonly answer: unknown } {
  try {
    return { isDone: true, answer: run() };
  } catch (error) {
    const problem = error instanceof Refusal ? binanceProblem(error) : error;
    if (!(problem instanceof BinanceProblem)) throw error;
    return { isDone: false, answer: { code: problem.code, msg: problem.message } };
  }
}

function query({ exchange, account, params, time }: SignedContext): object {
  const market = exchange.byName(symbolOf(params));
  const order = find(account, market, params, QUERY_NAMES, ordersOf(exchange, account));
  if (order === undefined) throw new BinanceProblem(-2013, 'Order does not exist.');
  return orderText(exchange, order, time);
}

/** Oldest first: what ended, as far as a history that lags shows it, and what is open. */
function ordersOf({ clock, faults }: BinanceExchange, account: Account): ClientOrder[] {
  const shownUs = clock.nowUs() - faults.historyDelayUs;
  const closed = account.closedOrders.filter(({ closedUs }) => closedUs <= shownUs);
  return [...closed, ...account.openOrders.values()].sort((a, b) => Number(a.orderId) - Number(b.orderId));
}

function openOrders({ exchange, account, params, time }: SignedContext): object {
  const market = params.has('symbol') ? exchange.byName(symbolOf(params)) : undefined;
  return [...account.openOrders.values()]
    .filter((order) => market === undefined || order.market === market)
    .map((order) => orderText(exchange, order, time));
}

function allOrders({ exchange, account, params, time }: SignedContext): object {
  const market = exchange.byName(symbolOf(params));
  const limit = whole(params, 'limit', 500, MAX_ROWS);
  const fromId = optionalWhole(params, 'orderId');
  const [startUs, endUs] = range(params);
  const found = ordersOf(exchange, account).filter(
    (order) =>
      order.market === market &&
      (fromId === undefined
        ? order.openedUs >= startUs && order.openedUs <= endUs
        : Number(order.orderId) >= fromId),
  );
  const isFromAStart = fromId !== undefined || params.has('startTime');
  return (isFromAStart ? found.slice(0, limit) : found.slice(-limit)).map((order) =>
    orderText(exchange, order, time),
  );
}

function myTrades({ exchange, account, params, time }: SignedContext): object {
  const market = exchange.byName(symbolOf(params));
  const limit = whole(params, 'limit', 500, MAX_ROWS);
  const orderId = optionalWhole(params, 'orderId');
  const fromId = optionalWhole(params, 'fromId');
  const [startUs, endUs] = range(params);
  const shownUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  const found = account.trades.filter(
    (trade) =>
      trade.order.market === market &&
      trade.atUs <= shownUs &&
      trade.atUs >= startUs &&
      trade.atUs <= endUs &&
      (orderId === undefined || trade.order.orderId === String(orderId)) &&
      (fromId === undefined || trade.tradeId >= fromId),
  );
  const isFromAStart = fromId !== undefined || params.has('startTime');
  return (isFromAStart ? found.slice(0, limit) : found.slice(-limit)).map((trade) => tradeText(trade, time));
}
