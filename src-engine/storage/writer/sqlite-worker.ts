/**
 * Entry of the thread that commits to SQLite, so that no disk, however slow, holds up the thread that trades.
 * `workerData` is SqliteWriterOptions; what is asked of it is in write-messages.ts.
 */
import { workerData } from 'node:worker_threads';
import { PreparedStatements } from '../prepared-statements.ts';
import type { WriteQuery } from '../put-rows.ts';
import { connectSqlite } from '../sqlite-connection.ts';
import { serveWrites } from './serve-writes.ts';

export type SqliteWriterOptions = { readonly location: string; readonly headsFile: string };

const { location, headsFile } = workerData as SqliteWriterOptions;
const connection = connectSqlite(location);
const prepared = new PreparedStatements(connection);

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
  run: (queries) => runAll.immediate(queries),
  close: () => void connection.close(),
});
