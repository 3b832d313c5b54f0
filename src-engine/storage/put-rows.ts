/**
 * The few forms of statements that a journal writes, as text for SQLite and PostgreSQL. They are made on the thread that writes,
 * which begins several times as fast without a query builder.
 */
import type { Schema } from './schema.ts';
import { storableText } from './storable-text.ts';

export type Dialect = 'sqlite' | 'postgres';

/** One statement of a transaction. */
export type WriteQuery = { readonly sql: string; readonly parameters: readonly unknown[] };

type Table = keyof Schema;

/** Most rows of one statement: a connection keeps as many texts prepared. */
const MAX_ROWS = 50;

/** Column and table names as they are in the database: `atUs` is `at_us`. */
function nameOf(name: string): string {
  return `"${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;
}

function insert(table: Table, columns: readonly string[], rows: number, dialect: Dialect): string {
  let count = 0;
  const mark = (): string => (dialect === 'postgres' ? `$${++count}` : '?');
  const values = Array.from({ length: rows }, () => `(${columns.map(mark).join(', ')})`);
  return `insert into ${nameOf(table)} (${columns.map(nameOf).join(', ')}) values ${values.join(', ')}`;
}

/** Whatever a venue sends as a reason or a name must not keep a commit from the database: it would be tried again forever. */
function parametersOf(row: object): unknown[] {
  return Object.values(row).map((value: unknown) =>
    typeof value === 'string' ? storableText(value) : value,
  );
}

/** Adds rows that have the same columns in the same order. */
export function addRows<T extends Table>(
  dialect: Dialect,
  table: T,
  rows: readonly Readonly<Schema[T]>[],
): WriteQuery[] {
  const queries: WriteQuery[] = [];
  for (let from = 0; from < rows.length; from += MAX_ROWS) {
    const some = rows.slice(from, from + MAX_ROWS);
    const columns = Object.keys(some[0] ?? {});
    const parameters = some.flatMap(parametersOf);
    queries.push({ sql: insert(table, columns, some.length, dialect), parameters });
  }
  return queries;
}

/** A row that a fact adds or changes; its names are those of the schema. */
export type RowChange = {
  readonly table: Table;
  /** Columns that no two rows have the same; none: a row is added once, and its key is the table's own. */
  readonly key: readonly string[];
  readonly row: Readonly<Record<string, unknown>>;
  /** Columns that are set on the row that has the same `key`; none: the first row stays. */
  readonly changing: readonly string[];
};

/** Adds a row. */
export function addRow<T extends Table>(table: T, row: Readonly<Schema[T]>): RowChange {
  return { table, key: [], row, changing: [] };
}

/**
 * Adds a row, or sets the columns `changing` of the one that has the same `key`; with nothing that changes, the first row stays.
 */
export function putRow<T extends Table>(
  table: T,
  key: readonly (keyof Schema[T] & string)[],
  row: Readonly<Schema[T]>,
  changing: readonly (keyof Schema[T] & string)[],
): RowChange {
  return { table, key, row, changing };
}

/** The statement that makes a change. */
export function changeQuery(dialect: Dialect, { table, key, row, changing }: RowChange): WriteQuery {
  const text = insert(table, Object.keys(row), 1, dialect);
  const parameters = parametersOf(row);
  if (key.length === 0) return { sql: text, parameters };
  const sets = changing.map((column) => `${nameOf(column)} = excluded.${nameOf(column)}`);
  const then = sets.length === 0 ? 'do nothing' : `do update set ${sets.join(', ')}`;
  return { sql: `${text} on conflict (${key.map(nameOf).join(', ')}) ${then}`, parameters };
}
