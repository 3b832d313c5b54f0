/** What a new order must be: its parameters by type, and the rules of its symbol (Bybit v5, "Place Order"). */
import { Decimal } from '../../../../domain/decimal.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { Market } from '../../core/market.ts';
import type { OrderRequest } from '../../core/orders/order-checks.ts';
import { quantityFor } from '../../core/orders/quote-quantity.ts';
import type { BybitExchange, OrderNote } from './bybit-exchange.ts';
import { BybitProblem, missing } from './bybit-problem.ts';
import { bybitPair } from './pairs.ts';
import { decimalText, optional, type Params, required, requireSpot } from './params.ts';

export type NewOrder = { readonly market: Market; readonly request: OrderRequest };

const SIDES: Readonly<Record<string, 'buy' | 'sell'>> = { Buy: 'buy', Sell: 'sell' };
const TIMES: Readonly<Record<string, string>> = { GTC: 'gtc', IOC: 'ioc', FOK: 'fok', PostOnly: 'gtc' };
/** Orders that an account may have open on the spot market. */
const MAX_OPEN = 500;
const LINK_ID = /^[A-Za-z0-9_-]{1,36}$/;

/** Reads a new order and holds it against the rules. @throws BybitProblem naming what it breaks. */
export function readNewOrder(exchange: BybitExchange, account: Account, params: Params): NewOrder {
  requireSpot(params);
  const market = exchange.byName(required(params, 'symbol'));
  const side = SIDES[required(params, 'side')];
  if (side === undefined) throw new BybitProblem(170_117, 'Invalid side.');
  const type = required(params, 'orderType');
  if (type !== 'Limit' && type !== 'Market') throw new BybitProblem(170_116, 'Invalid orderType.');
  if ((optional(params, 'orderFilter') ?? 'Order') !== 'Order') {
    throw new BybitProblem(170_202, 'Invalid orderFilter parameter.');
  }
  const wanted = type === 'Market' ? 'IOC' : (optional(params, 'timeInForce') ?? 'GTC');
  const timeInForce = TIMES[wanted];
  if (timeInForce === undefined) throw new BybitProblem(170_115, 'Invalid timeInForce.');
  const clOrdId = optional(params, 'orderLinkId');
  if (clOrdId !== undefined) requireUnused(exchange, account, clOrdId);
  if (account.openOrders.size >= MAX_OPEN) throw new BybitProblem(170_005, 'Too many new orders.');
  const price = type === 'Limit' ? decimalText(params, 'price') : undefined;
  if (type === 'Limit' && price === undefined) throw missing('price');
  const { qty, note } = quantityOf(params, market, side, type === 'Market');
  const request: OrderRequest = {
    side,
    type: type === 'Market' ? 'market' : 'limit',
    timeInForce,
    postOnly: wanted === 'PostOnly',
    price,
    qty,
    clOrdId,
    note,
  };
  return { market, request };
}

/** @throws BybitProblem 10001, or 170141 for one that was used before. */
function requireUnused(exchange: BybitExchange, account: Account, id: string): void {
  if (!LINK_ID.test(id)) throw new BybitProblem(10_001, 'params error: OrderLinkId invalid');
  if (exchange.hasUsed(account.number, id)) throw new BybitProblem(170_141, 'Duplicate clientOrderId.');
}

/** A market buy is by its amount in quote unless it says otherwise. */
function quantityOf(
  params: Params,
  market: Market,
  side: 'buy' | 'sell',
  isMarket: boolean,
): { readonly qty: string; readonly note: OrderNote } {
  const text = decimalText(params, 'qty');
  if (text === undefined) throw missing('qty');
  const pair = bybitPair(market);
  const unit = optional(params, 'marketUnit') ?? (side === 'buy' ? 'quoteCoin' : 'baseCoin');
  const isQuote = isMarket && unit === 'quoteCoin';
  const qty = isQuote ? quantityFor(market, side, new Decimal(text)) : new Decimal(text);
  if (qty.decimalPlaces() > pair.qtyDecimals) {
    throw new BybitProblem(170_137, 'Order volume has too many decimals.');
  }
  if (qty.lessThan(pair.orderMin)) throw new BybitProblem(170_136, 'Order quantity lower than the minimum.');
  if (qty.greaterThan(pair.maxQty)) throw new BybitProblem(170_135, 'Order quantity too large.');
  const note: OrderNote = !isMarket
    ? {}
    : isQuote
      ? { marketUnit: 'quoteCoin', quoteQty: text }
      : { marketUnit: 'baseCoin' };
  return { qty: qty.toFixed(), note };
}
