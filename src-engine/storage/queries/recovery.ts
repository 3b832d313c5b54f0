/** What a restart needs to know of the run before. */
import { sql } from 'kysely';
import { type DecimalText, decimal } from '../../domain/decimal.ts';
import type {
  EngineEvent,
  ExecutionRecord,
  FillRecord,
  OrderRecord,
  RecoveredOrder,
  RunMode,
} from '../../domain/event.ts';
import { type Asset, STRATEGY_MARK, SWEEP_MARK, type VenueName } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import { type DurationUs, US_PER_SECOND } from '../../domain/time.ts';
import { isSameCoin } from '../../domain/venue-asset.ts';
import type { Database } from '../database-types.ts';
import { eventOfRow } from './event-rows.ts';
import { FILL_COLUMNS, fillOf, ORDER_COLUMNS } from './rows.ts';

/** States in which an order may still be alive at the venue. */
const OPEN_STATES: readonly OrderState[] = ['created', 'accepted', 'unknown'];
/** States of an order that reached the venue and is over. */
const ENDED_STATES: readonly OrderState[] = ['filled', 'canceled', 'rejected'];

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

/** Most fills that are looked up in one query: their order ids are its parameters. */
const ORDERS_PER_QUERY = 500;

/** Orders that ended so shortly before the last one did may not have been compared with the venue's balances before the run ended. */
const LAST_ORDERS_US: DurationUs = 120 * US_PER_SECOND;

/**
 * What a kernel must know of earlier orders: those whose end is not known, those that ended after `sinceUs`, and those of the
 * last two minutes in which any ended, each with the fills that were booked: what a venue reports again is not booked twice,
 * and what it rounded is known to be no more than that.
 */
export async function recoveredOrders(
  database: Database,
  profile: string,
  sinceUs: number,
): Promise<RecoveredOrder[]> {
  const { db } = database;
  const newest = await db
    .selectFrom('orders')
    .select('updatedUs')
    .where('profile', '=', profile)
    .where('state', 'in', ENDED_STATES)
    .orderBy('updatedUs', 'desc')
    .limit(1)
    .executeTakeFirst();
  const ended = await db
    .selectFrom('orders')
    .select(ORDER_COLUMNS)
    .where('profile', '=', profile)
    .where('state', 'in', ENDED_STATES)
    .where('updatedUs', '>=', Math.min(sinceUs, (newest?.updatedUs ?? sinceUs) - LAST_ORDERS_US))
    .orderBy('createdUs')
    .orderBy('orderId')
    .execute();
  const records = [...ended, ...(await openOrders(database, profile))];
  const fillIds = new Map<string, string[]>(records.map(({ orderId }) => [orderId, []]));
  const orderIds = [...fillIds.keys()];
  for (let from = 0; from < orderIds.length; from += ORDERS_PER_QUERY) {
    const fills = await db
      .selectFrom('fills')
      .select(['orderId', 'fillId'])
      .where('profile', '=', profile)
      .where('orderId', 'in', orderIds.slice(from, from + ORDERS_PER_QUERY))
      .execute();
    for (const { orderId, fillId } of fills) fillIds.get(orderId)?.push(fillId);
  }
  const over = await finishedAmong(database, profile, [...new Set(records.map((one) => one.executionId))]);
  return records.map((record) => ({
    record,
    fillIds: fillIds.get(record.orderId) ?? [],
    isCycleOver: over.has(record.executionId),
  }));
}

/** Those of the executions of which a record says how they ended. */
async function finishedAmong(
  { db }: Database,
  profile: string,
  executionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < executionIds.length; from += ORDERS_PER_QUERY) {
    const rows = await db
      .selectFrom('executions')
      .select('executionId')
      .where('profile', '=', profile)
      .where('executionId', 'in', executionIds.slice(from, from + ORDERS_PER_QUERY))
      .execute();
    for (const { executionId } of rows) found.add(executionId);
  }
  return found;
}

/** Most fills of cycles without an end that are looked at, the newest. */
const MAX_UNFINISHED = 10_000;

/**
 * Fills of unfinished cycles, oldest first. `lastRun`: the profile's last run stopped in the middle of them.
 * `earlier`: a run before it did, and the run after that one has recorded it. Fills that the venue reported only later, for an
 * order that an earlier run had sent, are among them.
 */
