import { beyond, type Check, isWithin } from '../check.ts';
import { amountsOf } from '../limit-amounts.ts';

/** Largest value of all orders in flight, this one included. */
export const openNotional: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { notionalHome, openNotionalHome, limits, homeAsset } = context;
  const total = notionalHome === undefined ? undefined : openNotionalHome.plus(notionalHome);
  const most = amountsOf(limits).maxOpenNotional;
  if (isWithin(total, most) && !openNotionalHome.isNegative()) return undefined;
  return beyond('open-notional', 'value of orders in flight', total, most, homeAsset);
};
