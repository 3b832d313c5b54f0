import Sqlite from 'better-sqlite3';

/** How long a write waits for another one (the other thread's, a backup's) that holds the file, in ms. */
export const BUSY_TIMEOUT_MS = 5_000;

/** A connection whose commits have reached the disk when they return. */
export function connectSqlite(location: string): Sqlite.Database {
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
