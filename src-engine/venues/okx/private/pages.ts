/** Lists that OKX answers page by page: the next begins behind the id of the last row. */
import type { Json } from '../../toolkit/json.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { PrivateRest } from './private-rest.ts';

/** Rows of a page: the most that OKX gives. */
export const PAGE = 100;

/** The list has more pages than are read of it. */
export class TooLong extends Error {}

/**
 * All rows of a list, the newest first. @param id the field behind whose value the next page begins. @param most pages that are read.
 * @throws TooLong when it has more; as PrivateRest.get; VenueUnreachable for a row without its id, behind which nothing can be asked.
 */
export async function rowsOf(
  rest: Pick<PrivateRest, 'get'>,
  path: string,
  query: Readonly<Record<string, string | number>>,
  id: 'ordId' | 'billId',
  most: number,
): Promise<Json[]> {
  const rows: Json[] = [];
  let after: string | undefined;
  for (let page = 0; page < most; page++) {
    const list = await rest.get(path, { ...query, limit: PAGE, ...(after === undefined ? {} : { after }) });
    rows.push(...list);
    if (list.length < PAGE) return rows;
    const next: unknown = list.at(-1)?.[id];
    if (typeof next !== 'string' || next === '' || next === after)
      throw new VenueUnreachable(path, `the last row of a page has no ${id}`);
    after = next;
  }
  throw new TooLong(`${path} has more than ${rows.length} rows`);
}

/** Open orders of the spot market: at most 4,000 of an account, a page of 100. */
const OPEN = { path: '/api/v5/trade/orders-pending', most: 50 } as const;

/** The rows of all open orders, those placed elsewhere too. @throws as `rowsOf`. */
export function openRows(rest: Pick<PrivateRest, 'get'>): Promise<Json[]> {
  return rowsOf(rest, OPEN.path, { instType: 'SPOT' }, 'ordId', OPEN.most);
}
