/** Events of the engine within a span: the rare ones one by one, the frequent ones counted, so that a busy day hides no kill. */
import { isNewsEvent, type NewsEvent } from '../../contract/topics.ts';
import type { Readable } from '../database-types.ts';
import type { Span } from './day-figures.ts';
import { readableEvents } from './event-rows.ts';
import { isNews } from './news.ts';

type NewsType = NewsEvent['type'];

export type DayEvents = {
  /** Oldest first. */
  readonly events: readonly NewsEvent[];
  /** Of types that are not listed, or not all of them: how many are missing. */
  readonly cut: readonly { readonly type: NewsType; readonly count: number }[];
  /** Rows that hold no event of their type. */
  readonly unread: number;
};

/**
 * Types come in the order of their counts, the rarest first, for as long as there is room: what happens by the hundred takes no row from
 * what happened once. The type for which there is too little room is listed from its first event on.
 * @param unlisted types that are counted only.
 */
export async function dayEvents(
  database: Readable,
  profile: string,
  span: Span,
  unlisted: ReadonlySet<NewsType>,
  maxRows: number,
): Promise<DayEvents> {
  const rows = ofSpan(database, profile, span);
  const counts = await rows
    .select(['type'])
    .select((of) => of.fn.countAll<number>().as('count'))
    .groupBy('type')
    .execute();
  const byType = counts
    .map(({ type, count }) => ({ type: type as NewsType, count }))
    .toSorted((a, b) => a.count - b.count || (a.type < b.type ? -1 : 1));
  const whole: NewsType[] = [];
  const cut: { type: NewsType; count: number }[] = [];
  let part: { readonly type: NewsType; readonly limit: number } | undefined;
  let room = maxRows;
  for (const { type, count } of byType) {
    const listed = unlisted.has(type) ? 0 : Math.min(count, room);
    room -= listed;
    if (listed === count) whole.push(type);
    else {
      if (listed > 0) part = { type, limit: listed };
      cut.push({ type, count: count - listed });
    }
  }
  const read = async (types: readonly NewsType[], limit: number) => {
    if (types.length === 0) return [];
    const listed = rows.select(['seq', 'atUs', 'json']).where('type', 'in', types);
    return listed.orderBy('atUs').orderBy('seq').limit(limit).execute();
  };
  const listed = [...(await read(whole, maxRows)), ...(part ? await read([part.type], part.limit) : [])];
  const { events, unread } = readableEvents(
    listed.toSorted((a, b) => a.atUs - b.atUs || a.seq - b.seq),
    isNewsEvent,
  );
  return { events: events.map(({ event }) => event), cut, unread: unread.length };
}

function ofSpan({ db }: Readable, profile: string, { fromUs, toUs }: Span) {
  return db
    .selectFrom('events')
    .where('profile', '=', profile)
    .where(isNews)
    .where('atUs', '>=', fromUs)
    .where('atUs', '<', toUs);
}
