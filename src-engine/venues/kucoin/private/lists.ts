/** Lists of KuCoin, each in pages of its own way (KuCoin, "Get Open Orders By Page", "Get Closed Orders", "Get Trade History"). */
import { isObject } from '../../toolkit/json.ts';
import { TooLong } from '../../toolkit/history-parts.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { PrivateRest, Query } from './private-rest.ts';

type Rest = Pick<PrivateRest, 'get'>;

export const OPEN = '/api/v1/hf/orders/active/page';
export const DONE = '/api/v1/hf/orders/done';
export const FILLS = '/api/v1/hf/fills';
const OPEN_SYMBOLS = '/api/v1/hf/orders/active/symbols';
const PAGE = 100;
const OPEN_PAGES = 20;

function itemsOf(path: string, result: unknown): { readonly items: unknown[]; readonly more: object } {
  const items: unknown = isObject(result) ? result['items'] : undefined;
  // An empty list may be null.
  if (isObject(result) && (items === null || items === undefined)) return { items: [], more: result };
  if (!isObject(result) || !Array.isArray(items)) throw new VenueUnreachable(path, 'the answer has no items');
  return { items: items as unknown[], more: result };
}

/** Rows of all open orders, those placed elsewhere too, symbol by symbol. @throws as PrivateRest.get; VenueUnreachable for an answer without its list. */
export async function openRows(rest: Rest): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const symbol of await openSymbols(rest)) {
    for (let pageNum = 1; pageNum <= OPEN_PAGES; pageNum++) {
      const { items, more } = itemsOf(OPEN, await rest.get(OPEN, { symbol, pageNum, pageSize: PAGE }, true));
      rows.push(...items);
      const { totalPage } = more as { readonly totalPage?: unknown };
      if (items.length === 0 || !(typeof totalPage === 'number' && pageNum < totalPage)) break;
    }
  }
  return rows;
}

async function openSymbols(rest: Rest): Promise<readonly string[]> {
  const result = await rest.get(OPEN_SYMBOLS, {}, true);
  const symbols: unknown = isObject(result) ? result['symbols'] : undefined;
  if (isObject(result) && symbols === null) return [];
  if (!Array.isArray(symbols) || !(symbols as unknown[]).every((name) => typeof name === 'string'))
    throw new VenueUnreachable(OPEN_SYMBOLS, 'the answer has no list of symbols');
  return symbols as string[];
}

/**
 * A history of one symbol, the newest first, page after page by the id of the last row.
 * @param most rows that are read. @throws TooLong when it has more; as `openRows`.
 */
export async function historyRows(rest: Rest, path: string, query: Query, most: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  let lastId: number | undefined;
  while (rows.length < most) {
    const { items, more } = itemsOf(path, await rest.get(path, { ...query, limit: PAGE, lastId }));
    rows.push(...items);
    const next = (more as { readonly lastId?: unknown }).lastId;
    if (items.length < PAGE || typeof next !== 'number' || next === lastId) return rows;
    lastId = next;
  }
  throw new TooLong(`${path} of ${String(query['symbol'])} has more than ${rows.length} rows`);
}
