import { importCapture } from '../../backtest/import/capture-import.ts';
import { isCapture } from '../../backtest/import/capture-records.ts';
import { importCsv } from '../../backtest/import/csv-import.ts';
import { CSV_LAYOUTS } from '../../backtest/import/csv-layouts.ts';
import { type CsvRole, NAMED_ROLES } from '../../backtest/import/csv-roles.ts';
import { TIME_FORMS, zoneOf } from '../../backtest/import/csv-time.ts';
import { isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_DONE,
  numberOption,
  onlyPositional,
  textOption,
} from '../command.ts';

const DECIMALS = ['point', 'comma'] as const;
const CSV_ONLY =
  'depth spread-bps bar fee-bps min-notional tick lot layout columns only entry time zone decimal skip-bad'.split(
    ' ',
  );

export const importCommand: Command = {
  name: 'import',
  summary:
    'Converts quotes, bars, trades or books in a CSV file, or a capture of a venue’s frames, to a market log.',
  usage:
    'FILE --venue NAME --out LOG [--symbol BASE/QUOTE] [--depth QTY] [--spread-bps N] [--bar SECONDS] [--fee-bps N] [--min-notional N] [--tick N] [--lot N] [--layout NAME] [--columns WHAT=NAME,…] [--only COLUMN=VALUE,…] [--entry NAME] [--time FORM] [--zone OFFSET] [--decimal point|comma] [--skip-bad] [--instruments FILE] [--json]',
  details: [
    'FILE is CSV (comma, semicolon, tab or bar between fields; plain, gzip, zstd, or in a zip archive), or JSON lines of',
    'a capture: {"recv_ns": …, "raw": "…"}, {"t":"recv"|"http"|…, "ts": …, "data": "…"}, or nanoseconds and a frame.',
    '',
    '  --symbol BASE/QUOTE   the pair; of a file with several instruments, only the rows with this name',
    '  --out LOG             a new file that ends in .jsonl or .jsonl.gz',
    '  --depth QTY           size of each synthetic level: for bars and trades, and for quotes without sizes',
    '  --spread-bps N        for bars and trades: spread between the two synthetic levels',
    '  --bar SECONDS         how long each bar lasts; without it the most common interval, where the file is regular',
    '  --tick N, --lot N     prices and quantities are rounded to them, and counted; without them as precise as the file',
    '  --columns WHAT=NAME   which column holds what, such as volume="Volume XBT",time=date;',
    `                        WHAT is one of ${NAMED_ROLES.join(', ')}`,
    '  --only COLUMN=VALUE   only rows with this value, such as symbol=BTCUSDT,exchange=binance',
    '  --entry NAME          the file of a zip archive with several',
    `  --time FORM           how times are written, where the file is ambiguous: ${TIME_FORMS.join(', ')}`,
    '  --zone OFFSET         zone of times without one, such as -05:00; without it they are read as UTC',
    '  --decimal comma       the decimal separator is a comma',
    '  --skip-bad            skips invalid rows (locked quotes, sizes of zero, …) and counts them',
    '  --instruments FILE    for a capture: the venue’s list of instruments',
    '',
    'Layouts (--layout), detected automatically where a file is unambiguous:',
    ...CSV_LAYOUTS.map(({ name, what }) => `  ${name.padEnd(21)} ${what}`),
  ].join('\n'),
  options: {
    venue: { type: 'string' },
    symbol: { type: 'string' },
    out: { type: 'string' },
    depth: { type: 'string' },
    'spread-bps': { type: 'string' },
    bar: { type: 'string' },
    'fee-bps': { type: 'string' },
    'min-notional': { type: 'string' },
    tick: { type: 'string' },
    lot: { type: 'string' },
    layout: { type: 'string' },
    columns: { type: 'string' },
    only: { type: 'string' },
    entry: { type: 'string' },
    time: { type: 'string' },
    zone: { type: 'string' },
    decimal: { type: 'string' },
    'skip-bad': { type: 'boolean' },
    instruments: { type: 'string' },
  },
  async run(args, output) {
    const file = onlyPositional(args, 'FILE');
    const venue = demanded(args, 'venue', 'kraken');
    if (!/^[a-z][a-z0-9_-]{0,24}$/.test(venue)) throw bad('venue', venue, 'is not a venue', 'kraken');
    const out = demanded(args, 'out', 'session.jsonl.gz');
    if (!/\.jsonl(?:\.gz)?$/.test(out))
      throw bad('out', out, 'does not end in .jsonl or .jsonl.gz', 'session.jsonl.gz');
    const made = (await isCapture(file))
      ? await capture(args, file, out, venue)
      : await csv(args, file, out, venue);
    const [from, to] = [formatTimeUs(made.fromUs), formatTimeUs(made.toUs)];
    const what = made.kind === 'capture' ? `${made.frames} frames` : `${made.rows} ${made.kind}`;
    for (const warning of made.warnings) output.note(`Warning: ${warning}`);
    output.result(
      { out, ...made, from, to },
      [
        `${out}: ${what} of ${made.venue}, ${from} to ${to}`,
        ...made.assumptions.map((each) => `  ${each}`),
      ].join('\n'),
    );
    return EXIT_DONE;
  },
};

