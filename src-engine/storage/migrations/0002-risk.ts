import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the risk engine must know after a restart, and every change of limits. */
export const risk: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('riskState')
      .addColumn('profile', 'text', (column) => column.primaryKey())
      .addColumn('atUs', 'bigint', (column) => column.notNull())
      .addColumn('json', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('limitChanges')
      .addColumn('profile', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('atUs', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('changes', 'text', (column) => column.notNull())
      .addColumn('after', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('limitChangesKey', ['profile', 'version'])
      .execute();
    await db.schema
      .createIndex('limitChangesByTime')
      .on('limitChanges')
      .columns(['profile', 'atUs', 'version'])
      .execute();
  },
};
