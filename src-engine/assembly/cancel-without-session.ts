/**
 * A kill of accounts that no session holds: it could not be started, it is starting or stopping, or it runs without one of its
 * venues. Orders of an earlier run may be open there all the same, and a kill must reach them.
 */
import { builtInProfile, modeOfBuiltIn, type PlanMode, type ProfileName } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { CancelAccounts, CancelPorts, CancelProgress } from '../engine/kill/kill-without-session.ts';
import { openOrders } from '../storage/queries/recovery.ts';
import { CCXT_PREFIX } from '../venues/ccxt/ids.ts';
import { TRADED_IDS } from '../venues/ccxt/process/traded-ids.ts';
import { ADAPTERS, protocolOf } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import type { Credential } from '../venues/venue-account.ts';
import type { VenueAdapter } from '../venues/venue-adapter.ts';
import { cancelAccount, type Progress } from '../watchdog/cancel-account.ts';
import { sharedNonces } from './account-guard.ts';
import { cancelAtSimulated } from './demo-exchange.ts';
import { databaseNonces } from './key-nonces.ts';
import { chainFolder, standingIn } from './local-chain.ts';
import { chainTitle, simulatedTitle } from './local-venue.ts';
import { profileKey } from './profile-key.ts';
import type { PlanBook } from './plan-book.ts';
import { nameInMode } from './run-plan.ts';
import { keyEntry, loadKey } from './stored-key.ts';
import type { VenueOptions } from './venue-options.ts';
import { accessOf, freeTier } from './venues.ts';

/** One call; the next try comes sooner than by default. */
const CALL_TIMEOUT_MS = 4_000;

export type CancelOptions = { readonly plans: Pick<PlanBook, 'find'> } & Pick<
  VenueOptions,
  'database' | 'dataDir' | 'clock' | 'secrets' | 'pauses'
> &
  Partial<Pick<VenueOptions, 'exchangeUrl' | 'venueUrls' | 'accountTiers'>>;

type AccountMode = 'live' | 'rehearsal';

/** An account that is to be canceled. */
type Target = {
  readonly adapter: VenueAdapter;
  /** The names that it appears under. */
  readonly venue: VenueName;
  readonly title: string;
  /** Rejects when there is none. */
  readonly key: () => Promise<Credential>;
};

const NOTHING_YET: Progress = { canceled: 0, attempts: 0, verified: false, problem: '' };

/**
 * Cancels every order of the profile's accounts over REST, at all venues at once: of the plan, and without a session wherever
 * a key is stored. Each is asked again and again until it has shown twice that nothing is open; what one answers concerns no
 * other. A profile without accounts has nothing there. Never throws: what went wrong is in `problem`.
 */
export async function cancelWithoutSession(
  profile: ProfileName,
  options: CancelOptions,
  ports: CancelPorts,
): ReturnType<CancelAccounts> {
  const plan = await planOf(profile, options);
  const { mode } = plan;
  if (mode !== 'live' && mode !== 'rehearsal') return [];
  const targets = await targetsOf(profile, { mode, planned: plan.planned }, options, ports);
  const all = targets.map(({ venue, title }): CancelProgress => ({ ...NOTHING_YET, venue, title }));
  await Promise.all(
    targets.map(async (target, at) => {
      const onProgress = (progress: Progress): void => {
        all[at] = { ...progress, venue: target.venue, title: target.title };
        ports.onProgress([...all]);
      };
      onProgress(await cancelAt(target, mode, options, { stopReason: ports.stopReason, onProgress }));
    }),
  );
  return all;
}

