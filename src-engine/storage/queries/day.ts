/** What executions of the day in progress earned before a session began. */
import { setImmediate } from 'node:timers/promises';
import type { ExecutionRecord } from '../../domain/event.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Readable } from '../database-types.ts';

/** Rows of one read: the loop is back within a few milliseconds. */
const READ_ROWS = 2_000;

/** Outcome and profit of every execution that finished at `fromUs` or later. */
export async function readDay(
  { db }: Readable,
  profile: string,
  fromUs: TimeUs,
): Promise<Pick<ExecutionRecord, 'outcome' | 'profitHome'>[]> {
  const found: Pick<ExecutionRecord, 'outcome' | 'profitHome'>[] = [];
  for (let offset = 0; ; await setImmediate()) {
    const rows = await db
      .selectFrom('executions')
      .select(['outcome', 'profitHome'])
      .where('profile', '=', profile)
      .where('finishedUs', '>=', fromUs)
      .orderBy('finishedUs')
      .orderBy('executionId')
      .limit(READ_ROWS)
      .offset(offset)
      .execute();
    for (const row of rows) found.push(row);
    if (rows.length < READ_ROWS) return found;
    offset += rows.length;
  }
}
