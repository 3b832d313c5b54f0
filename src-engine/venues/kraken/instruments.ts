/**
 * Kraken's instruments from either of its two lists: REST `AssetPairs` and the WebSocket v2 `instrument`
 * snapshot. Symbols are those of WebSocket v2 (`BTC/USD`), decimals are exact text: JSON numbers such as
 * `1e-08` are turned into plain digits by the decimal type, whose reading of a double's shortest text is exact
 * for the 15 digits that these never exceed.
 */
import { Decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { instrumentStatus } from './parse-control.ts';

export type InstrumentListFormat = 'asset-pairs' | 'instrument-snapshot';

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** REST still writes two assets by their old codes; WebSocket v2 does not. */
const RENAMED: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

/** Highest number of pairs that is believed; Kraken lists some 1500. */
const MAX_PAIRS = 20_000;

/** The asset code that WebSocket v2 uses: XBT → BTC, XDG → DOGE. */
export function normalizeAsset(code: string): string {
  return RENAMED[code] ?? code;
}

/** `XBT/USD` → `BTC/USD`. */
export function normalizeSymbol(wsname: string): string {
  return wsname.split('/').map(normalizeAsset).join('/');
}

/** Which of Kraken's two lists this JSON is; undefined when it is neither. */
export function instrumentListFormat(json: unknown): InstrumentListFormat | undefined {
  if (!isObject(json)) return undefined;
  if (json['channel'] === 'instrument' && isObject(json['data'])) return 'instrument-snapshot';
  if (Array.isArray(json['pairs'])) return 'instrument-snapshot';
  const first: unknown = Object.values(assetPairsOf(json))[0];
  return isObject(first) && typeof first['wsname'] === 'string' ? 'asset-pairs' : undefined;
}

/**
 * Reads the text of a file with either list: a whole REST response or its `result` alone, a whole WebSocket
 * frame or its `data` alone. @param field what to call the file in an error. @throws UserError.
 */
export function readInstrumentFile(text: string, field: string): InstrumentSpec[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError({
      code: 'bad-json',
      field,
      message: `is not JSON (${error instanceof Error ? error.message : 'unreadable'})`,
      remedy: 'Save the whole answer of Kraken’s AssetPairs, or the instrument snapshot.',
    });
  }
  const format = instrumentListFormat(json);
  if (format === 'asset-pairs') return instrumentsFromAssetPairs(json, field);
  if (format === 'instrument-snapshot') return instrumentsFromSnapshot(json, field);
  throw new UserError({
    code: 'unknown-format',
    field,
    message: 'is no list of Kraken instruments',
    remedy: 'Give the answer of REST AssetPairs or a WebSocket v2 instrument snapshot.',
  });
}

/** REST `AssetPairs`, the whole response or its `result`. @throws UserError naming pair and field. */
export function instrumentsFromAssetPairs(json: unknown, field = 'AssetPairs'): InstrumentSpec[] {
  const rows = Object.entries(assetPairsOf(isObject(json) ? json : {}));
  checkCount(rows.length, field);
  return rows.map(([key, row]) => {
    const read = new Row(row, `${field}.${key}`);
    const symbol = normalizeSymbol(read.text('wsname'));
    const { base, quote } = assetsOf(symbol, read);
    const priceDecimals = read.count('pair_decimals');
    const qtyDecimals = read.count('lot_decimals');
    return {
      symbol,
      base,
      quote,
      tickSize: read.has('tick_size') ? read.decimal('tick_size') : step(priceDecimals),
      lotSize: step(qtyDecimals),
      minQty: read.has('ordermin') ? read.decimal('ordermin') : '0',
      minNotional: read.has('costmin') ? read.decimal('costmin') : '0',
      priceDecimals,
      qtyDecimals,
      takerFee: read.firstFee('fees'),
      status: instrumentStatus(read.value('status')),
    };
  });
}

