/** Lists that Coinbase answers page by page, each with the cursor of the next. */
import { VenueRefused, VenueUnreachable } from '../../toolkit/public-rest.ts';
import { ORDER_LIST, type PrivateRest, type Query } from './private-rest.ts';
import { TooLong } from '../../toolkit/history-parts.ts';

type Rest = Pick<PrivateRest, 'get'>;

/**
 * All rows of a list.
 * @param field in which they stand. @param most pages that are read.
 * @throws TooLong when it has more; VenueUnreachable for an answer without its list, or one whose pages begin anew; as PrivateRest.get.
 */
export async function rowsOf(
  rest: Rest,
  path: string,
  field: string,
  query: Query,
  most: number,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  const seen = new Set<string>();
  for (let page = 0; page < most; page++) {
    const last = [...seen].at(-1);
    const result = await rest.get(path, last === undefined ? query : [...query, ['cursor', last]]);
    const list: unknown = result[field];
    if (!Array.isArray(list)) throw new VenueUnreachable(path, `the answer has no list of ${field}`);
    rows.push(...(list as unknown[]));
    const { cursor, has_next: hasNext } = result;
    // Lists of fills have no `has_next`: their last page has no cursor, or no rows.
    const isLast = hasNext === false || list.length === 0;
    if (isLast || typeof cursor !== 'string' || cursor === '') return rows;
    if (seen.has(cursor)) throw new VenueUnreachable(path, 'a page has the cursor of an earlier one');
    seen.add(cursor);
  }
  throw new TooLong(`${path} has more than ${rows.length} rows`);
}

export const FILLS = '/orders/historical/fills';
const FILL_PAGES = 20;

/** All fills of one order. @throws as `rowsOf`. */
export function fillRows(rest: Rest, venueOrderId: string): Promise<unknown[]> {
  const query = [
    ['order_ids', venueOrderId],
    ['limit', 100],
  ] as const;
  return rowsOf(rest, FILLS, 'fills', query, FILL_PAGES);
}

const OPEN_PAGES = 100;
const PAGE: Query = [['limit', 100]];
/** Orders that are not in the book yet can fill all the same, and are not among `OPEN`, which goes with no other state. */
const LIVE: readonly (readonly string[])[] = [['OPEN'], ['PENDING', 'QUEUED']];
/** A cancel or a change of them is under way. Newer words than the others: a venue that does not know them has no such orders. */
const ENDING = ['CANCEL_QUEUED', 'EDIT_QUEUED'];

/** The rows of all orders that may fill, those placed elsewhere too, each once. @throws as `rowsOf`. */
export async function openRows(rest: Rest): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const states of [...LIVE, ENDING]) {
    const query: Query = [...PAGE, ...states.map((state) => ['order_status', state] as const)];
    try {
      rows.push(...(await rowsOf(rest, ORDER_LIST, 'orders', query, OPEN_PAGES)));
    } catch (error) {
      if (states !== ENDING || !(error instanceof VenueRefused)) throw error;
    }
  }
  return rows;
}
