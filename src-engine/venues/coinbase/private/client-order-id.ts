/** An order of ours is named by 32 hexadecimal digits: `client_order_id` is a text that Coinbase keeps as it is (Advanced Trade, "Create Order"). */
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: orderIdOf,
  maxLength: 36,
  // Sent again it brings the first order back, also one that has ended.
  isUniqueForever: true,
};
