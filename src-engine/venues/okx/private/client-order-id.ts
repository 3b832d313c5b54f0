/** An order of ours is named by 32 hexadecimal digits; OKX takes letters and digits, at most 32 (OKX API v5, "Place order"). */
import type { VenueCapabilities } from '../../venue-adapter.ts';

const TAKEN = /^[A-Za-z0-9]{1,32}$/;

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (TAKEN.test(id) ? id : undefined),
  maxLength: 32,
  // 51016 refuses one of an order that is open or ended lately.
  isUniqueForever: false,
};
