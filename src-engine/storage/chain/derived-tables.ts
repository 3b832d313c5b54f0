/**
 * What the tables that follow from the facts must hold, folded from the facts: of each row two digests, of what it was made
 * with and of what may change, so that a history of any length fits into memory part by part.
 */
import { hash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { EngineEvent } from '../../domain/event.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { project } from '../projection.ts';
import type { RowChange } from '../put-rows.ts';
import type { Schema } from '../schema.ts';
import { storableText } from '../storable-text.ts';

type Db = Kysely<Schema>;
type AnyDb = Kysely<Record<string, Record<string, unknown>>>;
export type Row = Readonly<Record<string, unknown>>;
type FactType = EngineEvent['type'];

/** Facts or rows that are read at once. */
const PAGE = 1_000;
/** Rows that are remembered at once, at some 700 bytes each. */
const MAX_REMEMBERED = 100_000;
/** Longest text that is kept as it is: a hash takes as long as it takes to make the text. */
const MAX_TEXT = 300;

export type DerivedTable = Exclude<
  keyof Schema,
  'events' | 'audit' | 'chainAnchors' | 'alerts' | 'stories' | 'notes' | 'settings'
>;

type Kind = {
  /** The columns that identify a row within a profile. */
  readonly key: readonly string[];
  /** Column of the time that a row is about. */
  readonly time: string;
};
export const DERIVED: Readonly<Record<DerivedTable, Kind>> = {
  runs: { key: ['runId'], time: 'startedUs' },
  balances: { key: ['asset'], time: 'atUs' },
  orders: { key: ['orderId'], time: 'createdUs' },
  fills: { key: ['venue', 'fillId'], time: 'atUs' },
  executions: { key: ['executionId'], time: 'finishedUs' },
  opportunities: { key: ['opportunityId'], time: 'openedUs' },
  equity: { key: ['atUs'], time: 'atUs' },
  limitChanges: { key: ['version'], time: 'atUs' },
  riskState: { key: [], time: 'atUs' },
};
export const DERIVED_TABLES = Object.keys(DERIVED) as DerivedTable[];

/** Facts that a row follows from. The last `riskRecorded` alone decides, and is read by itself. */
const ROW_FACTS: readonly FactType[] = [
  'runStarted',
  'opportunityOpened',
  'opportunityClosed',
  'executionFinished',
  'orderFilled',
  'orderCreated',
  'orderDenied',
  'orderAccepted',
  'orderCanceled',
  'orderRejected',
  'orderUnknown',
  'orderSettled',
  'balancesChanged',
  'equitySampled',
  'limitsChanged',
];

const NONE: readonly string[] = [];

export type Fact = { readonly seq: number; readonly changes: readonly RowChange[] };

/** Of each row: the fact it follows from last, and its digests. */
type Folded = {
  readonly seq: number;
  readonly made: string;
  readonly changing: string;
  /** Columns that the facts do not say, as an older version wrote them: these are not compared. */
  readonly unsaid: readonly string[];
  /** A balance that the last run did not begin with: that run may have given it another name. */
  readonly isFormer: boolean;
};

export type Expected = {
  readonly table: DerivedTable;
  readonly key: string;
  readonly folded: Folded;
};

/** `fills ["venue","T1"]`: of a row of the schema, as facts give it. */
export function factKey(table: DerivedTable, row: Row): string {
  return keyText(table, row, DERIVED[table].key);
}

/** The same of a row of the database. */
export function tableKey(table: DerivedTable, row: Row): string {
  return keyText(table, row, TABLE_KEYS[table]);
}

const TABLE_KEYS = Object.fromEntries(
  DERIVED_TABLES.map((table) => [table, DERIVED[table].key.map(snake)]),
) as unknown as Readonly<Record<DerivedTable, readonly string[]>>;

function keyText(table: DerivedTable, row: Row, key: readonly string[]): string {
  const [first = ''] = key;
  if (key.length === 1) return `${table} [${JSON.stringify(storable(row[first]))}]`;
  return `${table} ${JSON.stringify(key.map((column) => storable(row[column])))}`;
}

/** What a row is made with, and what may change: by the names of the schema and of the database. */
type Columns = {
  readonly made: readonly string[];
  readonly changing: readonly string[];
  readonly tableMade: readonly string[];
  readonly tableChanging: readonly string[];
};

/** The rows that the facts give, those of one part of all keys at a time. */
export class ExpectedRows {
  readonly #expected = new Map<string, Expected>();
  readonly #columns = new Map<DerivedTable, Columns>();
  readonly #tables: ReadonlySet<string>;
  readonly #isMine: (key: string) => boolean;
  lastSeq = 0;

  constructor(tables: readonly DerivedTable[], isMine: (key: string) => boolean) {
    this.#tables = new Set(tables);
    this.#isMine = isMine;
  }

  take({ seq, changes }: Fact): void {
    this.lastSeq = Math.max(this.lastSeq, seq);
    if (changes[0]?.table === 'runs') this.#beginRun();
    for (const change of changes) if (this.#tables.has(change.table)) this.#takeRow(seq, change);
  }

  /** Takes a row of a table from what is expected. Answers what follows from the facts; undefined: none knows the row. */
  match(table: DerivedTable, row: Row): { readonly expected: Expected; readonly fits: boolean } | undefined {
    const key = tableKey(table, row);
    const expected = this.#expected.get(key);
    if (expected === undefined) return undefined;
    this.#expected.delete(key);
    const columns = this.#columns.get(table);
    const { made, changing, unsaid } = expected.folded;
    const lacking = unsaid.map(snake);
    const fits =
      digest(row, columns?.tableMade ?? NONE, lacking) === made &&
      digest(row, columns?.tableChanging ?? NONE, lacking) === changing;
    return { expected, fits };
  }

  /** True for keys of the part that is looked at. */
  isMine(key: string): boolean {
    return this.#isMine(key);
  }

  /**
   * Takes a balance from what is expected that has another name by now: where a run begins with more venues or fewer, `USD`
   * becomes `USD@venue` or the other way round, before the fact of that run. Nothing but the name may differ.
   */
  matchRenamed(row: Row): boolean {
    const asset = String(row['asset']);
    const columns = this.#columns.get('balances')?.tableChanging ?? NONE;
    for (const [key, { table, folded }] of this.#expected) {
      if (table !== 'balances') continue;
      const [before = ''] = JSON.parse(key.slice(key.indexOf('['))) as string[];
      const isRenamed =
        assetName(before) === assetName(asset) &&
        (before === assetName(before)) !== (asset === assetName(asset));
      if (!isRenamed || digest(row, columns, folded.unsaid.map(snake)) !== folded.changing) continue;
      this.#expected.delete(key);
      return true;
    }
    return false;
  }

  /** What no row was matched with. */
  left(): Expected[] {
    return [...this.#expected.values()];
  }

  #takeRow(seq: number, { table: named, row, changing }: RowChange): void {
    const table = named as DerivedTable;
    const key = factKey(table, row);
    if (!this.#isMine(key)) return;
    let columns = this.#columns.get(table);
    if (columns === undefined) {
      const isChanging = new Set(changing);
      const made = Object.keys(row).filter((column) => !isChanging.has(column));
      const [tableMade, tableChanging] = [made.map(snake), changing.map(snake)];
      this.#columns.set(table, (columns = { made, changing, tableMade, tableChanging }));
    }
    const before = this.#expected.get(key)?.folded;
    // Where no column may change, the first fact stays.
    if (before !== undefined && changing.length === 0) return;
    const unsaid = before?.unsaid.slice() ?? [];
    for (const column in row) {
      if (row[column] === undefined && !unsaid.includes(column)) unsaid.push(column);
    }
    this.#expected.set(key, {
      table,
      key,
      folded: {
        seq,
        made: before?.made ?? digest(row, columns.made, unsaid),
        changing: digest(row, columns.changing, unsaid),
        unsaid,
        isFormer: false,
      },
    });
  }

  #beginRun(): void {
    for (const [key, one] of this.#expected) {
      if (one.table === 'balances')
        this.#expected.set(key, { ...one, folded: { ...one.folded, isFormer: true } });
    }
  }
}

