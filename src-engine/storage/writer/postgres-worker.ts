/** Entry of the thread that commits to PostgreSQL. `workerData` is PostgresWriterOptions; what is asked of it is in write-messages.ts. */
import { workerData } from 'node:worker_threads';
import { poolOf } from '../postgres-pool.ts';
import type { WriteQuery } from '../put-rows.ts';
import { serveWrites } from './serve-writes.ts';

export type PostgresWriterOptions = { readonly url: string; readonly headsFile: string };

/** Each profile has one commit under way; settings and alerts come beside them. */
const WRITING_CONNECTIONS = 4;

const { url, headsFile } = workerData as PostgresWriterOptions;
const pool = poolOf(url, WRITING_CONNECTIONS);

async function runAll(queries: readonly WriteQuery[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const { sql, parameters } of queries) await client.query(sql, [...parameters]);
    await client.query('commit');
    client.release();
  } catch (error) {
    // The connection goes: whatever of the transaction was open ends with it.
    client.release(true);
    throw error;
  }
}

serveWrites({ dialect: 'postgres', headsFile, run: runAll, close: () => pool.end() });
