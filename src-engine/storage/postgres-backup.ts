/**
 * A copy of a PostgreSQL database as a SQLite file of the same tables, and back. All of it is read in one transaction, so that it is
 * the state of one moment while an engine goes on writing; every row is compared in the copy by its hash.
 */
import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { UserError } from '../domain/errors.ts';
import { type BackupSummary, claim } from './backup.ts';
import { openDatabase } from './database.ts';
import { appliedMigrations, migrate, refuseNewerSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { poolOf } from './postgres-pool.ts';
import { connectSqlite } from './sqlite-connection.ts';
import { storageError } from './storage-errors.ts';

/** Rows that are read or written at once. */
const PAGE = 200;
const plugins = [new CamelCasePlugin()];

type Row = readonly unknown[];
type Table = { readonly name: string; readonly columns: readonly string[] };
/** Rows and the sum of their hashes: the same in whatever order they are read. */
type Sum = { rows: number; hashes: bigint };

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const listed = ({ columns }: Table): string => columns.map(quoted).join(', ');

/**
 * Copies the database at `url` to `file`, which may be used as the `parallax.db` of a data folder, or restored to PostgreSQL.
 * @throws UserError when it cannot be read, is of another version, `file` exists, or the copy is not the same.
 */
export async function backupPostgres(url: string, file: string): Promise<BackupSummary> {
  claim(file);
  let copy: Sqlite.Database | undefined;
  const pool = poolOf(url, 2);
  try {
    await demandThisVersion(pool);
    const made = (copy = connectSqlite(file));
    await migrate(new Kysely({ dialect: new SqliteDialect({ database: made }), plugins }), file, MIGRATIONS);
    const tables = tablesOf(made);
    const sums = await reading(pool, async (client) => {
      const read: Record<string, Sum> = {};
      for (const table of tables) read[table.name] = await copyOut(client, table, made);
      return read;
    });
    for (const table of tables) demandSame(file, table, sums[table.name], sumOf(made, table));
    made.pragma('wal_checkpoint(TRUNCATE)');
    const bytes =
      Number(made.pragma('page_count', { simple: true })) *
      Number(made.pragma('page_size', { simple: true }));
    return { file, bytes, rows: Object.fromEntries(tables.map(({ name }) => [name, sums[name]?.rows ?? 0])) };
  } catch (error) {
    copy?.close();
    copy = undefined;
    for (const left of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${left}`, { force: true });
    throw storageError('the PostgreSQL database', error);
  } finally {
    copy?.close();
    await pool.end();
  }
}

/** Puts a copy into an empty PostgreSQL database, all of it or nothing. @throws UserError where there is something already. */
export async function restorePostgres(file: string, url: string): Promise<Readonly<Record<string, number>>> {
  await (await openDatabase({ url })).close();
  const copy = connectSqlite(file);
  const pool = poolOf(url, 1);
  try {
    const tables = tablesOf(copy);
    const client = await pool.connect();
    try {
      await client.query('begin');
      for (const table of tables) await copyIn(client, table, copy);
      for (const table of tables) demandSame(file, table, sumOf(copy, table), await sumAt(client, table));
      await client.query('commit');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
    return Object.fromEntries(tables.map((table) => [table.name, sumOf(copy, table).rows]));
  } catch (error) {
    throw storageError('the PostgreSQL database', error);
  } finally {
    copy.close();
    await pool.end();
  }
}

async function demandThisVersion(pool: Pool): Promise<void> {
  // Not destroyed: that would end the pool, which is used on.
  const db = new Kysely({ dialect: new PostgresDialect({ pool }), plugins });
  const applied = await appliedMigrations(db);
  refuseNewerSchema('the PostgreSQL database', applied, MIGRATIONS);
  if (applied.length === Object.keys(MIGRATIONS).length) return;
  throw new UserError({
    code: 'older-schema',
    field: 'database',
    message: applied.length === 0 ? 'holds no tables of ours' : 'was written by an older version',
    remedy: 'Start the engine on it once, which brings its tables to this version.',
  });
}

async function reading<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    return await work(client);
  } finally {
    client.release(true);
  }
}

/** Our tables, as this version makes them. */
function tablesOf(copy: Sqlite.Database): Table[] {
  const names = copy
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%' order by name",
    )
    .pluck()
    .all() as string[];
  return names.map((name) => ({
    name,
    columns: copy.prepare(`select name from pragma_table_info(?) order by cid`).pluck().all(name) as string[],
  }));
}

/** Rows of a table in PostgreSQL, page by page. */
async function* pages(client: PoolClient, table: Table): AsyncGenerator<readonly Row[]> {
  await client.query(
    `declare all_rows no scroll cursor for select ${listed(table)} from ${quoted(table.name)}`,
  );
  for (;;) {
    const { rows } = await client.query<unknown[]>({ text: `fetch ${PAGE} from all_rows`, rowMode: 'array' });
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close all_rows');
}

async function copyOut(client: PoolClient, table: Table, copy: Sqlite.Database): Promise<Sum> {
  const sum: Sum = { rows: 0, hashes: 0n };
  const marks = table.columns.map(() => '?').join(', ');
  const insert = copy.prepare(`insert into ${quoted(table.name)} (${listed(table)}) values (${marks})`);
  const insertAll = copy.transaction((rows: readonly Row[]) => {
    for (const row of rows) insert.run(...row);
  });
  for await (const rows of pages(client, table)) {
    insertAll(rows);
    for (const row of rows) add(sum, row);
  }
  return sum;
}

async function copyIn(client: PoolClient, table: Table, copy: Sqlite.Database): Promise<void> {
  const { rows: there } = await client.query<{ n: number }>(
    `select count(*)::int as n from ${quoted(table.name)}`,
  );
  if ((there[0]?.n ?? 0) > 0) {
    throw new UserError({
      code: 'not-empty',
      field: 'database',
      message: `has rows in ${table.name} already, and a restore overwrites nothing`,
      remedy: 'Make an empty database, and restore into that.',
    });
  }
  for (const row of rowsOf(copy, table)) {
    const marks = row.map((_, k) => `$${k + 1}`).join(', ');
    await client.query(`insert into ${quoted(table.name)} (${listed(table)}) values (${marks})`, [...row]);
  }
}

function rowsOf(copy: Sqlite.Database, table: Table): IterableIterator<unknown[]> {
  return copy
    .prepare(`select ${listed(table)} from ${quoted(table.name)}`)
    .raw()
    .iterate() as IterableIterator<unknown[]>;
}

function sumOf(copy: Sqlite.Database, table: Table): Sum {
  const sum: Sum = { rows: 0, hashes: 0n };
  for (const row of rowsOf(copy, table)) add(sum, row);
  return sum;
}

async function sumAt(client: PoolClient, table: Table): Promise<Sum> {
  const sum: Sum = { rows: 0, hashes: 0n };
  for await (const rows of pages(client, table)) for (const row of rows) add(sum, row);
  return sum;
}

function add(sum: Sum, row: Row): void {
  sum.rows++;
  sum.hashes += BigInt(`0x${hash('sha256', JSON.stringify(row))}`);
}

function demandSame(file: string, { name }: Table, from: Sum | undefined, to: Sum): void {
  if (from?.rows === to.rows && from.hashes === to.hashes) return;
  throw new UserError({
    code: 'backup-not-whole',
    field: 'FILE',
    value: file,
    message: `has other rows of ${name} than the database (${to.rows}, not ${from?.rows ?? 0})`,
    remedy: 'Check the disk that it was written to, and try again.',
  });
}