async function cancelAt(
  { adapter, venue: name, key }: Target,
  mode: AccountMode,
  options: CancelOptions,
  ports: { readonly stopReason: () => string; readonly onProgress: (progress: Progress) => void },
): Promise<Progress> {
  const { database, dataDir, clock, pauses, venueUrls, accountTiers } = options;
  const isLive = mode === 'live';
  const { id } = adapter;
  try {
    const credential = await key();
    const access = accessOf(adapter, !isLive);
    const url = isLive ? undefined : standingIn(adapter, options);
    const isOnChain = chainFolder(adapter, dataDir) !== undefined;
    const localUrl = isOnChain && url !== undefined ? adapter.localUrls(url).rest : url;
    const cancel = access.emergencyCancel({
      clock,
      network: new SystemNetwork(),
      credential,
      pause: pauses.of(name),
      nonces: sharedNonces(databaseNonces(database, id, credential.key), dataDir, name),
      tier: isLive ? accountTiers?.[id] : freeTier(access),
      restUrl: isLive ? venueUrls?.[id]?.rest : localUrl,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    const venue = url === undefined || isOnChain ? cancel : cancelAtSimulated(cancel, url);
    return await cancelAccount({ venue, clock, ...ports });
  } catch (error) {
    const problem = error instanceof UserError ? error.message : `no cancel could be sent (${String(error)})`;
    return { ...NOTHING_YET, problem };
  }
}

/** A plan that cannot be read is taken for one of accounts at all venues that are known: a kill must not miss any. */
async function planOf(
  profile: ProfileName,
  { plans }: CancelOptions,
): Promise<{ readonly mode: PlanMode; readonly planned: readonly VenueAdapter[] }> {
  try {
    const { mode, venues } = await plans.find(profile);
    return { mode, planned: venues.flatMap(({ venue }) => protocolOf(venue) ?? []) };
  } catch {
    const builtIn = builtInProfile.safeParse(profile).data;
    const throughCcxt = TRADED_IDS.flatMap((id) => protocolOf(CCXT_PREFIX + id) ?? []);
    const planned = [...ADAPTERS, ...throughCcxt];
    return { mode: builtIn === undefined ? 'live' : modeOfBuiltIn(builtIn), planned };
  }
}

/**
 * Accounts that a kill has to reach. Without a key nothing of ours can have been sent to a venue, unless the ledger has an
 * order open there: that one, and a plan without any other account, are reported as not canceled.
 */
async function targetsOf(
  profile: ProfileName,
  { mode, planned }: { readonly mode: AccountMode; readonly planned: readonly VenueAdapter[] },
  options: CancelOptions,
  { except, isInSession }: CancelPorts,
): Promise<Target[]> {
  const { database, dataDir, secrets } = options;
  const open = await openOrders(database, profile).catch(() => undefined);
  const isOpenAt = (venue: VenueName): boolean => open?.some((order) => order.venue === venue) === true;
  const targets: Target[] = [];
  for (const adapter of new Set([...ADAPTERS, ...planned])) {
    const venue = nameInMode(mode, adapter);
    const isPlanned = planned.includes(adapter);
    if (adapter.account === undefined || except.has(venue) || (isInSession && !isPlanned)) continue;
    // No real order can have been sent there.
    if (mode === 'live' && adapter.account.rehearsedOnly !== undefined) continue;
    const key = (): Promise<Credential> => profileKey(mode, adapter.id, options);
    const isOnChain = chainFolder(adapter, dataDir) !== undefined;
    if (mode === 'rehearsal' && !isOnChain) {
      // An exchange of the session's own ended with it, and its orders with that one.
      const title = simulatedTitle(false, planned.length > 1 ? adapter.title : undefined);
      if (standingIn(adapter, options) !== undefined) targets.push({ adapter, venue, title, key });
      continue;
    }
    // Its node may be gone for good: a plan without it has sent nothing there but what the ledger has open.
    if (isOnChain && !isPlanned && open !== undefined && !isOpenAt(venue)) continue;
    const hasKey = await loadKey(secrets, keyEntry(adapter.id, isOnChain)).then(
      (found) => found !== undefined,
      () => isPlanned,
    );
    const isAlone = isPlanned && planned.length === 1 && !isInSession;
    const title = isOnChain ? chainTitle(adapter.title) : adapter.title;
    if (hasKey || isAlone || isOpenAt(venue)) targets.push({ adapter, venue, title, key });
  }
  return targets;
}
