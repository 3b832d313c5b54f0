/** An order of ours is named by 32 hexadecimal digits; OKX takes letters and digits, at most 32 (OKX API v5, "Place order"). */
import type { OrderId } from '../../../domain/ids.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

const OURS = /^[0-9a-f]{32}$/;
const TAKEN = /^[A-Za-z0-9]{1,32}$/;

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (TAKEN.test(id) ? id : undefined),
  maxLength: 32,
  // 51016 refuses one of an order that is open or ended lately.
  isUniqueForever: false,
};

/** Ours by its form; undefined for an order that was placed elsewhere. */
export function orderIdOf(value: unknown): OrderId | undefined {
  return typeof value === 'string' && OURS.test(value) ? value : undefined;
}
