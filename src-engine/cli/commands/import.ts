import { importCapture } from '../../backtest/import/capture-import.ts';
import { isCapture } from '../../backtest/import/capture-records.ts';
import { importCsv } from '../../backtest/import/csv-import.ts';
import { CSV_LAYOUTS } from '../../backtest/import/csv-layouts.ts';
import { type CsvRole, NAMED_ROLES } from '../../backtest/import/csv-roles.ts';
import { TIME_FORMS, zoneOf } from '../../backtest/import/csv-time.ts';
import { importMarketParquet, isMarketParquet } from '../../parquet/import-market.ts';
import { isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
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
  words: [
    { name: 'FILE', words: 'a CSV file, a capture of a venue’s frames, or Parquet as `export` writes it' },
  ],
  options: {
    venue: { value: 'NAME', words: 'the venue that the market log names', example: 'kraken' },
    out: { value: 'LOG', words: 'a new file that ends in .jsonl or .jsonl.gz', example: 'session.jsonl.gz' },
    symbol: {
      value: 'BASE/QUOTE',
      words: 'the pair; of a file with several instruments, only the rows with this name',
      example: 'BTC/USD',
    },
    depth: {
      value: 'QTY',
      words: 'size of each synthetic level: for bars and trades, and for quotes without sizes',
      example: '0.5',
    },
    'spread-bps': {
      value: 'N',
      words: 'for bars and trades: basis points between the two synthetic levels',
      range: { min: 0, max: 5_000 },
      example: '5',
    },
    bar: {
      value: 'SECONDS',
      words: 'how long each bar lasts',
      range: { min: 1, max: 86_400 * 366, integer: true },
      usual: 'the most common interval of a regular file',
      example: '60',
    },
    'fee-bps': {
      value: 'N',
      words: 'taker fee in basis points that the log lists',
      range: { min: 0, max: 9_999 },
      usual: 'none is listed',
      example: '10',
    },
    'min-notional': {
      value: 'N',
      words: 'least value of an order, in the quote currency',
      usual: 'none',
      example: '5',
    },
    tick: {
      value: 'N',
      words: 'prices are rounded to it, and counted',
      usual: 'as precise as the file',
      example: '0.01',
    },
    lot: {
      value: 'N',
      words: 'quantities are rounded to it, and counted',
      usual: 'as precise as the file',
      example: '0.0001',
    },
    layout: {
      value: 'NAME',
      words: 'how the file is laid out',
      choices: CSV_LAYOUTS.map(({ name }) => name),
      usual: 'detected',
      example: CSV_LAYOUTS[0]?.name ?? '',
    },
    columns: {
      value: 'WHAT=NAME,…',
      words: `which column holds what; WHAT is one of ${NAMED_ROLES.join(', ')}`,
      example: '"volume=Volume XBT,time=date"',
    },
    only: {
      value: 'COLUMN=VALUE,…',
      words: 'only rows with this value',
      example: 'symbol=BTCUSDT,exchange=binance',
    },
    entry: { value: 'NAME', words: 'the file of a zip archive with several', example: 'trades.csv' },
    time: { value: 'FORM', words: 'how times are written, where the file is ambiguous', choices: TIME_FORMS },
    zone: { value: 'OFFSET', words: 'zone of times without one', usual: 'UTC', example: '-05:00' },
    decimal: { value: '', words: 'the decimal separator', choices: DECIMALS, usual: 'detected' },
    'skip-bad': { words: 'skips invalid rows (locked quotes, sizes of zero, …) and counts them' },
    instruments: {
      value: 'FILE',
      words: 'for a capture: the venue’s list of instruments',
      example: 'AssetPairs.json',
    },
  },
  details: [
    'FILE is CSV (comma, semicolon, tab or bar between fields; plain, gzip, zstd, or in a zip archive), or JSON lines of',
    'a capture: {"recv_ns": …, "raw": "…"}, {"t":"recv"|"http"|…, "ts": …, "data": "…"}, or nanoseconds and a frame.',
    'A folder or file of Parquet names its venue and its instruments itself.',
    '',
    'Layouts (--layout), detected automatically where a file is unambiguous:',
    ...CSV_LAYOUTS.map(({ name, what }) => `  ${name.padEnd(21)} ${what}`),
  ].join('\n'),
  examples: [
    'import quotes.csv --venue kraken --symbol BTC/USD --depth 0.5 --out quotes.jsonl.gz',
    'import market/market/venue=kraken --out session.jsonl.gz',
  ],
  async run(args, output) {
    const file = onlyPositional(args);
    const isTable = isMarketParquet(file);
    const venue = isTable ? textOption(args, 'venue') : demanded(args, 'venue', 'kraken');
    if (venue !== undefined && !/^[a-z][a-z0-9_:-]{0,31}$/.test(venue))
      throw bad('venue', venue, 'is not a venue', 'kraken');
    const out = demanded(args, 'out', 'session.jsonl.gz');
    if (!/\.jsonl(?:\.gz)?$/.test(out))
      throw bad('out', out, 'does not end in .jsonl or .jsonl.gz', 'session.jsonl.gz');
    const made =
      isTable || venue === undefined
        ? await parquet(args, file, out, venue)
        : (await isCapture(file))
          ? await capture(args, file, out, venue)
          : await csv(args, file, out, venue);
    const [from, to] = [formatTimeUs(made.fromUs), formatTimeUs(made.toUs)];
    const what =
      made.kind === 'capture'
        ? `${made.frames} frames`
        : made.kind === 'parquet'
          ? `${made.events} events`
          : `${made.rows} ${made.kind}`;
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

function parquet(args: CommandArgs, path: string, out: string, venue: string | undefined) {
  const unfit = [...CSV_ONLY, 'instruments', 'symbol'].find((name) => args.values[name] !== undefined);
  if (unfit === undefined) return importMarketParquet({ path, out, venue });
  throw new UserError({
    code: 'bad-option',
    field: `--${unfit}`,
    message: `does not apply to Parquet, which ${path} is`,
    remedy: 'Leave it out.',
  });
}

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
    feeBps: numberOption(args, 'fee-bps'),
    spreadBps: numberOption(args, 'spread-bps'),
    barSeconds: numberOption(args, 'bar'),
    layout: textOption(args, 'layout'),
    columns: columns as ReadonlyMap<CsvRole, string>,
    only: pairs(args, 'only', 'symbol=BTCUSDT'),
    entry: textOption(args, 'entry'),
    time: choiceOption(args, 'time', TIME_FORMS),
    zoneUs,
    decimal: choiceOption(args, 'decimal', DECIMALS),
    skipBad: flagOption(args, 'skip-bad'),
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
