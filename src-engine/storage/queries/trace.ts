/** From any id of a trade to all that belongs to it: ids lead from a fill to its order, execution and opportunity, and back down. */
import type { OperationOutput } from '../../contract/operations.ts';
import { MAX_TRACED, STOPPING_EVENTS, type StoppingEvent } from '../../contract/trace-operations.ts';
import { UserError } from '../../domain/errors.ts';
import type { AuditEntry } from '../../contract/records.ts';
import type { OrderState } from '../../domain/order.ts';
import type { OrderRecord } from '../../domain/event.ts';
import type { Readable } from '../database-types.ts';
import { readableEvents } from './event-rows.ts';
import { isNews } from './news.ts';
import { AUDIT_COLUMNS, executionOf, FILL_COLUMNS, fillOf, opportunityOf, ORDER_COLUMNS } from './rows.ts';

/** Calls that name an order or an opportunity, or that begin executions: their rows of the audit trail have the ids. */
const TRACED_CALLS = ['takeOpportunity', 'flatten', 'settleOrder'] as const;
/** Calls that cancel what is open then, and name no order. */
const STOPPING_CALLS = ['kill', 'cancelOrders'] as const;
/** A venue confirms a cancel before the row of the call is written, and a kill before its cancels are confirmed. */
const AROUND_US = 1_000_000;
/** Rows that are looked through, from the earliest of what was found on. */
const MAX_LOOKED_AT = 5_000;

/** @throws UserError for an id that nothing of the profile has. */
export async function readTrace(
  { db }: Readable,
  profile: string,
  id: string,
): Promise<OperationOutput<'getTrace'>> {
  const start = await Promise.all([
    db
      .selectFrom('orders')
      .select('executionId')
      .where('profile', '=', profile)
      .where('orderId', '=', id)
      .execute(),
    db
      .selectFrom('fills')
      .select('executionId')
      .where('profile', '=', profile)
      .where('fillId', '=', id)
      .execute(),
    db
      .selectFrom('executions')
      .select('executionId')
      .where('profile', '=', profile)
      .where((either) => either.or([either('executionId', '=', id), either('opportunityId', '=', id)]))
      .limit(MAX_TRACED)
      .execute(),
  ]);
  const found = new Set(start.flat().map(({ executionId }) => executionId));
  // An execution under way is in no row of its own yet: its orders are.
  found.add(id);
  const opportunityIds = new Set([id]);
  const named = await db
    .selectFrom('executions')
    .select('opportunityId')
    .where('profile', '=', profile)
    .where('executionId', 'in', [...found])
    .execute();
  for (const { opportunityId } of named) opportunityIds.add(opportunityId);
  const executions = await db
    .selectFrom('executions')
    .selectAll()
    .where('profile', '=', profile)
    .where((either) =>
      either.or([
        either('executionId', 'in', [...found]),
        either('opportunityId', 'in', [...opportunityIds]),
      ]),
    )
    .orderBy('startedUs')
    .orderBy('executionId')
    .limit(MAX_TRACED)
    .execute();
  const ids = [...new Set([...found, ...executions.map(({ executionId }) => executionId)])];
  const [opportunities, orders, fills] = await Promise.all([
    db
      .selectFrom('opportunities')
      .selectAll()
      .where('profile', '=', profile)
      .where('opportunityId', 'in', [...opportunityIds])
      .execute(),
    db
      .selectFrom('orders')
      .select(ORDER_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', 'in', ids)
      .orderBy('createdUs')
      .orderBy('orderId')
      .limit(MAX_TRACED)
      .execute(),
    db
      .selectFrom('fills')
      .select(FILL_COLUMNS)
      .where('profile', '=', profile)
      .where('executionId', 'in', ids)
      .orderBy('atUs')
      .orderBy('fillId')
      .limit(MAX_TRACED)
      .execute(),
  ]);
  if (opportunities.length + executions.length + orders.length + fills.length === 0) throw unknown(id);
  const own = new Set([
    ...opportunityIds,
    ...ids,
    ...orders.map(({ orderId }) => orderId),
    ...fills.map(({ fillId }) => fillId),
  ]);
  const times = [
    ...opportunities.map(({ openedUs }) => openedUs),
    ...executions.map(({ startedUs }) => startedUs),
    ...orders.map(({ createdUs }) => createdUs),
    ...fills.map(({ atUs }) => atUs),
  ];
  const lives = livesOf(orders);
  const [audit, stops] = await Promise.all([
    callsThatConcern(db, profile, own, Math.min(...times), lives),
    stopsDuring(db, profile, lives),
  ]);
  return {
    audit,
    stops,
    opportunities: opportunities.map(opportunityOf),
    executions: executions.map(executionOf),
    orders,
    fills: fills.map(fillOf),
  };
}

const OPEN_STATES: ReadonlySet<OrderState> = new Set(['created', 'accepted', 'unknown']);

/** From when to when an order was open, at which venue. */
type Life = Pick<OrderRecord, 'venue' | 'symbol'> & { readonly fromUs: number; readonly toUs: number };

function livesOf(
  orders: readonly Pick<OrderRecord, 'venue' | 'symbol' | 'createdUs' | 'updatedUs' | 'state'>[],
): readonly Life[] {
  return orders.map(({ venue, symbol, createdUs, updatedUs, state }) => ({
    venue,
    symbol,
    fromUs: createdUs,
    toUs: OPEN_STATES.has(state) ? Number.MAX_SAFE_INTEGER : updatedUs + AROUND_US,
  }));
}

/** @param venue undefined: of all venues. */
function touches(lives: readonly Life[], atUs: number, venue?: string, symbol?: string): boolean {
  return lives.some(
    (life) =>
      atUs >= life.fromUs &&
      atUs <= life.toUs &&
      (venue === undefined || venue === life.venue) &&
      (symbol === undefined || symbol === life.symbol),
  );
}

async function stopsDuring(
  db: Readable['db'],
  profile: string,
  lives: readonly Life[],
): Promise<{ seq: number; event: StoppingEvent }[]> {
  if (lives.length === 0) return [];
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'json'])
    .where('profile', '=', profile)
    .where(isNews)
    .where('type', 'in', STOPPING_EVENTS)
    .where('atUs', '>=', Math.min(...lives.map(({ fromUs }) => fromUs)))
    .where('atUs', '<=', Math.max(...lives.map(({ toUs }) => toUs)))
    .orderBy('atUs')
    .orderBy('seq')
    .limit(MAX_LOOKED_AT)
    .execute();
  const isStop = (event: { type: string }): event is StoppingEvent =>
    (STOPPING_EVENTS as readonly string[]).includes(event.type);
  return readableEvents(rows, isStop)
    .events.filter(({ event }) => touches(lives, event.atUs, 'venue' in event ? event.venue : undefined))
    .slice(0, MAX_TRACED);
}

