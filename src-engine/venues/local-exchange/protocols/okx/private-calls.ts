/** OKX's private calls of an account and of trading (OKX API v5, "Trading account", "Order book trading"); its private connection takes orders too. */
import { Decimal } from '../../../../domain/decimal.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { Market } from '../../core/market.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { OrderRequest } from '../../core/orders/order-checks.ts';
import { quantityFor } from '../../core/orders/quote-quantity.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { badParameter, inOkxWords, OkxProblem } from './okx-problem.ts';
import type { Params } from './public-calls.ts';
import { balanceRow, fillRow, msText, orderRow } from './texts.ts';

/** The parameters of one order. */
export type Args = Readonly<Record<string, unknown>>;
export type Context = { readonly exchange: OkxExchange; readonly account: Account };

/** What a key for trading may do. `withdraw` is for tests of clients that must refuse such a key. */
const TRADING_PERMISSIONS = ['read_only', 'trade'] as const;
const MAX_OPEN = 500;
const MAX_BATCH = 20;
const PAGE = 100;

export function mayTrade(account: Account): boolean {
  return (account.permissions ?? TRADING_PERMISSIONS).includes('trade');
}

/** Questions, by their parameters. */
export const QUESTIONS: Readonly<Record<string, (context: Context, params: Params) => readonly unknown[]>> = {
  'GET /api/v5/account/config': ({ account }) => [
    {
      uid: String(account.number),
      mainUid: String(account.number),
      acctLv: '1',
      posMode: 'net_mode',
      label: account.name,
      level: 'Lv1',
      kycLv: '2',
      ip: '',
      perm: (account.permissions ?? TRADING_PERMISSIONS).join(','),
    },
  ],
  'GET /api/v5/account/balance': ({ exchange, account }) => {
    const { ledger } = account;
    const held = ledger.assets().filter((asset) => !ledger.balance(asset).isZero());
    return [balanceRow(account, held, exchange.clock.nowUs())];
  },
  'GET /api/v5/account/trade-fee': ({ exchange }) => {
    // One tier: the rates of the first pair are those of all.
    const [market] = exchange.markets;
    const taker = market?.takerFee.negated().toFixed() ?? '0';
    const maker = market?.makerFee.negated().toFixed() ?? '0';
    const row = {
      instType: 'SPOT',
      level: 'Lv1',
      taker,
      maker,
      takerU: '',
      makerU: '',
      takerUSDC: taker,
      makerUSDC: maker,
    };
    return [{ ...row, feeGroup: [{ groupId: '1', taker, maker }], ts: msText(exchange.clock.nowUs()) }];
  },
  'GET /api/v5/trade/order': ({ exchange, account }, params) => {
    const order = find(exchange, params, [...account.closedOrders, ...account.openOrders.values()]);
    if (order === undefined) throw new OkxProblem('51603', 'Order does not exist');
    return [orderRow(exchange, order)];
  },
  'GET /api/v5/trade/orders-pending': ({ exchange, account }, params) =>
    page(
      [...account.openOrders.values()].filter(ofMarket(exchange, params)).toReversed(),
      params,
      ({ orderId }) => orderId,
    ).map((order) => orderRow(exchange, order)),
  'GET /api/v5/trade/orders-history': history,
  'GET /api/v5/trade/orders-history-archive': history,
  'GET /api/v5/trade/fills': fills,
  'GET /api/v5/trade/fills-history': fills,
};

/** What changes something, by the row of one order. */
export const COMMANDS: Readonly<Record<string, (context: Context, args: Args) => object>> = {
  'POST /api/v5/trade/order': place,
  'POST /api/v5/trade/cancel-order': cancel,
};
/** The same for up to twenty orders at once: each row succeeds or fails by itself. */
export const BATCHES: Readonly<Record<string, (context: Context, args: Args) => object>> = {
  'POST /api/v5/trade/batch-orders': place,
  'POST /api/v5/trade/cancel-batch-orders': cancel,
};
/** Operations of the private connection. */
export const OPERATIONS: typeof COMMANDS = {
  order: place,
  'batch-orders': place,
  'cancel-order': cancel,
  'batch-cancel-orders': cancel,
};

