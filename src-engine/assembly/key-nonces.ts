/** The nonces of an API key, kept in the database through restarts. */
import { createHash } from 'node:crypto';
import type { VenueName } from '../domain/ids.ts';
import type { Database } from '../storage/database-types.ts';
import { getSetting, setSetting } from '../storage/settings.ts';
import type { NonceStore } from '../venues/venue-account.ts';

/**
 * The watermark of one key's nonces as a setting. The key itself is not in it: a hash identifies it.
 * @param adapter id of the adapter whose calls carry them.
 */
export function databaseNonces(database: Database, adapter: VenueName, key: string): NonceStore {
  const setting = `${adapter}-nonce-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return {
    async load() {
      const stored = await getSetting(database, setting);
      return typeof stored === 'string' && /^\d{1,20}$/.test(stored) ? BigInt(stored) : undefined;
    },
    save: (watermark) => setSetting(database, setting, watermark.toString()),
  };
}