async function callsThatConcern(
  db: Readable['db'],
  profile: string,
  ids: ReadonlySet<string>,
  fromUs: number,
  lives: readonly Life[],
): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .select(AUDIT_COLUMNS)
    .where('profile', '=', profile)
    .where('atUs', '>=', fromUs)
    .where('action', 'in', [...TRACED_CALLS, ...STOPPING_CALLS])
    .orderBy('atUs')
    .orderBy('auditId')
    .limit(MAX_LOOKED_AT)
    .execute();
  // Whole words: an id may be the beginning of another.
  const names = ({ detail }: AuditEntry): boolean =>
    detail.split(/["\s,{}[\]]+/).some((word) => ids.has(word));
  const stops = ({ action, atUs, outcome, detail }: AuditEntry): boolean => {
    const isStopping = (STOPPING_CALLS as readonly string[]).includes(action) && outcome === 'ok';
    const named = (field: string): string | undefined => new RegExp(`"${field}":"([^"]*)"`).exec(detail)?.[1];
    return isStopping && touches(lives, atUs, named('venue'), named('symbol'));
  };
  const isTraced = ({ action }: AuditEntry): boolean => (TRACED_CALLS as readonly string[]).includes(action);
  return rows.filter((row) => (isTraced(row) ? names(row) : stops(row))).slice(0, MAX_TRACED);
}

function unknown(id: string): UserError {
  return new UserError({
    code: 'no-such-id',
    field: 'id',
    value: id,
    message: 'is no opportunity, execution, order or fill of this profile',
    remedy: 'Copy it from a list, the log or the venue.',
  });
}
