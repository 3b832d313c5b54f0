/** SQLite through better-sqlite3: one connection, WAL, and a commit that has reached the disk when it returns. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type CompiledQuery, Kysely, type KyselyPlugin, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration } from 'kysely/migration';
import type { Database } from './database-types.ts';
import { makeFolder } from '../lib/folders.ts';
import { migrate, refuseNewerSchema } from './migrate.ts';
import type { Schema } from './schema.ts';
import { storageError } from './storage-errors.ts';

export const DATABASE_FILE = 'parallax.db';

/** How long a write waits for another program (a backup, a viewer) that holds the file, in ms. */
const BUSY_TIMEOUT_MS = 5_000;
/** Largest file that is checked in full at start: it reads every page, about 0.3 s for 64 MB. */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;
/** Distinct statements kept prepared; the journal's own are about 30. */
const MAX_STATEMENTS = 200;

type Connection = Sqlite.Database;

/** @throws UserError when the folder cannot be written or the file is newer, broken or no database. */
export async function openSqlite(
  place: { readonly dataDir: string } | { readonly memory: true },
  migrations: Readonly<Record<string, Migration>>,
  plugins: KyselyPlugin[],
): Promise<Database> {
  const location = 'memory' in place ? ':memory:' : join(place.dataDir, DATABASE_FILE);
  let connection: Connection | undefined;
  try {
    if ('dataDir' in place) {
      makeFolder(place.dataDir, 0o700);
      inspect(location, migrations);
    }
    connection = connect(location);
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

function connect(location: string): Connection {
  const connection = new Sqlite(location, { timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function sqliteDatabase(location: string, connection: Connection, db: Kysely<Schema>): Database {
  const statements = new Map<string, Sqlite.Statement>();
  const prepared = (sql: string): Sqlite.Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = connection.prepare(sql);
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(sql, statement);
    }
    return statement;
  };
  const runAll = connection.transaction((queries: readonly CompiledQuery[]) => {
    for (const { sql, parameters } of queries) prepared(sql).run(parameters);
  });
  return {
    kind: 'sqlite',
    location,
    db,
    // Synchronous from begin to commit: a query of `db` on this one connection cannot slip into the transaction.
    writeAll: async (queries) => {
      try {
        runAll.immediate(queries);
      } catch (error) {
        throw storageError(location, error);
      }
    },
    close: async () => {
      await db.destroy();
      connection.close();
    },
  };
}
