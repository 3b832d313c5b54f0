/** Binance's instruments from REST `exchangeInfo` (Binance spot API, "Exchange information" and "Filters"). */
import { Decimal, type DecimalText, decimalPlaces } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec, type InstrumentStatus } from '../../domain/instrument.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** Highest number of symbols that is believed; Binance lists some 3,500 of which 1,500 trade. */
const MAX_SYMBOLS = 20_000;
/** Longest name of a symbol that is repeated in a message. */
const MAX_NAME = 40;
/** Digits behind the point with which every price and quantity is written. */
const WRITTEN_DECIMALS = 8;
/** A level that holds this many of the largest orders is still counted exactly. */
const ORDERS_A_LEVEL = 100;
const DECIMAL = /^\d{1,24}(\.\d{1,24})?$/;

/**
 * Reads the list symbol by symbol. One that cannot be read is left out under its name: a single odd row must not keep the
 * others from being traded. The list has no fees: they depend on the account, and are left out.
 * @throws UserError when it is not exchangeInfo, or no symbol of it can be read.
 */
export function instrumentsFromExchangeInfo(json: unknown): InstrumentListing {
  const rows: unknown = isObject(json) ? json['symbols'] : undefined;
  if (!Array.isArray(rows) || rows.length > MAX_SYMBOLS) {
    throw new UserError({
      code: 'bad-instrument',
      field: 'exchangeInfo.symbols',
      message: `is not a list of at most ${MAX_SYMBOLS} symbols`,
      remedy: 'Fetch the list from the venue again.',
    });
  }
  const instruments: InstrumentSpec[] = [];
  const leftOut: InstrumentListing['leftOut'][number][] = [];
  const seen = new Set<string>();
  for (const [index, row] of (rows as readonly unknown[]).entries()) {
    const name =
      isObject(row) && typeof row['symbol'] === 'string' ? row['symbol'].slice(0, MAX_NAME) : `[${index}]`;
    try {
      if (seen.has(name)) throw new RangeError('it is listed twice');
      const spec = specOf(row);
      // The run's own rules decide too: base and quote, decimals that a book can hold.
      createInstrument(spec, 0, 'binance');
      seen.add(name);
      instruments.push(spec);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof UserError)) throw error;
      leftOut.push({ name, reason: error.message });
    }
  }
  if (instruments.length > 0) return { instruments, leftOut };
  throw new UserError({
    code: 'bad-instrument',
    field: 'exchangeInfo.symbols',
    message: `has no symbol that can be read${leftOut[0] === undefined ? '' : `; the first: ${leftOut[0].name}: ${leftOut[0].reason}`}`,
    remedy: 'Fetch the list from the venue again.',
  });
}

function specOf(row: unknown): InstrumentSpec {
  if (!isObject(row)) throw new RangeError('it is not an object');
  const filters = new Map<string, Json>();
  const listed: unknown = row['filters'];
  for (const filter of Array.isArray(listed) ? (listed as unknown[]) : []) {
    if (isObject(filter) && typeof filter['filterType'] === 'string')
      filters.set(filter['filterType'], filter);
  }
  const tickSize = step(filters.get('PRICE_FILTER'), 'PRICE_FILTER', 'tickSize');
  const lotSize = step(filters.get('LOT_SIZE'), 'LOT_SIZE', 'stepSize');
  // `baseAssetPrecision` and `quotePrecision` are those of balances: orders are rounded to tick and lot.
  return {
    symbol: text(row, 'symbol'),
    base: text(row, 'baseAsset'),
    quote: text(row, 'quoteAsset'),
    tickSize,
    lotSize,
    minQty: decimalOf(filters.get('LOT_SIZE'), 'LOT_SIZE', 'minQty'),
    minNotional: minNotional(filters),
    priceDecimals: bookDecimals(tickSize, filters.get('PRICE_FILTER')?.['maxPrice'], 1),
    qtyDecimals: bookDecimals(lotSize, filters.get('LOT_SIZE')?.['maxQty'], ORDERS_A_LEVEL),
    status: statusOf(row),
  };
}

/**
 * Decimals in which a book counts: all eight that Binance writes, where the largest that may stand in it stays exact. Orders
 * that were placed under older rules stay in the book off today's tick and lot (seen: 11979.3 of a coin whose lot is 1).
 */
function bookDecimals(size: DecimalText, most: unknown, times: number): number {
  const needed = decimalPlaces(new Decimal(size));
  const largest = typeof most === 'string' && DECIMAL.test(most) ? Number(most) * times : 0;
  if (largest <= 0) return Math.max(needed, WRITTEN_DECIMALS);
  const exact = Math.floor(Math.log10(Number.MAX_SAFE_INTEGER / largest));
  return Math.max(needed, Math.min(WRITTEN_DECIMALS, exact));
}

/** `NOTIONAL`, or the older `MIN_NOTIONAL` that it replaced symbol by symbol; the higher where both stand. */
function minNotional(filters: ReadonlyMap<string, Json>): DecimalText {
  const amounts = ['NOTIONAL', 'MIN_NOTIONAL'].flatMap((name) => {
    const filter = filters.get(name);
    return filter === undefined ? [] : [new Decimal(decimalOf(filter, name, 'minNotional'))];
  });
  return amounts.length === 0 ? '0' : Decimal.max(...amounts).toFixed();
}

/** Only what may be traded on the spot market and says so; a status that is not known stops trading. */
function statusOf(row: Json): InstrumentStatus {
  if (row['isSpotTradingAllowed'] === false) return 'maintenance';
  switch (row['status']) {
    case 'TRADING':
      return 'online';
    case 'CANCEL_ONLY':
      return 'cancel_only';
    default:
      return 'maintenance';
  }
}

function step(filter: Json | undefined, name: string, field: string): DecimalText {
  const value = decimalOf(filter, name, field);
  // Binance writes 0 where a rule is off; without a step no order can be rounded.
  if (new Decimal(value).isZero()) throw new RangeError(`${name}.${field} is 0`);
  return value;
}

function decimalOf(filter: Json | undefined, name: string, field: string): DecimalText {
  const value = filter?.[field];
  if (typeof value !== 'string' || !DECIMAL.test(value)) {
    throw new RangeError(`${name}.${field} ${JSON.stringify(value) ?? 'is missing and'} is not a decimal`);
  }
  return new Decimal(value).toFixed();
}

function text(row: Json, field: string): string {
  const value = row[field];
  if (typeof value !== 'string' || value === '' || value.length > MAX_NAME)
    throw new RangeError(`${field} is not a name`);
  return value;
}
