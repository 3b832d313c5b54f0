import type { Check } from '../check.ts';

/** Largest value of one order. Without a mark the value is unknown, and unknown is too much. */
export const orderNotional: Check = (intent, { notionalHome, limits }) => {
  if (notionalHome === undefined) {
    return { code: 'order-notional', detail: `${intent.symbol} has no price in the home currency` };
  }
  if (notionalHome.lte(limits.maxOrderNotional)) return undefined;
  const detail = `order value ${notionalHome.toFixed(2)} is above the limit of ${limits.maxOrderNotional}`;
  return { code: 'order-notional', detail };
};
