/** Orders between their three forms: an intent, the order that is kept, and the record that facts and queries carry. */
import { Decimal, decimal, isDecimalText, kept, textOf, ZERO } from '../domain/decimal.ts';
import type { OrderRecord } from '../domain/event.ts';
import type { OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order, OrderIntent, OrderState } from '../domain/order.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';

/**
 * After this the venue must not match an order any longer. Above the second that an intent may take to become durable,
 * and what is left of it then is above the 500 ms that Kraken asks for at least (`deadline` of `add_order`).
 */
const ORDER_LIFE_US = 2 * US_PER_SECOND;

const OPEN: ReadonlySet<OrderState> = new Set<OrderState>(['created', 'accepted', 'unknown']);

/** The venue may still have it. */
export const isOpenState = (state: OrderState): boolean => OPEN.has(state);

export function newOrder(intent: OrderIntent, orderId: OrderId, nowUs: TimeUs): Order {
  return {
    ...intent,
    orderId,
    state: 'created',
    venueOrderId: undefined,
    filledQty: ZERO,
    filledNotional: ZERO,
    fees: ZERO,
    spent: ZERO,
    received: ZERO,
    asideFees: [],
    createdUs: nowUs,
    expireUs: nowUs + ORDER_LIFE_US,
    updatedUs: nowUs,
    reason: undefined,
  };
}

/** The order of a record. What it moved follows from its notional, with the fees in quote. */
export function orderOf(record: OrderRecord, instrument: Instrument): Order {
  const filledQty = decimal(record.filledQty);
  const filledNotional = decimal(record.filledNotional);
  const fees = feesOf(record);
  const buys = record.side === 'buy';
  const intent: OrderIntent = {
    intentId: record.intentId,
    executionId: record.executionId,
    venue: record.venue,
    instrumentId: instrument.id,
    symbol: record.symbol,
    side: record.side,
    price: decimal(record.price),
    qty: decimal(record.qty),
    timeInForce: record.timeInForce,
    purpose: 'continue',
  };
  return {
    ...newOrder(intent, record.orderId, record.createdUs),
    state: record.state,
    filledQty,
    filledNotional,
    fees,
    spent: buys ? filledNotional.plus(fees) : filledQty,
    received: buys ? filledQty : filledNotional.minus(fees),
    updatedUs: record.updatedUs,
    reason: record.reason === '' ? undefined : record.reason,
  };
}

/** More digits than a text has. */
const LONG_FEES = /^\d{1,24}\.\d{25,60}$/;

/** Earlier versions wrote such, where gas was paid in the base of a pool: no engine may fail to start for them. */
function feesOf({ fees }: OrderRecord): Decimal {
  return isDecimalText(fees) || !LONG_FEES.test(fees) ? decimal(fees) : kept(new Decimal(fees), 'up');
}

export function recordOf(order: Order): OrderRecord {
  return {
    orderId: order.orderId,
    intentId: order.intentId,
    executionId: order.executionId,
    venue: order.venue,
    symbol: order.symbol,
    side: order.side,
    price: textOf(order.price),
    qty: textOf(order.qty),
    timeInForce: order.timeInForce,
    state: order.state,
    filledQty: textOf(order.filledQty),
    filledNotional: textOf(order.filledNotional),
    fees: textOf(order.fees),
    reason: order.reason ?? '',
    createdUs: order.createdUs,
    updatedUs: order.updatedUs,
  };
}
