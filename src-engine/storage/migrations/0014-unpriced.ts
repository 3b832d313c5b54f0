import type { Migration } from 'kysely/migration';

/** Coins that the equity of a moment leaves out because they had no price. Null: none, or the row is older than this column. */
export const unpriced: Migration = {
  async up(db): Promise<void> {
    await db.schema.alterTable('equity').addColumn('withoutPrice', 'integer').execute();
  },
};
