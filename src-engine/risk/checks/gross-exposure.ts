import { ZERO } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/** Largest share of equity in all positions together. */
export const grossExposure: Check = (_intent, context) => {
  const { reducesExposure, grossHome, equityHome, limits, homeAsset } = context;
  if (reducesExposure) return undefined;
  const most = (equityHome ?? ZERO).times(limits.maxGrossExposurePct).div(100);
  if (isWithin(grossHome, most)) return undefined;
  return beyond('gross-exposure', 'value of all positions', grossHome, most, homeAsset);
};
