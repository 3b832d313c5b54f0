/** The formats of a table's file, by the names that a command takes. */
import { ArrowFile } from './arrow-file.ts';
import type { OutFile } from './export-place.ts';
import { ParquetFile } from './parquet-file.ts';
import type { Column, TableFile } from './table-rows.ts';

export const TABLE_FORMATS = ['parquet', 'arrow', 'arrow-stream'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export const TABLE_ENDINGS: Readonly<Record<TableFormat, string>> = {
  parquet: '.parquet',
  arrow: '.arrow',
  'arrow-stream': '.arrows',
};

export function tableFile(
  format: TableFormat,
  out: OutFile,
  columns: readonly Column[],
  about: object,
): TableFile {
  if (format === 'parquet') return new ParquetFile(out, columns, about);
  return new ArrowFile(format === 'arrow' ? 'file' : 'stream', out, columns, about);
}
