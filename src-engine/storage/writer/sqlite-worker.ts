/**
 * Entry of the thread that commits to SQLite, so that no disk, however slow, holds up the thread that trades.
 * `workerData` is SqliteWriterOptions; what is asked of it is in write-messages.ts.
 */
import { statSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { PreparedStatements } from '../prepared-statements.ts';
import type { WriteQuery } from '../put-rows.ts';
import { connectSqlite } from '../sqlite-connection.ts';
import { serveWrites } from './serve-writes.ts';

export type SqliteWriterOptions = { readonly location: string; readonly headsFile: string };

const { location, headsFile } = workerData as SqliteWriterOptions;
const connection = connectSqlite(location);
const prepared = new PreparedStatements(connection);

const opened = statSync(location);

/**
 * A file that was moved, removed or replaced takes its new rows with it: these facts would be lost.
 * @throws an error that refuses the commit, until the file is back in its place.
 */
function demandInPlace(): void {
  const found = statSync(location, { throwIfNoEntry: false });
  if (found?.ino === opened.ino && found.dev === opened.dev) return;
  const what = found === undefined ? 'moved or removed' : 'replaced by another file';
  throw Object.assign(new Error(`it was ${what} while the engine ran`), { code: 'MOVED' });
}

const runAll = connection.transaction((queries: readonly WriteQuery[]) => {
  for (const { sql, parameters } of queries) {
    const statement = prepared.of(sql);
    if (statement.reader) statement.all(parameters);
    else statement.run(parameters);
  }
});

serveWrites({
  dialect: 'sqlite',
  headsFile,
  run: (queries) => {
    demandInPlace();
    runAll.immediate(queries);
  },
  close: () => void connection.close(),
});
