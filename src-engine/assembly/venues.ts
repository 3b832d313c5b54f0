/** What stands behind a profile: a market, and for live trading and its rehearsal an account at it. */
import { UserError } from '../domain/errors.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import type { MarketSource } from '../engine/market-source.ts';
import type { Clock } from '../lib/clock.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import type { Database } from '../storage/database-types.ts';
import { latestBalances } from '../storage/queries/account.ts';
import { recoveredOrders } from '../storage/queries/recovery.ts';
import { DEMO_ACCOUNT } from '../venues/local-exchange/core/accounts/accounts.ts';
import { FACES, type FaceName } from '../venues/local-exchange/face-names.ts';
import { DEFAULT_VENUE, localName } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { ACCOUNT_BASIS, type AccountCheck, type Credential } from '../venues/venue-account.ts';
import type { AccountAccess, VenueAdapter, VenueUrls } from '../venues/venue-adapter.ts';
import { attachDemoExchange, type DemoExchange, startDemoExchange } from './demo-exchange.ts';
import type { UnreachedVenue } from '../engine/venue-connection.ts';
import { DEFAULT_CAPITAL, homeAssetOf } from './history.ts';
import { plannedVenues } from './run-plan.ts';
import type { ConnectedVenue } from './connected-venue.ts';
import { unitedMarkets } from './united-markets.ts';
import { AccountGuard, sharedNonces } from './account-guard.ts';
import { databaseNonces } from './key-nonces.ts';
import { keyEntry, loadKey } from './stored-key.ts';
import { openVenueMarket } from './venue-market.ts';

/** How much later each simulated venue sees what assets are worth than the one before. */
const VENUE_LAG_MS = 120;

export type VenueOptions = {
  readonly database: Database;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly seed: number;
  readonly secrets: SecretStore;
  /** A local exchange that runs already. */
  readonly exchangeUrl: string | undefined;
  /** Mean seconds from one mispriced triangle to the next, of a local exchange of our own; 7 when left out. */
  readonly edgeSeconds?: number | undefined;
  readonly maxInstruments: number | undefined;
  /** By venue: the level of the account there, to which its limits are tied; the lowest when left out. */
  readonly accountTiers?: Readonly<Record<VenueName, string>> | undefined;
  /** The trader's volume of the last 30 days in USD: the tier of the venue's fees in paper trading; 0 when left out. */
  readonly feeVolumeUsd?: number | undefined;
  /** So long without a sign of life the watchdog takes the engine for frozen; 5 s when left out. */
  readonly watchdogMs: number | undefined;
  /** By venue: addresses other than its own. */
  readonly venueUrls?: Readonly<Record<VenueName, VenueUrls>> | undefined;
};

/** Which market is traded, and the name that it appears under. */
type Place = {
  readonly adapter: VenueAdapter;
  readonly venue: VenueName;
  readonly title: string;
  readonly isSimulated: boolean;
  readonly urls: VenueUrls | undefined;
  stop(): Promise<void>;
};

/** Orders that ended this long before a start may have more to report: their symbols are read again. */
const EARLIER_US = 120_000_000;

/** Currencies that an account's profits are counted in, where it holds them; in this order. */
const HOME_ASSETS: readonly Asset[] = ['USD', 'EUR', 'GBP', 'CHF', 'USDT', 'USDC'];

/** The venues of a plan: those that a session can begin with, and those that it begins without. */
export type ConnectedVenues = {
  readonly connected: readonly ConnectedVenue[];
  readonly unreached: readonly UnreachedVenue[];
};

/**
 * Connects all venues of a profile's plan at once. One that cannot be reached is left out with its reason, and keeps no
 * other from starting. @throws UserError when none can be reached, or there is no key that may trade.
 */
export async function connectVenues(chosen: ChosenProfile, options: VenueOptions): Promise<ConnectedVenues> {
  const adapters = await plannedVenues(options.database, chosen);
  const tries = await Promise.allSettled(
    adapters.map((adapter) => connectVenue(adapter, adapters.length > 1, chosen, options)),
  );
  const connected = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = tries.flatMap((one, at) =>
    one.status === 'fulfilled'
      ? []
      : [{ adapter: adapters[at] as VenueAdapter, error: one.reason as unknown }],
  );
  if (connected.length === 0) throw failures[0]?.error;
  const unreached = failures.map(({ adapter, error }) => ({
    adapter: adapter.id,
    title: adapter.title,
    reason: reasonOf(error),
    answers: () => answers(adapter, options),
  }));
  return { connected: unitedMarkets(connected), unreached };
}

