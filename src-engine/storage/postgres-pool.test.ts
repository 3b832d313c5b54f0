import { expect, it } from 'vitest';
import { poolOf } from './postgres-pool.ts';

it('an answer of the database is awaited for so long, a little longer than it may take itself', async () => {
  const pool = poolOf('postgres://127.0.0.1:1/none', 1);
  const { query_timeout: answer = 0, statement_timeout: statement } = pool.options;
  expect(answer).toBeGreaterThan(Number(statement));
  expect(answer).toBeLessThanOrEqual(60_000);
  await pool.end();
});
