/** An order of ours is named by 32 hexadecimal digits; KuCoin takes letters, digits, `-` and `_` (KuCoin, "Add Order"). */
import type { VenueCapabilities } from '../../venue-adapter.ts';

const TAKEN = /^[A-Za-z0-9_-]{1,40}$/;
export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (TAKEN.test(id) ? id : undefined),
  maxLength: 40,
  isUniqueForever: true,
};
