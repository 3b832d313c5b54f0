import { beyond, type Check, isWithin } from '../check.ts';
import { amountsOf } from '../limit-amounts.ts';

/**
 * Largest value of one order that takes risk, cut while sizes are cut. Without a mark the value is unknown, and unknown
 * is too much. What brings risk back is bound by what is held: a limit lowered in mid-cycle must not strand it.
 */
export const orderNotional: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { notionalHome, limits, homeAsset, sizeFactor } = context;
  const whole = amountsOf(limits).maxOrderNotional;
  const most = sizeFactor === 1 ? whole : whole.times(sizeFactor);
  if (isWithin(notionalHome, most)) return undefined;
  return beyond('order-notional', 'order value', notionalHome, most, homeAsset);
};
