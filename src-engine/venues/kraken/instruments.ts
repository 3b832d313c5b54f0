/**
 * Kraken's instruments from either of its two lists: REST `AssetPairs` and the WebSocket v2 `instrument`
 * snapshot. Symbols are those of WebSocket v2 (`BTC/USD`), decimals are exact text: JSON numbers such as
 * `1e-08` are turned into plain digits by the decimal type, whose reading of a double's shortest text is exact
 * for the 15 digits that these never exceed.
 */
import { assetOfToday } from '../../domain/asset-alias.ts';
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { badField, instrumentRow, plainDecimal, Row } from './instrument-row.ts';
import { instrumentStatus } from './parse-control.ts';

export type InstrumentListFormat = 'asset-pairs' | 'instrument-snapshot';

/** Highest number of pairs that is believed; Kraken lists some 1500. */
const MAX_PAIRS = 20_000;
/** Longest name of a pair that is repeated in a message. */
const MAX_NAME = 40;

/** A pair of a list that cannot be traded, and why. */
export type LeftOutPair = { readonly name: string; readonly reason: string };

/** Hears of each pair that is left out. */
export type OnLeftOut = (pair: LeftOutPair) => void;

/** What is shown beside a fee that the venue published for all clients. */
const LISTED_BASIS = 'listed by the venue';

/** The asset code that WebSocket v2 uses: XBT → BTC, XDG → DOGE. */
export function normalizeAsset(code: string): string {
  return assetOfToday(code);
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
  const isPair = (row: unknown): boolean => isObject(row) && typeof row['wsname'] === 'string';
  return Object.values(assetPairsOf(json)).some(isPair) ? 'asset-pairs' : undefined;
}

/**
 * Reads the text of a file with either list: a whole REST response or its `result` alone, a whole WebSocket
 * frame or its `data` alone. @param field what to call the file in an error. @throws UserError.
 */
export function readInstrumentFile(text: string, field: string, onLeftOut?: OnLeftOut): InstrumentSpec[] {
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
  if (format === 'asset-pairs') return instrumentsFromAssetPairs(json, field, onLeftOut);
  if (format === 'instrument-snapshot') return instrumentsFromSnapshot(json, field, onLeftOut);
  throw new UserError({
    code: 'unknown-format',
    field,
    message: 'is not a list of Kraken instruments',
    remedy: 'Give the answer of REST AssetPairs or a WebSocket v2 instrument snapshot.',
  });
}

/** REST `AssetPairs`, the whole response or its `result`. @throws UserError when no pair of it can be read. */
export function instrumentsFromAssetPairs(
  json: unknown,
  field = 'AssetPairs',
  onLeftOut?: OnLeftOut,
): InstrumentSpec[] {
  const rows = Object.entries(assetPairsOf(isObject(json) ? json : {}));
  return readEach(rows, field, onLeftOut, (read) => {
    const symbol = normalizeSymbol(read.text('wsname'));
    const { base, quote } = assetsOf(symbol, read);
    const priceDecimals = read.count('pair_decimals');
    const qtyDecimals = read.count('lot_decimals');
    const takerFee = firstFee(read.value('fees'));
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
      takerFee,
      makerFee: firstFee(read.value('fees_maker')),
      feeBasis: takerFee === undefined ? undefined : LISTED_BASIS,
      status: instrumentStatus(read.value('status')),
    };
  });
}

/** The v2 `instrument` snapshot, the whole frame or its `data`. It lists no fees. @throws UserError as above. */
export function instrumentsFromSnapshot(
  json: unknown,
  field = 'instrument',
  onLeftOut?: OnLeftOut,
): InstrumentSpec[] {
  const data: unknown = isObject(json) && isObject(json['data']) ? json['data'] : json;
  const rows: unknown = isObject(data) ? data['pairs'] : undefined;
  if (!Array.isArray(rows)) throw badField(`${field}.pairs`, rows, 'is not a list');
  const named = rows.map((row: unknown, index): [string, unknown] => [`[${index}]`, row]);
  return readEach(named, `${field}.pairs`, onLeftOut, (read) => {
    const { symbol, base, quote, tickSize, lotSize, minQty, minNotional, priceDecimals, qtyDecimals } =
      instrumentRow(read);
    const status = instrumentStatus(read.value('status'));
    return {
      symbol,
      base,
      quote,
      tickSize,
      lotSize,
      minQty,
      minNotional,
      priceDecimals,
      qtyDecimals,
      status,
    };
  });
}

/**
 * Reads row by row. One that cannot be read, or is not an instrument that can be traded, is left out under its name: a single
 * odd pair of 1,500 must not keep the others from being traded. @throws UserError when none is left.
 */
function readEach(
  rows: readonly (readonly [name: string, row: unknown])[],
  field: string,
  onLeftOut: OnLeftOut | undefined,
  read: (row: Row) => InstrumentSpec,
): InstrumentSpec[] {
  if (rows.length === 0 || rows.length > MAX_PAIRS) {
    throw badField(field, rows.length, `does not hold between 1 and ${MAX_PAIRS} pairs`);
  }
  const specs: InstrumentSpec[] = [];
  const seen = new Set<string>();
  let firstError: UserError | undefined;
  for (const [key, row] of rows) {
    const at = key.startsWith('[') ? `${field}${key}` : `${field}.${key}`;
    try {
      const spec = read(new Row(row, at));
      createInstrument(spec, 0, 'kraken');
      if (seen.has(spec.symbol)) throw badField(at, spec.symbol, 'is listed a second time');
      seen.add(spec.symbol);
      specs.push(spec);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      firstError ??= error;
      onLeftOut?.({ name: nameOf(key, row), reason: reasonOf(error) });
    }
  }
  if (specs.length === 0 && firstError !== undefined) throw firstError;
  return specs;
}

/** What a person knows the pair by: its symbol, else the key or place of its row. */
function nameOf(key: string, row: unknown): string {
  const known: unknown = isObject(row) ? (row['wsname'] ?? row['symbol'] ?? row['altname']) : undefined;
  return typeof known === 'string' && known !== '' ? normalizeSymbol(known.slice(0, MAX_NAME)) : key;
}

function reasonOf({ problem: { field = '', value, message } }: UserError): string {
  const last = field.slice(field.lastIndexOf('.') + 1);
  return `${last}${value === undefined ? '' : ` ${value}`} ${message}`;
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

/**
 * Taker fee of the lowest volume tier, which Kraken writes in percent, as a fraction. Undefined where the list has none, as
 * for every pair since 2026-09-08 (`"fees":[]`; docs.kraken.com, changelog): absent, and never zero.
 */
function firstFee(tiers: unknown): DecimalText | undefined {
  const first: unknown = Array.isArray(tiers) ? tiers[0] : undefined;
  const percent = plainDecimal(Array.isArray(first) ? first[1] : undefined);
  if (percent === undefined || percent.gte(100)) return undefined;
  // A maker's may be a rebate, which is not reckoned with.
  return Decimal.max(0, percent).div(100).toFixed();
}

/** 10^-decimals as text: 3 → 0.001. */
function step(decimals: number): string {
  return Decimal.pow(10, -decimals).toFixed();
}