/** "Cancel All After": 0 ends it, 10 to 120 seconds start it anew. @throws OkxProblem 51000. */
export function cancelAllAfter({ exchange, account }: Context, { timeOut }: Args): object {
  const seconds = Number(textOf(timeOut) ?? Number.NaN);
  if (!(seconds === 0 || (seconds >= 10 && seconds <= 120))) throw badParameter('timeOut');
  const atUs = inOkxWords(() => exchange.desk.cancelAllAfter(account, seconds));
  return { triggerTime: msText(atUs), tag: '', ts: msText(exchange.clock.nowUs()) };
}

export type Answer = { readonly code: string; readonly msg: string; readonly data: readonly object[] };

/** Carries out each row; a code of "1" where all failed, "2" where some did. */
export function each(
  context: Context,
  rows: readonly unknown[],
  run: (context: Context, args: Args) => object,
): Answer {
  if (rows.length === 0 || rows.length > MAX_BATCH) throw badParameter('args');
  const ts = msText(context.exchange.clock.nowUs());
  let failed = 0;
  const data = rows.map((row) => {
    const args: Args = typeof row === 'object' && row !== null ? (row as Args) : {};
    try {
      return { ...run(context, args), ts, sCode: '0', sMsg: '' };
    } catch (error) {
      if (!(error instanceof OkxProblem)) throw error;
      failed++;
      const [clOrdId, ordId] = [textOf(args['clOrdId']) ?? '', textOf(args['ordId']) ?? ''];
      return { clOrdId, ordId, tag: '', ts, sCode: error.code, sMsg: error.message };
    }
  });
  const code = failed === 0 ? '0' : failed === rows.length ? '1' : '2';
  return { code, msg: failed === 0 ? '' : 'Operation failed.', data };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined;
}

/** By the number of the instrument where there is one, else by its name. @throws OkxProblem */
function marketOf(exchange: OkxExchange, args: Args): Market {
  const name = textOf(args['instIdCode']) ?? textOf(args['instId']);
  if (name === undefined) throw badParameter('instId');
  return exchange.named(name);
}

const TYPES: Readonly<Record<string, Pick<OrderRequest, 'type' | 'timeInForce' | 'postOnly'>>> = {
  limit: { type: 'limit', timeInForce: 'gtc' },
  post_only: { type: 'limit', timeInForce: 'gtc', postOnly: true },
  ioc: { type: 'limit', timeInForce: 'ioc' },
  fok: { type: 'limit', timeInForce: 'fok' },
  market: { type: 'market', timeInForce: 'ioc' },
};

function place({ exchange, account }: Context, args: Args): object {
  if (!mayTrade(account))
    throw new OkxProblem('50120', 'This API key doesn’t have permission to use this function');
  const market = marketOf(exchange, args);
  exchange.countOrder(account.name, market);
  const kind = TYPES[textOf(args['ordType']) ?? ''];
  if (kind === undefined) throw badParameter('ordType');
  if (args['tdMode'] !== 'cash') throw badParameter('tdMode');
  const side = args['side'];
  if (side !== 'buy' && side !== 'sell') throw badParameter('side');
  const clOrdId = textOf(args['clOrdId']);
  if (clOrdId !== undefined && !/^[A-Za-z0-9]{1,32}$/.test(clOrdId)) throw badParameter('clOrdId');
  const isUsed = clOrdId !== undefined && account.findOrder(clOrdId) !== undefined;
  if (isUsed) throw new OkxProblem('51016', 'Duplicated client order ID');
  const open = [...account.openOrders.values()].filter((order) => order.market === market);
  if (open.length >= MAX_OPEN)
    throw new OkxProblem('51174', 'The number of pending orders reached the upper limit.');
  const sz = amount(args, 'sz');
  // A market buy is by its amount in quote unless it says otherwise.
  const isQuote =
    kind.type === 'market' && (textOf(args['tgtCcy']) ?? (side === 'buy' ? 'quote_ccy' : '')) === 'quote_ccy';
  const qty = isQuote ? quantityFor(market, side, sz) : sz;
  if (qty.decimalPlaces() > market.pair.qtyDecimals) {
    throw new OkxProblem('51121', 'Order quantity must be a multiple of the lot size.');
  }
  const price = kind.type === 'limit' ? amount(args, 'px').toFixed() : undefined;
  // That both are canceled is not modeled.
  const stpMode = textOf(args['stpMode']) ?? 'cancel_maker';
  if (stpMode !== 'cancel_maker' && stpMode !== 'cancel_taker') throw badParameter('stpMode');
  const cancelsOwnResting = stpMode === 'cancel_maker';
  const request: OrderRequest = { ...kind, side, price, qty: qty.toFixed(), clOrdId, cancelsOwnResting };
  const order = inOkxWords(() => exchange.desk.place(account, market, request));
  return { clOrdId: clOrdId ?? '', ordId: order.orderId, tag: '' };
}

