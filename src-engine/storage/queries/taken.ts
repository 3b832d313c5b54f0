/** Executions of cycles and routes with the opportunity as it was when each was begun. */
import { sql } from 'kysely';
import { setImmediate } from 'node:timers/promises';
import { isOfCycle, type EngineEvent, type ExecutionRecord } from '../../domain/event.ts';
import { scorerMark } from '../../domain/capture-model.ts';
import type { Opportunity } from '../../domain/opportunity.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Readable } from '../database-types.ts';
import { readableEvents } from './event-rows.ts';
import { executionOf } from './rows.ts';

type Started = Extract<EngineEvent, { readonly type: 'executionStarted' }>;

/** Newest executions that are looked at. */
export const MAX_TAKEN = 5_000;
/** Facts that are read at once. */
const PART = 500;

type Taken = { readonly opportunity: Opportunity; readonly execution: ExecutionRecord };

/** Another text once an execution was stored or corrected: one that is corrected keeps its id, and may keep its times. */
export async function executionsStamp({ db }: Readable, profile: string): Promise<string> {
  const row = await db
    .selectFrom('executions')
    .select((of) => [
      of.fn.countAll<number>().as('count'),
      of.fn.max('finishedUs').as('lastUs'),
      of.fn.sum(sql<number>`cast(${sql.ref('profitHome')} as double precision)`).as('profitHome'),
      of.fn.sum('realizedNetBps').as('netBps'),
      of.fn.countAll<number>().filterWhere('outcome', '=', 'completed').as('completed'),
    ])
    .where('profile', '=', profile)
    .executeTakeFirst();
  return JSON.stringify(row ?? null);
}

/** Opportunities since then that a scorer's gate did not take. @param sha256 of that scorer; left out: of any. */
export async function countRefused(
  { db }: Readable,
  profile: string,
  sinceUs: TimeUs,
  sha256?: string,
): Promise<number> {
  const mark = sha256 === undefined ? '' : `(${scorerMark(sha256)})`;
  const row = await db
    .selectFrom('opportunities')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('profile', '=', profile)
    .where('decision', '=', 'capture-unlikely')
    .where('openedUs', '>=', sinceUs)
    .where('decisionDetail', 'like', `%${mark}`)
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** By the times of their starts, with those that risk denied before an order left. @returns `left`: other executions, without a readable start. */
export async function takenOpportunities(
  { db }: Readable,
  profile: string,
): Promise<{ readonly taken: readonly Taken[]; readonly left: number }> {
  const rows = await db
    .selectFrom('executions')
    .selectAll()
    .where('profile', '=', profile)
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .limit(MAX_TAKEN)
    .execute();
  const executions = new Map<string, ExecutionRecord>();
  let firstUs = Number.MAX_SAFE_INTEGER;
  for (const row of rows) {
    if (!isOfCycle(row.outcome)) continue;
    executions.set(row.executionId, executionOf(row));
    firstUs = Math.min(firstUs, row.startedUs);
  }
  const taken: Taken[] = [];
  const found = new Set<string>();
  for (let beforeSeq = Number.MAX_SAFE_INTEGER; executions.size > taken.length; await setImmediate()) {
    const facts = await db
      .selectFrom('events')
      .select(['seq', 'atUs', 'json'])
      .where('profile', '=', profile)
      .where('type', '=', 'executionStarted')
      .where('seq', '<', beforeSeq)
      .orderBy('seq', 'desc')
      .limit(PART)
      .execute();
    for (const { event } of readableEvents(facts, isStarted).events) {
      const execution = executions.get(event.executionId);
      if (execution === undefined) continue;
      taken.push({ opportunity: event.opportunity, execution });
      found.add(event.executionId);
    }
    const last = facts.at(-1);
    if (facts.length < PART || last === undefined || last.atUs < firstUs) break;
    beforeSeq = last.seq;
  }
  return {
    taken: taken.toSorted((a, b) => a.execution.startedUs - b.execution.startedUs),
    left: [...executions.values()].filter(
      ({ executionId, outcome }) => outcome !== 'denied' && !found.has(executionId),
    ).length,
  };
}

function isStarted(event: EngineEvent): event is Started {
  return event.type === 'executionStarted';
}
