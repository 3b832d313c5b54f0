/** What stands behind a profile: a market, and for live trading and its rehearsal an account at it. */
import type { DecimalText } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import type { MarketSource } from '../engine/market-source.ts';
import type { Clock } from '../lib/clock.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import type { Database } from '../storage/database-types.ts';
import { latestBalances } from '../storage/queries/account.ts';
import { ACCOUNT_BASIS, type AccountCheck } from '../venues/kraken/private/account.ts';
import type { KrakenExecution } from '../venues/kraken/private/execution.ts';
import type { KrakenTier } from '../venues/kraken/private/rate-counter.ts';
import { DEMO_ACCOUNT } from '../venues/local-exchange/core/accounts/accounts.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { attachDemoExchange, type DemoExchange, startDemoExchange } from './demo-exchange.ts';
import { DEFAULT_CAPITAL, homeAssetOf } from './history.ts';
import { AccountGuard, sharedNonces } from './account-guard.ts';
import { databaseNonces, krakenAccount } from './kraken-account.ts';
import { type KrakenKey, loadKrakenKey } from './kraken-key.ts';
import { krakenMarket } from './kraken-market.ts';

export type VenueOptions = {
  readonly database: Database;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly seed: number;
  readonly secrets: SecretStore;
  /** A local exchange that runs already. */
  readonly exchangeUrl: string | undefined;
  readonly maxInstruments: number | undefined;
  /** Verification level of the account at Kraken, to which its limits are tied; the lowest when left out. */
  readonly krakenTier: KrakenTier | undefined;
  /** The trader's volume of the last 30 days in USD: the tier of Kraken's fees in paper trading; 0 when left out. */
  readonly feeVolumeUsd?: number | undefined;
  /** So long without a sign of life the watchdog takes the engine for frozen; 5 s when left out. */
  readonly watchdogMs: number | undefined;
  /** Addresses of Kraken other than its own; `privateWs` is that of the private channels. */
  readonly krakenUrls:
    | { readonly rest: string; readonly ws: string; readonly privateWs?: string | undefined }
    | undefined;
};

/** An account that may trade: its key passed the venue's check. Not connected yet. */
export type VenueAccount = {
  readonly execution: KrakenExecution;
  readonly check: AccountCheck;
  /** Its watchdog. Not started yet. */
  readonly guard: AccountGuard;
  /** What it holds, as the venue told before the run began. */
  readonly balances: readonly { readonly asset: Asset; readonly total: DecimalText }[];
};

export type ConnectedVenue = { readonly market: MarketSource; readonly account: VenueAccount | undefined };

type Names = { readonly venue: VenueName; readonly title: string; readonly isSimulated: boolean };
type Addresses = { readonly rest?: string | undefined; readonly ws?: string | undefined };

const KRAKEN: Names = { venue: 'kraken', title: 'Kraken', isSimulated: false };
const DEMO: Names = { venue: 'simulated', title: 'Demo market (simulated)', isSimulated: true };
const REHEARSAL: Names = { venue: 'simulated', title: 'Local exchange (simulated)', isSimulated: true };

/** Currencies that an account's profits are counted in, where it holds them; in this order. */
const HOME_ASSETS: readonly Asset[] = ['USD', 'EUR', 'GBP', 'CHF', 'USDT', 'USDC'];

/** @throws UserError when the venue cannot be reached, or there is no key that may trade. */
export async function connectVenue(chosen: ChosenProfile, options: VenueOptions): Promise<ConnectedVenue> {
  const { krakenUrls } = options;
  switch (chosen.profile) {
    case 'paper': {
      const stop = (): Promise<void> => Promise.resolve();
      return { market: await openMarket(KRAKEN, chosen, options, krakenUrls, stop), account: undefined };
    }
    case 'live': {
      refuseCapital(chosen);
      const key = await profileKey('live', options);
      const addresses = { rest: krakenUrls?.rest, ws: krakenUrls?.privateWs };
      const stop = (): Promise<void> => Promise.resolve();
      return withAccount(KRAKEN, chosen, options, key, addresses, krakenUrls, stop);
    }
    case 'demo':
    case 'rehearsal': {
      const exchange = await localExchange(chosen, options);
      try {
        const addresses = { rest: exchange.restUrl, ws: exchange.wsUrl };
        const stop = (): Promise<void> => exchange.stop();
        if (chosen.profile === 'demo') {
          return { market: await openMarket(DEMO, chosen, options, addresses, stop), account: undefined };
        }
        const key = await profileKey('rehearsal', options);
        const own = { rest: exchange.restUrl, ws: `${exchange.wsUrl}/auth` };
        return await withAccount(REHEARSAL, chosen, options, key, own, addresses, stop);
      } catch (error) {
        await exchange.stop();
        throw error;
      }
    }
  }
}

