import type { Migration } from 'kysely/migration';

/** What the venue booked of the quote for a fill. Null: it did not say, or the row is older than this column: price × quantity. */
export const fillCost: Migration = {
  async up(db): Promise<void> {
    await db.schema.alterTable('fills').addColumn('cost', 'text').execute();
  },
};
