import type { Check } from '../check.ts';

/** Only what the venue has open for trading: it would reject the order, and a cycle would hang half done. */
export const instrumentOpen: Check = (intent, { isOpen }) =>
  isOpen
    ? undefined
    : { code: 'instrument-closed', detail: `the venue has ${intent.symbol} closed for trading` };
