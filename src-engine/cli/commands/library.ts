import { basename, join, resolve } from 'node:path';
import type { Recording } from '../../backtest/library/recording-library.ts';
import { runLibraryTask, stemOf } from '../../backtest/library/library-tasks.ts';
import type { TrimResult } from '../../backtest/library/trim-recording.ts';
import { UserError } from '../../domain/errors.ts';
import { invocation } from '../../lib/invocation.ts';
import { formatTimeUs, type TimeUs } from '../../domain/time.ts';
import { TAPE_EXTENSION } from '../../storage/tape/tape-format.ts';
import { type Command, type CommandArgs, EXIT_DONE, type Output, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const ACTIONS = ['list', 'trim', 'merge', 'tape'] as const;
type Action = (typeof ACTIONS)[number];

export const library: Command = {
  name: 'library',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    { name: 'NAME', words: 'recordings, as list names them', count: 'any' },
  ],
  options: {
    dir: {
      value: 'DIR',
      words: 'the folder of the recordings',
      usual: 'recordings in the data folder',
      example: './recordings',
      not: ['data-dir'],
    },
    ...DATA_DIR_OPTION,
    from: {
      value: 'TIME',
      words: 'keeps what is not before it, in UTC',
      example: '2026-01-31T12:00:00Z',
      actions: ['trim'],
    },
    to: {
      value: 'TIME',
      words: 'keeps what is not after it, in UTC',
      example: '2026-01-31T13:00:00Z',
      actions: ['trim'],
    },
    pairs: { value: 'A/B,…', words: 'keeps only these pairs', example: 'BTC/USD,ETH/USD', actions: ['trim'] },
    out: {
      value: 'NAME',
      words: 'the name of what is made, in the same folder',
      example: 'morning.jsonl.gz',
      actions: ['trim', 'merge', 'tape'],
    },
  },
  examples: ['library', 'library trim session.jsonl.gz --from 2026-01-31T12:00:00Z --pairs BTC/USD'],
  async run(args, output) {
    const [action = 'list', ...names] = args.positionals;
    const folder = resolve(textOption(args, 'dir') ?? join(dataDirOf(args), 'recordings'));
    await act(ACTIONS.find((each) => each === action) ?? 'list', names, folder, args, output);
    return EXIT_DONE;
  },
};

async function act(
  action: Action,
  names: readonly string[],
  folder: string,
  args: CommandArgs,
  output: Output,
): Promise<void> {
  const out = textOption(args, 'out');
  switch (action) {
    case 'list': {
      demandNames(names, 0, 0);
      const onScan = (name: string): void => output.note(`reading ${name}`);
      const recordings = await runLibraryTask(folder, { kind: 'list', scan: true }, onScan);
      output.result({ folder, recordings }, describe(folder, recordings));
      return;
    }
    case 'trim': {
      const [recording] = demandNames(names, 1, 1);
      const [fromUs, toUs] = [timeOption(args, 'from'), timeOption(args, 'to')];
      const symbols = textOption(args, 'pairs')?.split(',').filter(Boolean);
      const task = { kind: 'trim', recording, out: out ?? `${stemOf(recording)}-trimmed.jsonl.gz` } as const;
      printResult(output, await runLibraryTask(folder, { ...task, fromUs, toUs, symbols }));
      return;
    }
    case 'merge': {
      const recordings = demandNames(names, 2, 200);
      const merged = out ?? `${stemOf(recordings[0])}-merged.jsonl.gz`;
      printResult(output, await runLibraryTask(folder, { kind: 'merge', recordings, out: merged }));
      return;
    }
    case 'tape': {
      const recordings = demandNames(names, 1, 200);
      const tape = out ?? `${stemOf(recordings[0])}${TAPE_EXTENSION}`;
      printResult(output, await runLibraryTask(folder, { kind: 'tape', recordings, out: tape }));
    }
  }
}

function demandNames(names: readonly string[], least: number, most: number): [string, ...string[]] {
  const [first = '', ...more] = names.map((name) => basename(name));
  if (names.length >= least && names.length <= most) return [first, ...more];
  const wanted = least === most ? String(most) : `from ${least} to ${most}`;
  throw new UserError({
    code: 'bad-usage',
    field: 'NAME',
    value: names.length === 0 ? undefined : names.join(' '),
    message:
      most === 0
        ? 'is not understood: list takes no names'
        : `${names.length === 0 ? 'is missing' : 'is not the number of recordings that it takes'} (${wanted})`,
    remedy: most === 0 ? 'Leave it out.' : `Name recordings as "${invocation()} library list" does.`,
  });
}

/** A time as text, UTC where it names no zone: `2026-01-31`, `2026-01-31T12:00:00.5Z`; or whole µs since 1970. */
function timeOption(args: CommandArgs, name: string): TimeUs | undefined {
  const text = textOption(args, name);
  if (text === undefined) return undefined;
  if (/^\d{13,16}$/.test(text)) return Number(text);
  const isIso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const ms = isIso
    ? Date.parse(/T.*(?:Z|[+-]\d\d:\d\d)$|^[^T]*$/.test(text) ? text : `${text}Z`)
    : Number.NaN;
  if (Number.isFinite(ms)) return ms * 1_000;
  throw new UserError({
    code: 'bad-option',
    field: `--${name}`,
    value: text,
    message: 'is not a time',
    remedy: 'Write for example 2026-01-31T12:00:00Z, or µs since 1970.',
  });
}

function printResult(output: Output, { file, events, fromUs, toUs }: TrimResult): void {
  const [from, to] = [formatTimeUs(fromUs), formatTimeUs(toUs)];
  output.result({ file, events, from, to }, `${file}: ${events} events, ${from} to ${to}`);
}

function describe(folder: string, recordings: readonly Recording[]): string {
  if (recordings.length === 0) return `${folder} has no recordings: make one with "${invocation()} record".`;
  return recordings.map(describeOne).join('\n');
}

function describeOne({ name, figures, fault, tape, venues, symbols }: Recording): string {
  if (figures === null) return `${name}\n  cannot be used: ${fault}`;
  const { fromUs, toUs, events, gapCount, checksumFaults, sequenceGaps, unreadableFrames } = figures;
  const { disconnects, longestQuietUs, quietestSymbol, isUnfinished, kind } = figures;
  const pairs =
    symbols.length > 4
      ? `${symbols.slice(0, 4).join(' ')} and ${symbols.length - 4} more`
      : symbols.join(' ');
  const faults = [
    ...(checksumFaults > 0 ? [`${checksumFaults} checksum faults`] : []),
    ...(sequenceGaps > 0 ? [`${sequenceGaps} sequence gaps`] : []),
    ...(unreadableFrames > 0 ? [`${unreadableFrames} unreadable frames`] : []),
    ...(disconnects > 0 ? [`${disconnects} disconnects`] : []),
    ...(gapCount > 0 ? [`${gapCount} gaps`] : []),
    ...(isUnfinished ? ['breaks off'] : []),
  ];
  const tapeText = kind === 'tape' ? '' : `, tape ${tape}`;
  return [
    name,
    `  ${venues.join(' ')}: ${pairs}`,
    `  ${formatTimeUs(fromUs)} to ${formatTimeUs(toUs)}, ${events} events${tapeText}`,
    `  ${faults.length === 0 ? 'no faults' : faults.join(', ')}; quietest ${quietestSymbol} with ${Math.round(longestQuietUs / 1_000)} ms`,
  ].join('\n');
}
