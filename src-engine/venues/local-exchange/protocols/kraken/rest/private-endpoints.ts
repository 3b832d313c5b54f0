/** Kraken's private REST endpoints: docs.kraken.com, Spot REST, "Account Data" and "Trading". */
import { type Decimal, ZERO } from '../../../../../domain/decimal.ts';
import { formatTimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { KrakenExchange } from '../kraken-exchange.ts';
import type { Market } from '../../../core/market.ts';
import type { ClientOrder } from '../../../core/orders/client-order.ts';
import type { OrderRequest } from '../../../core/orders/order-checks.ts';
import { ASSETS, krakenPair } from '../pairs.ts';
import { timeInForce } from '../time-in-force.ts';
import { usdValue } from '../../../core/usd-value.ts';
import { INVALID_ARGUMENTS, UNKNOWN_ORDER, VenueError } from '../venue-error.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';
import { orderAnswer, tradeAnswer } from './order-answers.ts';
import type { Query } from './public-endpoints.ts';

type Endpoint = (core: KrakenExchange, account: Account, query: Query) => unknown;

/** Rows of one page of a history (Kraken: 50). */
const PAGE = 50;
/** An order's deadline is at least this far ahead. */
const MIN_DEADLINE_US = 2_000_000;
/** What a key for trading may do. */
const TRADING_PERMISSIONS = [
  'query-funds',
  'query-open-trades',
  'query-closed-trades',
  'modify-trades',
  'close-trades',
  'create-ws-token',
] as const;

export const PRIVATE_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  GetApiKeyInfo(_core, account) {
    const key = { apiKeyName: account.name, apiKey: account.key, nonce: String(account.lastNonce) };
    const times = { validUntil: '0', queryFrom: '0', queryTo: '0' };
    return {
      ...key,
      nonceWindow: 0,
      permissions: account.permissions ?? TRADING_PERMISSIONS,
      ...times,
      ipAllowlist: [],
    };
  },

  Balance(_core, account) {
    return byAsset(account, (asset) => account.ledger.balance(asset).toFixed());
  },

  BalanceEx(_core, account) {
    const own = byAsset(account, (asset) => ({
      balance: account.ledger.balance(asset).toFixed(),
      hold_trade: account.ledger.held(asset).toFixed(),
    }));
    return { ...own, ...Object.fromEntries(account.elsewhere.balances) };
  },

  TradeBalance(core, account) {
    const { ledger } = account;
    const sum = (amount: (asset: string) => Decimal): string =>
      ledger
        .assets()
        .reduce((total, asset) => total.plus(usdValue(core, asset, amount(asset))), ZERO)
        .toFixed(4);
    const equity = sum((asset) => ledger.balance(asset));
    const free = sum((asset) => ledger.available(asset));
    return { eb: equity, tb: free, m: '0.0000', n: '0.0000', c: '0.0000', v: '0.0000', e: equity, mf: free };
  },

  OpenOrders(_core, account) {
    const elsewhere = Object.fromEntries(account.elsewhere.openOrders);
    return { open: { ...byId([...account.openOrders.values()]), ...elsewhere } };
  },

  ClosedOrders(core, account, query) {
    const byOpening = query['closetime'] === 'open';
    const newestFirst = account.closedOrders
      .filter((order) => isShown(core, order.closedUs))
      .filter((order) => isWithin(query, byOpening ? order.openedUs : order.closedUs))
      .reverse();
    const offset = integer(query, 'ofs') ?? 0;
    const elsewhere = offset === 0 ? Object.fromEntries(account.elsewhere.closedOrders) : {};
    const closed = { ...byId(newestFirst.slice(offset, offset + PAGE)), ...elsewhere };
    return { closed, count: newestFirst.length };
  },

  QueryOrders(_core, account, query) {
    const ids = required(query, 'txid').split(',');
    const found = ids.map((id) => {
      const order = account.findOrder(id);
      return [id, order === undefined ? account.elsewhere.order(id) : orderAnswer(order, describe(order))];
    });
    if (found.some(([, row]) => row === undefined)) throw new VenueError(UNKNOWN_ORDER);
    return Object.fromEntries(found);
  },

  TradesHistory(core, account, query) {
    const newestFirst = account.trades
      .filter((trade) => isShown(core, trade.atUs) && isWithin(query, trade.atUs))
      .reverse();
    const offset = integer(query, 'ofs') ?? 0;
    const page = newestFirst.slice(offset, offset + PAGE);
    const elsewhere = offset === 0 ? Object.fromEntries(account.elsewhere.trades) : {};
    return {
      trades: {
        ...Object.fromEntries(page.map((trade) => [trade.execId, tradeAnswer(trade)])),
        ...elsewhere,
      },
      count: newestFirst.length,
    };
  },

  AddOrder(core, account, query) {
    const market = core.market(required(query, 'pair'));
    const dry = query['validate'] === 'true';
    const order = core.desk.place(account, market, orderRequest(query), dry);
    return { descr: { order: describe(order) }, ...(dry ? {} : { txid: [order.orderId] }) };
  },

  AmendOrder(core, account, query) {
    const change = {
      qty: query['order_qty'],
      price: query['limit_price'],
      postOnly: query['post_only'] === undefined ? undefined : query['post_only'] === 'true',
    };
    core.desk.amend(account, query['txid'] ?? required(query, 'cl_ord_id'), change);
    return { amend_id: core.nextAmendId() };
  },

  EditOrder(core, account, query) {
    const change = { qty: query['volume'], price: query['price'] };
    const { order, original } = core.desk.replace(account, required(query, 'txid'), change);
    return {
      status: 'ok',
      txid: order.orderId,
      originaltxid: original.orderId,
      volume: qtyText(order.market, order.qty),
      price: priceText(order.market, order.terms.price),
      orders_cancelled: 1,
      descr: { order: describe(order) },
    };
  },

  CancelOrder(core, account, query) {
    const id = query['txid'] ?? required(query, 'cl_ord_id');
    if (!account.elsewhere.cancel(id)) core.desk.cancel(account, id);
    return { count: 1 };
  },

  CancelAll(core, account) {
    return { count: core.desk.cancelAll(account) };
  },

  CancelAllOrdersAfter(core, account, query) {
    const seconds = integer(query, 'timeout');
    if (seconds === undefined) throw new VenueError(`${INVALID_ARGUMENTS}:timeout`);
    const triggerUs = core.desk.cancelAllAfter(account, seconds);
    return {
      currentTime: secondsText(core.clock.nowUs()),
      triggerTime: triggerUs === 0 ? '0' : secondsText(triggerUs),
    };
  },

  GetWebSocketsToken(core, account) {
    return { token: core.tokens.issue(account, core.clock.nowUs()), expires: 900 };
  },

  TradeVolume(core, _account, query) {
    const markets =
      query['pair'] === undefined ? [] : query['pair'].split(',').map((name) => core.market(name));
    const wanted = query['fee_schedule'];
    // Kraken takes the JSON literals alone.
    if (wanted !== undefined && wanted !== 'true' && wanted !== 'false')
      throw new VenueError(INVALID_ARGUMENTS);
    return {
      ...(wanted === 'true' ? { schedules: schedulesOf(markets) } : {}),
      currency: 'ZUSD',
      volume: '0.0000',
      fees: Object.fromEntries(
        markets.map((market) => [krakenPair(market).restName, feeRow(market.takerFee)]),
      ),
      fees_maker: Object.fromEntries(
        markets.map((market) => [krakenPair(market).restName, feeRow(market.makerFee)]),
      ),
    };
  },
};

