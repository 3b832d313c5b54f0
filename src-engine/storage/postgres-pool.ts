/** Connections to PostgreSQL, as every thread of ours makes them. */
import { Pool, types } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
/** Longest a statement may take before it is given up, in ms: a hung database must not hang the engine. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** Longest that an answer is awaited, in ms: later than the database gives up by itself, since one that hangs cannot. */
const ANSWER_TIMEOUT_MS = 35_000;
/** PostgreSQL's object id of the type int8 (pg_type.dat). */
const INT8 = 20;

/** int8 as a number. pg gives text, since its full range is wider; ours are times and counters below 2^53. */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the range of exact integers`);
  return value;
}

type PoolBounds = { readonly connectMs: number; readonly statementMs: number; readonly answerMs: number };

const BOUNDS: PoolBounds = {
  connectMs: CONNECT_TIMEOUT_MS,
  statementMs: STATEMENT_TIMEOUT_MS,
  answerMs: ANSWER_TIMEOUT_MS,
};

/** Connections that are made when they are needed; int8 comes as a number. */
export function poolOf(url: string, max: number, { connectMs, statementMs, answerMs } = BOUNDS): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: answerMs,
    application_name: 'parallax',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? safeInteger : types.getTypeParser(oid, format ?? 'text'),
    },
  });
  // An idle connection that breaks is dropped by the pool; the next query opens another and reports what is wrong.
  pool.on('error', () => undefined);
  // One that breaks in use fails what is asked over it. Its error has to be heard all the same: unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
