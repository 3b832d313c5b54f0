/** A limit order of the spot market as Coinbase takes it (Advanced Trade, "Create Order"). */
import type { Placement } from '../../../execution/order-venue.ts';

/** An order that takes what is there at once goes by the router of orders: there is no `limit_limit_ioc`. */
export function orderRequest({
  orderId,
  symbol,
  side,
  timeInForce,
  postOnly,
  price,
  qty,
}: Placement): object {
  const terms = { base_size: qty.toFixed(), limit_price: price.toFixed() };
  return {
    client_order_id: orderId,
    product_id: symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    order_configuration:
      timeInForce === 'ioc'
        ? { sor_limit_ioc: terms }
        : { limit_limit_gtc: { ...terms, post_only: postOnly === true } },
  };
}
