/** An order in flight, for tests of what is counted of it. */
import { decimal, ZERO } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order } from '../domain/order.ts';

export function openOrder(
  { id, venue, symbol }: Instrument,
  side: 'buy' | 'sell',
  price: string,
  qty: string,
  filled = '0',
): Order {
  return {
    orderId: symbol,
    intentId: symbol,
    executionId: 'x',
    venue,
    instrumentId: id,
    symbol,
    side,
    price: decimal(price),
    qty: decimal(qty),
    timeInForce: 'ioc',
    purpose: 'open',
    state: 'accepted',
    venueOrderId: undefined,
    filledQty: decimal(filled),
    filledNotional: ZERO,
    fees: ZERO,
    spent: ZERO,
    received: ZERO,
    asideFees: [],
    createdUs: 1,
    expireUs: 2,
    updatedUs: 1,
    reason: undefined,
  };
}
