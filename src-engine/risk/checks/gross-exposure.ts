import { beyond, type Check, isWithin } from '../check.ts';
import { amountsOf } from '../limit-amounts.ts';

/** Largest share of equity in all positions together. */
export const grossExposure: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { grossHome, equityHome, limits, homeAsset } = context;
  const most = amountsOf(limits).maxGross(equityHome);
  if (isWithin(grossHome, most)) return undefined;
  return beyond('gross-exposure', 'value of all positions', grossHome, most, homeAsset);
};
