/** Bybit's trading calls (Bybit v5, "Trade"), which its order-entry connection takes too, and questions of orders and fills. */
import type { Market } from '../../../core/market.ts';
import type { ClientOrder } from '../../../core/orders/client-order.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { badParameter, BybitProblem, bybitProblem, missing, UNKNOWN_ORDER } from '../bybit-problem.ts';
import { readNewOrder } from '../order-rules.ts';
import { executionRow, orderRow } from '../order-texts.ts';
import { optional, type Params, required, requireSpot, whole } from '../params.ts';
import type { PrivateCall, PrivateContext } from './call.ts';

const DAY_MS = 24 * 3_600_000;
/** Longest time that a question may cover, and covers where it names none. */
const SPAN_MS = 7 * DAY_MS;
/** Kinds of orders that wait for a price, of which this exchange has none. */
const CONDITIONAL: ReadonlySet<string> = new Set([
  'tpslOrder',
  'StopOrder',
  'OcoOrder',
  'BidirectionalTpslOrder',
]);

export const ORDER_CALLS = {
  create: { rest: 'POST /v5/order/create', limit: 'create', trades: true, run: create },
  cancel: { rest: 'POST /v5/order/cancel', limit: 'cancel', trades: true, run: cancel },
  cancelAll: { rest: 'POST /v5/order/cancel-all', limit: 'cancel-all', trades: true, run: cancelAll },
  realtime: { rest: 'GET /v5/order/realtime', limit: 'query', run: realtime },
  history: { rest: 'GET /v5/order/history', limit: 'query', run: history },
  executions: { rest: 'GET /v5/execution/list', limit: 'query', run: executions },
} as const satisfies Readonly<Record<string, PrivateCall>>;

function create({ exchange, account, params }: PrivateContext): object {
  const { market, request } = readNewOrder(exchange, account, params);
  const order = exchange.desk.place(account, market, request);
  return { orderId: order.orderId, orderLinkId: order.clOrdId ?? '' };
}

/** The order of the symbol that its own or its client's id names; the own one counts where both are given. */
function named(market: Market, params: Params, candidates: Iterable<ClientOrder>): ClientOrder | undefined {
  const id = optional(params, 'orderId');
  const link = optional(params, 'orderLinkId');
  if (id === undefined && link === undefined) throw missing('orderId or orderLinkId');
  return [...candidates].findLast(
    (order) => order.market === market && (id === undefined ? order.clOrdId === link : order.orderId === id),
  );
}

function cancel({ exchange, account, params }: PrivateContext): object {
  requireSpot(params);
  const market = exchange.byName(required(params, 'symbol'));
  const order = named(market, params, account.openOrders.values());
  if (order === undefined) {
    const closed = named(market, params, account.closedOrders);
    if (closed?.status === 'filled') throw new BybitProblem(170_139, 'Order has been filled.');
    if (closed?.status === 'canceled') throw new BybitProblem(170_142, 'Order has been canceled.');
    throw UNKNOWN_ORDER();
  }
  exchange.desk.cancel(account, order.orderId);
  return { orderId: order.orderId, orderLinkId: order.clOrdId ?? '' };
}

/** In every symbol where none is named. */
function cancelAll({ exchange, account, params }: PrivateContext): object {
  requireSpot(params);
  const filter = optional(params, 'orderFilter') ?? 'Order';
  if (CONDITIONAL.has(filter)) return { list: [], success: '1' };
  if (filter !== 'Order') throw new BybitProblem(170_202, 'Invalid orderFilter parameter.');
  const symbol = optional(params, 'symbol');
  const market = symbol === undefined ? undefined : exchange.byName(symbol);
  account.rememberCancelAll(exchange.clock.nowUs());
  const open = [...account.openOrders.values()].filter(
    (order) => market === undefined || order.market === market,
  );
  for (const { orderId } of open) exchange.desk.cancel(account, orderId);
  return {
    list: open.map(({ orderId, clOrdId }) => ({ orderId, orderLinkId: clOrdId ?? '' })),
    success: '1',
  };
}

/** Where an id is named also what ended lately; else what is open. */
function realtime({ exchange, account, params }: PrivateContext): object {
  requireSpot(params);
  const symbol = optional(params, 'symbol');
  const market = symbol === undefined ? undefined : exchange.byName(symbol);
  const id = optional(params, 'orderId');
  const link = optional(params, 'orderLinkId');
  const isOne = id !== undefined || link !== undefined;
  const candidates = isOne
    ? [...account.closedOrders.slice(-500), ...account.openOrders.values()]
    : [...account.openOrders.values()];
  const rows = candidates.filter(
    (order) =>
      (market === undefined || order.market === market) &&
      (id === undefined || order.orderId === id) &&
      (link === undefined || order.clOrdId === link),
  );
  return page(
    rows.toReversed(),
    params,
    { fallback: 20, max: 50 },
    {
      idOf: ({ orderId }) => orderId,
      rowOf: (order) => orderRow(exchange, order),
    },
  );
}

