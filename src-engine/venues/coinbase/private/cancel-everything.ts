/** No call of Coinbase cancels all: what is open is listed, and canceled a hundred at a time (Advanced Trade, "Cancel Orders"). */
import { isObject } from '../../toolkit/json.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import { openRows } from './pages.ts';
import { BATCH_CANCEL, type PrivateRest } from './private-rest.ts';

/** Most ids of one call. */
const BATCH = 100;

/** What became of one cancel: an empty reason where it was taken. */
export type CancelResult = { readonly venueOrderId: string; readonly reason: string };

/** Ids of the rows; one that cannot be read keeps no other from being canceled, and counts as open. */
function idsOf(rows: readonly unknown[]): string[] {
  const ids = rows.map((row) => (isObject(row) ? row['order_id'] : undefined));
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))];
}

/** @throws as PrivateRest.post, after all batches were tried. */
export async function cancelOrders(
  rest: Pick<PrivateRest, 'post'>,
  ids: readonly string[],
): Promise<CancelResult[]> {
  const results: CancelResult[] = [];
  let failure: unknown;
  for (let at = 0; at < ids.length; at += BATCH) {
    try {
      const { results: rows } = await rest.post(BATCH_CANCEL, { order_ids: ids.slice(at, at + BATCH) });
      if (!Array.isArray(rows)) throw new VenueUnreachable(BATCH_CANCEL, 'the answer has no results');
      results.push(...(rows as unknown[]).map(resultOf));
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return results;
}

function resultOf(row: unknown): CancelResult {
  const { order_id: id, success, failure_reason: reason } = isObject(row) ? row : {};
  const why = typeof reason === 'string' && reason !== '' ? reason : 'without a reason';
  return { venueOrderId: typeof id === 'string' ? id : '', reason: success === true ? '' : why };
}

/**
 * Open orders of the account, those placed elsewhere too. Lists of the venue lag behind its books: that nothing is open is believed when it
 * is answered twice. @throws as PrivateRest.get.
 */
export async function countOpen(rest: Pick<PrivateRest, 'get'>): Promise<number> {
  const first = (await openRows(rest)).length;
  return first > 0 ? first : (await openRows(rest)).length;
}

/** Cancels every open order. @returns how many the venue says it canceled. @throws as PrivateRest. */
export async function cancelEveryOrder(rest: Pick<PrivateRest, 'get' | 'post'>): Promise<number> {
  const results = await cancelOrders(rest, idsOf(await openRows(rest)));
  return results.filter(({ reason }) => reason === '').length;
}
