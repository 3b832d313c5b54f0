/** Spot markets as ccxt lists them (ccxt, "Markets": precision, precisionMode, limits), every number as text. */
import { Decimal, type DecimalText, decimalPlaces } from '../../domain/decimal.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOf, stepOfDigits } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { CCXT_VERSION } from './ids.ts';

/** What a precision of ccxt counts. */
const MODE = { decimalPlaces: 2, significantDigits: 3, tickSize: 4 } as const;
/** A step so fine may be no venue's: of some markets ccxt lists 1e-8, whatever their price. */
const FINE_DECIMALS = 8;
/** A price may grow a hundredfold before a book can no longer count it. */
const ROOM = 100;
/** Shown beside such a fee. */
const FEE_BASIS = `assumed, as ccxt ${CCXT_VERSION} lists it for every account`;

/** True where the step of a market can be known by its last price alone. @param rows of `markets`. */
export function needsPrices(rows: unknown): boolean {
  return (
    Array.isArray(rows) &&
    (rows as unknown[]).some(
      (row) => isObject(row) && (row['precisionMode'] === MODE.significantDigits || isFine(row['price'])),
    )
  );
}

function isFine(step: unknown): boolean {
  return (
    typeof step === 'string' &&
    step.length >= FINE_DECIMALS &&
    decimalPlaces(new Decimal(step)) >= FINE_DECIMALS
  );
}

/** @throws UserError when it is no such list, or no market of it can be read. */
export function instrumentsFromMarkets(file: {
  readonly markets?: unknown;
  readonly tickers?: unknown;
}): InstrumentListing {
  const prices = new Map<unknown, number>();
  for (const row of Array.isArray(file.tickers) ? (file.tickers as unknown[]) : [])
    if (isObject(row)) prices.set(row['symbol'], Number(row['last'] ?? 0));
  return listingOf(file.markets, 'the list of markets', (row) => specOf(row, prices.get(row['symbol'])));
}

function specOf(row: Json, price: number | undefined): InstrumentSpec {
  const symbol = nameOf(row, 'symbol');
  if (!/^[^/:]+\/[^/:]+$/.test(symbol)) throw new RangeError('its symbol is not of a spot market');
  const { tickSize, priceDecimals } = pricesOf(row, price);
  const lotSize = stepIn(row, 'amount', undefined);
  return {
    symbol,
    base: nameOf(row, 'base'),
    quote: nameOf(row, 'quote'),
    tickSize,
    lotSize,
    minQty: row['minAmount'] === null ? lotSize : decimalOf(row, 'minAmount'),
    // What ccxt does not know is taken for none, and shown with the venue's label.
    minNotional: row['minCost'] === null ? '0' : decimalOf(row, 'minCost'),
    priceDecimals,
    qtyDecimals: qtyDecimalsFor(lotSize, 0),
    takerFee: row['taker'] === null ? undefined : decimalOf(row, 'taker'),
    feeBasis: row['taker'] === null ? undefined : FEE_BASIS,
    status: row['active'] === false ? 'maintenance' : 'online',
  };
}

/** The step of prices, and decimals in which a book still counts them exactly. */
function pricesOf(
  row: Json,
  price: number | undefined,
): { readonly tickSize: DecimalText; readonly priceDecimals: number } {
  const tickSize = stepIn(row, 'price', price);
  const decimals = priceDecimalsFor(tickSize);
  if (price === undefined || !(price > 0)) return { tickSize, priceDecimals: decimals };
  const most = Math.max(0, Math.floor(Math.log10(Number.MAX_SAFE_INTEGER / (price * ROOM))));
  if (most >= decimals) return { tickSize, priceDecimals: decimals };
  // A multiple of the coarser step is one of the finer step as well.
  const coarser = new Decimal(10).pow(-most);
  return { tickSize: coarser.gt(tickSize) ? coarser.toFixed() : tickSize, priceDecimals: most };
}

/** @param price last one, for steps that follow it. @throws RangeError where ccxt lists no step. */
function stepIn(row: Json, field: 'price' | 'amount', price: number | undefined): DecimalText {
  const mode = row['precisionMode'];
  const count = row[field];
  if (typeof count !== 'string') throw new RangeError(`ccxt lists no step of its ${field}s`);
  if (mode === MODE.tickSize) return stepOf(row, field);
  // Of quantities ccxt counts decimals, where it counts significant digits of prices.
  if (mode === MODE.decimalPlaces || (mode === MODE.significantDigits && field === 'amount'))
    return count.includes('.') ? stepOf(row, field) : stepOfDigits(row, field);
  if (mode !== MODE.significantDigits)
    throw new RangeError(`ccxt counts its steps in an unknown way (${String(mode)})`);
  const digits = Number(count);
  if (!Number.isInteger(digits) || digits < 1 || digits > 12)
    throw new RangeError(`${count} is no count of significant digits`);
  if (price === undefined || !(price > 0))
    throw new RangeError('its last price is not known, on which the step of its prices depends');
  return new Decimal(10).pow(Math.floor(Math.log10(price)) - digits + 1).toFixed();
}
