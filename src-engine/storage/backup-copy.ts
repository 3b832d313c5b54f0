/** A SQLite file that is said to be a copy of our tables: looked at before anything of it is believed. */
import Sqlite from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';
import { migrate, refuseNewerSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { BUSY_TIMEOUT_MS } from './sqlite-connection.ts';
import { storageError } from './storage-errors.ts';

export type Table = { readonly name: string; readonly columns: readonly string[] };

/** Longest row that is ever written here, in bytes, many times over: what is longer was made to fill the memory. */
const MAX_ROW_BYTES = 16 * 1024 * 1024;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const listed = ({ columns }: Table): string => columns.map(quoted).join(', ');

/** The tables that a file has, without those of SQLite and of the migrations. */
export function tablesOf(copy: Sqlite.Database): Table[] {
  const names = copy
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like 'kysely\\_%' escape '\\' order by name",
    )
    .pluck()
    .all() as string[];
  return names.map((name) => ({
    name,
    columns: copy.prepare('select name from pragma_table_info(?) order by cid').pluck().all(name) as string[],
  }));
}

/**
 * A copy to read from, and its tables: those of this version and no others. Nothing in the file is run, and nothing is written
 * to it. @throws UserError that names the file and what is wrong with it.
 */
export async function openCopy(
  file: string,
): Promise<{ readonly copy: Sqlite.Database; readonly tables: readonly Table[] }> {
  const wrong = irregularity(file);
  if (wrong !== undefined) throw refused(file, wrong);
  let copy: Sqlite.Database | undefined;
  try {
    copy = new Sqlite(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    // Functions and virtual tables that its schema names are not called.
    copy.pragma('trusted_schema = OFF');
    copy.pragma('query_only = ON');
    copy.pragma('cell_size_check = ON');
    const tables = await demandOurs(file, copy);
    const problem = String(copy.pragma('quick_check(1)', { simple: true }));
    if (problem !== 'ok') throw refused(file, `is damaged (${problem.slice(0, 200)})`);
    for (const table of tables) demandShort(file, copy, table);
    return { copy, tables };
  } catch (error) {
    copy?.close();
    throw storageError(file, error);
  }
}

async function demandOurs(file: string, copy: Sqlite.Database): Promise<readonly Table[]> {
  const foreign = copy
    .prepare(
      "select type || ' ' || name from sqlite_master where type in ('trigger', 'view') or sql like 'create virtual%' limit 1",
    )
    .pluck()
    .get() as string | undefined;
  if (foreign !== undefined) throw refused(file, `has a ${foreign.slice(0, 100)}, which no copy of ours has`);
  const tables = tablesOf(copy);
  const isMigrated =
    copy.prepare('select 1 from sqlite_master where name = ?').pluck().get(DEFAULT_MIGRATION_TABLE) !==
    undefined;
  if (!isMigrated) throw refused(file, 'holds no tables of ours');
  const applied = copy.prepare(`select name from ${DEFAULT_MIGRATION_TABLE}`).pluck().all().map(String);
  refuseNewerSchema(file, applied, MIGRATIONS);
  if (applied.length < Object.keys(MIGRATIONS).length) {
    const remedy =
      'Put it into a data folder as parallax.db, start the engine on it once, and make the backup again.';
    throw refused(file, 'was written by an older version', remedy);
  }
  const ours = await tablesOfThisVersion();
  const is = (all: readonly Table[]): string => JSON.stringify(all);
  if (is(ours) === is(tables)) return ours;
  const odd = tables.find((one) => !ours.some((each) => is([each]) === is([one])));
  throw refused(
    file,
    odd === undefined ? 'lacks a table' : `has a table "${odd.name.slice(0, 100)}" that is none of ours`,
  );
}

async function tablesOfThisVersion(): Promise<Table[]> {
  const memory = new Sqlite(':memory:');
  const db = new Kysely({
    dialect: new SqliteDialect({ database: memory }),
    plugins: [new CamelCasePlugin()],
  });
  try {
    await migrate(db, ':memory:', MIGRATIONS);
    return tablesOf(memory);
  } finally {
    await db.destroy();
  }
}

/** The lengths are in the heads of the rows: what is long is not read for this. */
function demandShort(file: string, copy: Sqlite.Database, table: Table): void {
  const bytes = table.columns.map((column) => `coalesce(octet_length(${quoted(column)}), 0)`).join(' + ');
  const long = copy.prepare(`select 1 from ${quoted(table.name)} where ${bytes} > ${MAX_ROW_BYTES} limit 1`);
  if (long.pluck().get() === undefined) return;
  throw refused(file, `has a row of ${table.name} of more than ${MAX_ROW_BYTES} bytes`);
}

function refused(
  file: string,
  message: string,
  remedy = 'Name a file that parallax backup made.',
): UserError {
  return new UserError({ code: 'bad-backup', field: 'FILE', value: file, message, remedy });
}
