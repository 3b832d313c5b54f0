import { beyond, type Check, isWithin } from '../check.ts';

/** No stake above the capped Kelly stake of the record so far; a record without an edge allows none. */
export const kellyCap: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { kellyNotional } = context;
  if (kellyNotional === undefined) return undefined;
  const { notionalHome, homeAsset } = context;
  if (isWithin(notionalHome, kellyNotional)) return undefined;
  return beyond('kelly-cap', 'order value', notionalHome, kellyNotional, homeAsset);
};
