/** An order of ours is named by 32 hexadecimal digits; Bybit takes letters, digits, `-` and `_` (Bybit v5, "Place Order"). */
import type { VenueCapabilities } from '../../venue-adapter.ts';

const TAKEN = /^[A-Za-z0-9_-]{1,36}$/;
export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (TAKEN.test(id) ? id : undefined),
  maxLength: 36,
  // "Always unique": 170141 and 110072 refuse one that was used.
  isUniqueForever: true,
};