async function openMarket(
  names: Names,
  chosen: ChosenProfile,
  options: VenueOptions,
  addresses: Addresses | undefined,
  stop: () => Promise<void>,
  account?: { readonly home: Asset | undefined },
): Promise<MarketSource> {
  const { database, clock, maxInstruments } = options;
  return krakenMarket({
    ...names,
    homeAsset: account?.home ?? (await homeAssetOf(database, chosen)),
    feeVolumeUsd: account === undefined ? (options.feeVolumeUsd ?? 0) : undefined,
    maxInstruments,
    clock,
    random: Math.random,
    restUrl: addresses?.rest,
    wsUrl: addresses?.ws,
    stop,
  });
}

async function withAccount(
  names: Names,
  chosen: ChosenProfile,
  options: VenueOptions,
  key: KrakenKey,
  privateAddresses: Addresses,
  publicAddresses: Addresses | undefined,
  stop: () => Promise<void>,
): Promise<ConnectedVenue> {
  const { database, dataDir, clock, watchdogMs: silenceMs } = options;
  const { rest, ws } = privateAddresses;
  const { venue } = names;
  // The local exchange sets no limits of its own, and a rehearsal need not wait for those of another.
  const tier = names.isSimulated ? 'pro' : options.krakenTier;
  const nonces = sharedNonces(databaseNonces(database, key.key), dataDir);
  const execution = krakenAccount({
    venue,
    nonces,
    clock,
    network: new SystemNetwork(),
    random: Math.random,
    ...key,
    tier,
    urls: { rest, ws },
  });
  const guard = new AccountGuard({ dataDir, venue, clock, ...key, tier, restUrl: rest, silenceMs, nonces });
  try {
    const balances = (await execution.readBalances()).filter(({ total }) => Number(total) !== 0);
    const isFirst = (await latestBalances(database, chosen.profile)).length === 0;
    const home = isFirst
      ? (HOME_ASSETS.find((asset) => balances.some((held) => held.asset === asset)) ?? 'USD')
      : undefined;
    const market = await openMarket(names, chosen, options, publicAddresses, stop, { home });
    const check = await execution.checkAccount(market.instruments.map(({ symbol }) => symbol));
    const instruments = atAccountFees(market.instruments, check, names.title);
    return { market: { ...market, instruments }, account: { execution, check, guard, balances } };
  } catch (error) {
    await execution.stop();
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'account-unreachable',
      field: 'account',
      value: names.title,
      message: `could not be read (${error instanceof Error ? error.message : String(error)})`,
      remedy: 'Check the key with: npm run -s parallax -- key, and the connection to the internet.',
    });
  }
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
    field: 'TradeVolume',
    value: title,
    message: 'gave no fee for any of the pairs, and none is listed',
    remedy:
      'Allow “Query funds” in the settings of the key, then start again: without fees no edge can be computed.',
  });
}

/** One that runs already, or one of our own: a rehearsal's account begins with what its ledger holds. */
async function localExchange(chosen: ChosenProfile, options: VenueOptions): Promise<DemoExchange> {
  const { exchangeUrl, seed, database } = options;
  if (exchangeUrl !== undefined) return attachDemoExchange(exchangeUrl);
  if (chosen.profile === 'demo') return startDemoExchange({ seed });
  const held = await latestBalances(database, chosen.profile);
  const balances =
    held.length === 0
      ? (chosen.capital ?? DEFAULT_CAPITAL)
      : Object.fromEntries(held.map(({ asset, total }) => [asset, total]));
  return startDemoExchange({ seed, accounts: [{ ...DEMO_ACCOUNT, balances }] });
}

type KeyOptions = { readonly secrets: SecretStore; readonly exchangeUrl?: string | undefined };

/** The key of a profile that trades an account. @throws UserError when there is none, or the keychain cannot be asked. */
export function profileKey(profile: 'live' | 'rehearsal', options: KeyOptions): Promise<KrakenKey> {
  return profile === 'live' ? requiredKey(options.secrets) : rehearsalKey(options);
}

async function requiredKey(secrets: SecretStore): Promise<KrakenKey> {
  const key = await loadKrakenKey(secrets, 'kraken-api-key');
  if (key !== undefined) return key;
  throw new UserError({
    code: 'no-key',
    field: 'API key',
    message: 'is not in the keychain',
    remedy: 'Set it with: npm run -s parallax -- key --set',
  });
}

/** The key that was stored for a local exchange; without one its demo account, whose key is public. */
async function rehearsalKey({ secrets, exchangeUrl }: KeyOptions): Promise<KrakenKey> {
  const { key, secret } = DEMO_ACCOUNT;
  if (exchangeUrl === undefined) return { key, secret };
  try {
    return (await loadKrakenKey(secrets, 'local-exchange-api-key')) ?? { key, secret };
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
