/** Features as one file of Parquet or Arrow: the end of each bar, and a column of doubles a feature; null where a value is not known. */
import { rm } from 'node:fs/promises';
import { partOf, placeNew } from '../lib/whole-file.ts';
import { fileAt } from './export-place.ts';
import { type TableFormat, tableFile } from './table-format.ts';
import type { Column } from './table-rows.ts';

/** Rows of a group: so many are in memory besides the table. */
const GROUP_ROWS = 50_000;

export type FeatureValues = {
  /** µs since 1970. */
  readonly endUs: Float64Array;
  /** Rows first. */
  readonly values: Float64Array;
  readonly rows: number;
};

/** Equal inputs give equal bytes. @throws the operating system's error, also when there is such a file. */
export async function writeFeatureFile(
  format: TableFormat,
  path: string,
  names: readonly string[],
  { endUs, values, rows }: FeatureValues,
  about: object,
): Promise<void> {
  const columns: Column[] = [{ name: 'end_at', type: 'time' }];
  for (const name of names) columns.push({ name, type: 'double' });
  const part = partOf(path);
  try {
    const file = tableFile(format, fileAt(part), columns, about);
    for (let row = 0; row < rows; row++) {
      const cells: Record<string, number | null> = { end_at: endUs[row] ?? 0 };
      for (const [n, name] of names.entries()) {
        const value = values[row * names.length + n] ?? Number.NaN;
        cells[name] = Number.isNaN(value) ? null : value;
      }
      file.add(cells);
      if (file.waiting >= GROUP_ROWS) file.flush();
    }
    file.finish();
    await placeNew(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
