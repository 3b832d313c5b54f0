/** PostgreSQL through pg. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { Kysely, type KyselyPlugin, PostgresDialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { Pool, types } from 'pg';
import { makeFolder } from '../lib/folders.ts';
import { ChainHeads } from './chain/heads.ts';
import type { Database } from './database-types.ts';
import { lostDatabase, MADE_FILE, markMade, wasMade } from './made-mark.ts';
import { appliedMigrations, migrate, refuseNewerSchema } from './migrate.ts';
import type { Schema } from './schema.ts';
import { storageError } from './storage-errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Longest a statement may take before it is given up, in ms: a hung database must not hang the engine. */
const STATEMENT_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 4;
/** PostgreSQL's object id of the type int8 (pg_type.dat). */
const INT8 = 20;

/** int8 as a number. pg gives text, since its full range is wider; ours are times and counters below 2^53. */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the range of exact integers`);
  return value;
}

/** @param dataDir where the ends of its hash chains are kept; in memory alone when left out.
 * @throws UserError when it cannot be reached, refuses us, or is newer. */
export async function openPostgres(
  url: string,
  migrations: Readonly<Record<string, Migration>>,
  plugins: KyselyPlugin[],
  dataDir?: string,
): Promise<Database> {
  const location = withoutPassword(url);
  const pool = poolOf(url, MAX_CONNECTIONS);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins });
  try {
    const applied = await appliedMigrations(db);
    refuseNewerSchema(location, applied, migrations);
    if (dataDir !== undefined && applied.length === 0 && wasMade(dataDir, location)) {
      throw lostDatabase(location, 'is empty, though it was used before', join(dataDir, MADE_FILE));
    }
    await migrate(db, location, migrations);
    if (dataDir !== undefined) markMade(dataDir, location);
  } catch (error) {
    await db.destroy();
    throw storageError(location, error);
  }
  const heads = new ChainHeads(dataDir === undefined ? undefined : headsPath(dataDir, url));
  return {
    kind: 'postgres',
    location,
    source: { kind: 'postgres', url },
    db,
    heads,
    writeAll: async (queries) => {
      try {
        await db.transaction().execute(async (transaction) => {
          for (const query of queries) await transaction.executeQuery(query);
        });
      } catch (error) {
        throw storageError(location, error);
      }
    },
    close: async () => {
      await heads.close();
      await db.destroy();
    },
  };
}

/** Connections that are made when they are needed; int8 comes as a number. */
export function poolOf(url: string, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'parallax',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? safeInteger : types.getTypeParser(oid, format ?? 'text'),
    },
  });
  // An idle connection that breaks is dropped by the pool; the next query opens another and reports what is wrong.
  pool.on('error', () => undefined);
  return pool;
}

/** A file of its own for each database that the folder's engine has used. */
function headsPath(dataDir: string, url: string): string {
  makeFolder(dataDir);
  const { hostname, port, pathname } = new URL(url);
  const place = hash('sha256', `${hostname}:${port}${pathname}`).slice(0, 12);
  return join(dataDir, `chain-heads-${place}.jsonl`);
}

/** The URL as it may be shown: a password in it, or among its parameters, is left out. */
function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '***';
    parsed.search = '';
    return parsed.toString();
  } catch {
    return 'postgres://...';
  }
}
