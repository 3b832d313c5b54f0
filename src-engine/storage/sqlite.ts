/** SQLite through better-sqlite3: one connection, WAL, and a commit that has reached the disk when it returns. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type CompiledQuery, Kysely, type KyselyPlugin, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration } from 'kysely/migration';
import type { Database } from './database-types.ts';
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
      mkdirSync(place.dataDir, { recursive: true, mode: 0o700 });
      if (existsSync(location)) inspect(location, migrations);
    }
    connection = connect(location);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }), plugins });
    await migrate(db, location, migrations);
    return sqliteDatabase(location, connection, db);
  } catch (error) {
    connection?.close();
    throw storageError(location, error);
  }
}

/** Looks at a file through a read-only connection, so that one that is not ours to change stays as it is. */
function inspect(location: string, migrations: Readonly<Record<string, Migration>>): void {
  if (statSync(location).size === 0) return;
  const connection = new Sqlite(location, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const applied = connection
      .prepare("select count(*) from sqlite_master where type = 'table' and name = ?")
      .pluck()
      .get(DEFAULT_MIGRATION_TABLE);
    if (applied !== 0) {
      const names = connection.prepare(`select name from ${DEFAULT_MIGRATION_TABLE}`).pluck().all();
      refuseNewerSchema(location, names.map(String), migrations);
    }
    if (statSync(location).size > FULL_CHECK_BYTES) return;
    const found = String(connection.pragma('quick_check(1)', { simple: true }));
    if (found !== 'ok') throw Object.assign(new Error(found), { code: 'SQLITE_CORRUPT' });
  } finally {
    connection.close();
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
