/** Gate's spot instruments (Gate API v4, "List all currency pairs supported"). */
import { Decimal } from '../../domain/decimal.ts';
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOfDigits } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

const PERCENT = 100;

/** Reads the list. @throws UserError when it is no such list, or no row of it can be read. */
export function instrumentsFromPairs(rows: unknown): InstrumentListing {
  // Rows are named by `id`.
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? { ...row, symbol: row['id'] } : row))
    : rows;
  return listingOf(named, 'the list of currency pairs', specOf);
}

function specOf(row: Json): InstrumentSpec {
  const { type } = row;
  if (type !== undefined && type !== 'normal')
    throw new RangeError(`it is of the type ${JSON.stringify(type)}`);
  const tickSize = stepOfDigits(row, 'precision');
  const lotSize = stepOfDigits(row, 'amount_precision');
  return {
    symbol: nameOf(row, 'id'),
    base: nameOf(row, 'base'),
    quote: nameOf(row, 'quote'),
    tickSize,
    lotSize,
    // Null where the venue has none.
    minQty: isNone(row['min_base_amount']) ? lotSize : decimalOf(row, 'min_base_amount'),
    minNotional: isNone(row['min_quote_amount']) ? '0' : decimalOf(row, 'min_quote_amount'),
    // In percent, of an account without a level.
    takerFee: new Decimal(decimalOf(row, 'fee')).div(PERCENT).toFixed(),
    priceDecimals: priceDecimalsFor(tickSize),
    // Books have more digits than orders may.
    qtyDecimals: qtyDecimalsFor(lotSize, numericOf(row['max_base_amount'])),
    status: statusOf(row['trade_status']),
  };
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined;
}

/** `buyable` and `sellable` trade in one direction alone; they, `untradable` and what is not known stop trading. */
function statusOf(status: unknown): InstrumentStatus {
  return status === 'tradable' ? 'online' : 'maintenance';
}
