import type { OrderId } from '../../../domain/ids.ts';

/**
 * Kraken's `cl_ord_id` is a UUID with hyphens, one of 32 hex digits without, or free text of at most 18
 * characters (docs.kraken.com, "Spot Client Order Identifiers"). Our order ids are 128 bits of a hash as 32 hex
 * digits (execution/order-id.ts): they are sent as they are, and nothing of their uniqueness is lost.
 */
const HEX = /^[0-9a-f]{32}$/;

/** True for an id that `deriveOrderId` made: it goes into a `cl_ord_id` as it is. */
export function isClientOrderId(orderId: OrderId): boolean {
  return HEX.test(orderId);
}

/** Ours by the venue's `cl_ord_id`, in either form of a UUID; undefined for an order that was placed elsewhere. */
export function orderIdOf(clOrdId: unknown): OrderId | undefined {
  if (typeof clOrdId !== 'string') return undefined;
  const plain = clOrdId.length === 36 ? clOrdId.replaceAll('-', '').toLowerCase() : clOrdId;
  return HEX.test(plain) ? plain : undefined;
}
