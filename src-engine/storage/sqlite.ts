/**
 * SQLite through better-sqlite3, in WAL mode: one connection that reads, and one on a thread of its own that commits,
 * each commit on the disk when it returns.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type CompiledQuery, Kysely, type KyselyPlugin, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration } from 'kysely/migration';
import type { Database } from './database-types.ts';
import { makeFolder } from '../lib/folders.ts';
import { PRIVATE_FILE } from '../lib/whole-file.ts';
import { migrate, refuseNewerSchema } from './migrate.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT_MS, connectSqlite } from './sqlite-connection.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import { storageError } from './storage-errors.ts';
import { PreparedStatements } from './prepared-statements.ts';

export const DATABASE_FILE = 'parallax.db';

/** Largest file that is checked in full at start: it reads every page, about 0.3 s for 64 MB. */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;
const MEMORY = ':memory:';

type Connection = Sqlite.Database;

/** @throws UserError when the folder cannot be written or the file is newer, broken or no database. */
export async function openSqlite(
  place: { readonly dataDir: string } | { readonly memory: true },
  migrations: Readonly<Record<string, Migration>>,
  plugins: KyselyPlugin[],
): Promise<Database> {
  const location = 'memory' in place ? MEMORY : join(place.dataDir, DATABASE_FILE);
  let connection: Connection | undefined;
  try {
    if ('dataDir' in place) {
      makeFolder(place.dataDir);
      makePrivate(location);
      inspect(location, migrations);
    }
    connection = connectSqlite(location);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }), plugins });
    await migrateInOne(connection, () => migrate(db, location, migrations));
    return sqliteDatabase(location, connection, db);
  } catch (error) {
    connection?.close();
    throw storageError(location, error);
  }
}

/**
 * Looks at a file before anything is written, so that one that is not ours to change stays as it is. The
 * connection may write in principle: a read-only one would leave its -wal and -shm files behind.
 */
function inspect(location: string, migrations: Readonly<Record<string, Migration>>): void {
  const size = statSync(location, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const connection = new Sqlite(location, { timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('query_only = ON');
    const applied = connection
      .prepare("select count(*) from sqlite_master where type = 'table' and name = ?")
      .pluck()
      .get(DEFAULT_MIGRATION_TABLE);
    if (applied !== 0) {
      const names = connection.prepare(`select name from ${DEFAULT_MIGRATION_TABLE}`).pluck().all();
      refuseNewerSchema(location, names.map(String), migrations);
    }
    if (size > FULL_CHECK_BYTES) return;
    const found = String(connection.pragma('quick_check(1)', { simple: true }));
    if (found !== 'ok') throw Object.assign(new Error(found), { code: 'SQLITE_CORRUPT' });
  } finally {
    connection.close();
  }
}

/** SQLite gives its -wal and -shm files the mode of the database: one that others could read is closed to them. */
function makePrivate(location: string): void {
  closeSync(openSync(location, 'a', PRIVATE_FILE));
  for (const ending of ['', '-wal', '-shm']) {
    const found = statSync(location + ending, { throwIfNoEntry: false });
    if (found !== undefined && (found.mode & 0o077) !== 0) chmodSync(location + ending, PRIVATE_FILE);
  }
}

/** Kysely gives SQLite's migrations no transaction. There is one connection, so one around them holds them all. */
async function migrateInOne(connection: Connection, work: () => Promise<void>): Promise<void> {
  connection.exec('begin immediate');
  try {
    await work();
    connection.exec('commit');
  } catch (error) {
    if (connection.inTransaction) connection.exec('rollback');
    throw error;
  }
}

function sqliteDatabase(location: string, connection: Connection, db: Kysely<Schema>): Database {
  const writer = location === MEMORY ? undefined : new SqliteWriter(location);
  const prepared = new PreparedStatements(connection);
  const runAll = connection.transaction((queries: readonly CompiledQuery[]) => {
    for (const { sql, parameters } of queries) prepared.of(sql).run(parameters);
  });
  return {
    kind: 'sqlite',
    location,
    source: location === MEMORY ? { kind: 'memory' } : { kind: 'sqlite', file: location },
    db,
    writeAll: async (queries) => {
      if (writer !== undefined) return writer.write(queries);
      // Memory belongs to its connection. Synchronous from begin to commit: no query of `db` can slip in.
      try {
        runAll.immediate(queries);
      } catch (error) {
        throw storageError(location, error);
      }
    },
    close: async () => {
      await writer?.close();
      await db.destroy();
      connection.close();
    },
  };
}
