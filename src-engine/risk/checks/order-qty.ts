import { ofAsset } from '../../domain/asset-alias.ts';
import { decimal } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/** Largest quantity of one order that takes risk: holds although a mark is wrong, and with it every value. */
export const orderQty: Check = ({ qty }, { reducesExposure, limits, instrument: { base } }) => {
  const limit = ofAsset(limits.maxOrderQty, base);
  if (reducesExposure || limit === undefined) return undefined;
  const most = decimal(limit);
  return isWithin(qty, most) ? undefined : beyond('order-qty', 'order quantity', qty, most, base);
};
