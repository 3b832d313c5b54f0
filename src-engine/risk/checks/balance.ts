import { beyond, type Check, isWithin } from '../check.ts';

/** The account must be able to pay for the order at its limit price, fee included; new risk without what hedges of quotes may need. */
export const balance: Check = (intent, { required, free, kept, instrument }) => {
  if (isWithin(required, free) && !required.isZero()) return undefined;
  const asset = intent.side === 'buy' ? instrument.quote : instrument.base;
  const denial = beyond('insufficient-balance', 'the order needs', required, free, asset);
  if (kept === undefined || kept.isZero()) return denial;
  const detail = `${denial.detail}; ${kept.toSignificantDigits(6).toString()} ${asset} are kept for hedges of quotes`;
  return { ...denial, detail };
};
