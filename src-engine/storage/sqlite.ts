/**
 * SQLite through better-sqlite3, in WAL mode: one connection that reads, and one on a thread of its own that commits,
 * each commit on the disk when it returns.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely, type KyselyPlugin, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration } from 'kysely/migration';
import { UserError } from '../domain/errors.ts';
import { ChainWriter } from './chain/chain-writer.ts';
import { ChainHeads } from './chain/heads.ts';
import type { Database } from './database-types.ts';
import { refuseTriggers } from './foreign-triggers.ts';
import { lostDatabase, MADE_FILE, markMade, wasMade } from './made-mark.ts';
import { makeFolder } from '../lib/folders.ts';
import { irregularity } from '../lib/regular-file.ts';
import { PRIVATE_FILE } from '../lib/whole-file.ts';
import { migrate, refuseNewerSchema } from './migrate.ts';
import type { WriteQuery } from './put-rows.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT_MS, connectSqlite } from './sqlite-connection.ts';
import { storageError } from './storage-errors.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { WriterThread } from './writer/writer-thread.ts';

export const DATABASE_FILE = 'parallax.db';
/** The ends of the hash chains, beside the database and not in it. */
const HEADS_FILE = 'chain-heads.jsonl';

/** Largest file that is checked in full at start: it reads every page, about 0.3 s for 64 MB. */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;
const MEMORY = ':memory:';
/** In the list of databases that were made for a data folder. */
const MARK = 'sqlite';

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
      refuseIrregular(location);
      if (existsSync(location)) {
        makePrivate(location);
        inspect(location, place.dataDir, migrations);
      } else await make(location, place.dataDir, migrations, plugins);
      markMade(place.dataDir, MARK);
    }
    connection = connectSqlite(location);
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }), plugins });
    await migrateInOne(connection, () => migrate(db, location, migrations));
    if ('memory' in place) return memoryDatabase(connection, db);
    return sqliteDatabase(location, join(place.dataDir, HEADS_FILE), connection, db);
  } catch (error) {
    connection?.close();
    throw storageError(location, error);
  }
}

/**
 * A file gets its name only once its tables are in it: one that is empty under that name was not left by us. Refused where
 * something shows that there was one before.
 */
