/** What a replay decides by: the limits and the detection of the profile, as they are now, and the capital that is chosen. */
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { Decimal, decimal } from '../../../src-engine/domain/decimal.ts';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import type { DetectionSettings, RiskLimits } from '../../../src-engine/domain/limits.ts';
import { assetName, venuesNamed } from '../../../src-engine/domain/venue-asset.ts';
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
  /** All of the plan, those that were not reached too: capital lies at each. */
  readonly venues: number;
  readonly recordings: readonly Pick<RecordingRecord, 'venue' | 'symbols'>[];
  /** Of the profile: what a pair trades, where its name alone does not say it. */
  readonly instruments: readonly Traded[];
};
type Traded = Pick<InstrumentRecord, 'venue' | 'symbol' | 'base' | 'quote'>;

/** The share of a venue in what was paid into the profile. Recordings of which not every venue trades the home currency name no asset. */
export function usualCapital({
  homeAsset,
  paidIn,
  venues,
  recordings,
  instruments,
}: Profile): ReplayCapital & { readonly isShare: boolean } {
  const isTraded =
    homeAsset !== undefined &&
    recordings.length > 0 &&
    recordings.every((recording) => everyVenueTrades(recording, homeAsset, instruments));
  const share =
    paidIn === undefined
      ? undefined
      : decimal(paidIn).div(Math.max(1, venues)).toDecimalPlaces(PLACES, Decimal.ROUND_HALF_UP);
  const isShare = share !== undefined && share.gt(0);
  return {
    amount: isShare ? share.toFixed() : DEFAULT_CAPITAL,
    asset: isTraded ? homeAsset : '',
    isShare,
  };
}

/** A venue that does not trade the asset would start with nothing. Where it is not known, none is named. */
function everyVenueTrades(
  { venue, symbols }: Profile['recordings'][number],
  asset: string,
  instruments: readonly Traded[],
): boolean {
  const own = new Set(symbols);
  const venues = venuesNamed(venue).map((name) => name.trim());
  return venues.every(
    (name) =>
      // Which venue of several a name is of is known of the profile's own pairs alone.
      (venues.length === 1 && symbols.some((symbol) => symbol.split(/[/\-_:]/).includes(asset))) ||
      instruments.some(
        (one) =>
          one.venue === name &&
          own.has(one.symbol) &&
          [one.base, one.quote].some((each) => assetName(each) === asset),
      ),
  );
}

/** Empty: it can be sent. */
export function capitalFault({ amount, asset }: ReplayCapital): string {
  const isAmount = amountText.safeParse(amount).success && decimal(amount).gt(0);
  if (asset === '' || isAmount) return '';
  return `“${amount.slice(0, 24)}” is no amount above zero, such as ${DEFAULT_CAPITAL}`;
}
