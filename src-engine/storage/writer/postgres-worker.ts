/** Entry of the thread that commits to PostgreSQL. `workerData` is PostgresWriterOptions; what is asked of it is in write-messages.ts. */
import { workerData } from 'node:worker_threads';
import type { PoolClient } from 'pg';
import { FENCE_QUERY } from '../lease/lease-row.ts';
import { poolOf } from '../postgres-pool.ts';
import type { WriteQuery } from '../put-rows.ts';
import { serveWrites } from './serve-writes.ts';

export type PostgresWriterOptions = {
  readonly url: string;
  readonly headsFile: string;
  /** Of the engine's lease: no commit is taken once another engine has it. Undefined: there is none. */
  readonly epoch?: number | undefined;
};

/** Each profile has one commit under way; settings and alerts come beside them. */
const WRITING_CONNECTIONS = 4;

const { url, headsFile, epoch } = workerData as PostgresWriterOptions;
const pool = poolOf(url, WRITING_CONNECTIONS);

async function runAll(queries: readonly WriteQuery[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    if (epoch !== undefined) await demandLease(client, epoch);
    for (const { sql, parameters } of queries) await client.query(sql, [...parameters]);
    await client.query('commit');
    client.release();
  } catch (error) {
    // The connection goes: whatever of the transaction was open ends with it.
    client.release(true);
    throw error;
  }
}

/** @throws an error that refuses the commit where another engine has the database. */
async function demandLease(client: PoolClient, held: number): Promise<void> {
  const { rowCount } = await client.query(FENCE_QUERY, [held]);
  if (rowCount !== 1)
    throw Object.assign(new Error('another engine has taken it over'), { code: 'LEASE_LOST' });
}

serveWrites({ dialect: 'postgres', headsFile, run: runAll, close: () => pool.end() });
