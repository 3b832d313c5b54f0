import type { Placement } from '../../../execution/order-venue.ts';

/**
 * A limit order of the spot market, paid for with what the account holds (OKX API v5, "Place order"). Where it meets an own order, that
 * one is canceled: an order that hedges or unwinds goes on, and the quote in its way has its cancel on the way already.
 */
export function orderRequest({ orderId, side, timeInForce, postOnly, price, qty }: Placement): object {
  return {
    tdMode: 'cash',
    side,
    ordType: timeInForce === 'ioc' ? 'ioc' : postOnly === true ? 'post_only' : 'limit',
    px: price.toFixed(),
    sz: qty.toFixed(),
    clOrdId: orderId,
    stpMode: 'cancel_maker',
  };
}
