import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { CHAINS } from '../chain/links.ts';
import { profilesOf, sealRows } from '../chain/rows.ts';
import type { Schema } from '../schema.ts';

/** Hash chains over facts and audit. Rows that are there already have no links: one anchor seals them as they stand. */
export const chains: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of CHAINS) await db.schema.alterTable(table).addColumn('hash', 'text').execute();
    await db.schema
      .createTable('chainAnchors')
      .addColumn('profile', 'text', (column) => column.notNull())
      .addColumn('chain', 'text', (column) => column.notNull())
      .addColumn('anchorId', 'bigint', (column) => column.notNull())
      .addColumn('lastId', 'bigint', (column) => column.notNull())
      .addColumn('rows', 'bigint', (column) => column.notNull())
      .addColumn('seal', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('chainAnchorsKey', ['profile', 'chain', 'anchorId'])
      .execute();
    const tables = db as Kysely<Schema>;
    for (const chain of CHAINS) {
      for (const profile of await profilesOf(tables, chain)) {
        const sealed = await sealRows(tables, profile, chain);
        if (sealed === undefined) continue;
        const anchor = {
          profile,
          chain,
          anchorId: 1,
          ...sealed,
          hash: sealed.seal,
          reason: 'before the chain',
        };
        await tables.insertInto('chainAnchors').values(anchor).execute();
      }
    }
  },
};
