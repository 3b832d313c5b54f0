/** What can be said about a file that is imported: each field with its label, and the option that the command line has for it. */
import { importOperations } from '../../../src-engine/contract/import-operations.ts';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';

export type ImportInput = OperationInput<'startImport'>;

export type ImportField = {
  readonly name: keyof ImportInput;
  /** Of the command line, without its dashes: messages of an import name it. */
  readonly option: string;
  readonly label: string;
  readonly help: string;
  readonly kind: 'text' | 'decimal' | 'number' | 'pairs' | 'choice' | 'switch';
  readonly unit?: string;
  readonly placeholder?: string;
};

/** What most files need. */
export const IMPORT_FIELDS: readonly ImportField[] = [
  {
    name: 'symbol',
    option: 'symbol',
    label: 'Pair',
    help: 'Of a CSV file; of one with several pairs, its rows alone. A capture mostly says it by itself.',
    kind: 'text',
    placeholder: 'BTC/USD',
  },
  {
    name: 'venue',
    option: 'venue',
    label: 'Venue',
    help: 'Where the prices are from; the recording is named after it.',
    kind: 'text',
    placeholder: 'kraken',
  },
  {
    name: 'layout',
    option: 'layout',
    label: 'Layout',
    help: 'Recognised where the file can be nothing else.',
    kind: 'choice',
  },
  {
    name: 'depth',
    option: 'depth',
    label: 'Size of a level',
    help: 'Of made books: of bars and trades, and of quotes without sizes.',
    kind: 'decimal',
    placeholder: '0.5',
  },
  {
    name: 'spreadBps',
    option: 'spread-bps',
    label: 'Spread',
    help: 'Of bars and trades: between the two made levels.',
    kind: 'number',
    unit: 'bps',
    placeholder: '2',
  },
  {
    name: 'barSeconds',
    option: 'bar',
    label: 'Bar length',
    help: 'Empty: the commonest distance, where the file is regular.',
    kind: 'number',
    unit: 's',
    placeholder: 'as the file',
  },
  {
    name: 'tickSize',
    option: 'tick',
    label: 'Tick',
    help: 'Prices are rounded to it, and counted. Empty: as the file.',
    kind: 'decimal',
    placeholder: 'as the file',
  },
  {
    name: 'only',
    option: 'only',
    label: 'Only rows',
    help: 'With these values, such as symbol=BTCUSDT, exchange=binance.',
    kind: 'pairs',
    placeholder: 'all',
  },
  {
    name: 'skipBad',
    option: 'skip-bad',
    label: 'Leave out rows at fault',
    help: 'They are counted. Else the first one ends the import.',
    kind: 'switch',
  },
];

/** What few files need. */
export const MORE_FIELDS: readonly ImportField[] = [
  {
    name: 'columns',
    option: 'columns',
    label: 'Columns',
    help: 'Which column is what, such as time=date, volume=Volume XBT.',
    kind: 'pairs',
    placeholder: 'by their names',
  },
  {
    name: 'out',
    option: 'out',
    label: 'Recording',
    help: 'Its name. Empty: that of the file and the pair, or of a capture’s venue.',
    kind: 'text',
    placeholder: 'name.jsonl.gz',
  },
  {
    name: 'lotSize',
    option: 'lot',
    label: 'Lot',
    help: 'Quantities are rounded down to it, and counted.',
    kind: 'decimal',
    placeholder: 'as the file',
  },
  {
    name: 'feeBps',
    option: 'fee-bps',
    label: 'Fee',
    help: 'Taker fee. Empty: none until a backtest is given one.',
    kind: 'number',
    unit: 'bps',
  },
  {
    name: 'minNotional',
    option: 'min-notional',
    label: 'Smallest order value',
    help: 'In the second asset of the pair. Empty: none.',
    kind: 'decimal',
  },
  {
    name: 'time',
    option: 'time',
    label: 'Times',
    help: 'How they are written, where the file does not decide it.',
    kind: 'choice',
  },
  {
    name: 'zone',
    option: 'zone',
    label: 'Zone',
    help: 'Of times without one. Empty: UTC.',
    kind: 'text',
    placeholder: '-05:00',
  },
  {
    name: 'decimal',
    option: 'decimal',
    label: 'Decimal mark',
    help: 'What stands before fractions.',
    kind: 'choice',
  },
  {
    name: 'instruments',
    option: 'instruments',
    label: 'List of instruments',
    help: 'Of a capture without one: a file of the same folder with the venue’s list.',
    kind: 'text',
    placeholder: 'pairs.json',
  },
  {
    name: 'entry',
    option: 'entry',
    label: 'File in the archive',
    help: 'Of a zip archive with several.',
    kind: 'text',
  },
];

const ALL_FIELDS = [...IMPORT_FIELDS, ...MORE_FIELDS];
const BY_OPTION = new Map(ALL_FIELDS.map(({ option, label }) => [option, label]));
const BY_NAME = new Map<string, string>(ALL_FIELDS.map(({ name, label }) => [name, label]));

/** A message of an import with the form's labels in place of the command line's options. */
export function importWords(text: string): string {
  return text.replaceAll(/--([a-z][a-z-]*)/g, (written, option: string) => {
    const label = BY_OPTION.get(option);
    return label === undefined ? written : `“${label}”`;
  });
}

/** The same of a whole problem; its field may be one of the operation's. */
export function importProblem({ field, message, remedy, ...rest }: Problem): Problem {
  return {
    ...rest,
    field: field === undefined ? undefined : (BY_NAME.get(field) ?? importWords(field)),
    message: importWords(message),
    remedy: remedy === undefined ? undefined : importWords(remedy),
  };
}

export type ImportDraft = Readonly<Partial<Record<keyof ImportInput, string>>>;

export type CheckedImport =
  | { readonly ok: true; readonly input: ImportInput }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

const PLAIN_NUMBER = /^\d{1,9}(?:\.\d{1,9})?$/;

/** What was typed as the operation takes it, or what is wrong by field. What is left empty is not sent. */
export function checkImport(draft: ImportDraft): CheckedImport {
  const errors: Record<string, string> = {};
  const input: Record<string, unknown> = {};
  const text = (name: keyof ImportInput): string => (draft[name] ?? '').trim();
  if (text('file') === '') errors['file'] = 'Choose a file.';
  else input['file'] = draft.file;
  if (text('venue') === '') errors['venue'] = 'Write the venue, such as kraken.';
  for (const { name, kind } of ALL_FIELDS) {
    const typed = text(name);
    if (typed === '') continue;
    if (kind === 'switch') input[name] = typed === 'true';
    else if (kind === 'number') {
      const plain = plainFigure(typed);
      if (PLAIN_NUMBER.test(plain)) input[name] = Number(plain);
      else errors[name] = `Write plain digits, such as ${withPoint('12.5')}.`;
    } else if (kind === 'decimal') {
      input[name] = plainFigure(typed);
    } else if (kind === 'pairs') {
      const pairs = pairsOf(typed);
      if (pairs === undefined) errors[name] = 'Write NAME=VALUE, and commas between several.';
      else input[name] = pairs;
    } else input[name] = typed;
  }
  const parsed = importOperations.startImport.input.safeParse(input);
  for (const { path, message } of parsed.error?.issues ?? [])
    errors[String(path[0])] ??= `Not taken: ${message}.`;
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, input: input as ImportInput };
}

/** `a=b, c=d`; names and values may have spaces. */
function pairsOf(text: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    if (at < 1) return undefined;
    pairs.push([part.slice(0, at).trim(), part.slice(at + 1).trim()]);
  }
  return Object.fromEntries(pairs);
}
