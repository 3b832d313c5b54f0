/** What an import is asked for, as the reader of CSV files takes it. */
import { type CsvImportOptions, isPair } from '../backtest/import/csv-import.ts';
import { CSV_LAYOUTS } from '../backtest/import/csv-layouts.ts';
import { type CsvRole, NAMED_ROLES } from '../backtest/import/csv-roles.ts';
import { TIME_FORMS, zoneOf } from '../backtest/import/csv-time.ts';
import type { ParsedInput } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';

export type ImportRequest = ParsedInput<'startImport'>;

const ROLES: readonly string[] = NAMED_ROLES;
const LAYOUTS = CSV_LAYOUTS.map(({ name }) => name);

/** @throws UserError for what no file can make right, by the field of the operation. */
export function csvOptions(asked: ImportRequest): Omit<CsvImportOptions, 'file' | 'out'> {
  const { file: _file, out: _out, symbol, layout, columns, only, time, zone, ...rest } = asked;
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
  return new UserError({ code: 'bad-option', field, value, message, remedy });
}
