/** OKX's spot market has no call that cancels all: what is open is asked, and canceled twenty at a time (OKX API v5, "Cancel multiple orders"). */
import { VenueRefused } from '../../toolkit/public-rest.ts';
import { IS_OVER } from './error-codes.ts';
import { openRows } from './pages.ts';
import type { PrivateRest } from './private-rest.ts';
import { wordOf } from '../../toolkit/json.ts';

/** Orders of one call. */
export const BATCH = 20;
const CANCEL = '/api/v5/trade/cancel-batch-orders';

/** Open orders of the spot market, those placed elsewhere too. @throws as PrivateRest.get. */
export async function countOpen(rest: PrivateRest): Promise<number> {
  return (await openRows(rest)).length;
}

/**
 * Cancels every open order of the spot market. One that fails, or a row that cannot be named, keeps no other from being canceled.
 * @returns how many the venue says it canceled. @throws the first error, after all were tried.
 */
export async function cancelEveryOrder(rest: PrivateRest): Promise<number> {
  const open = await openRows(rest);
  const named = open.flatMap(({ instId, ordId }) =>
    typeof instId === 'string' && typeof ordId === 'string' && ordId !== '' ? [{ instId, ordId }] : [],
  );
  const nameless = open.length - named.length;
  let failure: unknown =
    nameless > 0 ? new Error(`${nameless} open orders have no id and cannot be canceled`) : undefined;
  let canceled = 0;
  for (let at = 0; at < named.length; at += BATCH) {
    try {
      const rows = await rest.postEach(CANCEL, named.slice(at, at + BATCH));
      canceled += rows.filter(({ sCode }) => sCode === '0').length;
      const failed = rows.find(
        ({ sCode }) => sCode !== '0' && !(typeof sCode === 'string' && IS_OVER.has(sCode)),
      );
      if (failed !== undefined)
        failure ??= new VenueRefused(CANCEL, wordOf(failed['sCode']), textOf(failed['sMsg']));
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return canceled;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