/** The values of some columns as one text, or the hash of a long one. */
function digest(row: Row, columns: readonly string[], unsaid: readonly string[]): string {
  const values = columns.map((column) =>
    unsaid.length > 0 && unsaid.includes(column) ? '' : storable(row[column]),
  );
  const text = JSON.stringify(values);
  return text.length <= MAX_TEXT ? text : hash('sha256', text, 'base64');
}

function storable(value: unknown): unknown {
  return typeof value === 'string' && NOT_STORABLE.test(value) ? storableText(value) : value;
}

const NOT_STORABLE = /[\0\ud800-\udfff]/;

/** So many passes over the facts keep what is remembered within bounds. */
export async function partsOf(
  db: Db,
  profile: string,
  tables: readonly DerivedTable[],
  most = MAX_REMEMBERED,
): Promise<number> {
  let rows = 0;
  for (const table of tables) {
    const { count } = await (db as unknown as AnyDb)
      .selectFrom(table)
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('profile', '=', profile)
      .executeTakeFirstOrThrow();
    rows += count;
  }
  return Math.max(1, Math.ceil(rows / most));
}

/** The part, of `parts`, that a key belongs to. All balances are in the first: one may have got another name. */
export function partOfKey(key: string, parts: number): number {
  if (parts === 1 || key.startsWith('balances ')) return 0;
  let sum = 0;
  for (let k = 0; k < key.length; k++) sum = (Math.imul(sum, 31) + key.charCodeAt(k)) >>> 0;
  return sum % parts;
}

