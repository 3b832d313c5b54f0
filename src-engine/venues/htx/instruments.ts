/** HTX's spot symbols (HTX spot API, "Get Market Symbols Setting", and the older "Get all Supported Trading Symbol"). */
import type { InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import { priceDecimalsFor, qtyDecimalsFor } from '../toolkit/book-decimals.ts';
import { decimalOf, listingOf, nameOf, stepOfDigits, withNumbersAsText } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** Names of the older list by those of the newer one. */
const OLDER: Readonly<Record<string, string>> = {
  bc: 'base-currency',
  qc: 'quote-currency',
  pp: 'price-precision',
  ap: 'amount-precision',
  minov: 'min-order-value',
  lominoa: 'limit-order-min-order-amt',
  lomaxoa: 'limit-order-max-order-amt',
  at: 'api-trading',
};

/** Reads the `data` of either list. @throws UserError when it is no such list, or no row of it can be read. */
export function instrumentsFromSymbols(rows: unknown): InstrumentListing {
  const named = Array.isArray(rows)
    ? (rows as unknown[]).map((row) => (isObject(row) ? newer(row) : row))
    : rows;
  return listingOf(named, 'the list of market symbols', specOf);
}

function newer(row: Json): Json {
  const text = withNumbersAsText(row);
  const known = Object.entries(OLDER).map(([name, older]): [string, unknown] => [
    name,
    text[name] ?? text[older],
  ]);
  return { ...text, ...Object.fromEntries(known) };
}

function specOf(row: Json): InstrumentSpec {
  const { tags } = row;
  if (typeof tags === 'string' && tags.split(',').includes('etp'))
    throw new RangeError('it is a leveraged token');
  const tickSize = stepOfDigits(row, 'pp');
  const lotSize = stepOfDigits(row, 'ap');
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'bc').toUpperCase(),
    quote: nameOf(row, 'qc').toUpperCase(),
    tickSize,
    lotSize,
    minQty: decimalOf(row, 'lominoa'),
    // In the quote.
    minNotional: decimalOf(row, 'minov'),
    priceDecimals: priceDecimalsFor(tickSize),
    qtyDecimals: qtyDecimalsFor(lotSize, numericOf(row['lomaxoa'])),
    status: statusOf(row),
  };
}

/** `suspend`, `pre-online`, `offline` and what is not known stop trading, as a pair does that no API may trade. */
function statusOf({ state, at }: Json): InstrumentStatus {
  return state === 'online' && (at === undefined || at === 'enabled') ? 'online' : 'maintenance';
}
