import type { Placement } from '../../../execution/order-venue.ts';

/** A limit order of the spot market, paid for with what the account holds (OKX API v5, "Place order"). */
export function orderRequest({ orderId, side, timeInForce, price, qty }: Placement): object {
  return {
    tdMode: 'cash',
    side,
    ordType: timeInForce === 'ioc' ? 'ioc' : 'limit',
    px: price.toFixed(),
    sz: qty.toFixed(),
    clOrdId: orderId,
  };
}
