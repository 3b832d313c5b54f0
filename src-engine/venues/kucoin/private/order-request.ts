/** A limit order of the spot market as KuCoin takes it (KuCoin, "Add Order"). */
import type { Placement } from '../../../execution/order-venue.ts';

/** @param clientTimestamp by the venue's clock: one that comes later than `allowMaxTimeWindow` ms after it is refused. */
export function orderRequest(
  { orderId, symbol, side, timeInForce, postOnly, price, qty }: Placement,
  clientTimestamp: number,
  allowMaxTimeWindow: number,
): object {
  return {
    clientOid: orderId,
    symbol,
    side,
    type: 'limit',
    price: price.toFixed(),
    size: qty.toFixed(),
    timeInForce: timeInForce === 'ioc' ? 'IOC' : 'GTC',
    // Cancel oldest: without it two own orders trade with each other; the one that takes decides ("Add Order", self-trade prevention).
    stp: 'CO',
    // Ignored by the venue with IOC.
    ...(postOnly === true ? { postOnly } : {}),
    clientTimestamp,
    allowMaxTimeWindow,
  };
}
