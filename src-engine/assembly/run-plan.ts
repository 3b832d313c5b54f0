/** Which venues a profile trades: named when it is chosen, and remembered for the next start. */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import type { Database } from '../storage/database-types.ts';
import { openOrders } from '../storage/queries/recovery.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import { DEFAULT_VENUE, MAX_VENUES, venueList } from '../venues/registry.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';

const stored = z.array(z.string()).min(1).max(MAX_VENUES);

/** Profiles whose orders go to an account: their plans have one venue. */
const OF_ACCOUNTS: ReadonlySet<ChosenProfile['profile']> = new Set(['live', 'rehearsal'] as const);

const settingOf = (profile: ChosenProfile['profile']): string => `venues ${profile}`;

/**
 * The adapters of a profile's plan, in its order. Named ones are remembered.
 * @throws UserError for a venue that is not known or named twice, for several venues of a profile that trades an account,
 *   and for a plan that leaves out a venue at which an order of the profile may be open.
 */
export async function plannedVenues(database: Database, chosen: ChosenProfile): Promise<VenueAdapter[]> {
  const { profile, venues: named } = chosen;
  const before = stored.safeParse(await getSetting(database, settingOf(profile))).data;
  const ids = named ?? before ?? [DEFAULT_VENUE.id];
  const adapters = venueList(ids, 'venues');
  if (ids.length > 1 && OF_ACCOUNTS.has(profile)) {
    const remedy = 'Name one venue, or trade several on paper.';
    throw refusal(ids, `names several venues, and ${profile} trades the account of one`, remedy);
  }
  if (named !== undefined && named.join() !== (before ?? [DEFAULT_VENUE.id]).join()) {
    await demandNothingOpen(database, chosen, ids);
    await setSetting(database, settingOf(profile), [...named]);
  }
  return adapters;
}

async function demandNothingOpen(
  database: Database,
  { profile }: ChosenProfile,
  ids: readonly VenueName[],
): Promise<void> {
  if (!OF_ACCOUNTS.has(profile)) return;
  const [open] = await openOrders(database, profile);
  if (open === undefined || ids.includes(open.venue)) return;
  throw refusal(
    ids,
    `leaves out ${open.venue}, where order ${open.orderId} may be open`,
    `Start once more with ${open.venue}, and let that order come to its end.`,
  );
}

function refusal(ids: readonly VenueName[], message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-venues', field: 'venues', value: ids.join(','), message, remedy });
}
