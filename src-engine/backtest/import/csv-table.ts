/** A CSV file as rows of named columns, each fault told with its row and column. Plain or gzipped, any size. */
import { UserError } from '../../domain/errors.ts';
import { type DecimalText, isDecimalText } from '../../domain/decimal.ts';
import type { TimeUs } from '../../domain/time.ts';
import { lineStart, readLineBlocks } from '../../storage/market-log-lines.ts';

/** Names that a column goes by, in lower case without spaces, dashes and underscores. */
export type ColumnNames<C extends string> = Readonly<Record<C, readonly string[]>>;

const SEPARATORS = [',', ';', '\t'] as const;
const MAX_COLUMNS = 200;

export class CsvRow<C extends string> {
  readonly #file: string;
  readonly #row: number;
  readonly #places: ReadonlyMap<C, number>;
  readonly #header: readonly string[];
  readonly #fields: readonly string[];

  constructor(
    file: string,
    row: number,
    places: ReadonlyMap<C, number>,
    header: readonly string[],
    fields: readonly string[],
  ) {
    this.#file = file;
    this.#row = row;
    this.#places = places;
    this.#header = header;
    this.#fields = fields;
  }

  has(column: C): boolean {
    return this.#places.has(column);
  }

  /** A price or an amount: plain or with an exponent, as exact decimal text. @throws UserError */
  amount(column: C, least: 'zero' | 'above zero'): DecimalText {
    const text = plainOf(this.#text(column));
    const isZero = /^[0.]*$/.test(text);
    if (isDecimalText(text) && !text.startsWith('-') && !(isZero && least === 'above zero')) return text;
    throw this.fault(column, `is not a number ${least === 'zero' ? 'of zero or more' : 'above zero'}`);
  }

  /** A time: ISO 8601 (UTC where it names no zone), or a count of s, ms, µs or ns since 1970. @throws UserError */
  time(column: C): TimeUs {
    const text = this.#text(column);
    const atUs = /^\d{9,19}(?:\.\d+)?$/.test(text) ? sinceEpoch(text) : isoTime(text);
    if (atUs !== undefined && Number.isSafeInteger(atUs) && atUs > 0) return atUs;
    throw this.fault(
      column,
      'is not a time',
      'Write for example 2026-01-31T12:00:00Z, or s, ms, µs or ns since 1970.',
    );
  }

  fault(column: C, message: string, remedy = 'Correct it, or leave the row out.'): UserError {
    const place = this.#places.get(column) ?? 0;
    return new UserError({
      code: 'bad-csv',
      field: `${this.#file} row ${this.#row}, column ${this.#header[place] ?? column}`,
      value: this.#fields[place] ?? '',
      message,
      remedy,
    });
  }

  #text(column: C): string {
    return (this.#fields[this.#places.get(column) ?? -1] ?? '').trim();
  }
}

/**
 * The rows below the header, one by one.
 * @param optional columns that may be missing.
 * @throws UserError when there is no such header, or a row has another number of fields.
 */
export async function* csvRows<C extends string>(
  file: string,
  names: ColumnNames<C>,
  optional: readonly NoInfer<C>[],
): AsyncGenerator<CsvRow<C>> {
  let header: string[] | undefined;
  let separator = ',';
  let places: ReadonlyMap<C, number> = new Map();
  for await (const block of readLineBlocks(file, false)) {
    for (let index = 0; index < block.ends.length; index++) {
      const text = block.bytes
        .toString('utf8', lineStart(block, index), block.ends[index])
        .replace(/\r$/, '');
      if (text.trim() === '') continue;
      if (header === undefined) {
        separator = separatorOf(text);
        header = fieldsOf(text.replace(/^\uFEFF/, ''), separator).map((name) => name.trim());
        places = placesOf(file, header, names, optional);
        continue;
      }
      const row = block.firstLine + index;
      const fields = fieldsOf(text, separator);
      if (fields.length !== header.length) {
        const message = `has ${fields.length} fields, the header names ${header.length}`;
        throw badFile(`${file} row ${row}`, text, message, 'Correct the row, or leave it out.');
      }
      yield new CsvRow(file, row, places, header, fields);
    }
  }
}

/** The header of a CSV file: its names. @throws UserError when it has none. */
export async function csvHeader(file: string): Promise<string[]> {
  for await (const { bytes, ends } of readLineBlocks(file, false)) {
    const text = bytes.toString('utf8', 0, ends[0]).replace(/^\uFEFF|\r$/g, '');
    return fieldsOf(text, separatorOf(text)).map((name) => name.trim());
  }
  return [];
}

/** Which of the wanted columns a header has. */
export function foundColumns<C extends string>(header: readonly string[], names: ColumnNames<C>): Set<C> {
  const known = new Set(header.map(normal));
  const all = Object.entries(names) as [C, readonly string[]][];
  return new Set(
    all.filter(([, called]) => called.some((name) => known.has(name))).map(([column]) => column),
  );
}

function placesOf<C extends string>(
  file: string,
  header: readonly string[],
  names: ColumnNames<C>,
  optional: readonly NoInfer<C>[],
): Map<C, number> {
  const known = header.map(normal);
  const places = new Map<C, number>();
  for (const [column, called] of Object.entries(names) as [C, readonly string[]][]) {
    const found = known.flatMap((name, place) => (called.includes(name) ? [place] : []));
    const [first, second] = found;
    if (second !== undefined) {
      const both = `${header[first ?? 0] ?? ''}" and "${header[second] ?? ''}`;
      throw badFile(`${file} header`, both, `both name the ${column}`, 'Remove one of the columns.');
    }
    if (first !== undefined) places.set(column, first);
    else if (!optional.includes(column)) {
      const remedy = `Name a column one of: ${called.join(', ')}.`;
      throw badFile(`${file} header`, header.join(','), `has no column for the ${column}`, remedy);
    }
  }
  return places;
}

function separatorOf(header: string): string {
  const counted = SEPARATORS.map((each) => [each, header.split(each).length] as const);
  return counted.sort((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
}

/** Fields of one line; quoted ones may hold the separator and doubled quotes, not line breaks. */
function fieldsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator, MAX_COLUMNS);
  const fields: string[] = [];
  for (let at = 0; at <= line.length && fields.length < MAX_COLUMNS; ) {
    let text = '';
    if (line[at] === '"') {
      for (at++; at < line.length; at++) {
        if (line[at] !== '"') text += line[at];
        else if (line[at + 1] === '"') text += line[at++];
        else break;
      }
      at++;
    }
    const end = line.indexOf(separator, at);
    const stop = end < 0 ? line.length : end;
    fields.push(text + line.slice(at, stop));
    at = stop + 1;
  }
  return fields;
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_()-]/g, '');
}

