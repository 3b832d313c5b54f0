import type { VenueName } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { SecretStore } from '../secrets/keychain.ts';
import type { Database } from '../storage/database-types.ts';
import type { RequestPauses } from '../venues/toolkit/request-pause.ts';
import type { VenueUrls } from '../venues/venue-adapter.ts';
import type { LaunchWatchdog } from '../watchdog/watchdog-process.ts';

/** What the venues of a session are connected with. */
export type VenueOptions = {
  readonly database: Database;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly seed: number;
  readonly secrets: SecretStore;
  /** What each venue asks of this address: known to all sessions of this engine, and to a kill beside them. */
  readonly pauses: RequestPauses;
  /** A local exchange that runs already: its address, or one for each venue as `ID=URL,ID=URL`. */
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
  /** How the process of a watchdog is started; as this machine does when left out. */
  readonly launchWatchdog?: LaunchWatchdog | undefined;
  /** By venue: addresses other than its own. */
  readonly venueUrls?: Readonly<Record<VenueName, VenueUrls>> | undefined;
};
