/** Orders and trades as Binance's REST and WebSocket APIs write them. */
import { ZERO } from '../../../../domain/decimal.ts';
import type { ClientOrder, ClientTrade } from '../../core/orders/client-order.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import { binancePair } from './pairs.ts';
import { amount8, price8, qty8, text8 } from './wire-text.ts';

export type TimeOf = (us: number) => number;

const ZERO_TEXT = amount8(ZERO);
/** The only mode that the matching engine has: what is left of the arriving order ends. */
export const SELF_TRADE_MODE = 'EXPIRE_TAKER';

export function statusText(order: ClientOrder): string {
  if (order.status === 'filled') return 'FILLED';
  if (order.status === 'canceled') return endText(order);
  return order.filled > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

/** How an order ended that was not filled: what the client did, or what its own terms did. */
export function endText(order: ClientOrder): 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH' {
  if (order.reason === 'immediate') return 'EXPIRED';
  return order.reason === 'self-trade' ? 'EXPIRED_IN_MATCH' : 'CANCELED';
}

/** `expiryReason` of an order that expired. */
export function expiryReason(order: ClientOrder): string | undefined {
  if (order.status !== 'canceled' || order.reason !== 'immediate') return undefined;
  if (order.terms.type === 'market') return 'INSUFFICIENT_LIQUIDITY';
  return order.terms.timeInForce === 'fok' ? 'UNFILLED_FOK_ORDER_EXPIRED' : 'UNFILLED_IOC_QUANTITY_EXPIRED';
}

export function typeText({ terms }: ClientOrder): string {
  if (terms.type === 'market') return 'MARKET';
  return terms.postOnly ? 'LIMIT_MAKER' : 'LIMIT';
}

/** Market orders are shown as good till canceled. */
export function timeInForceText({ terms }: ClientOrder): string {
  return terms.type === 'market' ? 'GTC' : terms.timeInForce.toUpperCase();
}

/** What all answers have in common. */
function common(exchange: BinanceExchange, order: ClientOrder): object {
  const { market } = order;
  return {
    price: price8(market, order.price),
    origQty: qty8(market, order.qty),
    executedQty: qty8(market, order.filled),
    origQuoteOrderQty: text8(exchange.note(order).quoteOrderQty ?? '0'),
    cummulativeQuoteQty: amount8(order.cost),
    status: statusText(order),
    timeInForce: timeInForceText(order),
    type: typeText(order),
    side: order.side.toUpperCase(),
  };
}

function expiry(order: ClientOrder): object {
  const reason = expiryReason(order);
  return reason === undefined ? {} : { expiryReason: reason };
}

/** Answer of an order query. */
export function orderText(exchange: BinanceExchange, order: ClientOrder, time: TimeOf): object {
  return {
    symbol: binancePair(order.market).name,
    orderId: Number(order.orderId),
    orderListId: -1,
    clientOrderId: order.clOrdId,
    ...common(exchange, order),
    stopPrice: ZERO_TEXT,
    icebergQty: ZERO_TEXT,
    time: time(order.openedUs),
    updateTime: time(exchange.note(order).updatedUs ?? order.openedUs),
    isWorking: true,
    workingTime: time(order.openedUs),
    selfTradePreventionMode: SELF_TRADE_MODE,
    ...expiry(order),
  };
}

/** Answer of a placement, as short or full as was asked for. */
export function placedText(
  exchange: BinanceExchange,
  order: ClientOrder,
  form: 'ACK' | 'RESULT' | 'FULL',
  time: TimeOf,
): object {
  const ack = {
    symbol: binancePair(order.market).name,
    orderId: Number(order.orderId),
    orderListId: -1,
    clientOrderId: order.clOrdId,
    transactTime: time(exchange.note(order).updatedUs ?? order.openedUs),
  };
  if (form === 'ACK') return ack;
  const result = {
    ...ack,
    ...common(exchange, order),
    workingTime: time(order.openedUs),
    selfTradePreventionMode: SELF_TRADE_MODE,
    ...expiry(order),
  };
  if (form === 'RESULT') return result;
  const fills = order.fills.map((trade) => ({
    price: price8(order.market, trade.price),
    qty: qty8(order.market, trade.qty),
    commission: amount8(trade.fee),
    commissionAsset: trade.feeAsset,
    tradeId: trade.tradeId,
  }));
  return { ...result, fills };
}

/** Answer of a cancellation: `clientOrderId` is that of the cancellation itself. */
export function canceledText(exchange: BinanceExchange, order: ClientOrder, time: TimeOf): object {
  const note = exchange.note(order);
  return {
    symbol: binancePair(order.market).name,
    origClientOrderId: order.clOrdId,
    orderId: Number(order.orderId),
    orderListId: -1,
    clientOrderId: note.cancelId,
    transactTime: time(note.updatedUs ?? order.closedUs),
    ...common(exchange, order),
    selfTradePreventionMode: SELF_TRADE_MODE,
  };
}

export function tradeText(trade: ClientTrade, time: TimeOf): object {
  const { order } = trade;
  const { market } = order;
  return {
    symbol: binancePair(market).name,
    id: trade.tradeId,
    orderId: Number(order.orderId),
    orderListId: -1,
    price: price8(market, trade.price),
    qty: qty8(market, trade.qty),
    quoteQty: amount8(trade.cost),
    commission: amount8(trade.fee),
    commissionAsset: trade.feeAsset,
    time: time(trade.atUs),
    isBuyer: order.side === 'buy',
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}
