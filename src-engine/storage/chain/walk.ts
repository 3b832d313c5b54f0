/** Walks a chain from its beginning to its end and names the first row that does not fit. */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ChainFinding, ChainHeads, ChainState } from './heads.ts';
import { type ChainName, genesisOf, type Head, linkOf } from './links.ts';
import { type ChainRow, pagesOf, sealRows } from './rows.ts';

type Db = Kysely<Schema>;
type Anchor = Schema['chainAnchors'];
type Found = Pick<ChainFinding, 'kind' | 'id' | 'detail'>;

export type Walked = {
  /** Rows that are in place, those that were sealed as they stood among them. */
  readonly rows: number;
  readonly end: Head;
  readonly anchor: Anchor | undefined;
  readonly finding: ChainFinding | undefined;
};

/** Times that a walk goes on after what a running engine has added meanwhile. */
const MAX_TRIES = 20;

/** The last anchor of a chain: up to it the rows are sealed as they stand. */
export function anchorOf(db: Db, profile: string, chain: ChainName): Promise<Anchor | undefined> {
  return db
    .selectFrom('chainAnchors')
    .selectAll()
    .where('profile', '=', profile)
    .where('chain', '=', chain)
    .orderBy('lastId', 'desc')
    .orderBy('anchorId', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Reads every row of the chain. @param heads the ends as they are kept outside of the database. */
export async function walkChain(
  db: Db,
  heads: ChainHeads,
  profile: string,
  chain: ChainName,
): Promise<Walked> {
  const anchor = await anchorOf(db, profile, chain);
  let rows = anchor?.rows ?? 0;
  let end: Head = { id: anchor?.lastId ?? 0, hash: anchor?.hash ?? genesisOf(profile, chain) };
  let before: Head | undefined;
  const walked = (found: Found | undefined): Walked => ({
    rows,
    end,
    anchor,
    finding: found === undefined ? undefined : { profile, chain, ...found },
  });
  const wrongSeal = await checkSeal(db, heads.get(profile, chain), anchor, profile, chain);
  if (wrongSeal !== undefined) return walked(wrongSeal);
  for (let tries = 1; ; tries++) {
    for await (const page of pagesOf(db, profile, chain, end.id)) {
      for (const [index, row] of page.entries()) {
        const wrong = misfit(page, index, end, before);
        if (wrong !== undefined) return walked(wrong);
        rows += 1;
        before = end;
        end = { id: row.id, hash: row.hash ?? '' };
      }
    }
    const known = heads.get(profile, chain);
    const wrong = await checkEnd(db, heads, known, end, profile, chain);
    if (wrong === undefined || tries >= MAX_TRIES) return walked(wrong);
    // An engine may have gone on between the two readings.
    heads.reread();
    if (JSON.stringify(heads.get(profile, chain)) === JSON.stringify(known) && tries > 1)
      return walked(wrong);
  }
}

async function checkSeal(
  db: Db,
  state: ChainState | undefined,
  anchor: Anchor | undefined,
  profile: string,
  chain: ChainName,
): Promise<Found | undefined> {
  const pinned = state?.anchor ?? undefined;
  const id = anchor?.lastId ?? pinned?.id ?? 0;
  if (state !== undefined && (pinned?.id !== anchor?.lastId || pinned?.seal !== anchor?.seal)) {
    const detail =
      'the row of chain_anchors that seals the rows before it is not the one that the data folder knows';
    return { kind: 'anchor', id, detail };
  }
  if (anchor === undefined) return undefined;
  const sealed = await sealRows(db, profile, chain, anchor.lastId);
  if (sealed?.seal === anchor.seal) return undefined;
  const there = sealed?.rows ?? 0;
  const detail = `one of the rows up to ${id}, which were sealed as they stood (${anchor.reason}), is not as it was`;
  const kind = there < anchor.rows ? 'removed' : there > anchor.rows ? 'added' : 'altered';
  return { kind, id, detail: `${detail}: ${anchor.rows} then, ${there} now` };
}

/** What is wrong with a row that should follow `end`, which follows `before`; undefined when it fits. */
function misfit(
  page: readonly ChainRow[],
  index: number,
  end: Head,
  before: Head | undefined,
): Found | undefined {
  const row = page[index];
  if (row === undefined) return undefined;
  const expected = end.id + 1;
  if (row.id > expected) {
    const gone = row.id - 1 === expected ? `row ${expected} is` : `rows ${expected} to ${row.id - 1} are`;
    return { kind: 'removed', id: expected, detail: `${gone} missing` };
  }
  if (fits(row, row.id, end.hash)) return undefined;
  const { id } = row;
  if (before !== undefined && fits(row, end.id, before.hash)) {
    return { kind: 'added', id: end.id, detail: 'a row was inserted before the one that belongs here' };
  }
  // Whose place is this? A row further on that would fit here was moved away, or another one was put before it.
  const owner = page.slice(index + 1).find((other) => fits(other, id, end.hash));
  if (owner !== undefined) {
    const isOriginal = row.hash !== null && fits(row, owner.id, owner.hash ?? '');
    if (owner.id === id + 1 && !isOriginal) {
      return { kind: 'added', id, detail: 'a row was inserted before the one that belongs here' };
    }
    return { kind: 'reordered', id, detail: `the row that belongs here is at ${owner.id}` };
  }
  if (row.hash === null) return { kind: 'added', id, detail: 'the row was written without the chain' };
  const next = page[index + 1];
  if (next !== undefined && fits(next, next.id + 1, row.hash)) {
    return { kind: 'removed', id, detail: 'the row is missing, and the rows after it were renumbered' };
  }
  return { kind: 'altered', id, detail: 'the row was changed' };
}

function fits(row: ChainRow, id: number, previous: string): boolean {
  return row.hash === linkOf(previous, row.contentAt(id));
}

/** Holds the end of the rows against the one that is kept outside. */
async function checkEnd(
  db: Db,
  heads: ChainHeads,
  state: ChainState | undefined,
  end: Head,
  profile: string,
  chain: ChainName,
): Promise<Found | undefined> {
  if (state === undefined) {
    // A chain has its line outside before its first row.
    if (!heads.isKept || !(await isLinked(db, profile, chain))) return undefined;
    return {
      kind: 'no-head',
      id: end.id,
      detail: 'the data folder has no record of the length of this chain',
    };
  }
  const { from, to } = state;
  if (end.id < from.id) {
    const gone = from.id === end.id + 1 ? `row ${from.id} is` : `rows ${end.id + 1} to ${from.id} are`;
    return { kind: 'removed', id: end.id + 1, detail: `${gone} missing at the end` };
  }
  const at = from.id === end.id ? end.hash : await hashAt(db, profile, chain, from.id);
  if (from.id > 0 && at !== undefined && at !== from.hash) {
    return {
      kind: 'altered',
      id: from.id,
      detail: 'this row or one before it was rewritten, hashes included',
    };
  }
  if (end.id === from.id || to.some(({ id, hash }) => id === end.id && hash === end.hash)) return undefined;
  const known = to.filter(({ id }) => id < end.id).map(({ id }) => id);
  const id = Math.max(from.id, ...known) + 1;
  return { kind: 'added', id, detail: 'the row was added after the end that the data folder records' };
}

async function isLinked(db: Db, profile: string, chain: ChainName): Promise<boolean> {
  const row = await db
    .selectFrom(chain)
    .select('hash')
    .where('profile', '=', profile)
    .where('hash', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The hash that row `id` holds; undefined where there is none of that number, or it holds none. */
export async function hashAt(
  db: Db,
  profile: string,
  chain: ChainName,
  id: number,
): Promise<string | undefined> {
  const number = chain === 'events' ? 'seq' : 'auditId';
  const row = await db
    .selectFrom(chain)
    .select('hash')
    .where('profile', '=', profile)
    .where(db.dynamic.ref<string>(number), '=', id)
    .limit(1)
    .executeTakeFirst();
  return row?.hash ?? undefined;
}
