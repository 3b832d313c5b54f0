import { beyond, type Check, isWithin } from '../check.ts';
import { amountsOf } from '../limit-amounts.ts';

/** Nothing new while live trading is disarmed, and small orders only while its canary is out. */
export const armed: Check = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { arming } = context;
  if (arming.refusal !== '') return { code: 'not-armed', detail: arming.refusal };
  if (arming.share === 1) return undefined;
  const { notionalHome, limits, homeAsset } = context;
  const most = amountsOf(limits).maxOrderNotional.times(arming.share);
  return isWithin(notionalHome, most)
    ? undefined
    : beyond('canary-size', 'order value of the canary', notionalHome, most, homeAsset);
};
