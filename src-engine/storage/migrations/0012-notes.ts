import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a trader writes down about executions and runs. */
export const notes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('notes')
      .addColumn('profile', 'text', (column) => column.notNull())
      .addColumn('about', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('changedUs', 'bigint', (column) => column.notNull())
      .addColumn('json', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('notesKey', ['profile', 'about', 'id'])
      .execute();
    await db.schema.createIndex('notesByTime').on('notes').columns(['profile', 'changedUs']).execute();
  },
};
