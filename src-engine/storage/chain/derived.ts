/**
 * Rows that follow from the facts: orders, fills, executions, balances, limits and the rest. They are in no chain of their own:
 * they can be made again from the facts, and are compared with them.
 */
import type { Kysely } from 'kysely';
import type { TimeUs } from '../../domain/time.ts';
import { changeQuery, type Dialect, type RowChange, type WriteQuery } from '../put-rows.ts';
import type { Schema } from '../schema.ts';
import {
  camelRow,
  DERIVED,
  DERIVED_TABLES,
  type DerivedTable,
  ExpectedRows,
  factKey,
  partOfKey,
  partsOf,
  type Row,
  rowFacts,
  snake,
  tableKey,
  tableRows,
} from './derived-tables.ts';
import type { ChainFinding } from './heads.ts';

type Db = Kysely<Schema>;
type AnyDb = Kysely<Record<string, Record<string, unknown>>>;

/** Reason of the anchor that seals what an older version wrote without links (migration 0004). */
const BEFORE_THE_CHAIN = 'before the chain';

/** Most rows that are named; more are as wrong. */
const MAX_NAMED = 20;
/** Most rows that are set right in one go. */
const MAX_MENDED = 1_000;

/** What a start looks at: all that a kernel begins with. Opportunities are shown and decide nothing. */
export const STARTING_TABLES = DERIVED_TABLES.filter((table) => table !== 'opportunities');

type Wrong = {
  readonly what: 'altered' | 'removed' | 'added';
  readonly table: DerivedTable;
  /** As `factKey` has it. */
  readonly key: string;
  /** The fact that it follows from; for a row that no fact knows, the last one. */
  readonly seq: number;
  /** The row as it is in the database; undefined where it is missing. */
  readonly row: Row | undefined;
};

export type Derived = {
  readonly findings: readonly ChainFinding[];
  /** Puts the first of the wrong rows as they follow from the facts; empty: none is wrong. */
  readonly repair: (dialect: Dialect) => Promise<WriteQuery[]>;
};

/** Compares them. The facts must have been found whole before. @param most rows that are remembered at once, for tests. */
export async function checkDerived(
  db: Db,
  profile: string,
  tables: readonly DerivedTable[] = DERIVED_TABLES,
  most?: number,
): Promise<Derived> {
  const wrong: Wrong[] = [];
  const carriedUs = await beforeTheChain(db, profile);
  const parts = await partsOf(db, profile, tables, most);
  for (let part = 0; part < parts && wrong.length < MAX_MENDED; part++) {
    const rows = new ExpectedRows(tables, (key) => partOfKey(key, parts) === part);
    for await (const fact of rowFacts(db, profile)) rows.take(fact);
    wrong.push(...(await compare(db, profile, tables, rows, carriedUs)));
  }
  return {
    findings: wrong.slice(0, MAX_NAMED).map((one) => findingOf(profile, one)),
    repair: (dialect) => repaired(db, profile, wrong.slice(0, MAX_MENDED), dialect),
  };
}

async function compare(
  db: Db,
  profile: string,
  tables: readonly DerivedTable[],
  rows: ExpectedRows,
  carriedUs: TimeUs,
): Promise<Wrong[]> {
  const wrong: Wrong[] = [];
  const unknown: Wrong[] = [];
  for (const table of tables) {
    for await (const page of tableRows(db, profile, table)) {
      for (const row of page) {
        const key = tableKey(table, row);
        if (!rows.isMine(key)) continue;
        const matched = rows.match(table, row);
        if (matched === undefined) {
          if (Number(row[snake(DERIVED[table].time)]) > carriedUs)
            unknown.push({ what: 'added', table, key, seq: rows.lastSeq, row });
        } else if (!matched.fits)
          wrong.push({ what: 'altered', table, key, seq: matched.expected.folded.seq, row });
        if (wrong.length + unknown.length >= MAX_MENDED) return [...wrong, ...unknown];
      }
    }
  }
  const added = unknown.filter(({ table, row }) => table !== 'balances' || !rows.matchRenamed(row ?? {}));
  const missing = rows
    .left()
    .filter(({ folded }) => !folded.isFormer)
    .map(
      ({ table, key, folded }): Wrong => ({ what: 'removed', table, key, seq: folded.seq, row: undefined }),
    );
  return [...wrong, ...missing, ...added];
}

/** Time of the last fact that was written without the chain; below zero where there is none. What no fact knows may be as old. */
async function beforeTheChain(db: Db, profile: string): Promise<TimeUs> {
  const anchor = await db
    .selectFrom('chainAnchors')
    .select(['lastId', 'reason'])
    .where('profile', '=', profile)
    .where('chain', '=', 'events')
    .orderBy('anchorId')
    .limit(1)
    .executeTakeFirst();
  if (anchor?.reason !== BEFORE_THE_CHAIN) return -1;
  const last = await db
    .selectFrom('events')
    .select('atUs')
    .where('profile', '=', profile)
    .where('seq', '=', anchor.lastId)
    .executeTakeFirst();
  return last?.atUs ?? -1;
}

function findingOf(profile: string, { what, table, key, seq }: Wrong): ChainFinding {
  const row = `${snake(table)} ${key.slice(key.indexOf('['))}`;
  const detail = {
    altered: `the row ${row} is not what follows from this fact`,
    removed: `the row ${row}, which follows from this fact, is missing`,
    added: `no fact up to this one knows the row ${row}`,
  }[what];
  return { profile, chain: 'events', kind: 'derived', id: seq, detail };
}

async function repaired(
  db: Db,
  profile: string,
  wrong: readonly Wrong[],
  dialect: Dialect,
): Promise<WriteQuery[]> {
  const wanted = new Set(wrong.map(({ key }) => key));
  const rows = new Map<string, RowChange>();
  for await (const { changes } of rowFacts(db, profile)) {
    for (const change of changes) {
      const key = factKey(change.table as DerivedTable, change.row);
      if (wanted.has(key)) rows.set(key, merged(rows.get(key), change));
    }
  }
  return wrong.flatMap(({ table, key, row: found }) => {
    const row = found && camelRow(found);
    const right = rows.get(key);
    // What the facts do not say stays as it is.
    const whole = right && { ...row, ...definedOf(right.row) };
    const isWhole = whole !== undefined && Object.keys(right?.row ?? {}).every((column) => column in whole);
    if (right !== undefined && !isWhole) return [];
    return [
      ...(row === undefined ? [] : [deletion(db, profile, table, row)]),
      ...(whole === undefined ? [] : [changeQuery(dialect, { table, key: [], row: whole, changing: [] })]),
    ];
  });
}

function merged(before: RowChange | undefined, change: RowChange): RowChange {
  if (before === undefined) return change;
  const changed = change.changing.map((column) => [column, change.row[column]] as const);
  return { ...before, row: { ...before.row, ...Object.fromEntries(changed) } };
}

function definedOf(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

function deletion(db: Db, profile: string, table: DerivedTable, row: Row): WriteQuery {
  let query = (db as unknown as AnyDb).deleteFrom(table).where('profile', '=', profile);
  for (const column of DERIVED[table].key) query = query.where(column, '=', row[column]);
  return query.compile();
}
