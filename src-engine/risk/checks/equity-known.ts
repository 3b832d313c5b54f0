import type { Check } from '../check.ts';

/** Shares of equity mean nothing, and no loss is seen, until everything that the account holds has a price. */
export const equityKnown: Check = (_intent, { reducesExposure, equityHome, homeAsset }) => {
  if (reducesExposure || (equityHome?.isFinite() === true && equityHome.gt(0))) return undefined;
  const detail =
    equityHome === undefined
      ? `not everything the account holds has a price in ${homeAsset} yet`
      : `the account is worth ${equityHome.toString()} ${homeAsset}`;
  return { code: 'equity-unknown', detail };
};
