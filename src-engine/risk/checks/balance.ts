import { beyond, type Check, isWithin } from '../check.ts';

/** The account must be able to pay for the order at its limit price, fee included. */
export const balance: Check = (intent, { required, free, instrument }) => {
  if (isWithin(required, free) && !required.isZero()) return undefined;
  const asset = intent.side === 'buy' ? instrument.quote : instrument.base;
  return beyond('insufficient-balance', 'the order needs', required, free, asset);
};