/** Facts that rows follow from, oldest first, and the last of those of which the last one counts. */
export async function* rowFacts(db: Db, profile: string): AsyncGenerator<Fact> {
  for (let last = 0; ; ) {
    const rows = await db
      .selectFrom('events')
      .select(['seq', 'runId', 'json'])
      .where('profile', '=', profile)
      .where('seq', '>', last)
      .where('type', 'in', [...ROW_FACTS])
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    for (const row of rows) yield factOf(profile, row);
    last = rows.at(-1)?.seq ?? last;
    if (rows.length < PAGE) break;
  }
  const risk = await db
    .selectFrom('events')
    .select(['seq', 'runId', 'json'])
    .where('profile', '=', profile)
    .where('type', '=', 'riskRecorded')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (risk !== undefined) yield factOf(profile, risk);
}

/** One that cannot be read, as after an acknowledged alteration, gives no row. */
function factOf(
  profile: string,
  { seq, runId, json }: { readonly seq: number; readonly runId: string; readonly json: string },
): Fact {
  try {
    return { seq, changes: project({ profile, runId }, JSON.parse(json) as EngineEvent) ?? [] };
  } catch {
    return { seq, changes: [] };
  }
}

/** Pages of the rows of a table, in the order of their keys, with the names of the database. */
export async function* tableRows(
  db: Db,
  profile: string,
  table: DerivedTable,
): AsyncGenerator<readonly Row[]> {
  // Names are turned once for all rows, and not for each by a plugin.
  const plain = db.withoutPlugins() as unknown as AnyDb;
  const key = DERIVED[table].key.map(snake);
  let last: Row | undefined;
  for (;;) {
    let query = plain.selectFrom(snake(table)).selectAll().where('profile', '=', profile);
    for (const column of key) query = query.orderBy(column);
    if (last !== undefined) {
      const after = last;
      const [columns, values] = [key.map((name) => sql.ref(name)), key.map((name) => after[name])];
      query = query.where(sql<boolean>`(${sql.join(columns)}) > (${sql.join(values)})`);
    }
    const rows: readonly Row[] = await query.limit(PAGE).execute();
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE || key.length === 0) return;
    last = rows.at(-1);
  }
}

/** As it is in the database: `limit_changes`. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A row of the database with the names of the schema. */
export function camelRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
