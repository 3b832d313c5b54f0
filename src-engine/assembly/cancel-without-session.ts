/**
 * A kill while no session of the chosen profile runs: it could not be started, it is starting, or it is stopping. Orders of
 * an earlier run may be open at the venue all the same, and a kill must reach them.
 */
import type { ProfileName } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import { DEFAULT_VENUE } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { cancelAccount, type Progress } from '../watchdog/cancel-account.ts';
import { sharedNonces } from './account-guard.ts';
import { databaseNonces } from './key-nonces.ts';
import { plannedVenues } from './run-plan.ts';
import { accessOf, freeTier, profileKey, type VenueOptions } from './venues.ts';

/** One call; the next try comes sooner than by default. */
const CALL_TIMEOUT_MS = 4_000;

export type CancelOptions = Pick<VenueOptions, 'database' | 'dataDir' | 'clock' | 'secrets'> &
  Partial<Pick<VenueOptions, 'exchangeUrl' | 'venueUrls' | 'accountTiers'>>;

export type CancelPorts = {
  /** Why it must not go on; empty: it may. */
  readonly stopReason: () => string;
  /** Told after every try. */
  readonly onProgress: (progress: Progress) => void;
};

const NOTHING_THERE: Progress = { canceled: 0, attempts: 0, verified: true, problem: '' };

/**
 * Cancels every order of the profile's account over REST, again and again until the venue has shown twice that nothing
 * is open. A profile without an account at a venue has nothing there. Never throws: what went wrong is in `problem`.
 */
export async function cancelWithoutSession(
  profile: ProfileName,
  options: CancelOptions,
  ports: CancelPorts,
): Promise<Progress> {
  const { database, dataDir, clock, exchangeUrl, venueUrls, accountTiers } = options;
  const isLive = profile === 'live';
  // The exchange of a rehearsal without an address of its own ended with its session, and its orders with it.
  if (!isLive && (profile !== 'rehearsal' || exchangeUrl === undefined)) return NOTHING_THERE;
  try {
    const [adapter = DEFAULT_VENUE] = await plannedVenues(database, { profile, capital: undefined });
    const { id } = adapter;
    const credential = await profileKey(profile, id, options);
    const access = accessOf(adapter);
    const venue = access.emergencyCancel({
      clock,
      network: new SystemNetwork(),
      credential,
      nonces: sharedNonces(databaseNonces(database, id, credential.key), dataDir),
      tier: isLive ? accountTiers?.[id] : freeTier(access),
      restUrl: isLive ? venueUrls?.[id]?.rest : exchangeUrl,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    return await cancelAccount({ venue, clock, ...ports });
  } catch (error) {
    const problem = error instanceof UserError ? error.message : `no cancel could be sent (${String(error)})`;
    const failed = { ...NOTHING_THERE, verified: false, problem };
    ports.onProgress(failed);
    return failed;
  }
}
