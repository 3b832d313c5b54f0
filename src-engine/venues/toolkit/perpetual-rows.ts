/** Rows of a venue's perpetuals: every field exact or named as unread. */
import { assetOfToday } from '../../domain/asset-alias.ts';
import { Decimal, type DecimalText, isDecimalText, ZERO } from '../../domain/decimal.ts';
import { isPlausible } from '../../domain/epoch-unit.ts';
import {
  isFundingInterval,
  type PerpetualContract,
  type PerpetualTop,
  type UnreadRow,
} from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { namedRow, nameOf } from './instrument-rows.ts';
import { isObject, type Json } from './json.ts';

/** Most rows that cannot be read of one answer are named. */
const MAX_UNREAD = 50;
/** No more rows are looked at: the largest venue lists about 800 perpetuals. */
export const MAX_ROWS = 5_000;
/** A funding rate is some hundredths of a percent; venues cap it at a few percent. */
const MAX_RATE = 1;
const NUMBER = /^-?\d{1,24}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?$/;
/** Settled in a currency that a spot pair of the same name is quoted in. */
const QUOTES: ReadonlySet<string> = new Set(['USDT', 'USDC', 'USD']);

/** Reads rows one by one; what `read` throws as RangeError is left out and named. @param nameField the venue's name of the row. */
export function readRows<T>(
  rows: readonly unknown[],
  nameField: string,
  read: (row: Json) => T | undefined,
): { readonly found: T[]; readonly unread: UnreadRow[] } {
  const found: T[] = [];
  const unread: UnreadRow[] = [];
  for (const row of rows.slice(0, MAX_ROWS)) {
    const name = isObject(row) && typeof row[nameField] === 'string' ? row[nameField] : '?';
    try {
      if (!isObject(row)) throw new RangeError('is not an object');
      const value = read(row);
      if (value !== undefined) found.push(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (unread.length < MAX_UNREAD) unread.push(namedRow(name, error.message));
    }
  }
  return { found, unread };
}

/** Readings of the wanted contracts alone; one without a row is named. */
export function readWanted<T>(
  rows: readonly unknown[],
  nameField: string,
  contracts: readonly PerpetualContract[],
  read: (row: Json, contract: PerpetualContract) => T,
): { readonly found: T[]; readonly unread: UnreadRow[] } {
  const wanted = new Map(contracts.map((one) => [one.contract, one]));
  const isOfWanted = (row: unknown): boolean => isObject(row) && wanted.has(row[nameField] as string);
  const missing = new Set(wanted.keys());
  const answer = readRows(rows.filter(isOfWanted), nameField, (row) => {
    const contract = wanted.get(row[nameField] as string) as PerpetualContract;
    // A row that stands twice says one thing or the other.
    if (!missing.delete(contract.contract)) throw new RangeError('stands twice in the answer');
    return read(row, contract);
  });
  const absent = [...missing].map((name) => namedRow(name, 'is missing in the answer'));
  return { found: answer.found, unread: [...answer.unread, ...absent].slice(0, MAX_UNREAD) };
}

/** Rows by a field of theirs, of the first that has each value. */
export function rowsBy(rows: readonly unknown[], field: string): ReadonlyMap<string, Json> {
  const byName = new Map<string, Json>();
  for (const row of rows.slice(0, MAX_ROWS)) {
    if (!isObject(row)) continue;
    const name = row[field];
    if (typeof name === 'string' && !byName.has(name)) byName.set(name, row);
  }
  return byName;
}

/** Undefined for a quote that no spot pair here is compared with. @throws RangeError where a name is missing. */
export function contractOf(
  row: Json,
  fields: { readonly contract: string; readonly base: string; readonly quote: string },
): PerpetualContract | undefined {
  const quote = assetOfToday(nameOf(row, fields.quote));
  if (!QUOTES.has(quote)) return undefined;
  const base = assetOfToday(nameOf(row, fields.base));
  return { symbol: `${base}/${quote}`, contract: nameOf(row, fields.contract), base, quote };
}

/** A decimal with sign. @throws RangeError when the field is none. */
export function signedOf(row: Json, field: string): Decimal {
  const value = row[field];
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  const refuse = (): RangeError =>
    new RangeError(`${field} ${JSON.stringify(value) ?? 'is missing and'} is not a decimal`);
  if (!NUMBER.test(text)) throw refuse();
  const number = new Decimal(text);
  if (!isDecimalText(number.toFixed())) throw refuse();
  return number;
}

/** @throws RangeError when the field is no rate between −100 % and 100 %. */
export function rateOf(row: Json, field: string): DecimalText {
  const rate = signedOf(row, field);
  if (rate.abs().gt(MAX_RATE)) throw new RangeError(`${field} ${rate.toFixed()} is beyond 100 %`);
  return rate.toFixed();
}

/** @throws RangeError when the field is no price above 0. */
export function priceOf(row: Json, field: string): DecimalText {
  const price = signedOf(row, field);
  if (!price.gt(0)) throw new RangeError(`${field} ${price.toFixed()} is no price`);
  return price.toFixed();
}

/** As `priceOf`; undefined where the field is absent or empty. */
export function optionalPrice(row: Json | undefined, field: string): DecimalText | undefined {
  return row === undefined || isBlank(row[field]) ? undefined : priceOf(row, field);
}

/** Open interest in base. @param size base a contract, where the field counts contracts. @throws RangeError below 0. */
export function interestOf(
  row: Json | undefined,
  field: string,
  size: DecimalText = '1',
): DecimalText | undefined {
  if (row === undefined || isBlank(row[field])) return undefined;
  const interest = signedOf(row, field).times(size);
  const text = interest.toFixed();
  if (interest.lt(0) || !isDecimalText(text)) throw new RangeError(`${field} ${text} is no open interest`);
  return text;
}

/** Names of the fields of best prices and of what lies at them. */
export type TopFields = Readonly<Record<keyof PerpetualTop, string>>;

/**
 * Best prices; undefined where a side is empty (absent, or 0), and where they are crossed: an answer that is put together from several moments can be.
 * @param size base a contract, where the quantities count contracts; 0: not known. @throws RangeError for a field that is no decimal.
 */
export function topOf(
  row: Json | undefined,
  fields: TopFields,
  size: DecimalText = '1',
): PerpetualTop | undefined {
  if (row === undefined) return undefined;
  const amount = (field: string): Decimal => (isBlank(row[field]) ? ZERO : signedOf(row, field));
  const [bid, ask] = [amount(fields.bid), amount(fields.ask)];
  if (!bid.gt(0) || !ask.gt(bid)) return undefined;
  return {
    bid: bid.toFixed(),
    ask: ask.toFixed(),
    bidQty: qtyOf(fields.bidQty),
    askQty: qtyOf(fields.askQty),
  };

  function qtyOf(field: string): DecimalText {
    const qty = amount(field).times(size).toFixed();
    if (amount(field).lt(0) || !isDecimalText(qty)) throw new RangeError(`${field} ${qty} is no quantity`);
    return qty;
  }
}

/** Milliseconds or seconds since 1970. @throws RangeError for a time before 2000 or after 2100. */
export function timeOf(row: Json, field: string, unitUs: DurationUs = US_PER_MS): TimeUs {
  const value = row[field];
  const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const timeUs = typeof count === 'number' ? count * unitUs : Number.NaN;
  if (Number.isSafeInteger(timeUs) && isPlausible(timeUs)) return timeUs;
  throw new RangeError(`${field} ${JSON.stringify(value) ?? 'is missing and'} is not a time`);
}

/** As `timeOf`; undefined where the field is absent, empty, or 0: not said. */
export function optionalTime(
  row: Json | undefined,
  field: string,
  unitUs: DurationUs = US_PER_MS,
): TimeUs | undefined {
  const value = row?.[field];
  return row === undefined || isBlank(value) || value === '0' || value === 0
    ? undefined
    : timeOf(row, field, unitUs);
}

/**
 * Prices at which candles open, by their time. What cannot be read is not known: a payment then has no such price, which is counted where it is booked.
 * @param fields names or places of both in a row.
 */
export function opensOf(
  rows: readonly unknown[],
  fields: { readonly at: string; readonly open: string },
  unitUs: DurationUs = US_PER_MS,
): ReadonlyMap<TimeUs, DecimalText> {
  const objects = rows.map((row) => (Array.isArray(row) ? Object.fromEntries(row.entries()) : row));
  const { found } = readRows(objects, fields.at, (row) => {
    const opened: readonly [TimeUs, DecimalText] = [
      timeOf(row, fields.at, unitUs),
      priceOf(row, fields.open),
    ];
    return opened;
  });
  return new Map(found);
}

/** From one payment to the next. @param unitUs that the field counts in. @throws RangeError outside of a minute to a week. */
export function intervalOf(row: Json | undefined, field: string, unitUs: DurationUs): DurationUs | undefined {
  if (row === undefined || isBlank(row[field])) return undefined;
  const intervalUs = signedOf(row, field).times(unitUs).toNumber();
  if (isFundingInterval(intervalUs)) return intervalUs;
  throw new RangeError(`${field} ${JSON.stringify(row[field])} is no interval of payments`);
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
