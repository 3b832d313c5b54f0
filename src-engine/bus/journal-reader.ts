/** The journal of all profiles out of a database, for a bus. */
import type { Readable } from '../storage/database-types.ts';
import { listEvents } from '../storage/queries/event-pages.ts';
import type { JournalReader } from './publisher.ts';

const PAGE = 200;

export function journalReader(database: Readable): JournalReader {
  const { db } = database;
  return {
    async profiles() {
      const rows = await db.selectFrom('runs').select('profile').distinct().orderBy('profile').execute();
      return rows.map(({ profile }) => profile);
    },
    async placeAt(profile, atUs) {
      const query = db.selectFrom('events').where('profile', '=', profile);
      const first = await query
        .select((of) => of.fn.min('seq').as('seq'))
        .where('atUs', '>=', atUs)
        .executeTakeFirst();
      const next = first?.seq ?? 0;
      if (next > 0) return next - 1;
      // Nothing is that new yet: what comes next is.
      const last = await query.select((of) => of.fn.max('seq').as('seq')).executeTakeFirst();
      return last?.seq ?? 0;
    },
    async page(profile, afterSeq) {
      const { events, seq, lastSeq } = await listEvents(database, profile, { afterSeq, limit: PAGE });
      return { facts: events.map((one) => ({ profile, ...one })), seq, lastSeq };
    },
  };
}
