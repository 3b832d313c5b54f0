import { beyond, type StandingCheck } from '../check.ts';

/** From the restricted level on nothing takes new risk: what is under way is brought to its end. */
export const lossLevel: StandingCheck = (_intent, context) => {
  const { level } = context;
  if (context.reducesExposure || level === 'normal' || level === 'caution') return undefined;
  const { lossPct, limits } = context;
  const most = {
    restricted: limits.restrictedLossPct,
    halted: limits.haltedLossPct,
    shutdown: limits.shutdownLossPct,
  }[level];
  return beyond('loss-level', `trading is ${level} after the day’s loss: now`, lossPct, most, '%');
};
