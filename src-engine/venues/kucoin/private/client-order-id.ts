/** An order of ours is named by 32 hexadecimal digits; KuCoin takes letters, digits, `-` and `_` (KuCoin, "Add Order"). */
import type { OrderId } from '../../../domain/ids.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

const TAKEN = /^[A-Za-z0-9_-]{1,40}$/;
const OURS = /^[0-9a-f]{32}$/;

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (TAKEN.test(id) ? id : undefined),
  maxLength: 40,
  isUniqueForever: true,
};

/** Ours by its form; undefined for an order that was placed elsewhere. */
export function orderIdOf(value: unknown): OrderId | undefined {
  return typeof value === 'string' && OURS.test(value) ? value : undefined;
}
