/** What stands behind a profile: a market, and for live trading and its rehearsal an account at it. */
import { UserError } from '../domain/errors.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { codeInRun } from '../domain/venue-asset.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import type { UnreachedVenue } from '../engine/market/venue-connection.ts';
import { latestBalances } from '../storage/queries/account.ts';
import { listRuns, recoveredOrders } from '../storage/queries/recovery.ts';
import { localName } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import {
  ACCOUNT_BASIS,
  ACCOUNT_TAKER_BASIS,
  type AccountCheck,
  type AccountFees,
  type AccountVenue,
  type Credential,
} from '../venues/venue-account.ts';
import type { AccountAccess, AccountContext, VenueAdapter, VenueUrls } from '../venues/venue-adapter.ts';
import { AccountGuard, sharedNonces } from './account-guard.ts';
import { AccountRetry } from './account-retry.ts';
import { claimAccount } from './claim-account.ts';
import type { ConnectedVenue } from './connected-venue.ts';
import { DEFAULT_HOME, homeAssetOf } from './history.ts';
import { databaseNonces } from './key-nonces.ts';
import { chainFolder, standingIn } from './local-chain.ts';
import { chainTitle, localExchange, simulatedTitle } from './local-venue.ts';
import { profileKey } from './profile-key.ts';
import { readJoining } from './read-joining.ts';
import { isOfLocalMarkets, nameInMode, type PlannedRun } from './run-plan.ts';
import { unitedMarkets } from './united-markets.ts';
import { openVenueMarket } from './venue-market.ts';
import type { VenueOptions } from './venue-options.ts';
import { invocation } from '../lib/invocation.ts';

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
 * Connects all venues of a profile's plan at once. One that cannot be reached is left out with its reason; one whose account
 * cannot be traded is watched without it. Neither keeps another from starting.
 * @throws UserError when none can be reached, and in a profile that trades accounts when none of them can be traded.
 */
export async function connectVenues(chosen: PlannedRun, options: VenueOptions): Promise<ConnectedVenues> {
  const { adapters } = chosen;
  const isApart = adapters.length > 1;
  const homeAsset = await homeAssetOf(options.database, chosen);
  const tries = await Promise.allSettled(
    adapters.map((adapter) => connectVenue(adapter, isApart, chosen, options)),
  );
  const connected = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = tries.flatMap((one, at) =>
    one.status === 'fulfilled'
      ? []
      : [{ adapter: adapters[at] as VenueAdapter, error: one.reason as unknown }],
  );
  if (connected.every(({ missing }) => missing !== undefined)) {
    for (const { market } of connected) await market.stop();
    throw connected[0]?.missing?.error ?? failures[0]?.error;
  }
  const markets = connected.map(({ market }) => market);
  try {
    const isFirst = (await listRuns(options.database, chosen.profile, 1)).length === 0;
    // A later run keeps its asset whatever the venues list by now: what it left open must be looked after.
    if (isFirst && failures.length === 0) demandTraded(homeAsset, markets);
  } catch (error) {
    // One that does not stop keeps no other from giving its account back.
    await Promise.allSettled(markets.map((market) => market.stop()));
    throw error;
  }
  const unreached = failures.map(({ adapter, error }) => ({
    adapter: adapter.id,
    title: adapter.title,
    reason: reasonOf(error),
    answers: () => answers(adapter, chosen, homeAsset, options),
  }));
  return { connected: unitedMarkets(connected, isApart), unreached };
}

/** @throws UserError when no venue trades the asset that profits are to be counted in: everything would be worth nothing in it. */
function demandTraded(homeAsset: Asset, markets: readonly MarketSource[]): void {
  const traded = new Set(
    markets.flatMap(({ instruments }) => instruments.flatMap(({ base, quote }) => [base, quote])),
  );
  if (homeAsset === DEFAULT_HOME || traded.has(homeAsset)) return;
  const usual = HOME_ASSETS.filter((asset) => traded.has(asset));
  throw new UserError({
    code: 'home-not-traded',
    field: 'home asset',
    value: homeAsset,
    message: `is traded by no pair on ${markets.map(({ title }) => title).join(' or ')}`,
    remedy: `Use one of ${usual.join(', ')}: in another plan, or with --capital.`,
  });
}

