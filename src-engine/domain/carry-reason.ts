/** Why a carry stands as it does: the last decision, or what keeps it from deciding or from being carried out. */
export const CARRY_REASONS = [
  'waiting',
  'funding-pays',
  'costs-more',
  'rate-too-low',
  'next-payment-unknown',
  'no-reading',
  'book-not-live',
  'no-depth',
  'below-minimum',
  'not-tradable',
  'no-spot-market',
  'fee-unknown',
  'damaged-state',
] as const;
export type CarryReason = (typeof CARRY_REASONS)[number];
