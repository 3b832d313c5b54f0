/** One call cancels the spot orders of every symbol (KuCoin, "Cancel All Orders"). */
import { isObject } from '../../toolkit/json.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import { openRows } from './lists.ts';
import type { PrivateRest } from './private-rest.ts';
import { cancelOurStops } from './stop-orders.ts';

const CANCEL_ALL = '/api/v1/hf/orders/cancelAll';
const CANCEL_SYMBOL = '/api/v1/hf/orders';

/** Open orders of the spot market, those placed elsewhere too. @throws as PrivateRest.get. */
export async function countOpen(rest: Pick<PrivateRest, 'get'>): Promise<number> {
  return (await openRows(rest)).length;
}

/**
 * Cancels every open order of the spot market; symbols that the venue names as failed are canceled one by one. It answers with symbols and
 * not with orders. Stop orders are not among them: those of ours are canceled last.
 * @returns in how many symbols, and of how many stop orders. @throws as PrivateRest.cancel, after all symbols were tried.
 */
export async function cancelEveryOrder(rest: Pick<PrivateRest, 'get' | 'cancel'>): Promise<number> {
  // The cancel leaves first: a list would hold it up.
  const result = await rest.cancel(CANCEL_ALL);
  if (!isObject(result)) throw new VenueUnreachable(CANCEL_ALL, 'the answer does not say what was canceled');
  const failed: unknown = result['failedSymbols'];
  const symbols = (Array.isArray(failed) ? (failed as unknown[]) : []).map((row) =>
    isObject(row) && typeof row['symbol'] === 'string' ? row['symbol'] : '',
  );
  let failure: unknown;
  for (const symbol of symbols) {
    try {
      if (symbol === '') throw new VenueUnreachable(CANCEL_ALL, 'a symbol that failed has no name');
      await rest.cancel(CANCEL_SYMBOL, { symbol });
    } catch (error) {
      failure ??= error;
    }
  }
  const stops = await cancelOurStops(rest).catch((error: unknown) => {
    failure ??= error;
    return 0;
  });
  if (failure !== undefined) throw failure;
  const done: unknown = result['succeedSymbols'];
  return (Array.isArray(done) ? done.length : 0) + symbols.length + stops;
}
