/** Events of the engine itself, as the journal has them: counted, and newest first. */
import { sql } from 'kysely';
import { isNewsEvent, type NewsFact } from '../../contract/topics.ts';
import type { Readable } from '../database-types.ts';
import { NEWS_WHERE } from '../migrations/0013-go-live-news.ts';
import { readableEvents, type UnreadEvent } from './event-rows.ts';
import { type Page, readPage, type Window } from './pages.ts';

/** Of a row of an event: it is one of the engine itself. */
export const isNews = sql<boolean>`${sql.raw(NEWS_WHERE)}`;

/** Rows that cannot be read after which a list looks no further. */
const MAX_UNREAD = 1_000;

export async function countNews({ db }: Readable, profile: string): Promise<number> {
  const { n } = await db
    .selectFrom('events')
    .where('profile', '=', profile)
    .where(isNews)
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** `seq` is that of the journal. `beforeUs` is an `atUs`. `unread`: rows among them that hold no event of their type. */
export async function listNews(
  database: Readable,
  profile: string,
  page: Page,
): Promise<{ readonly news: NewsFact[]; readonly unread: UnreadEvent[] }> {
  const unread = new Map<number, UnreadEvent>();
  const news = await readPage<NewsFact>(
    page,
    ({ event }) => event.atUs,
    (window) => readableNews(database, profile, window, unread),
  );
  return { news, unread: [...unread.values()] };
}

/** As many as are asked for, where there are as many that can be read. */
async function readableNews(
  { db }: Readable,
  profile: string,
  { fromUs, toUs, limit }: Window,
  unread: Map<number, UnreadEvent>,
): Promise<NewsFact[]> {
  const news: NewsFact[] = [];
  let [beforeUs, beforeSeq] = [toUs, 0];
  for (;;) {
    const wanted = limit - news.length;
    const rows = await db
      .selectFrom('events')
      .select(['seq', 'atUs', 'json'])
      .where('profile', '=', profile)
      .where(isNews)
      .where('atUs', '>=', fromUs)
      .where('atUs', '<=', beforeUs)
      .where((is) =>
        is.or([is('atUs', '<', beforeUs), is.and([is('atUs', '=', beforeUs), is('seq', '<', beforeSeq)])]),
      )
      .orderBy('atUs', 'desc')
      .orderBy('seq', 'desc')
      .limit(wanted)
      .execute();
    const read = readableEvents(rows, isNewsEvent);
    news.push(...read.events);
    for (const row of read.unread) unread.set(row.seq, row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < wanted || news.length >= limit || unread.size >= MAX_UNREAD)
      return news;
    [beforeUs, beforeSeq] = [last.atUs, last.seq];
  }
}
