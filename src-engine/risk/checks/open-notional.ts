import type { Check } from '../check.ts';

/** Largest value of all orders in flight, this one included. */
export const openNotional: Check = (_intent, { notionalHome, openNotionalHome, limits }) => {
  const total = openNotionalHome.plus(notionalHome ?? 0);
  if (total.lte(limits.maxOpenNotional)) return undefined;
  const detail = `orders in flight would be worth ${total.toFixed(2)}, the limit is ${limits.maxOpenNotional}`;
  return { code: 'open-notional', detail };
};
