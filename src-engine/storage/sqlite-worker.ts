/**
 * Entry of the thread that commits to SQLite, so that no disk, however slow, holds up the thread that trades.
 * `workerData` is WriterOptions; every WriteRequest that is posted to it is run as one transaction and answered.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { connectSqlite } from './sqlite-connection.ts';
import { errorCode } from './storage-errors.ts';

export type WriterOptions = { readonly location: string };

export type WriteRequest = {
  readonly id: number;
  readonly queries: readonly { readonly sql: string; readonly parameters: readonly unknown[] }[];
};

export type WriteAnswer = {
  readonly id: number;
  /** What the database said when it refused: nothing of the request was written then. */
  readonly error?: { readonly code: string; readonly message: string };
};

/** Distinct statements kept prepared; the journal's own are about 30. */
const MAX_STATEMENTS = 200;

if (parentPort === null) throw new Error('sqlite-worker.ts runs in a worker thread only');
const port = parentPort;
const connection = connectSqlite((workerData as WriterOptions).location);
const statements = new Map<string, Sqlite.Statement>();

function prepared(sql: string): Sqlite.Statement {
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = connection.prepare(sql);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, statement);
  }
  return statement;
}

const runAll = connection.transaction((queries: WriteRequest['queries']) => {
  for (const { sql, parameters } of queries) {
    const statement = prepared(sql);
    if (statement.reader) statement.all(parameters);
    else statement.run(parameters);
  }
});

function answer({ id, queries }: WriteRequest): WriteAnswer {
  try {
    runAll.immediate(queries);
    return { id };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, error: { code: errorCode(error), message } };
  }
}

port.on('message', (request: WriteRequest | 'close') => {
  if (request !== 'close') {
    port.postMessage(answer(request));
    return;
  }
  connection.close();
  port.close();
});
