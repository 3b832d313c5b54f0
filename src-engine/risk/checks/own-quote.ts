import type { Check } from '../check.ts';

/** Nothing new trades with what rests of ours: both sides would be the account's own, for two fees, and venues forbid it. */
export const ownQuote: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { ownQuote: crossed } = context;
  return crossed === undefined
    ? undefined
    : { code: 'own-quote', detail: `it would trade with the own order ${crossed}` };
};
