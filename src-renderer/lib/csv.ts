/** Tables as comma-separated text (RFC 4180), and as a file of the trader's. */
import { csvCell } from '../../src-engine/lib/csv-cell.ts';

export type CsvColumn<Row> = { readonly title: string; readonly text: (row: Row) => string };

/** One line a row, exact figures as they came. A field that a spreadsheet would take for a formula is kept from it. */
export function toCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  return csvLines([
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ]);
}

/** The same of cells that are there as text. */
export function csvLines(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** Of a table's name: "Limit usage" → "parallax-limit-usage.csv". */
export function fileNameOf(name: string): string {
  return `parallax-${name
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, '-')
    .replaceAll(/^-|-$/g, '')}.csv`;
}

/** Hands a text, or its parts one after another, to the browser as a download. */
export function saveText(file: string, mime: string, ...parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: `${mime};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  // The download has begun once the click returns; the text need not stay in memory.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
