/** KuCoin's spot instruments (KuCoin, "Get All Symbols"). */
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOf } from '../toolkit/instrument-rows.ts';
import type { Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/**
 * Reads the `data` of the list. It has no fees but only coefficients of an account's own fee.
 * @throws UserError when it is no list, or no row of it can be read.
 */
export function instrumentsFromSymbols(data: unknown): InstrumentListing {
  return listingOf(data, 'symbols', specOf);
}

/**
 * `symbol` is the code that stays when a coin is renamed (`BCHSV-USDT` of the pair whose `name` is `BSV-USDT`), and the one that
 * requests and topics take; the coins are those of `baseCurrency` and `quoteCurrency`.
 */
function specOf(row: Json): InstrumentSpec {
  const tickSize = stepOf(row, 'priceIncrement');
  const lotSize = stepOf(row, 'baseIncrement');
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'baseCurrency'),
    quote: nameOf(row, 'quoteCurrency'),
    tickSize,
    lotSize,
    minQty: decimalOf(row, 'baseMinSize'),
    minNotional: minNotional(row),
    priceDecimals: priceDecimalsFor(tickSize),
    // `baseMaxSize` is 10,000,000,000 of any coin: it says nothing of what may stand in a book.
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    status: row['enableTrading'] === true ? 'online' : 'maintenance',
  };
}

/** The higher of `minFunds` and `quoteMinSize`, which is of orders by their value; older rows have no `minFunds`, newer ones null. */
function minNotional(row: Json): DecimalText {
  const amounts = ['minFunds', 'quoteMinSize'].flatMap((field) =>
    row[field] === undefined || row[field] === null ? [] : [new Decimal(decimalOf(row, field))],
  );
  return amounts.length === 0 ? '0' : Decimal.max(...amounts).toFixed();
}
