/** What a restart needs to know of the run before. */
import { sql } from 'kysely';
import type { EngineEvent, OrderRecord, RunMode } from '../../domain/event.ts';
import type { OrderState } from '../../domain/order.ts';
import type { Database } from '../database-types.ts';
import { ORDER_COLUMNS } from './rows.ts';

/** States in which an order may still be alive at the venue. */
const OPEN_STATES: readonly OrderState[] = ['created', 'accepted', 'unknown'];

/** Orders whose end is not known, oldest first. */
export function openOrders({ db }: Database, profile: string): Promise<OrderRecord[]> {
  return db
    .selectFrom('orders')
    .select(ORDER_COLUMNS)
    .where('profile', '=', profile)
    .where('state', 'in', OPEN_STATES)
    .orderBy('createdUs')
    .orderBy('orderId')
    .execute();
}

export type JournaledEvent = { readonly seq: number; readonly runId: string; readonly event: EngineEvent };

/** Events after number `seq`, in order, at most `limit`; 0 starts at the beginning. */
export async function eventsSince(
  { db }: Database,
  profile: string,
  seq: number,
  limit: number,
): Promise<JournaledEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'runId', 'json'])
    .where('profile', '=', profile)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, runId: row.runId, event: JSON.parse(row.json) as EngineEvent }));
}

/** True when the last kill of the profile was not followed by a re-arm: the switch is latched through restarts. */
export async function isKilled({ db }: Database, profile: string): Promise<boolean> {
  const last = await db
    .selectFrom('events')
    .select('type')
    .where('profile', '=', profile)
    // As in the partial index of the migration, which is only used when the text is the same.
    .where(sql<boolean>`type in ('killed', 'rearmed')`)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.type === 'killed';
}

export type RunRecord = {
  readonly runId: string;
  readonly profile: string;
  readonly mode: RunMode;
  readonly startedUs: number;
  readonly seed: number;
  readonly simulatedMarket: boolean;
  readonly homeAsset: string;
};

/** Runs of a profile, newest first, at most `limit`. */
export async function listRuns({ db }: Database, profile: string, limit: number): Promise<RunRecord[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('profile', '=', profile)
    .orderBy('startedUs', 'desc')
    .orderBy('runId', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ simulatedMarket, ...row }) =>
    Object.assign(row, { simulatedMarket: simulatedMarket === 1 }),
  );
}
