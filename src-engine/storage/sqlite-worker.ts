/**
 * Entry of the thread that commits to SQLite, so that no disk, however slow, holds up the thread that trades.
 * `workerData` is WriterOptions; every WriteRequest that is posted to it is run as one transaction and answered.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PreparedStatements } from './prepared-statements.ts';
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

if (parentPort === null) throw new Error('sqlite-worker.ts runs in a worker thread only');
const port = parentPort;
const connection = connectSqlite((workerData as WriterOptions).location);
const prepared = new PreparedStatements(connection);

const runAll = connection.transaction((queries: WriteRequest['queries']) => {
  for (const { sql, parameters } of queries) {
    const statement = prepared.of(sql);
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
