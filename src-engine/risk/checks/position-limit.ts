import { beyond, type Check, isWithin } from '../check.ts';
import { amountsOf } from '../limit-amounts.ts';

/** Largest share of equity in one asset, beyond what the account was opened with. The home currency is not a position. */
export const positionLimit: Check = (intent, context) => {
  if (context.reducesExposure) return undefined;
  const { positionHome, equityHome, limits, homeAsset, instrument } = context;
  const most = amountsOf(limits).maxPosition(equityHome);
  if (isWithin(positionHome, most)) return undefined;
  const asset = intent.side === 'buy' ? instrument.base : instrument.quote;
  return beyond('position-limit', `position in ${asset}`, positionHome, most, homeAsset);
};
