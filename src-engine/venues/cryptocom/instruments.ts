/** Crypto.com's spot instruments (Crypto.com Exchange v1, "public/get-instruments"). */
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { listingOf, nameOf, stepOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

const SPOT = 'CCY_PAIR';

/** Reads the `result` of the list, which has derivatives too. @throws UserError when it is no such list, or no row of it can be read. */
export function instrumentsFromResult(result: unknown): InstrumentListing {
  const rows = isObject(result) ? result['data'] : undefined;
  const isOther = (row: unknown): boolean =>
    isObject(row) && typeof row['inst_type'] === 'string' && row['inst_type'] !== SPOT;
  const spot = Array.isArray(rows) ? (rows as unknown[]).filter((row) => !isOther(row)) : rows;
  return listingOf(spot, 'the list of instruments', specOf);
}

function specOf(row: Json): InstrumentSpec {
  if (row['inst_type'] !== SPOT) throw new RangeError('it has no inst_type');
  const tickSize = stepOf(row, 'price_tick_size');
  const lotSize = stepOf(row, 'qty_tick_size');
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'base_ccy'),
    quote: nameOf(row, 'quote_ccy'),
    tickSize,
    lotSize,
    // The venue publishes no minimum: it is one step, and a smallest value that only a refusal names.
    minQty: lotSize,
    minNotional: '0',
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: row['tradable'] === true ? 'online' : 'maintenance',
  };
}
