/** What a new order must be: its parameters by type, and the filters of its symbol (spot API, "New order" and "Filters"). */
import { Decimal, fromUnits } from '../../../../domain/decimal.ts';
import type { Side } from '../../../../domain/order.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { Market } from '../../core/market.ts';
import type { OrderRequest } from '../../core/orders/order-checks.ts';
import { quantityFor } from '../../core/orders/quote-quantity.ts';
import type { BinanceExchange, OrderNote } from './binance-exchange.ts';
import { BinanceProblem, filterFailure, missing, newOrderRejected } from './binance-problem.ts';
import { MAX_NOTIONAL, MAX_OPEN_ORDERS, MAX_PRICE, PRICE_MULTIPLIER } from './calls/exchange-info.ts';
import { averageOf } from './calls/public-calls.ts';
import { type BinancePair, binancePair } from './pairs.ts';
import { clientId, decimalText, oneOf, optional, type Params, required, symbolOf } from './params.ts';

export const NEW_ORDER_PARAMS = [
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'quoteOrderQty',
  'price',
  'newClientOrderId',
  'newOrderRespType',
  'selfTradePreventionMode',
  'strategyId',
  'strategyType',
  'icebergQty',
  'stopPrice',
  'trailingDelta',
] as const;

export type NewOrder = { readonly market: Market; readonly request: OrderRequest };

const TYPES = ['LIMIT', 'MARKET', 'LIMIT_MAKER'] as const;
type OrderKind = (typeof TYPES)[number];

/** Reads a new order and holds it against the filters. @throws BinanceProblem naming what it breaks. */
export function readNewOrder(exchange: BinanceExchange, account: Account, params: Params): NewOrder {
  const market = exchange.byName(symbolOf(params));
  const pair = binancePair(market);
  const side: Side =
    oneOf(required(params, 'side'), ['BUY', 'SELL'] as const, new BinanceProblem(-1117, 'Invalid side.')) ===
    'BUY'
      ? 'buy'
      : 'sell';
  const kind = oneOf(required(params, 'type'), TYPES, new BinanceProblem(-1116, 'Invalid orderType.'));
  const mode = optional(params, 'selfTradePreventionMode');
  if (mode !== undefined && mode !== 'EXPIRE_TAKER') {
    throw new BinanceProblem(-1013, 'This symbol does not allow the specified self-trade prevention mode.');
  }
  const note: OrderNote = params.has('quoteOrderQty')
    ? { quoteOrderQty: decimalText(params, 'quoteOrderQty') as string }
    : {};
  const request: OrderRequest = {
    side,
    type: kind === 'MARKET' ? 'market' : 'limit',
    timeInForce: timeInForce(params, kind),
    postOnly: kind === 'LIMIT_MAKER',
    price: priceText(params, kind, pair),
    qty: quantity(params, kind, market, side),
    clOrdId: clientId(params, 'newClientOrderId') ?? exchange.generateId(),
    note,
  };
  checkPrice(exchange, market, request.price);
  checkNotional(exchange, market, request);
  const open = [...account.openOrders.values()].filter((order) => order.market === market);
  if (open.length >= MAX_OPEN_ORDERS) throw filterFailure('MAX_NUM_ORDERS');
  if (kind === 'LIMIT_MAKER' && wouldTake(market, side, new Decimal(request.price ?? '0'))) {
    throw newOrderRejected('Order would immediately match and take.');
  }
  return { market, request };
}

function forbid(params: Params, ...names: readonly string[]): void {
  const sent = names.find((name) => params.has(name));
  if (sent !== undefined) {
    throw new BinanceProblem(-1106, `Parameter '${sent}' sent when not required.`);
  }
}

function timeInForce(params: Params, kind: OrderKind): string {
  forbid(params, 'stopPrice', 'trailingDelta', 'icebergQty');
  if (kind !== 'LIMIT') {
    forbid(params, 'timeInForce');
    return kind === 'MARKET' ? 'ioc' : 'gtc';
  }
  const problem = new BinanceProblem(-1115, 'Invalid timeInForce.');
  return oneOf(required(params, 'timeInForce'), ['GTC', 'IOC', 'FOK'] as const, problem).toLowerCase();
}

function tooPrecise(name: string): BinanceProblem {
  return new BinanceProblem(-1111, `Parameter '${name}' has too much precision.`);
}

function priceText(params: Params, kind: OrderKind, pair: BinancePair): string | undefined {
  if (kind === 'MARKET') {
    forbid(params, 'price');
    return undefined;
  }
  const text = decimalText(params, 'price');
  if (text === undefined) throw missing('price');
  const price = new Decimal(text);
  if (price.decimalPlaces() > 8) throw tooPrecise('price');
  const isOff = !price.mod(pair.tickSize).isZero();
  if (isOff || price.lessThan(pair.tickSize) || price.greaterThan(MAX_PRICE)) {
    throw filterFailure('PRICE_FILTER');
  }
  return price.toFixed();
}

function quantity(params: Params, kind: OrderKind, market: Market, side: Side): string {
  const pair = binancePair(market);
  const text = decimalText(params, 'quantity');
  if (kind === 'MARKET' && params.has('quoteOrderQty')) {
    forbid(params, 'quantity');
    const whole = quantityFor(market, side, new Decimal(decimalText(params, 'quoteOrderQty') as string));
    if (!whole.isZero()) return whole.toFixed();
    throw newOrderRejected('Order book liquidity is less than `LOT_SIZE` filter minimum quantity.');
  }
  if (kind !== 'MARKET') forbid(params, 'quoteOrderQty');
  if (text === undefined) throw missing('quantity');
  const qty = new Decimal(text);
  if (qty.decimalPlaces() > 8) throw tooPrecise('quantity');
  const isOff = !qty.mod(pair.orderMin).isZero();
  if (isOff || qty.lessThan(pair.orderMin) || qty.greaterThan(pair.maxQty)) throw filterFailure('LOT_SIZE');
  return qty.toFixed();
}

function checkPrice(exchange: BinanceExchange, market: Market, price: string | undefined): void {
  if (price === undefined) return;
  const average = averageOf(exchange, market);
  if (average.isZero()) return;
  const { up, down } = PRICE_MULTIPLIER;
  const value = new Decimal(price);
  if (value.greaterThan(average.times(up)) || value.lessThan(average.times(down))) {
    throw filterFailure('PERCENT_PRICE_BY_SIDE');
  }
}

/** A market order is valued at the average price of the last minutes. */
function checkNotional(exchange: BinanceExchange, market: Market, request: OrderRequest): void {
  const price = request.price === undefined ? averageOf(exchange, market) : new Decimal(request.price);
  const notional = price.times(request.qty);
  if (price.isZero()) return;
  const isTooMuch = request.type === 'limit' && notional.greaterThan(MAX_NOTIONAL);
  if (notional.lessThan(market.pair.costMin) || isTooMuch) throw filterFailure('NOTIONAL');
}

function wouldTake({ engine, pair }: Market, side: Side, price: Decimal): boolean {
  const best = (side === 'buy' ? engine.asks : engine.bids).best();
  if (best === undefined) return false;
  const other = fromUnits(best.price, pair.priceDecimals);
  return side === 'buy' ? !price.lessThan(other) : !price.greaterThan(other);
}
