/** A connection of its own that reads an open database, for another thread than the one that opened it. */
import Sqlite from 'better-sqlite3';
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import type { DatabaseSource, Readable } from './database-types.ts';
import { poolOf } from './postgres-pool.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT_MS } from './sqlite-connection.ts';

/** Connections to PostgreSQL that serve people; those of the journal are others. */
export const READING_CONNECTIONS = 4;

/** @throws the database's error when it cannot be opened. */
export function connectForReading(source: Exclude<DatabaseSource, { kind: 'memory' }>): Readable {
  const plugins = [new CamelCasePlugin()];
  if (source.kind === 'postgres') {
    const pool = poolOf(source.url, READING_CONNECTIONS);
    return { db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins }) };
  }
  const database = new Sqlite(source.file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  return { db: new Kysely<Schema>({ dialect: new SqliteDialect({ database }), plugins }) };
}
