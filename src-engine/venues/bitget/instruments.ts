/** Bitget's spot instruments (Bitget v2, "Get Symbol Info"). */
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOfDigits } from '../toolkit/instrument-rows.ts';
import type { Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { numericOf } from '../toolkit/json.ts';

/** What one of a coin is worth in USDT; undefined: not known. */
export type UsdtPrice = (coin: string) => number | undefined;

/** The venue's own price of a quote is not ours: a smallest order has so much more. */
const MARGIN = new Decimal('1.1');

/**
 * Reads the `data` of the list. The smallest value of an order is in USDT whatever the quote, so that a pair against another coin needs
 * that coin's price; without one it is left out.
 * @throws UserError when it is no such list, or no row of it can be read.
 */
export function instrumentsFromSymbols(
  rows: unknown,
  priceOf: UsdtPrice = () => undefined,
): InstrumentListing {
  return listingOf(rows, 'the list of spot symbols', (row) => specOf(row, priceOf));
}

function specOf(row: Json, priceOf: UsdtPrice): InstrumentSpec {
  const quote = nameOf(row, 'quoteCoin');
  const tickSize = stepOfDigits(row, 'pricePrecision');
  const lotSize = stepOfDigits(row, 'quantityPrecision');
  // 0 where the venue has none.
  const smallest = new Decimal(decimalOf(row, 'minTradeAmount'));
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'baseCoin'),
    quote,
    tickSize,
    lotSize,
    minQty: smallest.isZero() ? lotSize : smallest.toFixed(),
    minNotional: smallestValue(decimalOf(row, 'minTradeUSDT'), quote, priceOf),
    // What an account without a level pays; that of another one is its own.
    takerFee: decimalOf(row, 'takerFeeRate'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, numericOf(row['maxTradeAmount'])),
    status: statusOf(row['status']),
  };
}

/** The smallest value of an order in its quote, rounded up to one digit: a small move of the price changes no rule. */
function smallestValue(usdt: DecimalText, quote: string, priceOf: UsdtPrice): DecimalText {
  if (quote === 'USDT') return usdt;
  const price = priceOf(quote) ?? 0;
  if (!(price > 0 && Number.isFinite(price)))
    throw new RangeError(`its smallest order is in USDT, and the price of ${quote} in USDT is not known`);
  const value = new Decimal(usdt).mul(MARGIN).div(price);
  return value.toSignificantDigits(1, Decimal.ROUND_UP).toFixed();
}

/** `gray` is open to some accounts; `halt`, `offline` and what is not known stop trading. */
function statusOf(status: unknown): InstrumentStatus {
  return status === 'online' ? 'online' : 'maintenance';
}
