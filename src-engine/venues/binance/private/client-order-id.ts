/**
 * Binance's `newClientOrderId` has 1 to 36 letters, digits, and `. : / _ -` (spot API, error -1100 and "New order"): our ids
 * of 32 hex digits go in as they are. It is unique among open orders only: under the id of an order that has ended a second
 * one is taken, so that nothing is sent twice without having asked.
 */
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import type { VenueCapabilities } from '../../venue-adapter.ts';

export const clientOrderIds: VenueCapabilities['clientOrderId'] = {
  encode: orderIdOf,
  maxLength: 36,
  isUniqueForever: false,
};
