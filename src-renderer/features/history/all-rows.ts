/** A whole list of the database as a file: page after page, whatever a panel has loaded. */
import { type CsvColumn, csvLines } from '../../lib/csv.ts';
import type { Pages } from './use-pages.ts';

/** Rows of one question, and most rows of a file: a spreadsheet takes no more. */
const FILE_PAGE = 1_000;
export const MAX_FILE_ROWS = 1_048_575;
/** A viewer who asks faster than this is made to wait. */
const BETWEEN_MS = 60;

export type WholeFile = {
  readonly parts: readonly string[];
  readonly rows: number;
  /** There were more rows than a file takes. */
  readonly isCut: boolean;
};

/**
 * The file's text in parts, newest row first.
 * @param accepts rows that are let through; all of them without it.
 * @param onRows how many rows have been read so far. Answers false to end the work.
 * @returns undefined when it was ended.
 */
export async function readAllRows<Row>(
  load: (page: { limit: number; beforeUs?: number }) => Promise<readonly Row[]>,
  { timeOf }: Pick<Pages<Row>, 'timeOf'>,
  columns: readonly CsvColumn<Row>[],
  onRows: (rows: number) => boolean,
  accepts: (row: Row) => boolean = () => true,
): Promise<WholeFile | undefined> {
  const parts = [csvLines([columns.map(({ title }) => title)])];
  let [read, kept] = [0, 0];
  let beforeUs: number | undefined;
  for (;;) {
    const rows = await load({ limit: FILE_PAGE, ...(beforeUs === undefined ? {} : { beforeUs }) });
    const fitting = rows.filter(accepts).slice(0, MAX_FILE_ROWS - kept);
    read += rows.length;
    kept += fitting.length;
    parts.push(csvLines(fitting.map((row) => columns.map(({ text }) => text(row)))));
    if (!onRows(read)) return undefined;
    const last = rows.at(-1);
    if (last === undefined || rows.length < FILE_PAGE) return { parts, rows: kept, isCut: false };
    if (kept >= MAX_FILE_ROWS) return { parts, rows: kept, isCut: true };
    beforeUs = timeOf(last);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}
