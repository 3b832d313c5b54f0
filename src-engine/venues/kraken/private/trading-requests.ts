/**
 * Requests of WebSocket v2 that change orders (docs.kraken.com, "Spot WebSocket v2"). Prices and quantities are
 * JSON numbers there: their digits are written as they are, and pass through no floating point.
 */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Side, TimeInForce } from '../../../domain/order.ts';

/** A method and the members of its `params`; the connection adds its token and a number. */
export type TradingRequest = { readonly method: string; readonly members: string };

export type OrderTerms = {
  readonly clOrdId: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly timeInForce: TimeInForce;
  /** Refused where any of it would trade at once. */
  readonly postOnly?: boolean | undefined;
};

const text = (value: string): string => JSON.stringify(value);

/** Fees are asked for in quote, which Kraken does not do by itself for a sell. */
function terms({ clOrdId, side, price, qty, timeInForce, postOnly }: OrderTerms): string {
  return (
    `"order_type":"limit","side":"${side}","order_qty":${qty},"limit_price":${price},` +
    `"time_in_force":"${timeInForce}",${postOnly === true ? '"post_only":true,' : ''}"fee_preference":"quote","cl_ord_id":${text(clOrdId)}`
  );
}

/**
 * @param deadline RFC 3339 by the venue's clock, between 0.5 and 60 s ahead: the venue does not match the order
 *   after it.
 */
export function addOrder(symbol: string, order: OrderTerms, deadline: string): TradingRequest {
  return {
    method: 'add_order',
    members: `"symbol":${text(symbol)},${terms(order)},"deadline":${text(deadline)}`,
  };
}

/** 2 to 15 orders of one pair. */
export function batchAdd(symbol: string, orders: readonly OrderTerms[], deadline: string): TradingRequest {
  const list = orders.map((order) => `{${terms(order)}}`).join(',');
  return {
    method: 'batch_add',
    members: `"symbol":${text(symbol)},"deadline":${text(deadline)},"orders":[${list}]`,
  };
}

/** Changes price or whole quantity of an order that rests; it keeps its place in the queue where it can. */
export function amendOrder(
  clOrdId: string,
  change: { readonly price: DecimalText; readonly qty: DecimalText },
): TradingRequest {
  return {
    method: 'amend_order',
    members: `"cl_ord_id":${text(clOrdId)},"order_qty":${change.qty},"limit_price":${change.price}`,
  };
}

export function cancelOrder(clOrdId: string): TradingRequest {
  return { method: 'cancel_order', members: `"cl_ord_id":[${text(clOrdId)}]` };
}

/** 2 to 50 orders by the venue's ids. */
export function batchCancel(venueOrderIds: readonly string[]): TradingRequest {
  return { method: 'batch_cancel', members: `"orders":${JSON.stringify(venueOrderIds)}` };
}

/** Every order of the account. */
export function cancelAll(): TradingRequest {
  return { method: 'cancel_all', members: '' };
}

/** The dead-man switch, in whole seconds; 0 ends it. */
export function cancelAllOrdersAfter(seconds: number): TradingRequest {
  return { method: 'cancel_all_orders_after', members: `"timeout":${seconds}` };
}