/** `1.5e-7` in plain digits; other text as it is. */
function plainOf(text: string): string {
  const match = /^(\d+)(?:\.(\d*))?[eE]([+-]?\d{1,2})$/.exec(text);
  if (match === null) return text.replace(/\.$/, '');
  const [, whole = '', part = '', power = ''] = match;
  const digits = whole + part;
  const point = whole.length + Number(power);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? digits.padEnd(point, '0')
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** By the number of digits: seconds until the year 2286, then ms, µs and ns. */
function sinceEpoch(text: string): TimeUs {
  const [whole = '', part = ''] = text.split('.');
  if (whole.length <= 10) return Number(whole) * 1_000_000 + Number(part.slice(0, 6).padEnd(6, '0'));
  if (whole.length <= 13) return Number(whole) * 1_000 + Number(part.slice(0, 3).padEnd(3, '0'));
  return whole.length <= 16 ? Number(whole) : Number(whole.slice(0, -3));
}

function isoTime(text: string): TimeUs | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, day = '', minute = '00:00', second = '00', part = '', zone = 'Z'] = match;
  const ms = Date.parse(`${day}T${minute}:${second}${zone === 'UTC' ? 'Z' : zone}`);
  return Number.isFinite(ms) ? ms * 1_000 + Number(part.slice(0, 6).padEnd(6, '0')) : undefined;
}

function badFile(field: string, value: string, message: string, remedy: string): UserError {
  const shown = value.length > 120 ? `${value.slice(0, 117)}...` : value;
  return new UserError({ code: 'bad-csv', field, value: shown, message, remedy });
}
