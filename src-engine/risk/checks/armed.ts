import { decimal } from '../../domain/decimal.ts';
import { beyond, type Check, isWithin } from '../check.ts';

/** Nothing new while live trading is disarmed, and small orders only while its canary is out. */
export const armed: Check = (_intent, { reducesExposure, arming, notionalHome, limits, homeAsset }) => {
  if (reducesExposure) return undefined;
  if (arming.refusal !== '') return { code: 'not-armed', detail: arming.refusal };
  if (arming.share === 1) return undefined;
  const most = decimal(limits.maxOrderNotional).times(arming.share);
  return isWithin(notionalHome, most)
    ? undefined
    : beyond('canary-size', 'order value of the canary', notionalHome, most, homeAsset);
};
