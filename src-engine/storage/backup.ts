/** A copy of a SQLite database that is in use, checked by opening it as a restored one would be. */
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { UserError } from '../domain/errors.ts';
import { awaitStored } from './intents/await-stored.ts';
import { intentsFolder } from './intents/intents-folder.ts';
import { BUSY_TIMEOUT_MS } from './sqlite-connection.ts';
import { DATABASE_FILE } from './sqlite.ts';

export type BackupSummary = {
  readonly file: string;
  readonly bytes: number;
  /** Rows by table, counted in the copy. */
  readonly rows: Readonly<Record<string, number>>;
};

/**
 * Copies the database of a data folder to `file`, page by page, while an engine may go on writing to it: what it commits
 * meanwhile is in the copy or not, and never half (SQLite, "Online Backup API").
 * @throws UserError when there is no database, it lacks an order of the intent journal, `file` exists or cannot be written, or the
 *   copy is not whole.
 */
export async function backupDatabase(dataDir: string, file: string): Promise<BackupSummary> {
  const from = join(dataDir, DATABASE_FILE);
  if (!existsSync(from)) {
    throw new UserError({
      code: 'no-database',
      field: 'data-dir',
      value: dataDir,
      message: `holds no ${DATABASE_FILE}`,
      remedy: 'Name the data folder of the engine with --data-dir.',
    });
  }
  claim(file);
  try {
    const source = new Sqlite(from, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      const has = source
        .prepare<[string, string]>('select 1 from orders where profile = ? and order_id = ?')
        .pluck();
      await awaitStored(intentsFolder(dataDir, undefined), (orders) =>
        orders.filter(({ profile, orderId }) => has.get(profile, orderId) === undefined),
      );
      const before = rowsOf(source);
      await source.backup(file);
      return check(file, before);
    } finally {
      source.close();
    }
  } catch (error) {
    for (const left of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) rmSync(left, { force: true });
    throw error;
  }
}

/** Takes the name for this backup alone, readable by this user only. Nothing is overwritten. */
export function claim(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UserError({
      code: code === 'EEXIST' ? 'file-exists' : 'file-unwritable',
      field: 'FILE',
      value: file,
      message:
        code === 'EEXIST' ? 'already exists, and a backup does not overwrite' : `cannot be written (${code})`,
      remedy: 'Choose another name, in a folder that exists and may be written.',
    });
  }
}

/** Facts are only ever added: a copy with fewer rows of a table than there were when it began lost some. */
function check(file: string, before: Readonly<Record<string, number>>): BackupSummary {
  const copy = new Sqlite(file, { readonly: true });
  try {
    const problem: unknown = copy.pragma('integrity_check', { simple: true });
    const rows = rowsOf(copy);
    const lost = KEPT_FOR_GOOD.filter((table) => (rows[table] ?? 0) < (before[table] ?? 0));
    if (problem === 'ok' && lost.length === 0) {
      const pages = Number(copy.pragma('page_count', { simple: true }));
      return { file, rows, bytes: pages * Number(copy.pragma('page_size', { simple: true })) };
    }
    throw new UserError({
      code: 'backup-not-whole',
      field: 'FILE',
      value: file,
      message: problem === 'ok' ? `lacks rows of ${lost.join(', ')}` : `is damaged (${String(problem)})`,
      remedy: 'Check the disk that it was written to, and try again.',
    });
  } finally {
    copy.close();
  }
}

/** Tables from which no row is ever taken. */
const KEPT_FOR_GOOD = ['events', 'audit', 'orders', 'fills', 'executions'];

function rowsOf(database: Sqlite.Database): Record<string, number> {
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    .pluck()
    .all() as string[];
  return Object.fromEntries(
    tables.map((table) => [
      table,
      Number(
        database
          .prepare(`select count(*) from "${table.replaceAll('"', '""')}"`)
          .pluck()
          .get(),
      ),
    ]),
  );
}
