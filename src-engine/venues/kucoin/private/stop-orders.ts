/**
 * Orders that wait for a price (KuCoin, "Get Stop Orders List", "Cancel Stop Order By OrderId"). Parallax places none; one that has the
 * form of our ids is ours all the same, and a kill cancels it. Those of other programs are left alone and named.
 */
import { isObject } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { PrivateRest } from './private-rest.ts';

const STOPS = '/api/v1/stop-order';
const PAGE = 100;
const MOST_PAGES = 20;

export type StopOrder = { readonly id: string; readonly symbol: string; readonly isOurs: boolean };

/** Those of the spot market that wait; `isCut`: there are more than these. @throws as PrivateRest.get; VenueUnreachable for an answer without its list. */
export async function stopOrders(
  rest: Pick<PrivateRest, 'get'>,
): Promise<{ readonly orders: readonly StopOrder[]; readonly isCut: boolean }> {
  const orders: StopOrder[] = [];
  for (let currentPage = 1; currentPage <= MOST_PAGES; currentPage++) {
    const result = await rest.get(STOPS, { currentPage, pageSize: PAGE }, true);
    const { items, totalPage }: Readonly<Record<string, unknown>> = isObject(result) ? result : {};
    if (!isObject(result) || (items !== null && items !== undefined && !Array.isArray(items)))
      throw new VenueUnreachable(STOPS, 'the answer has no list of orders');
    for (const row of Array.isArray(items) ? (items as unknown[]) : []) {
      const { id, symbol, clientOid } = isObject(row) ? row : {};
      if (typeof id !== 'string' || id === '')
        throw new VenueUnreachable(STOPS, 'an order of the list has no id');
      const name = typeof symbol === 'string' ? symbol : '';
      orders.push({ id, symbol: name, isOurs: orderIdOf(clientOid) !== undefined });
    }
    if (!(typeof totalPage === 'number' && currentPage < totalPage)) return { orders, isCut: false };
  }
  return { orders, isCut: true };
}

/**
 * Cancels those with the form of our ids; one that fails keeps no other from being canceled.
 * @throws as PrivateRest.cancel; VenueUnreachable where there are more orders than were listed, as some of them may be ours.
 */
export async function cancelOurStops(rest: Pick<PrivateRest, 'get' | 'cancel'>): Promise<number> {
  let canceled = 0;
  const { orders, isCut } = await stopOrders(rest);
  let failure: unknown = isCut
    ? new VenueUnreachable(
        STOPS,
        `there are more than ${MOST_PAGES * PAGE} stop orders: cancel the rest at KuCoin`,
      )
    : undefined;
  for (const { id, isOurs } of orders) {
    if (!isOurs) continue;
    try {
      await rest.cancel(`${STOPS}/${encodeURIComponent(id)}`);
      canceled++;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return canceled;
}

/** What a person must know of stop orders before this account trades; undefined: nothing. @throws as `stopOrders`. */
export async function stopNote(rest: Pick<PrivateRest, 'get'>): Promise<string | undefined> {
  const { orders, isCut } = await stopOrders(rest);
  const foreign = orders.filter(({ isOurs }) => !isOurs);
  if (foreign.length === 0) return undefined;
  const symbols = [...new Set(foreign.map(({ symbol }) => symbol))].slice(0, 10).join(', ');
  return `A kill leaves ${isCut ? 'at least ' : ''}${foreign.length} stop ${foreign.length === 1 ? 'order' : 'orders'} of other programs alone (${symbols}): cancel what you do not want at KuCoin.`;
}
