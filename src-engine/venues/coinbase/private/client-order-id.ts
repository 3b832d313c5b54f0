/** An order of ours is named by 32 hexadecimal digits: `client_order_id` is a text that Coinbase keeps as it is (Advanced Trade, "Create Order"). */
import type { OrderId } from '../../../domain/ids.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

const OURS = /^[0-9a-f]{32}$/;

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (OURS.test(id) ? id : undefined),
  maxLength: 36,
  // Sent again it brings the first order back, also one that has ended.
  isUniqueForever: true,
};

/** Ours by its form; undefined for an order that was placed elsewhere. */
export function orderIdOf(value: unknown): OrderId | undefined {
  return typeof value === 'string' && OURS.test(value) ? value : undefined;
}
