/** Bybit's spot instruments (Bybit v5, "Get Instruments Info"). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, partOf, stepOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/**
 * Reads the `result` of instruments-info of the spot market. The list has no fees: they depend on the account.
 * @throws UserError when it is no such list, is one of another market, or no row of it can be read.
 */
export function instrumentsFromInfo(result: unknown): InstrumentListing {
  // Symbols of other markets have the same names.
  const isSpot = isObject(result) && (result['category'] === undefined || result['category'] === 'spot');
  return listingOf(isSpot ? result['list'] : undefined, 'instruments-info of the spot market', specOf);
}

function specOf(row: Json): InstrumentSpec {
  const prices = partOf(row, 'priceFilter');
  const lots = partOf(row, 'lotSizeFilter');
  const tickSize = stepOf(prices, 'tickSize');
  // A step such as "0.000001", and no count of digits in spite of its name.
  const lotSize = stepOf(lots, 'basePrecision');
  const largest = numericOf(lots['maxLimitOrderQty'] ?? lots['maxOrderQty']);
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'baseCoin'),
    quote: nameOf(row, 'quoteCoin'),
    tickSize,
    lotSize,
    // `minOrderQty` is deprecated: the smallest order is one of the value `minOrderAmt`.
    minQty: lotSize,
    minNotional: decimalOf(lots, 'minOrderAmt'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, largest),
    status: statusOf(row['status']),
  };
}

/** `PreLaunch`, `Delivering`, `Closed` and what is not known stop trading. */
function statusOf(status: unknown): InstrumentStatus {
  return status === 'Trading' ? 'online' : 'maintenance';
}