/** A pair joins that nothing was known of before. */
const NOTHING_KNOWN = { online: new Set<string>(), watched: new Map() } as const;

/**
 * Whether a venue could be begun with by now: it gives its time, and a list with pairs to trade, which a thread of its own reads.
 * A local exchange of the session's own is started with the session alone: it does not come back by itself.
 */
async function answers(
  adapter: VenueAdapter,
  { plan: { mode } }: PlannedRun,
  homeAsset: Asset,
  options: VenueOptions,
): Promise<boolean> {
  const { clock, venueUrls, maxInstruments, feeVolumeUsd, pauses } = options;
  const isLocal = isOfLocalMarkets(mode);
  const localUrl = isLocal ? standingIn(adapter, options) : undefined;
  if (isLocal && localUrl === undefined) return false;
  const urls = localUrl === undefined ? venueUrls?.[adapter.id] : adapter.localUrls(localUrl);
  try {
    const venue = nameInMode(mode, adapter);
    const pause = pauses.of(venue);
    await adapter.readTime({ clock, network: new SystemNetwork(), random: Math.random, pause, urls });
    const plan = { venue, homeAsset, maxInstruments, feeVolumeUsd };
    const since = { stopped: new Set<string>(), isChoiceOld: false };
    const question = { adapter: adapter.id, urls, plan, known: NOTHING_KNOWN, since };
    return (await readJoining(question, clock, pause)).length > 0;
  } catch {
    return false;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @param isOneOfMany its simulated market needs a name of its own. */
async function connectVenue(
  adapter: VenueAdapter,
  isOneOfMany: boolean,
  chosen: PlannedRun,
  options: VenueOptions,
): Promise<ConnectedVenue> {
  switch (chosen.plan.mode) {
    case 'paper':
      return { market: await openMarket(realPlace(adapter, options), chosen, options), account: undefined };
    case 'live':
      refuseCapital(chosen);
      return withAccount(realPlace(adapter, options), isOneOfMany, chosen, options);
    case 'demo':
    case 'rehearsal': {
      const isDemo = chosen.plan.mode === 'demo';
      const folder = isDemo ? undefined : chainFolder(adapter, options.dataDir);
      const exchange =
        folder === undefined
          ? await localExchange(adapter, isOneOfMany, chosen, options)
          : { url: folder, stop: () => Promise.resolve() };
      try {
        const place: Place = {
          adapter,
          venue: localName(adapter),
          title:
            folder === undefined
              ? simulatedTitle(isDemo, isOneOfMany ? adapter.title : undefined)
              : chainTitle(adapter.title),
          isSimulated: true,
          urls: adapter.localUrls(exchange.url),
          stop: () => exchange.stop(),
        };
        if (isDemo) return { market: await openMarket(place, chosen, options), account: undefined };
        return await withAccount(place, isOneOfMany, chosen, options);
      } catch (error) {
        await exchange.stop();
        throw error;
      }
    }
  }
}

function realPlace(adapter: VenueAdapter, { venueUrls }: VenueOptions): Place {
  const { id, title } = adapter;
  const stop = (): Promise<void> => Promise.resolve();
  return { adapter, venue: id, title, isSimulated: false, urls: venueUrls?.[id], stop };
}

async function openMarket(
  place: Place,
  chosen: PlannedRun,
  options: VenueOptions,
  account?: { readonly home: Asset | undefined },
): Promise<MarketSource> {
  const { database, clock, maxInstruments } = options;
  return openVenueMarket({
    ...place,
    pause: options.pauses.of(place.venue),
    homeAsset: account?.home ?? (await homeAssetOf(database, chosen)),
    feeVolumeUsd: account === undefined ? (options.feeVolumeUsd ?? 0) : undefined,
    maxInstruments,
    clock,
    random: Math.random,
  });
}

/** @param isOneOfMany without its account it is watched; alone it begins no session. @throws UserError then. */
async function withAccount(
  place: Place,
  isOneOfMany: boolean,
  chosen: PlannedRun,
  options: VenueOptions,
): Promise<ConnectedVenue> {
  const { adapter, isSimulated } = place;
  const key = (): Promise<Credential> => profileKey(isSimulated ? 'rehearsal' : 'live', adapter.id, options);
  let credential: Credential | undefined;
  try {
    const access = accessOf(adapter, isSimulated);
    credential = await key();
    return await startAccount(place, access, chosen, options, credential);
  } catch (error) {
    if (!isOneOfMany) throw error;
    const market = await openMarket(place, chosen, options);
    const listed = withoutSchedule(market.instruments, adapter);
    const check = async (account: AccountVenue): Promise<void> => {
      await account.readBalances();
      await checkedFees(account, listed, place.title);
    };
    const open = (one: Credential): AccountVenue =>
      openAccount(place, accessOf(adapter, isSimulated), options, one).account;
    const retry = new AccountRetry({ clock: options.clock, key, open, check }, credential);
    return { market, account: undefined, missing: { error, isMended: () => retry.isMended() } };
  }
}

/** Not connected. @param earlierOrders where orders of earlier runs are to be looked for. */
function openAccount(
  { adapter, venue, urls, isSimulated }: Place,
  access: AccountAccess,
  { database, dataDir, clock, accountTiers, pauses }: VenueOptions,
  credential: Credential,
  earlierOrders?: AccountContext['earlierOrders'],
) {
  const tier = isSimulated ? freeTier(access) : accountTiers?.[adapter.id];
  const nonces = sharedNonces(databaseNonces(database, adapter.id, credential.key), dataDir, venue);
  const pause = pauses.of(venue);
  const common = { venue, clock, network: new SystemNetwork(), random: Math.random, pause, urls };
  return { account: access.open({ ...common, credential, nonces, tier, earlierOrders }), tier, nonces };
}

async function startAccount(
  place: Place,
  access: AccountAccess,
  chosen: PlannedRun,
  options: VenueOptions,
  credential: Credential,
): Promise<ConnectedVenue> {
  const { database, dataDir, clock, watchdogMs: silenceMs, launchWatchdog: launch } = options;
  const host = launch && { launch };
  const { adapter, venue, urls } = place;
  const earlier = await recoveredOrders(database, chosen.profile, clock.nowUs() - EARLIER_US);
  const earlierOrders = earlier.flatMap(({ record }) => (record.venue === venue ? [record] : []));
  const name = { adapter: adapter.id, title: place.title, key: credential.key, restUrl: urls?.rest };
  const claim = place.isSimulated ? undefined : claimAccount(name);
  let opened: AccountVenue | undefined;
  try {
    const { account: own, ...shared } = openAccount(place, access, options, credential, earlierOrders);
    opened = own;
    const restUrl = urls?.rest;
    const guarded = { dataDir, venue, adapter: adapter.id, clock, credential, restUrl, silenceMs, host };
    const guard = new AccountGuard({ ...guarded, ...shared });
    const balances = (await own.readBalances())
      .filter(({ total }) => Number(total) !== 0)
      .map((held) => ({ ...held, asset: codeInRun(held.asset) }));
    const isFirst = (await latestBalances(database, chosen.profile)).length === 0;
    const home = isFirst
      ? (chosen.plan.home ??
        HOME_ASSETS.find((asset) => balances.some((held) => held.asset === asset)) ??
        'USD')
      : undefined;
    const stop = async (): Promise<void> => {
      await place.stop().finally(() => claim?.release());
    };
    const market = await openMarket({ ...place, stop }, chosen, options, { home });
    const { check, instruments } = await checkedFees(own, market.instruments, place.title);
    const hasDeadManSwitch = adapter.capabilities.deadMan !== undefined;
    const chargesReceived = adapter.capabilities.feeAsset !== 'quote';
    const account = { venue: own, check, hasDeadManSwitch, chargesReceived, guard, balances };
    return { market: { ...market, instruments }, account };
  } catch (error) {
    // What went wrong first is reported; a claim that stayed would keep this same engine from its next try.
    await opened?.stop().catch(() => undefined);
    claim?.release();
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'account-unreachable',
      field: 'account',
      value: place.title,
      message: `could not be read (${error instanceof Error ? error.message : String(error)})`,
      remedy: `Check the key with: ${invocation()} key, and the connection to the internet.`,
    });
  }
}

