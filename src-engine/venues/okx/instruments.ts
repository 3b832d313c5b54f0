/** OKX's spot instruments (OKX API v5, "Get instruments" of `instType=SPOT`). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/**
 * Reads the `data` of the list. It has no fees: they depend on the account.
 * @throws UserError when it is no such list, or no row of it can be read.
 */
export function instrumentsFromRows(rows: unknown): InstrumentListing {
  // Rows are named by `instId`.
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? { ...row, symbol: row['instId'] } : row))
    : rows;
  return listingOf(named, 'the list of spot instruments', specOf);
}

function specOf(row: Json): InstrumentSpec {
  if (row['instType'] !== 'SPOT') throw new RangeError('it is not of the spot market');
  if (row['state'] === 'test') throw new RangeError('it is a test instrument');
  const { ruleType } = row;
  if (ruleType !== undefined && ruleType !== '' && ruleType !== 'normal')
    throw new RangeError(`it trades by the rules ${JSON.stringify(ruleType)}`);
  const tickSize = stepOf(row, 'tickSz');
  const lotSize = stepOf(row, 'lotSz');
  return {
    symbol: nameOf(row, 'instId'),
    base: nameOf(row, 'baseCcy'),
    quote: nameOf(row, 'quoteCcy'),
    tickSize,
    lotSize,
    minQty: decimalOf(row, 'minSz'),
    // The venue has no smallest value of an order.
    minNotional: '0',
    priceDecimals: priceDecimalsFor(tickSize),
    // `maxLmtSz` of 9,999,999,999 stands for none.
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: statusOf(row['state']),
  };
}

/** `suspend`, `preopen`, `rebase` and what is not known stop trading. */
function statusOf(state: unknown): InstrumentStatus {
  if (state === 'live') return 'online';
  return state === 'post_only' ? 'post_only' : 'maintenance';
}
