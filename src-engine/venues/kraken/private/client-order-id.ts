/**
 * Kraken's `cl_ord_id` is a UUID with hyphens, one of 32 hex digits without, or free text of at most 18
 * characters (docs.kraken.com, "Spot Client Order Identifiers"). Our order ids are 128 bits of a hash as 32 hex
 * digits (execution/order-id.ts): they are sent as they are, and nothing of their uniqueness is lost.
 */
import type { OrderId } from '../../../domain/ids.ts';
import { orderIdOf as ownOf } from '../../toolkit/own-order-id.ts';

/** True for an id that `deriveOrderId` made: it goes into a `cl_ord_id` as it is. */
export function isClientOrderId(orderId: OrderId): boolean {
  return ownOf(orderId) !== undefined;
}

/** Ours by the venue's `cl_ord_id`, in either form of a UUID; undefined for an order that was placed elsewhere. */
export function orderIdOf(clOrdId: unknown): OrderId | undefined {
  const isUuid = typeof clOrdId === 'string' && clOrdId.length === 36;
  return ownOf(isUuid ? clOrdId.replaceAll('-', '').toLowerCase() : clOrdId);
}
