/** A column of a table, and the file that its columns make. */
import type { ReactNode } from 'react';
import { type CellValue, valueText } from '../lib/cell-value.ts';
import { type CsvColumn, toCsv } from '../lib/csv.ts';

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  /** What it means here; without one the glossary says what its title means. */
  readonly hint?: string;
  /** A grid track: "72px", "minmax(90px, 1fr)". */
  readonly track: string;
  readonly align?: 'right';
  /** Shown only where the panel is at least this wide, in px. */
  readonly fromWidth?: number;
  /** Shown only while the rows differ in it: in a run of one venue its name in every row has no use. */
  readonly onlyMixed?: boolean;
  /** What a column of text keeps at least where figures need its room, in px. */
  readonly floor?: number;
  /** How it is over these rows: a venue's leaves out what all of them share, and has room for the longest. */
  readonly over?: (rows: readonly Row[]) => Partial<Pick<Column<Row>, 'title' | 'track' | 'floor' | 'cell'>>;
  /** The exact value: what is sorted by, copied, and written into files. Without one the column is only shown. */
  readonly value?: (row: Row) => CellValue;
  /** What the cell says where that is not the value: a filter finds both. */
  readonly text?: (row: Row) => string;
  /** Its name in files, with the unit of the value; its id where that says enough. */
  readonly file?: string;
  /** The value is a time in µs. */
  readonly unit?: 'timeUs';
  /** The value changes while the row stays the same: rows sorted by it are sorted again once a second. */
  readonly isLive?: boolean;
  /** The total below the column, of all rows that are shown. */
  readonly total?: (rows: readonly Row[]) => ReactNode;
  readonly cell: (row: Row) => ReactNode;
};

/** A CSV of all columns, those that the panel is too narrow for included. */
export function columnsCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return toCsv(fieldsOf(columns), rows);
}

/** The fields of such a file. */
export function fieldsOf<Row>(columns: readonly Column<Row>[]): readonly CsvColumn<Row>[] {
  return columns.flatMap(({ id, file = id, value, unit }): CsvColumn<Row>[] =>
    value === undefined ? [] : [{ title: file, text: (row) => valueText(value(row), unit) }],
  );
}
