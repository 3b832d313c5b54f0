/** The rows of the chained tables, page by page in the order of their numbers. */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { auditContent, type ChainName, eventContent, linkOf } from './links.ts';

/** Rows that are read at once: an event is about half a kilobyte. */
const PAGE = 1_000;

export type ChainRow = {
  readonly id: number;
  /** Null where it was written without the chain. */
  readonly hash: string | null;
  /** Its canonical content, as if its number were `id`. */
  readonly contentAt: (id: number) => string;
};

/** Pages of the rows after number `after`. */
export async function* pagesOf(
  db: Kysely<Schema>,
  profile: string,
  chain: ChainName,
  after: number,
): AsyncGenerator<readonly ChainRow[]> {
  for (let last = after; ; ) {
    const rows = await pageOf(db, profile, chain, last);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id ?? last;
  }
}

async function pageOf(
  db: Kysely<Schema>,
  profile: string,
  chain: ChainName,
  after: number,
): Promise<ChainRow[]> {
  if (chain === 'events') {
    const rows = await db
      .selectFrom('events')
      .selectAll()
      .where('profile', '=', profile)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    return rows.map((row) => ({ id: row.seq, hash: row.hash, contentAt: (id) => eventContent(row, id) }));
  }
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('profile', '=', profile)
    .where('auditId', '>', after)
    .orderBy('auditId')
    .limit(PAGE)
    .execute();
  return rows.map((row) => ({ id: row.auditId, hash: row.hash, contentAt: (id) => auditContent(row, id) }));
}

/** Profiles that have rows of the chain. */
export async function profilesOf(db: Kysely<Schema>, chain: ChainName): Promise<string[]> {
  const rows = await db.selectFrom(chain).select('profile').distinct().orderBy('profile').execute();
  return rows.map(({ profile }) => profile);
}

export type Seal = { readonly rows: number; readonly lastId: number; readonly seal: string };

/** One hash over all rows up to number `lastId` as they stand, with the hashes they hold; undefined without a row. */
export async function sealRows(
  db: Kysely<Schema>,
  profile: string,
  chain: ChainName,
  lastId = Number.MAX_SAFE_INTEGER,
): Promise<Seal | undefined> {
  let sealed: Seal | undefined;
  for await (const page of pagesOf(db, profile, chain, 0)) {
    for (const { id, hash, contentAt } of page) {
      if (id > lastId) return sealed;
      const seal = linkOf(sealed?.seal ?? '', `${hash ?? ''}\n${contentAt(id)}`);
      sealed = { rows: (sealed?.rows ?? 0) + 1, lastId: id, seal };
    }
  }
  return sealed;
}
