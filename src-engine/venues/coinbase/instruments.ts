/** Coinbase's spot products (Advanced Trade, "List Public Products"). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { streamOf } from './products.ts';

/** While one of these is set a product takes no order, or not the kinds that are sent here. */
const STOPS = ['is_disabled', 'trading_disabled', 'view_only', 'auction_mode'] as const;

/**
 * Reads the `products` of the list. It has no fees: they depend on the account.
 * @throws UserError when it is no such list, or no row of it can be read.
 */
export function instrumentsFromProducts(rows: unknown): InstrumentListing {
  // Rows are named by `product_id`.
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? { ...row, symbol: row['product_id'] } : row))
    : rows;
  return listingOf(named, 'the list of products', specOf);
}

function specOf(row: Json): InstrumentSpec {
  const symbol = nameOf(row, 'product_id');
  if (row['product_type'] !== 'SPOT') throw new RangeError('it is not of the spot market');
  checkAlias(symbol, row['alias']);
  // `quote_increment` is that of amounts in quote: prices have a step of their own.
  const tickSize = stepOf(row, 'price_increment');
  const lotSize = stepOf(row, 'base_increment');
  return {
    symbol,
    base: nameOf(row, 'base_currency_id'),
    quote: nameOf(row, 'quote_currency_id'),
    tickSize,
    lotSize,
    minQty: decimalOf(row, 'base_min_size'),
    minNotional: decimalOf(row, 'quote_min_size'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, numericOf(row['base_max_size'])),
    status: statusOf(row),
  };
}

/** A product whose book came under another name than is assumed here would be shown the book of another market. */
function checkAlias(symbol: string, alias: unknown): void {
  if (alias !== undefined && typeof alias !== 'string') throw new RangeError('alias is not a name');
  const listed = alias === undefined || alias === '' ? symbol : alias;
  if (listed !== streamOf(symbol))
    throw new RangeError(
      `its book is listed as that of ${listed.slice(0, 40)}, and expected as that of ${streamOf(symbol)}`,
    );
}

/** A flag that is neither true nor false, and a status that is not known, stop trading. */
function statusOf(row: Json): InstrumentStatus {
  if (row['status'] === 'delisted') return 'delisted';
  const isSet = (flag: string): boolean => row[flag] !== undefined && row[flag] !== false;
  if (row['status'] !== 'online' || STOPS.some(isSet)) return 'maintenance';
  if (isSet('cancel_only')) return 'cancel_only';
  if (isSet('post_only')) return 'post_only';
  return isSet('limit_only') ? 'limit_only' : 'online';
}
