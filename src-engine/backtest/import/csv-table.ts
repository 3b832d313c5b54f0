/** A CSV file as records of text: its separator, the lines above its header, the header, and the rows below it. */
import { type CsvError, parse } from 'csv-parse';
import { UserError } from '../../domain/errors.ts';
import { headOf, type TextFile, textOf } from './text-source.ts';

export type CsvRecord = {
  /** Line of the file on which it ends, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
};

export type CsvShape = {
  readonly separator: string;
  /** Lines that stand above the header, such as an address. */
  readonly above: readonly string[];
  /** Undefined where the first record is data already. */
  readonly header: readonly string[] | undefined;
  /** Line of the first row of data, and its fields; empty where there is none. */
  readonly firstLine: number;
  readonly first: readonly string[];
};

/** In the order in which they are taken where two fit equally: a comma may also stand in numbers. */
const SEPARATORS = [';', '\t', '|', ','] as const;
const HEAD_CHARS = 64 * 1024;
const HEAD_LINES = 12;
const MAX_COLUMNS = 1_000;
const MAX_RECORD_BYTES = 1024 * 1024;
/** Most lines above a header. */
const MAX_ABOVE = 8;
const NUMBER = /^\s*[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?\s*$/;

/** @throws UserError when the file has no records, or is not text. */
export async function csvShape(file: TextFile): Promise<CsvShape> {
  const head = (await headOf(file, HEAD_CHARS)).replace(/^\uFEFF/, '');
  if (/^\s*[[{]\s*["{[]/.test(head)) {
    const isLog = head.includes('parallax-market-log');
    throw badCsv(
      file.path,
      undefined,
      isLog ? 'is a market log already' : 'is JSON, not CSV',
      isLog ? 'Give it to backtest.' : 'Write it as CSV first, for example with pandas: to_csv.',
    );
  }
  const stated = /^sep=(.)\r?\n/i.exec(head)?.[1];
  const separator = stated ?? separatorOf(head);
  const above: string[] = [];
  let header: readonly string[] | undefined;
  for await (const records of csvRecords(file, separator, HEAD_LINES + MAX_ABOVE)) {
    for (const { line, fields } of records) {
      if (header === undefined && isAbove(fields, above.length)) above.push(fields[0] ?? '');
      else if (header === undefined && !fields.some((field) => NUMBER.test(field))) {
        header = fields.map((name, place) => (place === 0 ? name.replace(/^#\s*/, '') : name).trim());
      } else return { separator, above, header, firstLine: line, first: fields };
    }
  }
  if (header === undefined) throw badCsv(file.path, undefined, 'has no rows', 'Export it again.');
  return { separator, above, header, firstLine: 0, first: [] };
}

/** A line of one field where a table has more: an address, a title, Excel's `sep=;`, a remark. */
function isAbove(fields: readonly string[], before: number): boolean {
  if (before >= MAX_ABOVE) return false;
  if (before === 0 && /^sep=/i.test(fields[0] ?? '')) return true;
  return fields.length === 1 || (/^#|^\/\//.test(fields[0] ?? '') && fields.length < 3);
}

/**
 * All records, some thousands at a time, the header among them; empty lines are left out.
 * @param most about how many are wanted.
 * @throws UserError naming the line of a quote that is not closed or stands in the middle of a field.
 */
export async function* csvRecords(
  file: TextFile,
  separator: string,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly CsvRecord[]> {
  let records: CsvRecord[] = [];
  let count = 0;
  const parser = parse({
    delimiter: separator,
    bom: true,
    skip_empty_lines: true,
    // How many fields a row has is checked against the header, with the row's number.
    relax_column_count: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (fields: string[], { lines }: { lines: number }) => {
      records.push({ line: lines, fields });
      return null;
    },
  });
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure = error;
  });
  const write = (text: string): Promise<void> =>
    new Promise((done) => {
      parser.write(text, () => done());
    });
  try {
    for await (const text of textOf(file)) {
      await write(text);
      if (failure !== undefined) throw explained(file.path, failure);
      if (records.length === 0) continue;
      count += records.length;
      const batch = records;
      records = [];
      demandWidth(file.path, batch);
      yield batch;
      if (count >= most) return;
    }
    parser.resume();
    await new Promise<void>((done) => {
      parser.on('close', done);
      parser.end();
    });
    if (failure !== undefined) throw explained(file.path, failure);
    demandWidth(file.path, records);
    if (records.length > 0) yield records;
  } finally {
    parser.destroy();
  }
}

function demandWidth(path: string, records: readonly CsvRecord[]): void {
  const wide = records.find(({ fields }) => fields.length > MAX_COLUMNS);
  if (wide === undefined) return;
  const message = `has ${wide.fields.length} fields, more than ${MAX_COLUMNS}`;
  throw badCsv(`${path} row ${wide.line}`, undefined, message, 'Export fewer columns.');
}

/** What the library says, with our words and the line. */
function explained(path: string, error: Error): Error {
  if (error instanceof UserError) return error;
  const { code } = error as CsvError;
  const { lines = 0 } = error as { readonly lines?: number };
  const [message, remedy] = QUOTE_FAULTS[code] ?? [
    `cannot be read as CSV (${error.message})`,
    'Export it again.',
  ];
  return badCsv(`${path} row ${lines}`, undefined, message, remedy);
}

const QUOTE_FAULTS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  CSV_INVALID_CLOSING_QUOTE: [
    'has text behind a closing quote',
    'Write a quote inside of a quoted field twice, or leave the quotes out.',
  ],
  INVALID_OPENING_QUOTE: [
    'has a quote in the middle of a field',
    'Put the whole field into quotes, and write a quote inside of it twice.',
  ],
  CSV_QUOTE_NOT_CLOSED: ['opens a quote that is never closed', 'Close it, or leave it out.'],
  CSV_MAX_RECORD_SIZE: [`is longer than ${MAX_RECORD_BYTES} bytes`, 'Check its quotes and line breaks.'],
};

/** The separator that cuts most of the first lines into the same number of fields. */
function separatorOf(head: string): string {
  const lines = head.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  // The last line of a long head is cut off.
  const whole = (head.length === HEAD_CHARS ? lines.slice(0, -1) : lines).slice(0, HEAD_LINES);
  let best = { separator: ',', lines: 0, fields: 0 };
  for (const separator of SEPARATORS) {
    const counts = new Map<number, number>();
    for (const line of whole) {
      const fields = line.replaceAll(/"[^"]*"/g, '').split(separator).length;
      if (fields > 1) counts.set(fields, (counts.get(fields) ?? 0) + 1);
    }
    for (const [fields, found] of counts) {
      if (found > best.lines) best = { separator, lines: found, fields };
    }
  }
  return best.separator;
}

export function badCsv(field: string, value: string | undefined, message: string, remedy: string): UserError {
  const shown = value !== undefined && value.length > 120 ? `${value.slice(0, 117)}...` : value;
  return new UserError({ code: 'bad-csv', field, value: shown, message, remedy });
}
