/** Bitstamp's spot markets (Bitstamp API v2, "Markets"). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOfDigits } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** Reads the list. @throws UserError when it is no such list, or no row of it can be read. */
export function instrumentsFromMarkets(rows: unknown): InstrumentListing {
  // Rows are named by `market_symbol`: the name that channels are called by.
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? { ...row, symbol: row['market_symbol'] } : row))
    : rows;
  return listingOf(named, 'the list of markets', specOf);
}

function specOf(row: Json): InstrumentSpec {
  const { market_type: type } = row;
  if (type !== undefined && type !== 'SPOT')
    throw new RangeError(`it is a market of the type ${JSON.stringify(type)}`);
  // The digits of a price change over the years: BTC/USD had 2 and has 0. Orders of before keep theirs in the book.
  const tickSize = stepOfDigits(row, 'counter_decimals');
  const lotSize = stepOfDigits(row, 'base_decimals');
  return {
    symbol: nameOf(row, 'market_symbol'),
    base: nameOf(row, 'base_currency'),
    quote: nameOf(row, 'counter_currency'),
    tickSize,
    lotSize,
    // The venue has a smallest value of an order, and no smallest quantity.
    minQty: lotSize,
    minNotional: decimalOf(row, 'minimum_order_value'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: statusOf(row['trading']),
  };
}

function statusOf(trading: unknown): InstrumentStatus {
  return trading === 'Enabled' ? 'online' : 'maintenance';
}
