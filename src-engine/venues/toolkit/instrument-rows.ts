/** A venue's list of instruments, read row by row: one that cannot be read is left out under its name and keeps nothing else out. */
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { createInstrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { lineText } from '../../lib/terminal-text.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { isObject, type Json } from './json.ts';

/** Highest number of rows that is believed; the largest venues list some 3,500. */
const MAX_ROWS = 20_000;
/** Longest name that is repeated in a message. */
const MAX_NAME = 40;
/** Longest reason: it may repeat a value of the row, whatever its size. */
const MAX_REASON = 200;
/** Most digits behind the point of a step. */
const MAX_DIGITS = 18;
const DECIMAL = /^\d{1,24}(\.\d{1,24})?$/;

/**
 * @param rows the list. @param field what it is called, for messages. @param specOf reads one row, whose `symbol` names it.
 * @throws UserError when it is no list of at most 20,000 rows, or none of them can be read.
 */
export function listingOf(
  rows: unknown,
  field: string,
  specOf: (row: Json) => InstrumentSpec,
): InstrumentListing {
  const refuse = (message: string): UserError =>
    new UserError({ code: 'bad-instrument', field, message, remedy: 'Fetch the list from the venue again.' });
  if (!Array.isArray(rows) || rows.length > MAX_ROWS)
    throw refuse(`is not a list of at most ${MAX_ROWS} instruments`);
  const instruments: InstrumentSpec[] = [];
  const leftOut: InstrumentListing['leftOut'][number][] = [];
  const seen = new Set<string>();
  for (const [index, row] of (rows as readonly unknown[]).entries()) {
    const symbol = isObject(row) ? row['symbol'] : undefined;
    const name = typeof symbol === 'string' ? symbol.slice(0, MAX_NAME) : `[${index}]`;
    try {
      if (!isObject(row)) throw new RangeError('it is not an object');
      if (seen.has(name)) throw new RangeError('it is listed twice');
      const spec = specOf(row);
      // The run's own rules decide too: base and quote, decimals that a book can hold.
      createInstrument(spec, 0, 'listed');
      seen.add(name);
      instruments.push(spec);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof UserError)) throw error;
      leftOut.push(namedRow(name, error.message));
    }
  }
  if (instruments.length > 0) return { instruments, leftOut };
  const first = leftOut[0] === undefined ? '' : `; the first: ${leftOut[0].name}: ${leftOut[0].reason}`;
  throw refuse(`has no instrument that can be read${first}`);
}

/** A row that is left out, as logs and windows show it: of bounded length, on one line. */
export function namedRow(name: string, reason: string): InstrumentListing['leftOut'][number] {
  return { name: lineText(name.slice(0, MAX_NAME)), reason: lineText(reason.slice(0, MAX_REASON)) };
}

/** @throws RangeError when the field is not a name of 1 to 40 characters. */
export function nameOf(row: Json, field: string): string {
  const value = row[field];
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAME) return value;
  throw new RangeError(`${field} is not a name`);
}

/** @throws RangeError when the field is not plain decimal text of zero or more. */
export function decimalOf(row: Json, field: string): DecimalText {
  const value = row[field];
  if (typeof value === 'string' && DECIMAL.test(value)) return new Decimal(value).toFixed();
  throw new RangeError(`${field} ${JSON.stringify(value) ?? 'is missing and'} is not a decimal`);
}

/** A step of prices or quantities. @throws RangeError also for 0, to which no order can be rounded. */
export function stepOf(row: Json, field: string): DecimalText {
  const step = decimalOf(row, field);
  if (new Decimal(step).isZero()) throw new RangeError(`${field} is 0`);
  return step;
}

/**
 * A step that is given as a count of digits behind the point, "4" or 4 for 0.0001. @throws RangeError for anything but 0 to 18 digits.
 */
export function stepOfDigits(row: Json, field: string): DecimalText {
  const value = row[field];
  const isCount = typeof value === 'number' || (typeof value === 'string' && /^\d{1,2}$/.test(value));
  const digits = isCount ? Number(value) : Number.NaN;
  if (!Number.isInteger(digits) || digits < 0 || digits > MAX_DIGITS)
    throw new RangeError(`${field} ${JSON.stringify(value) ?? 'is missing and'} is not a count of digits`);
  return new Decimal(10).pow(-digits).toFixed();
}

/** A row whose numbers are written out as decimal text: a step that JSON has as `1E-8` is one that a double gives back exactly. */
export function withNumbersAsText(row: Json): Json {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]): [string, unknown] => [
      key,
      typeof value === 'number' && Number.isFinite(value) ? new Decimal(value).toFixed() : value,
    ]),
  );
}

/** The object in a field. @throws RangeError where there is none. */
export function partOf(row: Json, field: string): Json {
  const part = row[field];
  if (isObject(part)) return part;
  throw new RangeError(`${field} is missing`);
}
