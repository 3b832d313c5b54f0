/** Events of the engine itself, as the journal has them: counted, and newest first. */
import { sql } from 'kysely';
import type { NewsEvent, NewsFact } from '../../contract/topics.ts';
import type { Readable } from '../database-types.ts';
import { NEWS_WHERE } from '../migrations/0007-coin-news.ts';
import { type Page, readPage } from './pages.ts';

const isNews = sql<boolean>`${sql.raw(NEWS_WHERE)}`;

export async function countNews({ db }: Readable, profile: string): Promise<number> {
  const { n } = await db
    .selectFrom('events')
    .where('profile', '=', profile)
    .where(isNews)
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** `seq` is that of the journal. `beforeUs` is an `atUs`. */
export function listNews({ db }: Readable, profile: string, page: Page): Promise<NewsFact[]> {
  return readPage(
    page,
    ({ event }) => event.atUs,
    async ({ fromUs, toUs, limit }) => {
      const rows = await db
        .selectFrom('events')
        .select(['seq', 'json'])
        .where('profile', '=', profile)
        .where(isNews)
        .where('atUs', '>=', fromUs)
        .where('atUs', '<', toUs)
        .orderBy('atUs', 'desc')
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ seq, json }) => ({ seq, event: JSON.parse(json) as NewsEvent }));
    },
  );
}
