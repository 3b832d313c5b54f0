/** The journal in order, page by page: for whoever follows it from outside. */
import type { OperationOutput, ParsedInput } from '../../contract/operations.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Readable } from '../database-types.ts';
import { readableEvents } from './event-rows.ts';

type EventPage = OperationOutput<'listEvents'>;

const isAny = (_event: EngineEvent): _event is EngineEvent => true;

/** Rows that hold no event are named and passed over, so that one of them never stops whoever follows. */
export async function listEvents(
  { db }: Readable,
  profile: string,
  { afterSeq, limit, types }: ParsedInput<'listEvents'>,
): Promise<EventPage> {
  // Before the rows: an event that is written meanwhile is not passed over.
  const { last } = await db
    .selectFrom('events')
    .where('profile', '=', profile)
    .select((of) => of.fn.max('seq').as('last'))
    .executeTakeFirstOrThrow();
  const query = db
    .selectFrom('events')
    .select(['seq', 'runId', 'json'])
    .where('profile', '=', profile)
    .where('seq', '>', afterSeq);
  const rows = await (types === undefined ? query : query.where('type', 'in', types))
    .orderBy('seq')
    .limit(limit)
    .execute();
  const lastSeq = last ?? 0;
  const runs = new Map(rows.map(({ seq, runId }) => [seq, runId]));
  const { events, unread } = readableEvents(rows, isAny);
  const isWhole = rows.length < limit;
  // It may have been written since the end was read.
  const lastRow = rows.at(-1)?.seq ?? afterSeq;
  return {
    profile,
    seq: isWhole ? Math.max(lastRow, lastSeq) : lastRow,
    lastSeq,
    events: events.map(({ seq, event }) => ({ seq, runId: runs.get(seq) ?? '', event })),
    unread: [...unread],
  };
}