/** The v2 `instrument` snapshot, the whole frame or its `data`. It tells no fees. @throws UserError. */
export function instrumentsFromSnapshot(json: unknown, field = 'instrument'): InstrumentSpec[] {
  const data: unknown = isObject(json) && isObject(json['data']) ? json['data'] : json;
  const rows: unknown = isObject(data) ? data['pairs'] : undefined;
  if (!Array.isArray(rows)) throw badField(`${field}.pairs`, rows, 'is not a list');
  checkCount(rows.length, `${field}.pairs`);
  return rows.map((row: unknown, index) => {
    const read = new Row(row, `${field}.pairs[${index}]`);
    const priceDecimals = read.count('price_precision');
    const qtyDecimals = read.count('qty_precision');
    return {
      symbol: read.text('symbol'),
      base: read.text('base'),
      quote: read.text('quote'),
      // tick_size is deprecated for price_increment, and older recordings have both.
      tickSize: read.decimal(read.has('price_increment') ? 'price_increment' : 'tick_size'),
      lotSize: read.decimal('qty_increment'),
      minQty: read.decimal('qty_min'),
      minNotional: read.has('cost_min') ? read.decimal('cost_min') : '0',
      priceDecimals,
      qtyDecimals,
      status: instrumentStatus(read.value('status')),
    };
  });
}

function assetPairsOf(json: Json): Json {
  return isObject(json['result']) ? json['result'] : json;
}

function assetsOf(symbol: string, read: Row): { base: string; quote: string } {
  const [base, quote, ...rest] = symbol.split('/');
  if (base === undefined || quote === undefined || base === '' || quote === '' || rest.length > 0) {
    throw badField(`${read.field}.wsname`, symbol, 'is not of the form BASE/QUOTE');
  }
  return { base, quote };
}

function checkCount(count: number, field: string): void {
  if (count > 0 && count <= MAX_PAIRS) return;
  throw badField(field, count, `does not hold between 1 and ${MAX_PAIRS} pairs`);
}

/** 10^-decimals as text: 3 → 0.001. */
function step(decimals: number): string {
  return Decimal.pow(10, -decimals).toFixed();
}

function badField(field: string, value: unknown, message: string): UserError {
  return new UserError({
    code: 'bad-instrument',
    field,
    value: JSON.stringify(value)?.slice(0, 60),
    message,
    remedy: 'Fetch the list from Kraken again.',
  });
}

/** One pair of a list, read field by field with errors that name the field. */
class Row {
  readonly field: string;
  readonly #row: Json;

  constructor(row: unknown, field: string) {
    if (!isObject(row)) throw badField(field, row, 'is not an object');
    this.#row = row;
    this.field = field;
  }

  value(key: string): unknown {
    return this.#row[key];
  }

  has(key: string): boolean {
    return this.#row[key] !== undefined && this.#row[key] !== null;
  }

  text(key: string): string {
    const value = this.#row[key];
    if (typeof value !== 'string' || value === '')
      throw badField(`${this.field}.${key}`, value, 'is no text');
    return value;
  }

  count(key: string): number {
    const value = this.#row[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 20) {
      throw badField(`${this.field}.${key}`, value, 'is not a whole number from 0 to 20');
    }
    return value;
  }

  /** A number or its text, zero or above, as plain decimal text. */
  decimal(key: string): string {
    return plain(this.#row[key], `${this.field}.${key}`).toFixed();
  }

  /** Taker fee of the lowest volume tier, which Kraken writes in percent, as a fraction. */
  firstFee(key: string): string {
    const tiers: unknown = this.#row[key];
    const first: unknown = Array.isArray(tiers) ? tiers[0] : undefined;
    const percent: unknown = Array.isArray(first) ? first[1] : undefined;
    return plain(percent, `${this.field}.${key}[0][1]`).div(100).toFixed();
  }
}

function plain(value: unknown, field: string): Decimal {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
  try {
    const number = isNumeric ? new Decimal(value) : undefined;
    if (number?.isFinite() === true && !number.isNegative()) return number;
  } catch {
    // Not a number after all: told below, with the field.
  }
  throw badField(field, value, 'is not a decimal number');
}