function history({ exchange, account, params }: PrivateContext): object {
  requireSpot(params);
  const isOf = matcher(exchange, params);
  const [startUs, endUs] = span(exchange, params);
  const shownUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  const rows = account.closedOrders.filter(
    (order) =>
      isOf(order) && order.closedUs <= shownUs && order.openedUs >= startUs && order.openedUs <= endUs,
  );
  return page(
    rows.toReversed(),
    params,
    { fallback: 20, max: 50 },
    {
      idOf: ({ orderId }) => orderId,
      rowOf: (order) => orderRow(exchange, order),
    },
  );
}

function executions({ exchange, account, params }: PrivateContext): object {
  requireSpot(params);
  const isOf = matcher(exchange, params);
  const [startUs, endUs] = span(exchange, params);
  const shownUs = exchange.clock.nowUs() - exchange.faults.historyDelayUs;
  const rows = account.trades.filter(
    ({ order, atUs }) => isOf(order) && atUs <= shownUs && atUs >= startUs && atUs <= endUs,
  );
  return page(
    rows.toReversed(),
    params,
    { fallback: 50, max: 100 },
    {
      idOf: ({ execId }) => execId,
      rowOf: executionRow,
    },
  );
}

/** Orders that a question is about. */
function matcher(exchange: BybitExchange, params: Params): (order: ClientOrder) => boolean {
  const symbol = optional(params, 'symbol');
  const market = symbol === undefined ? undefined : exchange.byName(symbol);
  const id = optional(params, 'orderId');
  const link = optional(params, 'orderLinkId');
  return (order) =>
    (market === undefined || order.market === market) &&
    (id === undefined || order.orderId === id) &&
    (link === undefined || order.clOrdId === link);
}

/** Seven days from the start, or to the end, that are asked for; the last seven where neither is. */
function span(exchange: BybitExchange, params: Params): [startUs: number, endUs: number] {
  const nowMs = Math.ceil(exchange.clock.nowUs() / 1_000);
  const start = optional(params, 'startTime');
  const end = optional(params, 'endTime');
  const startMs = start === undefined ? undefined : whole(params, 'startTime', 0, Number.MAX_SAFE_INTEGER);
  const endMs = end === undefined ? undefined : whole(params, 'endTime', 0, Number.MAX_SAFE_INTEGER);
  const from = startMs ?? (endMs ?? nowMs) - SPAN_MS;
  const to = endMs ?? (startMs === undefined ? nowMs : startMs + SPAN_MS);
  if (to < from) throw badParameter('params error: startTime is later than endTime');
  if (to - from > SPAN_MS)
    throw badParameter('The interval between the startTime and endTime is over 7 days.');
  return [from * 1_000, to * 1_000 + 999];
}

/** One page of rows, newest first, with the cursor of the next: percent signs in it are its own. */
function page<T>(
  rows: readonly T[],
  params: Params,
  limits: { readonly fallback: number; readonly max: number },
  texts: { readonly idOf: (row: T) => string; readonly rowOf: (row: T) => object },
): object {
  const limit = Math.max(1, whole(params, 'limit', limits.fallback, limits.max));
  const cursor = optional(params, 'cursor');
  const after = cursor === undefined ? undefined : decodeURIComponent(cursor).replace(/^after:/, '');
  const start = after === undefined ? 0 : rows.findIndex((row) => texts.idOf(row) === after) + 1;
  if (after !== undefined && start === 0) throw badParameter('params error: cursor invalid');
  const shown = rows.slice(start, start + limit);
  const last = shown.at(-1);
  const isMore = start + limit < rows.length && last !== undefined;
  return {
    category: 'spot',
    nextPageCursor: isMore ? encodeURIComponent(`after:${texts.idOf(last)}`) : '',
    list: shown.map((row) => texts.rowOf(row)),
  };
}

/** Runs a call whose refusals are the exchange's, and says them in Bybit's words. @throws BybitProblem */
export function inBybitWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Refusal ? bybitProblem(error) : error;
  }
}

/** @throws BybitProblem 10005 when the key may not trade. */
export function requireTrading(isAllowed: boolean): void {
  if (!isAllowed) throw new BybitProblem(10_005, 'Permission denied, please check your API key permissions.');
}
