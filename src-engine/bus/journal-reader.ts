/** The journal of all profiles out of a database, for a bus. No row is left out: what this version cannot read goes out as it is stored. */
import type { Readable } from '../storage/database-types.ts';
import type { BusFact } from './bus-message.ts';
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
      const query = db.selectFrom('events').where('profile', '=', profile);
      const rows = await query
        .select(['seq', 'runId', 'type', 'atUs', 'json'])
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(PAGE)
        .execute();
      const facts = rows.map(({ seq, runId, ...row }) => ({ profile, seq, runId, event: eventIn(row) }));
      const seq = rows.at(-1)?.seq ?? afterSeq;
      if (rows.length < PAGE) return { facts, seq, lastSeq: seq };
      const last = await query.select((of) => of.fn.max('seq').as('seq')).executeTakeFirst();
      return { facts, seq, lastSeq: last?.seq ?? seq };
    },
  };
}

/** Of a row that holds no event at all its text is published, with type and time of its columns. */
function eventIn({ type, atUs, json }: { type: string; atUs: number; json: string }): BusFact['event'] {
  try {
    const event: unknown = JSON.parse(json);
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return { ...event, type, atUs };
  } catch {
    // Said by what is published in its place.
  }
  return { type, atUs, unread: json } as BusFact['event'];
}
