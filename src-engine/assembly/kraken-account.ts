/** A trader's account at Kraken: the adapter, with the nonces of its key kept in the database. */
import { createHash } from 'node:crypto';
import type { VenueName } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from '../storage/database-types.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import { KrakenCredentials } from '../venues/kraken/private/credentials.ts';
import { KrakenExecution } from '../venues/kraken/private/execution.ts';
import type { NonceStore } from '../venues/kraken/private/nonce.ts';
import type { KrakenTier } from '../venues/kraken/private/rate-counter.ts';
import type { Network } from '../venues/network.ts';

export type KrakenAccountOptions = {
  readonly venue: VenueName;
  /** Of the key: `databaseNonces`. */
  readonly nonces: NonceStore;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  /** API key and private key as Kraken shows them. */
  readonly key: string;
  readonly secret: string;
  readonly tier?: KrakenTier | undefined;
  /** Kraken's own addresses when left out; `ws` is that of the private channels. */
  readonly urls?: { readonly rest?: string | undefined; readonly ws?: string | undefined } | undefined;
};

/** Not connected yet. @throws UserError when key or secret are not of Kraken's form. */
export function krakenAccount(options: KrakenAccountOptions): KrakenExecution {
  const { venue, nonces, clock, network, random, key, secret, tier, urls } = options;
  return new KrakenExecution({
    venue,
    clock,
    network,
    random,
    tier,
    restUrl: urls?.rest,
    wsUrl: urls?.ws,
    credentials: new KrakenCredentials(key, secret),
    nonceStore: nonces,
  });
}

/** The watermark of one key's nonces as a setting. The key itself is not in it: a hash tells keys apart. */
export function databaseNonces(database: Database, key: string): NonceStore {
  const setting = `kraken-nonce-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return {
    async load() {
      const stored = await getSetting(database, setting);
      return typeof stored === 'string' && /^\d{1,20}$/.test(stored) ? BigInt(stored) : undefined;
    },
    save: (watermark) => setSetting(database, setting, watermark.toString()),
  };
}