/** @param isSimulated at a local exchange or on a local chain. @throws UserError when orders cannot be sent to this venue, or not to real accounts there. */
export function accessOf({ account, title }: VenueAdapter, isSimulated: boolean): AccountAccess {
  const { rehearsedOnly } = account ?? {};
  if (rehearsedOnly !== undefined && !isSimulated)
    throw new UserError({ code: 'rehearsed-only', field: 'venue', value: title, ...rehearsedOnly });
  if (account !== undefined) return account;
  throw new UserError({
    code: 'no-account-access',
    field: 'venue',
    value: title,
    message: 'can be watched but not traded yet',
    remedy: 'Trade it on paper.',
  });
}

/** A local exchange sets no limits of its own, and a rehearsal need not wait for those of another. */
export function freeTier({ tiers }: AccountAccess): string | undefined {
  return tiers.at(-1);
}

/** The key's rights, the venue's clock, and the account's fees. @throws what keeps the account from being traded. */
async function checkedFees(
  account: AccountVenue,
  listed: readonly Instrument[],
  title: string,
): Promise<{ readonly check: AccountCheck; readonly instruments: Instrument[] }> {
  const check = await account.checkAccount(listed.map(({ symbol }) => symbol));
  return { check, instruments: atAccountFees(listed, check.fees, title) };
}