function amount(args: Args, name: string): Decimal {
  const text = textOf(args[name]) ?? '';
  if (!/^\d{1,20}(\.\d{1,20})?$/.test(text) || Number(text) <= 0) throw badParameter(name);
  return new Decimal(text);
}

function cancel({ exchange, account }: Context, args: Args): object {
  if (!mayTrade(account))
    throw new OkxProblem('50120', 'This API key doesn’t have permission to use this function');
  const market = marketOf(exchange, args);
  const ids = [textOf(args['ordId']), textOf(args['clOrdId'])];
  const isIts = (order: ClientOrder): boolean =>
    order.market === market && (ids[0] === undefined ? order.clOrdId === ids[1] : order.orderId === ids[0]);
  const order = [...account.openOrders.values()].find(isIts);
  if (order === undefined) {
    const closed = account.closedOrders.findLast(isIts);
    if (closed?.status === 'filled')
      throw new OkxProblem('51402', 'Cancellation failed as the order has been completed.');
    if (closed !== undefined)
      throw new OkxProblem('51401', 'Cancellation failed as the order has been canceled.');
    throw new OkxProblem('51400', 'Cancellation failed as the order does not exist.');
  }
  exchange.desk.cancel(account, order.orderId);
  return { ordId: order.orderId, clOrdId: order.clOrdId ?? '' };
}

function find(
  exchange: OkxExchange,
  params: Params,
  orders: readonly ClientOrder[],
): ClientOrder | undefined {
  const market = exchange.named(params.get('instId') ?? '');
  const [id, client] = [params.get('ordId'), params.get('clOrdId')];
  return orders.findLast(
    (order) =>
      order.market === market && (id === undefined ? order.clOrdId === client : order.orderId === id),
  );
}

function ofMarket(exchange: OkxExchange, params: Params): (order: ClientOrder) => boolean {
  const name = params.get('instId');
  const market = name === undefined ? undefined : exchange.named(name);
  const state = params.get('state');
  return (order) =>
    (market === undefined || order.market === market) && (state === undefined || order.status === state);
}

/** Within the times that are named, without them; newest first. */
function within(params: Params, { clock, faults }: OkxExchange): (atUs: number, shownUs: number) => boolean {
  const begin = Number(params.get('begin') ?? 0);
  const end = Number(params.get('end') ?? Number.MAX_SAFE_INTEGER);
  const visibleUs = clock.nowUs() - faults.historyDelayUs;
  return (atUs, shownUs) => {
    const atMs = Math.floor(atUs / 1_000);
    return atMs > begin && atMs < end && shownUs <= visibleUs;
  };
}

function history({ exchange, account }: Context, params: Params): readonly unknown[] {
  const isOf = ofMarket(exchange, params);
  const isIn = within(params, exchange);
  const orders = account.closedOrders.filter((order) => isOf(order) && isIn(order.openedUs, order.closedUs));
  return page(orders.toReversed(), params, ({ orderId }) => orderId).map((order) =>
    orderRow(exchange, order),
  );
}

function fills({ exchange, account }: Context, params: Params): readonly unknown[] {
  const isOf = ofMarket(exchange, params);
  const isIn = within(params, exchange);
  const trades = account.trades.filter(({ order, atUs }) => isOf(order) && isIn(atUs, atUs));
  return page(trades.toReversed(), params, ({ execId }) => execId).map(fillRow);
}

/** One page behind the row that `after` names. */
function page<T>(rows: readonly T[], params: Params, idOf: (row: T) => string): readonly T[] {
  const limit = Math.min(PAGE, Math.max(1, Number(params.get('limit') ?? PAGE) || PAGE));
  const after = params.get('after');
  const start = after === undefined ? 0 : rows.findIndex((row) => idOf(row) === after) + 1;
  if (after !== undefined && start === 0)
    return rows.filter((row) => Number(idOf(row)) < Number(after)).slice(0, limit);
  return rows.slice(start, start + limit);
}
