import { decimal } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/**
 * Largest value of one order that takes risk, cut while sizes are cut. Without a mark the value is unknown, and unknown
 * is too much. What brings risk back is bound by what is held: a limit lowered in mid-cycle must not strand it.
 */
export const orderNotional: Check = (
  _intent,
  { reducesExposure, notionalHome, limits, homeAsset, sizeFactor },
) => {
  if (reducesExposure) return undefined;
  const most = decimal(limits.maxOrderNotional).times(sizeFactor);
  if (isWithin(notionalHome, most)) return undefined;
  return beyond('order-notional', 'order value', notionalHome, most, homeAsset);
};