async function make(
  location: string,
  dataDir: string,
  migrations: Readonly<Record<string, Migration>>,
  plugins: KyselyPlugin[],
): Promise<void> {
  const rests = [`${location}-wal`, `${location}-shm`].filter((file) => existsSync(file));
  const signs = wasMade(dataDir, MARK) ? [...rests, join(dataDir, MADE_FILE)] : rests;
  if (signs.length > 0)
    throw lostDatabase(location, 'is missing, although it existed before', signs.join(' and '));
  const draft = `${location}.new`;
  const discard = (): void => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${end}`, { force: true });
  };
  discard();
  makePrivate(draft);
  const connection = connectSqlite(draft);
  try {
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }), plugins });
    await migrateInOne(connection, () => migrate(db, location, migrations));
    // The last connection to close takes the -wal file into the database.
    connection.close();
    renameSync(draft, location);
    syncFolder(dataDir);
  } catch (error) {
    connection.close();
    discard();
    throw error;
  }
}

/** Opening what is not a file may block forever. A link counts as what it leads to. */
function refuseIrregular(location: string): void {
  for (const path of ['', '-wal', '-shm'].map((ending) => location + ending)) {
    const wrong = irregularity(path);
    if (wrong === undefined) continue;
    throw new UserError({
      code: 'storage-irregular',
      field: 'database',
      value: path,
      message: `${wrong} and no file; nothing was changed`,
      remedy: 'Move it away, and put the file of Parallax in its place.',
    });
  }
}

/**
 * Looks at a file before anything is written, so that one that is not ours to change stays as it is. The
 * connection may write in principle: a read-only one would leave its -wal and -shm files behind.
 */
function inspect(location: string, dataDir: string, migrations: Readonly<Record<string, Migration>>): void {
  const { size, isFile } = fileOf(location);
  const toBeginAnew = [location, join(dataDir, MADE_FILE)].join(' and ');
  if (isFile && size === 0) throw lostDatabase(location, 'is empty', toBeginAnew);
  if (isFile) refuseCutOff(location, size);
  const connection = new Sqlite(location, { timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('query_only = ON');
    const applied = connection
      .prepare("select count(*) from sqlite_master where type = 'table' and name = ?")
      .pluck()
      .get(DEFAULT_MIGRATION_TABLE);
    if (applied === 0) {
      const tables = connection.prepare('select count(*) from sqlite_master').pluck().get();
      if (tables === 0) throw lostDatabase(location, 'has no tables', toBeginAnew);
      throw new UserError({
        code: 'storage-foreign',
        field: 'database',
        value: location,
        message: 'is a database of another program; it was not changed',
        remedy: 'Choose another data folder, or put the file of Parallax in its place.',
      });
    } else {
      const names = connection.prepare(`select name from ${DEFAULT_MIGRATION_TABLE}`).pluck().all();
      refuseNewerSchema(location, names.map(String), migrations);
    }
    refuseTriggers(location, connection);
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

function fileOf(location: string): { readonly size: number; readonly isFile: boolean } {
  const stat = statSync(location);
  return { size: stat.size, isFile: stat.isFile() };
}

/** A name outlives a power cut once its folder is on the disk; not every system lets a folder be opened for that. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // The file itself is on the disk, and the mark of it is written after its name.
  }
}

/**
 * A file that is shorter than its own header says was cut off (https://www.sqlite.org/fileformat.html, 1.3): large ones are
 * not checked page by page. With a -wal file beside it SQLite itself has yet to complete it.
 */
function refuseCutOff(location: string, size: number): void {
  if (existsSync(`${location}-wal`)) return;
  const header = Buffer.alloc(100);
  const file = openSync(location, 'r');
  try {
    if (readSync(file, header) < header.length || header.toString('latin1', 0, 15) !== 'SQLite format 3')
      return;
  } finally {
    closeSync(file);
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 0;
  if (size >= pages * pageSize) return;
  const message = `it has ${size} bytes of ${pages * pageSize}`;
  throw Object.assign(new Error(message), { code: 'SQLITE_CORRUPT' });
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

function sqliteDatabase(
  location: string,
  headsFile: string,
  connection: Connection,
  db: Kysely<Schema>,
): Database {
  const writer = new WriterThread(location, { kind: 'sqlite', data: { location, headsFile } });
  const heads = new ChainHeads(headsFile);
  return {
    kind: 'sqlite',
    location,
    source: { kind: 'sqlite', file: location },
    db,
    heads,
    chains: writer,
    writeAll: (queries) => writer.write(queries),
    close: async () => {
      await writer.close();
      await heads.close();
      await db.destroy();
      connection.close();
    },
  };
}

/** Memory belongs to its connection: there is no other thread that could write it. */
function memoryDatabase(connection: Connection, db: Kysely<Schema>): Database {
  const prepared = new PreparedStatements(connection);
  const runAll = connection.transaction((queries: readonly WriteQuery[]) => {
    for (const { sql, parameters } of queries) prepared.of(sql).run(parameters);
  });
  // Synchronous from begin to commit: no query of `db` can slip in.
  const run = (queries: readonly WriteQuery[]): void => {
    try {
      runAll.immediate(queries);
    } catch (error) {
      throw storageError(MEMORY, error);
    }
  };
  const heads = new ChainHeads(undefined);
  return {
    kind: 'sqlite',
    location: MEMORY,
    source: { kind: 'memory' },
    db,
    heads,
    chains: new ChainWriter({ dialect: 'sqlite', heads, run }),
    writeAll: async (queries) => run(queries),
    close: async () => {
      await db.destroy();
      connection.close();
    },
  };
}
