import type { Placement } from '../../../execution/order-venue.ts';

/** A limit order of the spot market, paid for with what the account holds (OKX API v5, "Place order"). */
export function orderRequest({ orderId, side, timeInForce, postOnly, price, qty }: Placement): object {
  return {
    tdMode: 'cash',
    side,
    ordType: timeInForce === 'ioc' ? 'ioc' : postOnly === true ? 'post_only' : 'limit',
    px: price.toFixed(),
    sz: qty.toFixed(),
    clOrdId: orderId,
  };
}
