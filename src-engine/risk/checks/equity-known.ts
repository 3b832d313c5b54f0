import { isPositive } from '../../domain/decimal.ts';
import type { StandingCheck } from '../check.ts';

/** Shares of equity mean nothing, and no loss is seen, until everything that the account holds has a price. */
export const equityKnown: StandingCheck = (_intent, context) => {
  if (context.reducesExposure) return undefined;
  const { equityHome, homeAsset } = context;
  if (equityHome !== undefined && isPositive(equityHome)) return undefined;
  const detail =
    equityHome === undefined
      ? `not everything the account holds has a price in ${homeAsset} yet`
      : `the account is worth ${equityHome.toString()} ${homeAsset}`;
  return { code: 'equity-unknown', detail };
};
