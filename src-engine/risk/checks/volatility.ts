import { beyond, type Check, type RiskContext } from '../check.ts';

/** No new risk in a price that moves more than its bands. While too little was seen, there is nothing to hold it to. */
export const volatility: Check = (intent, { reducesExposure, volatility: measured, limits }) => {
  if (reducesExposure) return undefined;
  for (const [name, value, most] of bandsOf(measured, limits)) {
    if (value === undefined || (value >= 0 && value <= most)) continue;
    return beyond('volatility', `${name} of ${intent.symbol}`, value, most, 'bps');
  }
  return undefined;
};

/** Each measure with its limit. */
export function bandsOf(
  { stdevBps, ewmaBps, atrBps }: RiskContext['volatility'],
  limits: RiskContext['limits'],
): readonly (readonly [name: string, value: number | undefined, most: number])[] {
  return [
    ['standard deviation', stdevBps, limits.maxStdevBps],
    ['EWMA volatility', ewmaBps, limits.maxEwmaBps],
    ['average true range', atrBps, limits.maxAtrBps],
  ];
}
