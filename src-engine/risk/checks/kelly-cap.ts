import { beyond, type Check, isWithin } from '../check.ts';

/** No stake above the capped Kelly stake of the record so far; a record without an edge allows none. */
export const kellyCap: Check = (_intent, { reducesExposure, notionalHome, kellyNotional, homeAsset }) => {
  if (reducesExposure || kellyNotional === undefined) return undefined;
  if (isWithin(notionalHome, kellyNotional)) return undefined;
  return beyond('kelly-cap', 'order value', notionalHome, kellyNotional, homeAsset);
};
