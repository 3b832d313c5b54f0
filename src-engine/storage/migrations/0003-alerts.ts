import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a trader should have noticed, acknowledged or not. */
export const alerts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('alerts')
      .addColumn('profile', 'text', (column) => column.notNull())
      .addColumn('alertId', 'bigint', (column) => column.notNull())
      .addColumn('json', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('alertsKey', ['profile', 'alertId'])
      .execute();
  },
};
