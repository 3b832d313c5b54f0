import type { Migration } from 'kysely/migration';

/** Of each the rows that a trace looks for by an id that is not their own: without these it reads whole tables. */
const INDEXES = [
  ['ordersByExecution', 'orders', 'executionId'],
  ['fillsByExecution', 'fills', 'executionId'],
  ['fillsById', 'fills', 'fillId'],
  ['executionsByOpportunity', 'executions', 'opportunityId'],
] as const;

export const traces: Migration = {
  async up(db): Promise<void> {
    for (const [name, table, column] of INDEXES)
      await db.schema.createIndex(name).on(table).columns(['profile', column]).execute();
  },
};
