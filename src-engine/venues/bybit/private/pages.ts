/** Lists that Bybit answers page by page, each with the cursor of the next. */
import { TooLong } from '../../toolkit/history-parts.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { PrivateRest } from './private-rest.ts';

type Values = Readonly<Record<string, string | number>>;

/**
 * All rows of a list. @param most pages that are read.
 * @throws TooLong when it has more; as PrivateRest.get; VenueUnreachable for an answer without its list.
 */
export async function rowsOf(
  rest: Pick<PrivateRest, 'get'>,
  path: string,
  query: Values,
  most: number,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let cursor = '';
  for (let page = 0; page < most; page++) {
    const result = await rest.get(path, cursor === '' ? query : { ...query, cursor });
    const list: unknown = result['list'];
    if (!Array.isArray(list)) throw new VenueUnreachable(path, 'the answer is not a list');
    rows.push(...(list as unknown[]));
    const next = result['nextPageCursor'];
    // A page without rows ends the list, whatever its cursor says.
    if (list.length === 0 || typeof next !== 'string' || next === '' || next === cursor) return rows;
    // Percent signs in it are its own. As in the venue's Go client, they are encoded again and the query is signed as it is sent, so
    // that the venue reads the cursor that it gave; its Python client sends them as they are, which the venue takes too.
    cursor = next;
  }
  throw new TooLong(`${path} has more than ${rows.length} rows`);
}

/** At most 500 orders of an account are open on the spot market, 50 a page; others by conditions come on top. */
export const OPEN_ORDERS = {
  path: '/v5/order/realtime',
  query: { category: 'spot', limit: 50 },
  most: 40,
} as const;

/** The rows of all open orders, those placed elsewhere too. @throws as `rowsOf`. */
export function openRows(rest: Pick<PrivateRest, 'get'>): Promise<unknown[]> {
  const { path, query, most } = OPEN_ORDERS;
  return rowsOf(rest, path, query, most);
}
