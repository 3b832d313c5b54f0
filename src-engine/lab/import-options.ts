/** What an import is asked for, as the reader of CSV files takes it, or that of captures. */
import { isCapture } from '../backtest/import/capture-records.ts';
import type { CaptureImportOptions } from '../backtest/import/capture-import.ts';
import { type CsvImportOptions, isPair } from '../backtest/import/csv-import.ts';
import { CSV_LAYOUTS } from '../backtest/import/csv-layouts.ts';
import { type CsvRole, NAMED_ROLES } from '../backtest/import/csv-roles.ts';
import { TIME_FORMS, zoneOf } from '../backtest/import/csv-time.ts';
import type { ParsedInput } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';

export type ImportRequest = ParsedInput<'startImport'>;

type Out = 'file' | 'out';
/** One of the two, as the file is. */
export type ImportChoice =
  | { readonly kind: 'csv'; readonly options: Omit<CsvImportOptions, Out> }
  | { readonly kind: 'capture'; readonly options: Omit<CaptureImportOptions, Out> };

const ROLES: readonly string[] = NAMED_ROLES;
const LAYOUTS = CSV_LAYOUTS.map(({ name }) => name);

/** What a capture says by itself, and may not be asked of it. */
const CSV_ONLY = [
  'depth',
  'spreadBps',
  'barSeconds',
  'feeBps',
  'minNotional',
  'tickSize',
  'lotSize',
  'layout',
  'entry',
  'time',
  'zone',
  'decimal',
] as const satisfies readonly (keyof ImportRequest)[];

/**
 * How the file is to be read. @param path of the file. @param listPath of the list of instruments, where one is named.
 * @throws UserError for what does not fit this sort of file, by the field of the operation.
 */
export async function importChoice(
  asked: ImportRequest,
  path: string,
  listPath: string | undefined,
): Promise<ImportChoice> {
  if (await isCapture(path)) return { kind: 'capture', options: captureOptions(asked, listPath) };
  if (asked.instruments !== undefined) {
    const message = `is of captures, and ${asked.file} is none`;
    throw bad('instruments', asked.instruments, message, 'Leave it out, and name the pair.');
  }
  return { kind: 'csv', options: csvOptions(asked) };
}

function captureOptions(
  asked: ImportRequest,
  instruments: string | undefined,
): Omit<CaptureImportOptions, Out> {
  const { venue, symbol, columns, only, skipBad } = asked;
  const unfit =
    CSV_ONLY.find((name) => asked[name] !== undefined) ??
    (Object.keys(columns).length > 0 ? 'columns' : Object.keys(only).length > 0 ? 'only' : undefined) ??
    (skipBad ? 'skipBad' : undefined);
  if (unfit !== undefined) {
    const message = `is of CSV files, and ${asked.file} is a capture of a venue’s frames`;
    const given = asked[unfit];
    const shown = typeof given === 'object' ? Object.keys(given).join(', ') : String(given ?? '');
    throw bad(unfit, shown, message, 'Leave it out.');
  }
  return { venue, symbol, instruments };
}

function csvOptions(asked: ImportRequest): Omit<CsvImportOptions, Out> {
  const { file, out: _out, symbol, instruments: _list, layout, columns, only, time, zone, ...rest } = asked;
  if (symbol === undefined)
    throw bad(
      'symbol',
      '',
      `is missing: ${file} is CSV, which does not say its pair`,
      'Write for example BTC/USD.',
    );
  if (!isPair(symbol)) throw bad('symbol', symbol, 'is not a pair', 'Write for example BTC/USD.');
  if (layout !== undefined && !LAYOUTS.includes(layout)) {
    throw bad('layout', layout, 'is not a known layout', `Choose one of ${LAYOUTS.join(', ')}.`);
  }
  const role = Object.keys(columns).find((each) => !ROLES.includes(each));
  if (role !== undefined) {
    throw bad('columns', role, 'is not a role of a column', `Choose among ${ROLES.join(', ')}.`);
  }
  const zoneUs = zone === undefined ? undefined : zoneOf(zone);
  if (zone !== undefined && zoneUs === undefined) {
    throw bad('zone', zone, 'is not an offset from UTC', 'Write for example -05:00.');
  }
  const form = TIME_FORMS.find((each) => each === time);
  if (time !== undefined && form === undefined) {
    throw bad('time', time, 'is not a time format', `Choose one of ${TIME_FORMS.join(', ')}.`);
  }
  return {
    ...rest,
    symbol,
    layout,
    columns: new Map(Object.entries(columns)) as ReadonlyMap<CsvRole, string>,
    only: new Map(Object.entries(only)),
    time: form,
    zoneUs,
  };
}

function bad(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({
    code: 'bad-option',
    field,
    value: value === '' ? undefined : value,
    message,
    remedy,
  });
}
