/** PostgreSQL through pg. */
import { join } from 'node:path';
import { CompiledQuery, Kysely, type KyselyPlugin, PostgresDialect } from 'kysely';
import type { Migration } from 'kysely/migration';
import { makeFolder } from '../lib/folders.ts';
import { serverUrl } from '../lib/server-address.ts';
import { ChainWriter } from './chain/chain-writer.ts';
import { ChainHeads } from './chain/heads.ts';
import { placeOf } from './database-place.ts';
import type { Database } from './database-types.ts';
import { lostDatabase, MADE_FILE, markMade, wasMade } from './made-mark.ts';
import { appliedMigrations, migrate, refuseNewerSchema } from './migrate.ts';
import { poolOf } from './postgres-pool.ts';
import type { WriteQuery } from './put-rows.ts';
import type { Schema } from './schema.ts';
import { storageError } from './storage-errors.ts';
import { WriterThread } from './writer/writer-thread.ts';

const MAX_CONNECTIONS = 4;

/** @param dataDir where the ends of its hash chains are kept; in memory alone when left out.
 * @param epoch of the engine's lease: commits are refused once another engine has it.
 * @throws UserError when it cannot be reached, refuses us, or is newer. */
export async function openPostgres(
  url: string,
  migrations: Readonly<Record<string, Migration>>,
  plugins: KyselyPlugin[],
  dataDir?: string,
  epoch?: number,
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
  const headsFile = dataDir === undefined ? undefined : headsPath(dataDir, url);
  const heads = new ChainHeads(headsFile);
  const base = { kind: 'postgres', location, source: { kind: 'postgres', url }, db, heads } as const;
  if (headsFile === undefined) {
    const run = (queries: readonly WriteQuery[]): Promise<void> => runAll(db, location, queries);
    const chains = new ChainWriter({ dialect: 'postgres', heads, run });
    return { ...base, chains, writeAll: run, close: () => db.destroy() };
  }
  const writer = new WriterThread(location, { kind: 'postgres', data: { url, headsFile, epoch } });
  return {
    ...base,
    chains: writer,
    writeAll: (queries) => writer.write(queries),
    close: async () => {
      await writer.close();
      await heads.close();
      await db.destroy();
    },
  };
}

/** Without a data folder there are no ends to keep, and no thread of its own: as a command reads a database. */
async function runAll(db: Kysely<Schema>, location: string, queries: readonly WriteQuery[]): Promise<void> {
  try {
    await db.transaction().execute(async (transaction) => {
      for (const { sql, parameters } of queries)
        await transaction.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    });
  } catch (error) {
    throw storageError(location, error);
  }
}

/** A file of its own for each database that the folder's engine has used. */
function headsPath(dataDir: string, url: string): string {
  makeFolder(dataDir);
  return join(dataDir, `chain-heads-${placeOf(url)}.jsonl`);
}

/** An address without a host, or with an encoded path for one, is of a socket of this machine. */
export function isPostgresUrl(url: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(url)) return false;
  const isSocket = /^[^/]*\/\/(?:[^/?#]*@)?(?:%2f|[/?]|$)/i.test(url);
  return isSocket || serverUrl(url, ['postgres:', 'postgresql:']) !== undefined;
}

/** The URL as it may be shown: a password in it, or among its parameters, is left out. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '***';
    parsed.search = '';
    return parsed.toString();
  } catch {
    return 'postgres://...';
  }
}
