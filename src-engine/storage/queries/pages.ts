/** Paging through a profile's history, newest first. */

export type Page = {
  /** Rows wanted. A page may hold more: rows of the same microsecond as its last one come along with it. */
  readonly limit: number;
  /** Only rows before this time: the time of the last row of the page before. */
  readonly beforeUs?: number | undefined;
};

/** From `fromUs` on, before `toUs`. */
export type Window = { readonly fromUs: number; readonly toUs: number; readonly limit: number };

/** Most rows that share the last microsecond of a page and come along with it. */
export const MAX_TIED_ROWS = 10_000;

/**
 * One page that never ends in the middle of a microsecond, so that `beforeUs` alone continues it without a gap
 * and without a repetition.
 * @param select gives the rows of a window in descending (time, id) order.
 */
export async function readPage<Row>(
  page: Page,
  timeOf: (row: Row) => number,
  select: (window: Window) => Promise<Row[]>,
): Promise<Row[]> {
  const toUs = page.beforeUs ?? Number.MAX_SAFE_INTEGER;
  const rows = await select({ fromUs: 0, toUs, limit: page.limit + 1 });
  const last = rows[page.limit - 1];
  const next = rows[page.limit];
  if (last === undefined || next === undefined) return rows;
  const lastUs = timeOf(last);
  if (timeOf(next) < lastUs) return rows.slice(0, page.limit);
  const tied = await select({ fromUs: lastUs, toUs: lastUs + 1, limit: MAX_TIED_ROWS });
  return [...rows.filter((row) => timeOf(row) > lastUs), ...tied];
}