function secondsText(timeUs: number): string {
  return `${formatTimeUs(timeUs).slice(0, 19)}Z`;
}

/** The tiers of each pair, written as AssetPairs wrote them; there is one. */
function schedulesOf(markets: readonly Market[]): unknown {
  return Object.fromEntries(
    markets.map((market) => [
      krakenPair(market).restName,
      {
        fees: [[0, market.takerFee.times(100).toNumber()]],
        fees_maker: [[0, market.makerFee.times(100).toNumber()]],
      },
    ]),
  );
}

/** A fee of the schedule in percent; there is one tier. */
function feeRow(rate: Decimal): unknown {
  const fee = rate.times(100).toFixed(4);
  return { fee, minfee: fee, maxfee: fee, nextfee: null, nextvolume: null, tiervolume: '0.0000' };
}

/** A history that lags does not show yet what has just happened. */
function isShown({ clock, faults }: KrakenExchange, timeUs: number): boolean {
  return timeUs <= clock.nowUs() - faults.historyDelayUs;
}

/** Histories go from `start` (exclusive) to `end` (inclusive), in seconds since 1970. */
function isWithin(query: Query, timeUs: number): boolean {
  const seconds = timeUs / 1_000_000;
  const { start, end } = query;
  return (start === undefined || seconds > Number(start)) && (end === undefined || seconds <= Number(end));
}

function required(query: Query, field: string): string {
  const value = query[field];
  if (value === undefined || value === '') throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  return value;
}

function integer(query: Query, field: string): number | undefined {
  const text = query[field];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  return Number(text);
}

/** Kraken's defaults: good till canceled, fee in quote. Unsupported flags are refused, not ignored. */
function orderRequest(query: Query): OrderRequest {
  const flags = (query['oflags'] ?? '').split(',').filter((flag) => flag !== '');
  if (flags.some((flag) => flag !== 'post' && flag !== 'fciq'))
    throw new VenueError(`${INVALID_ARGUMENTS}:oflags`);
  for (const field of ['leverage', 'price2', 'close[ordertype]', 'displayvol']) {
    if (query[field] !== undefined) throw new VenueError(`${INVALID_ARGUMENTS}:${field}`);
  }
  return {
    side: required(query, 'type'),
    type: required(query, 'ordertype'),
    timeInForce: timeInForce(query['timeinforce']),
    postOnly: flags.includes('post'),
    price: query['price'],
    qty: required(query, 'volume'),
    clOrdId: query['cl_ord_id'],
    userRef: integer(query, 'userref'),
    deadline: query['deadline'] === undefined ? undefined : { at: query['deadline'], minUs: MIN_DEADLINE_US },
  };
}

/** `buy 1.25000000 XBTUSD @ limit 37500.0`. */
export function describe(order: ClientOrder): string {
  const { market, terms } = order;
  const price = terms.type === 'limit' ? ` ${priceText(market, order.price)}` : '';
  return `${order.side} ${qtyText(market, order.qty)} ${krakenPair(market).altName} @ ${terms.type}${price}`;
}

/** Assets that are on no pair, such as staked forms, are called the same everywhere. */
function byAsset(account: Account, value: (asset: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    account.ledger.assets().map((asset) => [ASSETS.get(asset)?.restName ?? asset, value(asset)]),
  );
}

function byId(orders: readonly ClientOrder[]): Record<string, unknown> {
  return Object.fromEntries(orders.map((order) => [order.orderId, orderAnswer(order, describe(order))]));
}
