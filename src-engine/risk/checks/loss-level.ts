import { beyond, type Check } from '../check.ts';

/** From the restricted level on nothing takes new risk: what is under way is brought to its end. */
export const lossLevel: Check = (_intent, { reducesExposure, level, lossPct, limits }) => {
  if (reducesExposure || level === 'normal' || level === 'caution') return undefined;
  const most = {
    restricted: limits.restrictedLossPct,
    halted: limits.haltedLossPct,
    shutdown: limits.shutdownLossPct,
  }[level];
  return beyond('loss-level', `trading is ${level} after the day’s loss: now`, lossPct, most, '%');
};
