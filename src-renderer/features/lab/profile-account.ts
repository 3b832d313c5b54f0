/** What the profile of the session holds and decides by, as settings of a backtest over recordings of its venues. Pure. */
import type { LabSettings } from '../../../src-engine/contract/lab-records.ts';
import type { Replica } from '../../engine/replica.ts';
import { recordedVenue } from '../../lib/recording-title.ts';
import { codeOf, venueOf } from '../../lib/venue-asset-text.ts';

type Profile = Pick<Replica, 'balances' | 'homeAsset' | 'instruments' | 'limits' | 'detection'>;

/**
 * Balances at each venue, limits and detection, cross-venue routes as well. One amount of one coin at each of several venues trades no
 * route, and nothing at all at a venue that does not have the coin.
 * @param recordings names of files, of several venues; undefined: of one venue, or of one where the profile holds nothing.
 */
export function profileSettings(
  { balances, homeAsset, instruments, limits, detection }: Profile,
  recordings: readonly string[],
): LabSettings | undefined {
  const venues = new Set(recordings.map((name) => recordedVenue(name) ?? ''));
  if (venues.size < 2) return undefined;
  const held: Record<string, Record<string, string>> = {};
  // The first asset of the first venue is what profits are counted in.
  const homeFirst = balances.toSorted(
    (a, b) => Number(b.asset === homeAsset) - Number(a.asset === homeAsset),
  );
  for (const { asset, total } of homeFirst) {
    const [venue, coin] = [venueOf(asset), codeOf(asset)];
    const isTraded = instruments.some(
      (one) => one.venue === venue && (codeOf(one.base) === coin || codeOf(one.quote) === coin),
    );
    if (venues.has(venue) && isTraded && Number(total) > 0) (held[venue] ??= {})[coin] = total;
  }
  if (Object.keys(held).length < venues.size) return undefined;
  const { maxLegs, ...rest } = detection;
  return { balances: held, limits, detection: rest, legs: maxLegs };
}

/** What is typed replaces what the profile has. */
export function overProfile(profile: LabSettings, typed: LabSettings): LabSettings {
  const { capital: _capital, balances: _balances, ...own } = typed;
  return {
    ...profile,
    ...own,
    limits: { ...profile.limits, ...own.limits },
    detection: { ...profile.detection, ...own.detection },
  };
}
