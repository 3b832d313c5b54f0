import { decimal } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/** Largest value of all orders in flight, this one included. */
export const openNotional: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { notionalHome, openNotionalHome, limits, homeAsset } = context;
  const total = notionalHome === undefined ? undefined : openNotionalHome.plus(notionalHome);
  const most = decimal(limits.maxOpenNotional);
  if (isWithin(total, most) && !openNotionalHome.isNegative()) return undefined;
  return beyond('open-notional', 'value of orders in flight', total, most, homeAsset);
};
