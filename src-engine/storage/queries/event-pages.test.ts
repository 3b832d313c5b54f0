import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { testDatabases } from '../../testing/databases.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { listEvents } from './event-pages.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const verified = (atUs: number): EngineEvent => ({ type: 'killVerified', atUs, openOrders: 0 });

describe.each(databases.table)('events in order on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined)(
    'page by page, by type, and a row that cannot be read is named',
    async () => {
      const database = await openDatabase(await fresh());
      const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
      await journal.append([
        verified(5),
        verified(4),
        { type: 'strategyStopped', atUs: 6, strategy: 's', reason: '' },
      ]);
      const numbers = async (input: { afterSeq: number; limit: number; types?: string[] }) => {
        const { events, seq, lastSeq } = await listEvents(database, 'demo', input);
        return [events.map((one) => one.seq), seq, lastSeq];
      };
      expect(await numbers({ afterSeq: 0, limit: 2 })).toEqual([[1, 2], 2, 3]);
      expect(await numbers({ afterSeq: 2, limit: 2 })).toEqual([[3], 3, 3]);
      expect(await numbers({ afterSeq: 0, limit: 2, types: ['strategyStopped'] })).toEqual([[3], 3, 3]);
      expect(await numbers({ afterSeq: 9, limit: 2 })).toEqual([[], 9, 3]);
      expect((await listEvents(database, 'other', { afterSeq: 0, limit: 2 })).lastSeq).toBe(0);
      await database.db
        .updateTable('events')
        .set({ json: '{"type":"killVerified"}' })
        .where('seq', '=', 2)
        .execute();
      const page = await listEvents(database, 'demo', { afterSeq: 0, limit: 3 });
      expect(page.events.map(({ seq }) => seq)).toEqual([1, 3]);
      expect(page.unread).toMatchObject([{ seq: 2 }]);
      await journal.close();
      await database.close();
    },
  );
});