/** Only a venue itself can come back; a local exchange of ours is started with the session. */
async function answers(adapter: VenueAdapter, { clock, venueUrls }: VenueOptions): Promise<boolean> {
  const urls = venueUrls?.[adapter.id];
  const context = { clock, network: new SystemNetwork(), random: Math.random, urls };
  return adapter.readTime(context).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @param isOneOfMany its simulated market needs a name of its own. */
async function connectVenue(
  adapter: VenueAdapter,
  isOneOfMany: boolean,
  chosen: ChosenProfile,
  options: VenueOptions,
): Promise<ConnectedVenue> {
  switch (chosen.profile) {
    case 'paper':
      return { market: await openMarket(realPlace(adapter, options), chosen, options), account: undefined };
    case 'live': {
      refuseCapital(chosen);
      const key = await profileKey('live', adapter.id, options);
      return withAccount(realPlace(adapter, options), chosen, options, key);
    }
    case 'demo':
    case 'rehearsal': {
      const exchange = await localExchange(adapter, isOneOfMany, chosen, options);
      try {
        const isDemo = chosen.profile === 'demo';
        const place: Place = {
          adapter,
          venue: localName(adapter),
          title: simulatedTitle(isDemo, isOneOfMany ? adapter.title : undefined),
          isSimulated: true,
          urls: adapter.localUrls(exchange.url),
          stop: () => exchange.stop(),
        };
        if (isDemo) return { market: await openMarket(place, chosen, options), account: undefined };
        return await withAccount(place, chosen, options, await profileKey('rehearsal', adapter.id, options));
      } catch (error) {
        await exchange.stop();
        throw error;
      }
    }
  }
}

/** @param like the venue whose protocol it speaks, where there are several to tell apart. */
function simulatedTitle(isDemo: boolean, like: string | undefined): string {
  if (like !== undefined) return `Simulated ${like}`;
  return isDemo ? 'Demo market (simulated)' : 'Local exchange (simulated)';
}

function realPlace(adapter: VenueAdapter, { venueUrls }: VenueOptions): Place {
  const { id, title } = adapter;
  const stop = (): Promise<void> => Promise.resolve();
  return { adapter, venue: id, title, isSimulated: false, urls: venueUrls?.[id], stop };
}

async function openMarket(
  place: Place,
  chosen: ChosenProfile,
  options: VenueOptions,
  account?: { readonly home: Asset | undefined },
): Promise<MarketSource> {
  const { database, clock, maxInstruments } = options;
  return openVenueMarket({
    ...place,
    homeAsset: account?.home ?? (await homeAssetOf(database, chosen)),
    feeVolumeUsd: account === undefined ? (options.feeVolumeUsd ?? 0) : undefined,
    maxInstruments,
    clock,
    random: Math.random,
  });
}

async function withAccount(
  place: Place,
  chosen: ChosenProfile,
  options: VenueOptions,
  credential: Credential,
): Promise<ConnectedVenue> {
  const { database, dataDir, clock, watchdogMs: silenceMs } = options;
  const { adapter, venue, urls, isSimulated } = place;
  const access = accessOf(adapter);
  const tier = isSimulated ? freeTier(access) : options.accountTiers?.[adapter.id];
  const nonces = sharedNonces(databaseNonces(database, adapter.id, credential.key), dataDir);
  const network = new SystemNetwork();
  const random = Math.random;
  const earlier = await recoveredOrders(database, chosen.profile, clock.nowUs() - EARLIER_US);
  const earlierOrders = earlier.flatMap(({ record }) => (record.venue === venue ? [record] : []));
  const common = { venue, clock, network, random, urls };
  const execution = access.open({ ...common, credential, nonces, tier, earlierOrders });
  const restUrl = urls?.rest;
  const guarded = {
    dataDir,
    venue,
    adapter: adapter.id,
    clock,
    credential,
    tier,
    restUrl,
    silenceMs,
    nonces,
  };
  const guard = new AccountGuard(guarded);
  try {
    const balances = (await execution.readBalances()).filter(({ total }) => Number(total) !== 0);
    const isFirst = (await latestBalances(database, chosen.profile)).length === 0;
    const home = isFirst
      ? (HOME_ASSETS.find((asset) => balances.some((held) => held.asset === asset)) ?? 'USD')
      : undefined;
    const market = await openMarket(place, chosen, options, { home });
    const check = await execution.checkAccount(market.instruments.map(({ symbol }) => symbol));
    const instruments = atAccountFees(market.instruments, check, place.title);
    const hasDeadManSwitch = adapter.capabilities.deadMan !== undefined;
    const account = { execution, check, hasDeadManSwitch, guard, balances };
    return { market: { ...market, instruments }, account };
  } catch (error) {
    await execution.stop();
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'account-unreachable',
      field: 'account',
      value: place.title,
      message: `could not be read (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'Check the key with: npm run -s parallax -- key, and the connection to the internet.',
    });
  }
}

/** @throws UserError when orders cannot be sent to this venue yet. */
export function accessOf({ account, title }: VenueAdapter): AccountAccess {
  if (account !== undefined) return account;
  throw new UserError({
    code: 'no-account-access',
    field: 'venue',
    value: title,
    message: 'can be watched, and not traded yet',
    remedy: 'Trade it on paper.',
  });
}

/** A local exchange sets no limits of its own, and a rehearsal need not wait for those of another. */
export function freeTier({ tiers }: AccountAccess): string | undefined {
  return tiers.at(-1);
}

/**
 * The fees of the account's own tier. Where the account says none the venue's list stands, and without one there the fee is
 * not known and the pair not traded. @throws UserError when no fee at all is known.
 */
function atAccountFees(
  instruments: readonly Instrument[],
  { takerFees }: AccountCheck,
  title: string,
): Instrument[] {
  const own = instruments.map((instrument) => {
    const takerFee = takerFees.get(instrument.symbol);
    return takerFee === undefined ? instrument : { ...instrument, takerFee, feeBasis: ACCOUNT_BASIS };
  });
  if (own.some(({ takerFee }) => takerFee !== undefined)) return own;
  throw new UserError({
    code: 'no-fees',
    field: 'account',
    value: title,
    message: 'gave no fee for any of the pairs, and none is listed',
    remedy:
      'Allow “Query funds” in the settings of the key, then start again: without fees no edge can be computed.',
  });
}

/** One that runs already, or one of our own: a rehearsal's account begins with what its ledger holds. */
async function localExchange(
  adapter: VenueAdapter,
  isOneOfMany: boolean,
  chosen: ChosenProfile,
  options: VenueOptions,
): Promise<DemoExchange> {
  const { seed, edgeSeconds, database } = options;
  const exchangeUrl = adapter === DEFAULT_VENUE ? options.exchangeUrl : undefined;
  const face = faceOf(adapter);
  if (exchangeUrl !== undefined && edgeSeconds !== undefined) {
    throw new UserError({
      code: 'bad-option',
      field: '--edge-seconds',
      value: String(edgeSeconds),
      message: 'is given together with --exchange, whose market is made elsewhere',
      remedy: 'Give --edge-seconds to the exchange command instead.',
    });
  }
  if (exchangeUrl !== undefined) return attachDemoExchange(exchangeUrl);
  // Where a list names no fee a newcomer's is assumed: the exchange charges that, and plants edges that pay after it.
  const fees = adapter === DEFAULT_VENUE ? {} : ({ fees: 'real' } as const);
  // Exchanges of several venues share a market: prices of one coin move together, each later than the one before.
  const market = isOneOfMany ? { seed, lagMs: FACES.indexOf(face) * VENUE_LAG_MS } : undefined;
  if (chosen.profile === 'demo') return startDemoExchange({ face, seed, edgeSeconds, market, ...fees });
  const held = await latestBalances(database, chosen.profile);
  const balances =
    held.length === 0
      ? (chosen.capital ?? DEFAULT_CAPITAL)
      : Object.fromEntries(held.map(({ asset, total }) => [asset, total]));
  return startDemoExchange({ face, seed, edgeSeconds, market, accounts: [{ ...DEMO_ACCOUNT, balances }] });
}

/** @throws UserError for a venue whose protocol the local exchange does not speak. */
function faceOf({ id, title }: VenueAdapter): FaceName {
  const face = FACES.find((name) => name === id);
  if (face !== undefined) return face;
  throw new UserError({
    code: 'no-local-exchange',
    field: 'venues',
    value: title,
    message: 'has no local exchange',
    remedy: `Simulate ${FACES.join(' or ')}, or trade it on paper.`,
  });
}

type KeyOptions = { readonly secrets: SecretStore; readonly exchangeUrl?: string | undefined };

/** The key of a profile that trades an account. @throws UserError when there is none, or the keychain cannot be asked. */
export function profileKey(
  profile: 'live' | 'rehearsal',
  venue: VenueName,
  options: KeyOptions,
): Promise<Credential> {
  return profile === 'live' ? requiredKey(options.secrets, venue) : rehearsalKey(venue, options);
}

async function requiredKey(secrets: SecretStore, venue: VenueName): Promise<Credential> {
  const key = await loadKey(secrets, keyEntry(venue, false));
  if (key !== undefined) return key;
  throw new UserError({
    code: 'no-key',
    field: 'API key',
    message: 'is not in the keychain',
    remedy: `Set it with: npm run -s parallax -- key --set${venue === DEFAULT_VENUE.id ? '' : ` --venue ${venue}`}`,
  });
}

/** The key that was stored for a local exchange; without one its demo account, whose key is public. */
async function rehearsalKey(venue: VenueName, { secrets, exchangeUrl }: KeyOptions): Promise<Credential> {
  const { key, secret } = DEMO_ACCOUNT;
  if (exchangeUrl === undefined) return { key, secret };
  try {
    return (await loadKey(secrets, keyEntry(venue, true))) ?? { key, secret };
  } catch (error) {
    // A machine without a keychain can rehearse all the same.
    if (error instanceof UserError) return { key, secret };
    throw error;
  }
}

function refuseCapital({ capital }: ChosenProfile): void {
  if (capital === undefined) return;
  throw new UserError({
    code: 'capital-of-live-account',
    field: 'capital',
    value: JSON.stringify(capital),
    message: 'cannot be chosen for a live account, which has what the venue says',
    remedy: 'Leave it out.',
  });
}
