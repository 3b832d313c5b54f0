/** One call cancels all orders of a kind, in every symbol (Bybit v5, "Cancel All Orders"). */
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { openRows } from './pages.ts';
import type { PrivateRest } from './private-rest.ts';

/** Plain orders, which are all that we place; then those of other programs that wait for a price. */
const PLAIN = 'Order';
const CONDITIONAL = ['tpslOrder', 'StopOrder', 'OcoOrder', 'BidirectionalTpslOrder'];

/** Open orders of the account, those placed elsewhere too. @throws as PrivateRest.get. */
export async function countOpen(rest: PrivateRest): Promise<number> {
  return (await openRows(rest)).length;
}

/**
 * Cancels every open order of the spot market. A kind that the venue refuses keeps no other from being canceled: what is open is
 * asked afterwards.
 * @returns how many the venue says it canceled. @throws as PrivateRest.post, for plain orders after all kinds were tried.
 */
export async function cancelEveryOrder(rest: PrivateRest): Promise<number> {
  let canceled = 0;
  let failure: unknown;
  for (const orderFilter of [PLAIN, ...CONDITIONAL]) {
    try {
      const { list } = await rest.post('/v5/order/cancel-all', { category: 'spot', orderFilter });
      canceled += Array.isArray(list) ? list.length : 0;
    } catch (error) {
      if (orderFilter === PLAIN || !(error instanceof VenueRefused)) failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return canceled;
}
