import type { EndReason } from '../../core/orders/client-order.ts';

/** Kraken's words for why an order was canceled. */
export const END_WORDS: Readonly<Record<EndReason, string>> = {
  user: 'User requested',
  immediate: 'Immediate or cancel',
  'would-take': 'Post only order',
  'self-trade': 'Self trade prevention',
  replaced: 'Order replaced',
  'amended-away': 'Order amended below its filled quantity',
  countdown: 'Cancel all orders after timeout',
};
