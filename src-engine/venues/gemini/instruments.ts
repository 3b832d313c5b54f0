/** Gemini's spot symbols (Gemini REST, "Symbol Details"). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOf, withNumbersAsText } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, wordIn } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

const STATUSES: Readonly<Record<string, InstrumentStatus>> = {
  open: 'online',
  limit_only: 'online',
  post_only: 'post_only',
  cancel_only: 'cancel_only',
};

/** Reads the list of all details. @throws UserError when it is no such list, or no row of it can be read. */
export function instrumentsFromDetails(rows: unknown): InstrumentListing {
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? asText(row) : row))
    : rows;
  return listingOf(named, 'the list of symbol details', specOf);
}

/** Streams call symbols in lower case. */
function asText(row: Json): Json {
  const { symbol } = row;
  const name = typeof symbol === 'string' ? symbol.toLowerCase() : symbol;
  return { ...withNumbersAsText(row), symbol: name };
}

function specOf(row: Json): InstrumentSpec {
  const { product_type: type, status } = row;
  if (type !== undefined && type !== 'spot')
    throw new RangeError(`it is of the type ${JSON.stringify(type)}`);
  // Against their names: `tick_size` is the step of quantities, `quote_increment` that of prices.
  const tickSize = stepOf(row, 'quote_increment');
  const lotSize = stepOf(row, 'tick_size');
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'base_currency'),
    quote: nameOf(row, 'quote_currency'),
    tickSize,
    lotSize,
    // In base; the venue has no smallest value of an order.
    minQty: decimalOf(row, 'min_order_size'),
    minNotional: '0',
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: wordIn(STATUSES, status) ?? 'maintenance',
  };
}
