import type { Check } from '../check.ts';

/** The account must be able to pay for the order at its limit price, fee included. */
export const balance: Check = (intent, { required, free, instrument }) => {
  if (required.lte(free)) return undefined;
  const asset = intent.side === 'buy' ? instrument.quote : instrument.base;
  return {
    code: 'insufficient-balance',
    detail: `needs ${required.toString()} ${asset}, free are ${free.toString()}`,
  };
};
