import { importCapture, isCapture } from '../../backtest/import/capture-import.ts';
import { importCsv } from '../../backtest/import/csv-import.ts';
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

export const importCommand: Command = {
  name: 'import',
  summary: 'Makes a market log of quotes or bars in a CSV file, or of a capture of a venue’s frames.',
  usage:
    'FILE --venue NAME --out LOG [--symbol BASE/QUOTE] [--depth QTY] [--spread-bps N] [--bar SECONDS] [--fee-bps N] [--min-notional N] [--tick N] [--lot N] [--instruments FILE] [--json]',
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
      ? await importCapture({ file, out, venue, instruments: textOption(args, 'instruments') })
      : await importCsv({
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
          barSeconds: numberOption(args, 'bar', { min: 1, max: 86_400 * 31, integer: true }),
        });
    const [from, to] = [formatTimeUs(made.fromUs), formatTimeUs(made.toUs)];
    const what = made.kind === 'capture' ? `${made.frames} frames` : `${made.rows} ${made.kind}`;
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

function demanded(args: CommandArgs, name: string, example: string): string {
  const text = textOption(args, name);
  if (text !== undefined && text !== '') return text;
  throw bad(name, '', 'is missing', example);
}

function amount(args: CommandArgs, name: string): string | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  if (isDecimalText(text) && /[1-9]/.test(text) && !text.startsWith('-')) return text;
  throw bad(name, text, 'is not a number above zero', '0.5');
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