export async function unfinishedFills(
  { db }: Database,
  profile: string,
): Promise<{ readonly lastRun: FillRecord[]; readonly earlier: FillRecord[] }> {
  const last = await db
    .selectFrom('runs')
    .select('runId')
    .where('profile', '=', profile)
    .orderBy('startedUs', 'desc')
    .orderBy('runId', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return { lastRun: [], earlier: [] };
  const columns = FILL_COLUMNS.map((column) => `fills.${column}` as const);
  const newest = await db
    .selectFrom('fills')
    .leftJoin('executions', (join) =>
      join
        .onRef('executions.profile', '=', 'fills.profile')
        .onRef('executions.executionId', '=', 'fills.executionId'),
    )
    .select(columns)
    .where('fills.profile', '=', profile)
    .where('executions.executionId', 'is', null)
    // What a strategy bought is held on purpose: no cycle is behind it.
    .where('fills.executionId', 'not like', `%${STRATEGY_MARK}%`)
    .orderBy('fills.atUs', 'desc')
    .orderBy('fills.fillId', 'desc')
    .limit(MAX_UNFINISHED)
    .execute();
  const fills = newest.map(fillOf).toReversed();
  const isOfLast = ({ executionId }: FillRecord): boolean => executionId.startsWith(`${last.runId}-x`);
  return { lastRun: fills.filter(isOfLast), earlier: fills.filter((fill) => !isOfLast(fill)) };
}

/** Most fills of the last day that are read, the newest: they say how fast trading moves each asset. */
const MAX_RECENT = 5_000;

/** Fills booked since then, oldest first. */
export async function fillsSince({ db }: Database, profile: string, sinceUs: number): Promise<FillRecord[]> {
  const rows = await db
    .selectFrom('fills')
    .select(FILL_COLUMNS)
    .where('profile', '=', profile)
    .where('atUs', '>=', sinceUs)
    .orderBy('atUs', 'desc')
    .limit(MAX_RECENT)
    .execute();
  return rows.map(fillOf).toReversed();
}

/** Executions that left something, back to which that is looked for. What an older one left stays where it is. */
const EXECUTIONS_LOOKED_AT = 20_000;

/** What one finished execution left of an asset, or sold of it without buying it back. */
export type LeftByExecution = {
  readonly venue: VenueName;
  readonly asset: Asset;
  readonly amount: DecimalText;
  /** It traded the asset for its own sake, and is no sweep: what it sold of it and did not buy back is missing. */
  readonly isTraded: boolean;
  /** A sweep bought it, as it was missing. */
  readonly isBuyBack?: boolean;
};

/** What the profile's finished executions left, oldest first, as far back as is looked at; each under the name that its run gave it. */
export async function leftByExecutions(
  { db }: Database,
  profile: string,
): Promise<readonly LeftByExecution[]> {
  const rows = await db
    .selectFrom('executions')
    .select(['executionId', 'venue', 'path', 'outcome', 'dust'])
    .where('profile', '=', profile)
    .where('dust', '<>', '[]')
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .limit(EXECUTIONS_LOOKED_AT)
    .execute();
  return rows.toReversed().flatMap(({ executionId, venue, path, outcome, dust }) => {
    // One that was not filled may have paid for that.
    const isSweep = outcome === 'swept' || executionId.endsWith(SWEEP_MARK);
    const way = JSON.parse(path) as ExecutionRecord['path'];
    return (JSON.parse(dust) as ExecutionRecord['dust']).map(({ asset, amount }) => ({
      venue,
      asset,
      amount,
      isBuyBack: outcome === 'swept' && asset === way[1] && decimal(amount).gt(0),
      isTraded: !isSweep && way.some((each) => isSameCoin(each, asset)),
    }));
  });
}

export type JournaledEvent = { readonly seq: number; readonly runId: string; readonly event: EngineEvent };

/** Events after number `seq`, in order, at most `limit`; 0 starts at the beginning. @throws UserError for one that cannot be read. */
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
  return rows.map((row) => ({ seq: row.seq, runId: row.runId, event: eventOfRow(row) }));
}

/** Events of one run after number `seq`, in order, at most `limit`; 0 starts at its beginning. @throws UserError as above. */
export async function eventsOfRun(
  { db }: Database,
  profile: string,
  runId: string,
  seq: number,
  limit: number,
): Promise<JournaledEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'json'])
    .where('profile', '=', profile)
    .where('runId', '=', runId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, runId, event: eventOfRow(row) }));
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
