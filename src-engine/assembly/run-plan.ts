/** Which venues a profile trades: named when it is chosen, and remembered for the next start. */
import { z } from 'zod';
import type { ProfileName } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import type { Database } from '../storage/database-types.ts';
import { openOrders } from '../storage/queries/recovery.ts';
import { notePlaceOfBare, placeOfBare } from '../storage/queries/account.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import { DEFAULT_VENUE, localName, MAX_VENUES, venueAdapter, venueList } from '../venues/registry.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';

const storedPlan = z.array(z.string()).min(1).max(MAX_VENUES);

const settingOf = (profile: ProfileName): string => `venues ${profile}`;

/** Profiles whose market is a local exchange. */
const SIMULATED: ReadonlySet<ProfileName> = new Set(['demo', 'rehearsal'] as const);
/** Profiles whose orders go to accounts. */
const OF_ACCOUNTS: ReadonlySet<ProfileName> = new Set(['live', 'rehearsal'] as const);

/** The name that a venue appears under in a profile. */
export function nameInProfile(profile: ProfileName, adapter: VenueAdapter): VenueName {
  return SIMULATED.has(profile) ? localName(adapter) : adapter.id;
}

/**
 * The adapters of a profile's plan, in its order. Named ones are remembered.
 * @throws UserError for a venue that is not known or named twice, and for a plan that leaves out a venue at which an order of the profile may be open.
 */
export async function plannedVenues(database: Database, chosen: ChosenProfile): Promise<VenueAdapter[]> {
  const { profile, venues: named } = chosen;
  const stored = storedPlan.safeParse(await getSetting(database, settingOf(profile))).data;
  const before = stored ?? [DEFAULT_VENUE.id];
  const adapters = venueList(named ?? before, 'venues');
  if (named === undefined || named.join() === before.join()) return adapters;
  if (OF_ACCOUNTS.has(profile)) await demandNothingOpen(database, profile, adapters);
  const [only] = before;
  if (before.length === 1 && only !== undefined && (await placeOfBare(database, profile)) === undefined) {
    await notePlaceOfBare(database, profile, nameInProfile(profile, venueAdapter(only, 'venues')));
  }
  await setSetting(database, settingOf(profile), [...named]);
  return adapters;
}

async function demandNothingOpen(
  database: Database,
  profile: ProfileName,
  adapters: readonly VenueAdapter[],
): Promise<void> {
  const names = new Set(adapters.map((adapter) => nameInProfile(profile, adapter)));
  const open = (await openOrders(database, profile)).find(({ venue }) => !names.has(venue));
  if (open === undefined) return;
  throw refusal(
    adapters.map(({ id }) => id),
    `leaves out ${open.venue}, where order ${open.orderId} may be open`,
    `Start once more with ${open.venue}, and let that order come to its end.`,
  );
}

function refusal(ids: readonly VenueName[], message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-venues', field: 'venues', value: ids.join(','), message, remedy });
}