/** As the venue lists them: a fee of the published schedule is none that an account may be traded by. */
function withoutSchedule(
  instruments: readonly Instrument[],
  { feeSchedule }: VenueAdapter,
): readonly Instrument[] {
  return instruments.map((instrument) =>
    instrument.feeBasis === feeSchedule.basis
      ? { ...instrument, takerFee: undefined, makerFee: undefined }
      : instrument,
  );
}

/**
 * The fees of the account's own tier. Where the account says none the venue's list stands, and without one there the fee is
 * not known and the pair not traded. @throws UserError when no fee at all is known.
 */
function atAccountFees(
  instruments: readonly Instrument[],
  { takers, makers }: AccountFees,
  title: string,
): Instrument[] {
  const own = instruments.map((instrument) => {
    const takerFee = takers.get(instrument.symbol);
    if (takerFee === undefined) return instrument;
    // Of a listed fee of makers it is not known that it is this account's: makers are taken to pay as takers do.
    const makerFee = makers.get(instrument.symbol);
    const feeBasis = makerFee === undefined ? ACCOUNT_TAKER_BASIS : ACCOUNT_BASIS;
    return { ...instrument, takerFee, makerFee, feeBasis };
  });
  if (own.some(({ takerFee }) => takerFee !== undefined)) return own;
  throw new UserError({
    code: 'no-fees',
    field: 'account',
    value: title,
    message: 'reports no fee for any of the pairs, and none is listed',
    remedy:
      'Allow “Query funds” in the settings of the key, then start again: without fees no edge can be computed.',
  });
}

function refuseCapital({ capital }: PlannedRun): void {
  if (capital === undefined) return;
  throw new UserError({
    code: 'capital-of-live-account',
    field: 'capital',
    value: JSON.stringify(capital),
    message: 'cannot be chosen for a live account, whose fee tier the venue reports',
    remedy: 'Leave it out.',
  });
}
