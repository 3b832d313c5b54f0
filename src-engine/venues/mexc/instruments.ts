/** MEXC's spot instruments (MEXC spot v3, "Exchange Information" and "API default symbol"). */
import { Decimal } from '../../domain/decimal.ts';
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOfDigits } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** Both directions; 2 and 3 are buying or selling alone, 4 is closed. */
const BOTH_WAYS = 1;

/**
 * Reads `symbols` of the answer. @param open symbols that programs may trade; undefined: not known.
 * @throws UserError when it is no such list, or no row of it can be read.
 */
export function instrumentsFromInfo(info: unknown, open?: ReadonlySet<string>): InstrumentListing {
  return listingOf(isObject(info) ? info['symbols'] : undefined, 'symbols', (row) => specOf(row, open));
}

/**
 * Names mislead: `baseSizePrecision` is the smallest quantity and `quoteAmountPrecision` the smallest value of an order, 0 where there is
 * none; the digits of prices are those of `quotePrecision`.
 */
function specOf(row: Json, open: ReadonlySet<string> | undefined): InstrumentSpec {
  const symbol = nameOf(row, 'symbol');
  const tickSize = stepOfDigits(
    row,
    row['quoteAssetPrecision'] === undefined ? 'quotePrecision' : 'quoteAssetPrecision',
  );
  const lotSize = stepOfDigits(row, 'baseAssetPrecision');
  const smallest = new Decimal(decimalOf(row, 'baseSizePrecision'));
  return {
    symbol,
    base: nameOf(row, 'baseAsset'),
    quote: nameOf(row, 'quoteAsset'),
    tickSize,
    lotSize,
    minQty: smallest.isZero() ? lotSize : smallest.toFixed(),
    minNotional: decimalOf(row, 'quoteAmountPrecision'),
    // What an account without an agreement of its own pays for this pair.
    takerFee: decimalOf(row, 'takerCommission'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: open === undefined || open.has(symbol) ? statusOf(row) : 'maintenance',
  };
}

/** `status` is "1" online, "2" paused, "3" offline; older rows say it in words. What programs may not trade is not traded. */
function statusOf({ status, isSpotTradingAllowed, tradeSideType = BOTH_WAYS }: Json): InstrumentStatus {
  const isOnline = status === '1' || status === 1 || status === 'ENABLED';
  return isOnline && isSpotTradingAllowed === true && tradeSideType === BOTH_WAYS ? 'online' : 'maintenance';
}
