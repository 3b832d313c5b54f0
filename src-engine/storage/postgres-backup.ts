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
import { awaitStored, type KeptOrder } from './intents/await-stored.ts';
import { intentsFolder } from './intents/intents-folder.ts';
import { appliedMigrations, migrate, refuseNewerSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { poolOf } from './postgres-pool.ts';
import { listed, openCopy, quoted, type Table, tablesOf } from './backup-copy.ts';
import { connectSqlite } from './sqlite-connection.ts';
import { storageError } from './storage-errors.ts';

/** Rows that are read or written at once. */
const PAGE = 200;
/** Of one statement of a restore. */
const MAX_BATCH_ROWS = 2_000;
const MAX_BATCH_CHARS = 1024 * 1024;
const plugins = [new CamelCasePlugin()];

type Row = readonly unknown[];
/** Rows and the sum of their hashes: the same in whatever order they are read. */
type Sum = { rows: number; hashes: bigint };

/**
 * Copies the database at `url` to `file`, which may be used as the `parallax.db` of a data folder, or restored to PostgreSQL.
 * @param dataDir of the engine that writes it: see `awaitStored`.
 * @throws UserError when it cannot be read, lacks an order of the intent journal, is of another version, `file` exists, or the copy is not the same.
 */
export async function backupPostgres(url: string, file: string, dataDir: string): Promise<BackupSummary> {
  claim(file);
  let copy: Sqlite.Database | undefined;
  const pool = poolOf(url, 2);
  try {
    await demandThisVersion(pool);
    await awaitStored(intentsFolder(dataDir, url), (orders) => lackingAt(pool, orders));
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

/** Rows that are in, of how many there are. */
export type RestoreProgress = (rows: number, of: number) => void;

/**
 * Puts a copy into an empty PostgreSQL database, all of it or nothing, in batches of bounded size.
 * @throws UserError where there is something already, and for a file that is not a whole copy of this version.
 */
export async function restorePostgres(
  file: string,
  url: string,
  onProgress: RestoreProgress = () => undefined,
): Promise<Readonly<Record<string, number>>> {
  const { copy, tables } = await openCopy(file);
  let pool: Pool | undefined;
  try {
    await (await openDatabase({ url })).close();
    pool = poolOf(url, 1);
    const client = await pool.connect();
    const counts: Record<string, number> = {};
    try {
      await client.query('begin');
      for (const table of tables) await demandEmpty(client, table);
      const all = tables.reduce((sum, table) => sum + countOf(copy, table), 0);
      let done = 0;
      const took = (rows: number): void => onProgress((done += rows), all);
      const sums: Record<string, Sum> = {};
      for (const table of tables) sums[table.name] = await copyIn(client, table, copy, took);
      for (const table of tables) {
        const sum = await sumAt(client, table);
        demandSame(file, table, sums[table.name], sum);
        counts[table.name] = sum.rows;
      }
      await client.query('commit');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
    return counts;
  } catch (error) {
    throw storageError('the PostgreSQL database', error);
  } finally {
    copy.close();
    await pool?.end();
  }
}

async function lackingAt(pool: Pool, orders: readonly KeptOrder[]): Promise<KeptOrder[]> {
  const lacking: KeptOrder[] = [];
  for (const order of orders) {
    const text = 'select 1 from orders where profile = $1 and order_id = $2';
    const { rowCount } = await pool.query(text, [order.profile, order.orderId]);
    if (rowCount === 0) lacking.push(order);
  }
  return lacking;
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
    message: applied.length === 0 ? 'contains no tables of Parallax' : 'was written by an older version',
    remedy: 'Start the engine on it once to migrate its tables to this version.',
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

async function demandEmpty(client: PoolClient, table: Table): Promise<void> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${quoted(table.name)}`);
  if ((rows[0]?.n ?? 0) === 0) return;
  throw new UserError({
    code: 'not-empty',
    field: 'database',
    message: `has rows in ${table.name} already, and a restore does not overwrite`,
    remedy: 'Make an empty database, and restore into that.',
  });
}

/** Rows as one JSON text a statement: PostgreSQL takes it apart, and no more than a batch is in memory. */
async function copyIn(
  client: PoolClient,
  table: Table,
  copy: Sqlite.Database,
  took: (rows: number) => void,
): Promise<Sum> {
  const sum: Sum = { rows: 0, hashes: 0n };
  const names = table.columns.map((column) => JSON.stringify(column));
  const text = `insert into ${quoted(table.name)} (${listed(table)}) select ${listed(table)} from json_populate_recordset(null::${quoted(table.name)}, $1)`;
  let batch: string[] = [];
  let chars = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await client.query({ name: `restore ${table.name}`, text, values: [`[${batch.join(',')}]`] });
    took(batch.length);
    [batch, chars] = [[], 0];
  };
  for (const row of rowsOf(copy, table)) {
    add(sum, row);
    const json = `{${names.map((name, at) => `${name}:${JSON.stringify(row[at])}`).join(',')}}`;
    batch.push(json);
    chars += json.length;
    if (batch.length >= MAX_BATCH_ROWS || chars >= MAX_BATCH_CHARS) await flush();
  }
  await flush();
  return sum;
}

function countOf(copy: Sqlite.Database, table: Table): number {
  return Number(
    copy
      .prepare(`select count(*) from ${quoted(table.name)}`)
      .pluck()
      .get(),
  );
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
    message: `has different rows of ${name} than the database (${to.rows}, not ${from?.rows ?? 0})`,
    remedy: 'Check the disk that it was written to, and try again.',
  });
}
