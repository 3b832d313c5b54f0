/** Bitfinex's spot instruments (Bitfinex, "Configs" and "Tickers"). */
import { Decimal } from '../../domain/decimal.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { decimalOf, listingOf, nameOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json, numericOf, wordOf } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** The answer of `conf/pub:info:pair,pub:list:pair:exchange,pub:map:currency:sym`, and the last price of each symbol. */
export type PairLists = {
  readonly conf: unknown;
  readonly priceOf: (symbol: string) => number | undefined;
};

/** Digits of a price, whatever its size. */
const SIGNIFICANT = 5;
/** A price that comes so near to a power of ten is already counted in the coarser step beyond it. */
const NEAR = 1.1;
/** Levels of a thousandth of the price are still counted. */
const FINER_DIGITS = 4;
const MOST_DECIMALS = 12;
const QTY_DECIMALS = 8;
/** A level that holds this many of the largest orders is still counted exactly. */
const ORDERS_A_LEVEL = 100;
const PLACES = { smallest: 3, largest: 4 };
/** Markets in made money, and perpetuals. */
const NO_SPOT = /^TEST|F0$/;

/** @throws UserError when it is no such answer, or no pair of it can be read. */
export function instrumentsFromConf({ conf, priceOf }: PairLists): InstrumentListing {
  const [info, listed, names] = Array.isArray(conf) ? (conf as unknown[]) : [];
  const coins = new Map(entries(names));
  // Without it every pair would read as closed.
  if (!Array.isArray(listed))
    return listingOf(listed, 'the list of traded pairs', (row) => specOf(row, priceOf));
  const isTraded = new Set((listed as unknown[]).map(wordOf));
  const rows = Array.isArray(info) ? (info as unknown[]).map((pair) => rowOf(pair, coins, isTraded)) : info;
  return listingOf(rows, 'the list of pairs', (row) => specOf(row, priceOf));
}

/** A pair as an object. Codes of coins are the venue's own, whose usual names stand in a table: `UST` is `USDt`. */
function rowOf(pair: unknown, coins: ReadonlyMap<string, string>, isTraded: ReadonlySet<string>): unknown {
  const [name, limits] = Array.isArray(pair) ? (pair as unknown[]) : [];
  if (typeof name !== 'string' || !Array.isArray(limits)) return pair;
  const [base, quote] = name.includes(':') ? name.split(':') : [name.slice(0, 3), name.slice(3)];
  const usual = (code = ''): string => (coins.get(code) ?? code).toUpperCase();
  return {
    symbol: `t${name}`,
    base: usual(base),
    quote: usual(quote),
    isSpot: !NO_SPOT.test(base ?? '') && !NO_SPOT.test(quote ?? ''),
    isTraded: isTraded.has(name),
    smallest: limits[PLACES.smallest],
    largest: limits[PLACES.largest],
  };
}

/** Prices have five digits wherever their point is, so that the step follows the price. */
function specOf(row: Json, priceOf: PairLists['priceOf']): InstrumentSpec {
  const symbol = nameOf(row, 'symbol');
  if (row['isSpot'] !== true) throw new RangeError('it is no spot market');
  const price = priceOf(symbol) ?? 0;
  if (!(price > 0 && Number.isFinite(price)))
    throw new RangeError('its last price is not known, on which the step of its prices depends');
  const power = Math.floor(Math.log10(price * NEAR)) - SIGNIFICANT + 1;
  const decimals = Math.max(0, -power);
  const smallest = decimalOf(row, 'smallest');
  const qtyDecimals = qtyDecimalsOf(numericOf(row['largest']), smallest);
  return {
    symbol,
    base: nameOf(row, 'base'),
    quote: nameOf(row, 'quote'),
    tickSize: new Decimal(10).pow(power).toFixed(),
    lotSize: new Decimal(10).pow(-qtyDecimals).toFixed(),
    minQty: smallest,
    // There is no smallest value of an order.
    minNotional: '0',
    priceDecimals: Math.min(MOST_DECIMALS, decimals + FINER_DIGITS),
    qtyDecimals,
    status: row['isTraded'] === true ? 'online' : 'maintenance',
  };
}

/** Amounts have eight digits behind the point; of coins of which very many are traded fewer, so that a book counts them exactly. */
function qtyDecimalsOf(largest: number, smallest: string): number {
  if (!(largest > 0)) return QTY_DECIMALS;
  const exact = Math.floor(Math.log10(Number.MAX_SAFE_INTEGER / (largest * ORDERS_A_LEVEL)));
  return Math.max(new Decimal(smallest).decimalPlaces(), Math.max(0, Math.min(QTY_DECIMALS, exact)));
}

function entries(rows: unknown): (readonly [string, string])[] {
  return (Array.isArray(rows) ? (rows as unknown[]) : []).flatMap((row) => {
    const [code, name] = Array.isArray(row) ? (row as unknown[]) : [];
    return typeof code === 'string' && typeof name === 'string' ? [[code, name] as const] : [];
  });
}

/** The last price of each symbol in an answer of `tickers`: its eighth field. */
export function lastPrices(rows: unknown): Map<string, number> {
  const prices = new Map<string, number>();
  for (const row of Array.isArray(rows) ? (rows as unknown[]) : [])
    if (Array.isArray(row) && typeof row[0] === 'string') prices.set(row[0], numericOf(row[7]));
  return prices;
}

/** A file of both answers. */
export function instrumentsFromFile(file: Json): InstrumentListing {
  const prices = lastPrices(isObject(file) ? file['tickers'] : undefined);
  return instrumentsFromConf({ conf: file['pairs'], priceOf: (symbol) => prices.get(symbol) });
}
