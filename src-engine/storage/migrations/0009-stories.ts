import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What of an execution is in none of its records: its times, and the books as they stood. The newest are kept. */
export const stories: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('stories')
      .addColumn('profile', 'text', (column) => column.notNull())
      .addColumn('executionId', 'text', (column) => column.notNull())
      .addColumn('finishedUs', 'bigint', (column) => column.notNull())
      .addColumn('json', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('storiesKey', ['profile', 'executionId'])
      .execute();
    await db.schema.createIndex('storiesByTime').on('stories').columns(['profile', 'finishedUs']).execute();
  },
};
