/**
 * `database.made` in the data folder: which databases were made for it, a line each. A database that was made and is gone,
 * or empty, took the kill latch, the ledger and the limits with it: it is never taken for a new one silently.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { readPlainText } from '../lib/regular-file.ts';
import { PRIVATE_FILE } from '../lib/whole-file.ts';

export const MADE_FILE = 'database.made';
const MAX_BYTES = 64 * 1024;

/** @param name `sqlite`, or a PostgreSQL database without its password. @throws what keeps the file from being read. */
export function wasMade(dataDir: string, name: string): boolean {
  return readPlainText(join(dataDir, MADE_FILE), MAX_BYTES)?.split('\n').includes(name) ?? false;
}

/** @throws the operating system's error. */
export function markMade(dataDir: string, name: string): void {
  if (!wasMade(dataDir, name)) appendFileSync(join(dataDir, MADE_FILE), `${name}\n`, { mode: PRIVATE_FILE });
}

/** @param what is wrong with the database, as `is empty`. @param remove what to delete for a new beginning. */
export function lostDatabase(location: string, what: string, remove: string): UserError {
  return new UserError({
    code: 'storage-lost',
    field: 'database',
    value: location,
    message: `${what}: the kill switch, the ledger, the limits and the nonces that it held are unknown; nothing was changed`,
    remedy: `Restore it from a backup (${location.startsWith('postgres') ? 'parallax backup FILE --restore --database URL' : 'made with: parallax backup FILE'}). To start without them, check the account first, then delete ${remove}.`,
  });
}
