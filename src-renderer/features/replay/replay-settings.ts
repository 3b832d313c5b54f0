/** What a replay decides by: the limits and the detection of the profile, as they are now, and the capital that is chosen. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { Decimal, decimal } from '../../../src-engine/domain/decimal.ts';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import type { DetectionSettings, RiskLimits } from '../../../src-engine/domain/limits.ts';
import { amountText } from '../../../src-engine/domain/value-schemas.ts';

export type ProfileSettings = {
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
};

/** Of each venue of the recordings. Without an asset each venue starts with the default amount of the one that most of its pairs have. */
export type ReplayCapital = { readonly amount: string; readonly asset: string };

const PLACES = 2;

export function replaySettings(
  { limits, detection: { maxLegs, ...detection } }: ProfileSettings,
  { amount, asset }: ReplayCapital,
): NonNullable<OperationInput<'startReplay'>['settings']> {
  const capital = asset === '' ? {} : { capital: { [asset]: amount } };
  return { ...capital, limits, detection, legs: maxLegs };
}

type Profile = {
  readonly homeAsset: string | undefined;
  /** What was paid into the profile, at all of its venues; undefined: not known. */
  readonly paidIn: string | undefined;
  readonly venues: number;
  /** Pairs of the recordings, as their venues write them. */
  readonly symbols: readonly string[];
};

/** The share of a venue in what was paid into the profile. A recording that does not trade the home currency names no asset. */
export function usualCapital({ homeAsset, paidIn, venues, symbols }: Profile): ReplayCapital {
  const isTraded =
    homeAsset !== undefined &&
    symbols.some((symbol) => symbol.startsWith(homeAsset) || symbol.endsWith(homeAsset));
  const share =
    paidIn === undefined
      ? undefined
      : decimal(paidIn).div(Math.max(1, venues)).toDecimalPlaces(PLACES, Decimal.ROUND_DOWN);
  const amount = share === undefined || share.lte(0) ? DEFAULT_CAPITAL : share.toFixed();
  return { amount, asset: isTraded ? homeAsset : '' };
}

/** Empty: it can be sent. */
export function capitalFault({ amount, asset }: ReplayCapital): string {
  const isAmount = amountText.safeParse(amount).success && decimal(amount).gt(0);
  if (asset === '' || isAmount) return '';
  return `“${amount.slice(0, 24)}” is no amount above zero, such as ${DEFAULT_CAPITAL}`;
}
