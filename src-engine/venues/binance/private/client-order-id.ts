/**
 * Binance's `newClientOrderId` has 1 to 36 letters, digits, and `. : / _ -` (spot API, error -1100 and "New order"): our ids
 * of 32 hex digits go in as they are. It is unique among open orders only: under the id of an order that has ended a second
 * one is taken, so that nothing is sent twice without having asked.
 */
import type { OrderId } from '../../../domain/ids.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

const OURS = /^[0-9a-f]{32}$/;

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: (id) => (OURS.test(id) ? id : undefined),
  maxLength: 36,
  isUniqueForever: false,
};

/** Ours by the form of the id; undefined for an order that was placed elsewhere. */
export function orderIdOf(clientOrderId: unknown): OrderId | undefined {
  return typeof clientOrderId === 'string' && OURS.test(clientOrderId) ? clientOrderId : undefined;
}
