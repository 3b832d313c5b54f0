import { ZERO } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/** Largest share of equity in one asset, beyond what the account was opened with. The home currency is not a position. */
export const positionLimit: Check = (intent, context) => {
  const { reducesExposure, positionHome, equityHome, limits, homeAsset, instrument } = context;
  if (reducesExposure) return undefined;
  const most = (equityHome ?? ZERO).times(limits.maxPositionPct).div(100);
  if (isWithin(positionHome, most)) return undefined;
  const asset = intent.side === 'buy' ? instrument.base : instrument.quote;
  return beyond('position-limit', `position in ${asset}`, positionHome, most, homeAsset);
};
