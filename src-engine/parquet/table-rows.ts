/** Rows of a table as they wait for their file, column by column, whatever the file's format is. */
import { unitsOf } from './decimal-units.ts';

/** `time`: µs since 1970, UTC. `decimal`: DECIMAL(38, 18). `json`: text that holds JSON. */
export type ColumnType = 'text' | 'json' | 'time' | 'decimal' | 'integer' | 'double' | 'flag';
export type Column = { readonly name: string; readonly type: ColumnType };
/** By the column's name; what is not there is null. A decimal is its text, or its units of 10^-18. */
export type Row = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;
/** What a column holds of a row: units of 10^-18 of a decimal, µs of a time. */
export type Cell = string | number | bigint | boolean | null;

/** Where decimals that do not fit DECIMAL(38, 18) stand as they are: a JSON object by column. */
export const EXACT = 'exact';

/** A file of one table that takes rows. */
export type TableFile = {
  /** Rows that are in memory. */
  readonly waiting: number;
  /** Decimals that did not fit and stand in `exact`. */
  readonly inexact: number;
  add(row: Row): void;
  /** Writes what waits as a group of rows. */
  flush(): void;
  /** All is with `OutFile`. */
  finish(): void;
  abandon(): void;
};

export class TableRows {
  /** With `exact` behind those that were given, where one of them is a decimal. */
  readonly columns: readonly Column[];
  #cells: Cell[][];
  #waiting = 0;
  inexact = 0;

  constructor(columns: readonly Column[]) {
    const hasDecimals = columns.some(({ type }) => type === 'decimal');
    this.columns = hasDecimals ? [...columns, { name: EXACT, type: 'json' }] : columns;
    this.#cells = this.columns.map(() => []);
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(row: Row): void {
    const exact: Record<string, string> = {};
    for (const [n, { name, type }] of this.columns.entries()) {
      const cells = this.#cells[n] as Cell[];
      const value = row[name];
      if (value === null || value === undefined) cells.push(null);
      else if (type === 'time' || type === 'integer') cells.push(BigInt(value));
      else if (type !== 'decimal') cells.push(value);
      else {
        const units = typeof value === 'bigint' ? value : unitsOf(String(value));
        cells.push(units ?? null);
        if (units === undefined) exact[name] = String(value);
      }
    }
    const misfits = Object.keys(exact).length;
    if (misfits > 0) {
      this.inexact += misfits;
      (this.#cells.at(-1) as Cell[])[this.#waiting] = JSON.stringify(exact);
    }
    this.#waiting += 1;
  }

  /** The cells of each column, which wait no longer. */
  take(): readonly (readonly Cell[])[] {
    const taken = this.#cells;
    this.#cells = this.columns.map(() => []);
    this.#waiting = 0;
    return taken;
  }
}
