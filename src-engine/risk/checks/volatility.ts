import { beyond, type Check, type RiskContext } from '../check.ts';

/** No new risk in a price that moves more than its bands. While too little was seen, there is nothing to hold it to. */
export const volatility: Check = (intent, context) => {
  if (context.reducesExposure) return undefined;
  const { volatility: measured, limits } = context;
  const { stdevBps, ewmaBps, atrBps } = measured;
  if (
    isWithinBand(stdevBps, limits.maxStdevBps) &&
    isWithinBand(ewmaBps, limits.maxEwmaBps) &&
    isWithinBand(atrBps, limits.maxAtrBps)
  )
    return undefined;
  // Names and pairs are made for an order that is refused.
  const found = bandsOf(measured, limits).find(([, value, most]) => !isWithinBand(value, most));
  if (found === undefined) return undefined;
  const [name, value, most] = found;
  return beyond('volatility', `${name} of ${intent.symbol}`, value, most, 'bps');
};

function isWithinBand(value: number | undefined, most: number): boolean {
  return value === undefined || (value >= 0 && value <= most);
}

/** Each measure with its limit. */
function bandsOf(
  { stdevBps, ewmaBps, atrBps }: RiskContext['volatility'],
  limits: RiskContext['limits'],
): readonly (readonly [name: string, value: number | undefined, most: number])[] {
  return [
    ['standard deviation', stdevBps, limits.maxStdevBps],
    ['EWMA volatility', ewmaBps, limits.maxEwmaBps],
    ['average true range', atrBps, limits.maxAtrBps],
  ];
}

/** True where a measure has come to this share of its band. */
export function reachesBand(
  { stdevBps, ewmaBps, atrBps }: RiskContext['volatility'],
  { maxStdevBps, maxEwmaBps, maxAtrBps }: RiskContext['limits'],
  share: number,
): boolean {
  return (
    (stdevBps !== undefined && stdevBps >= maxStdevBps * share) ||
    (ewmaBps !== undefined && ewmaBps >= maxEwmaBps * share) ||
    (atrBps !== undefined && atrBps >= maxAtrBps * share)
  );
}