function capture(args: CommandArgs, file: string, out: string, venue: string) {
  const unfit = CSV_ONLY.find((name) => args.values[name] !== undefined);
  if (unfit === undefined)
    return importCapture({
      file,
      out,
      venue,
      instruments: textOption(args, 'instruments'),
      symbol: textOption(args, 'symbol'),
    });
  throw new UserError({
    code: 'bad-option',
    field: `--${unfit}`,
    message: `applies to CSV files, and ${file} is a capture`,
    remedy: 'Leave it out.',
  });
}

function csv(args: CommandArgs, file: string, out: string, venue: string) {
  if (args.values['instruments'] !== undefined) {
    throw new UserError({
      code: 'bad-option',
      field: '--instruments',
      message: `applies to captures, and ${file} is not one`,
      remedy: 'Leave it out, and name the pair with --symbol.',
    });
  }
  const columns = pairs(args, 'columns', 'volume=Volume XBT');
  const unknown = [...columns.keys()].find((role) => !(NAMED_ROLES as readonly string[]).includes(role));
  if (unknown !== undefined) {
    throw bad('columns', unknown, `is none of ${NAMED_ROLES.join(', ')}`, 'time=date,volume=vol');
  }
  const zone = textOption(args, 'zone');
  const zoneUs = zone === undefined ? undefined : zoneOf(zone);
  if (zone !== undefined && zoneUs === undefined) {
    throw bad(
      'zone',
      zone,
      'is not an offset from UTC (zones with daylight saving time have two: give the one of the file)',
      '-05:00',
    );
  }
  return importCsv({
    file,
    out,
    venue,
    symbol: demanded(args, 'symbol', 'BTC/USD'),
    tickSize: amount(args, 'tick'),
    lotSize: amount(args, 'lot'),
    depth: amount(args, 'depth'),
    minNotional: amount(args, 'min-notional'),
    feeBps: numberOption(args, 'fee-bps', { min: 0, max: 9_999 }),
    spreadBps: numberOption(args, 'spread-bps', { min: 0, max: 5_000 }),
    barSeconds: numberOption(args, 'bar', { min: 1, max: 86_400 * 366, integer: true }),
    layout: textOption(args, 'layout'),
    columns: columns as ReadonlyMap<CsvRole, string>,
    only: pairs(args, 'only', 'symbol=BTCUSDT'),
    entry: textOption(args, 'entry'),
    time: oneOf(args, 'time', TIME_FORMS),
    zoneUs,
    decimal: oneOf(args, 'decimal', DECIMALS),
    skipBad: args.values['skip-bad'] === true,
  });
}

/** `a=b,c=d`; a name or a value may have spaces, and no comma. */
function pairs(args: CommandArgs, name: string, example: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of (textOption(args, name) ?? '').split(',')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    if (at < 1) throw bad(name, part, 'is not NAME=VALUE', example);
    found.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return found;
}

function oneOf<T extends string>(args: CommandArgs, name: string, choices: readonly T[]): T | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  const found = choices.find((each) => each === text);
  if (found !== undefined) return found;
  throw bad(name, text, `is none of ${choices.join(', ')}`, choices[0] ?? '');
}

function demanded(args: CommandArgs, name: string, example: string): string {
  const text = textOption(args, name);
  if (text !== undefined && text !== '') return text;
  throw bad(name, '', 'is missing', example);
}

function amount(args: CommandArgs, name: string): string | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  const fits = isDecimalText(text) && /[1-9]/.test(text) && !text.startsWith('-');
  if (fits && (text.split('.')[1]?.length ?? 0) <= 12) return text;
  throw bad(name, text, 'is not a number above zero with at most 12 decimals', '0.5');
}

function bad(name: string, value: string, message: string, example: string): UserError {
  const remedy = `Write for example --${name} ${example}.`;
  return new UserError({
    code: 'bad-option',
    field: `--${name}`,
    value: value === '' ? undefined : value,
    message,
    remedy,
  });
}
