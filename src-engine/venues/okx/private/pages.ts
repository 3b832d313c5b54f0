/** Lists that OKX answers page by page: the next begins behind the id of the last row. */
import type { Json } from '../../toolkit/json.ts';
import { TooLong } from '../../toolkit/history-parts.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { PrivateRest } from './private-rest.ts';
import { numericOf } from '../../toolkit/json.ts';

/** Rows of a page: the most that OKX gives. */
export const PAGE = 100;

/** When an order was made, or a fill happened: by it the lists are sorted. */
const TIMES = { ordId: 'cTime', billId: 'ts' } as const;

/**
 * All rows of a list, the newest first. It is asked without a beginning: with one it may come the oldest first, and the next page behind
 * its last row would be the same again. @param id the field behind whose value the next page begins. @param most pages that are read.
 * @param beginMs rows before it are left out.
 * @throws TooLong when it has more; as PrivateRest.get; VenueUnreachable for a row without its id, behind which nothing can be asked, and
 *   for a list that comes the oldest first.
 */
export async function rowsOf(
  rest: Pick<PrivateRest, 'get'>,
  path: string,
  query: Readonly<Record<string, string | number>>,
  id: 'ordId' | 'billId',
  most: number,
  beginMs = 0,
): Promise<Json[]> {
  const rows: Json[] = [];
  // What has no time is kept.
  const timeOf = (row: Json): number => numericOf(row[TIMES[id]]);
  let after: string | undefined;
  for (let page = 0; page < most; page++) {
    const list = await rest.get(path, { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) });
    const times = list.map(timeOf);
    rows.push(...list.filter((_, k) => !((times[k] ?? 0) < beginMs)));
    if (list.length < PAGE) return rows;
    if (isOldestFirst(times)) throw new VenueUnreachable(path, 'its rows come the oldest first');
    if (times.every((time) => time < beginMs)) return rows;
    const next: unknown = list.at(-1)?.[id];
    if (typeof next !== 'string' || next === '' || next === after)
      throw new VenueUnreachable(path, `the last row of a page has no ${id}`);
    after = next;
  }
  throw new TooLong(`${path} has more than ${rows.length} rows`);
}

/** From the first to the last row time only goes on. */
function isOldestFirst(times: readonly number[]): boolean {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return first < last && times.every((time, k) => time >= (times[k - 1] ?? first));
}

/** Open orders of the spot market: at most 4,000 of an account, a page of 100. */
const OPEN = { path: '/api/v5/trade/orders-pending', most: 50 } as const;

/** The rows of all open orders, those placed elsewhere too. @throws as `rowsOf`. */
export function openRows(rest: Pick<PrivateRest, 'get'>): Promise<Json[]> {
  return rowsOf(rest, OPEN.path, { instType: 'SPOT' }, 'ordId', OPEN.most);
}
