import type { OperationInput } from '../../contract/operations.ts';
import { NEWEST, type RetrainRow, type RetrainSettings } from '../../contract/retrain-operations.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  type Output,
  textOption,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

export const retrain: Command = {
  name: 'retrain',
  words: [
    {
      name: 'ACTION',
      words: 'shows the schedules, sets or removes one, trains now',
      count: 'optional',
      choices: ['show', 'set', 'now', 'remove'],
    },
    { name: 'NAME', words: 'of a model that was trained here', count: 'optional' },
  ],
  options: {
    day: { value: 'DAY', words: 'of the week, UTC', choices: DAYS, usual: 'sunday', actions: ['set'] },
    at: { value: 'HH:MM', words: 'UTC', usual: '03:00', example: '04:30', actions: ['set'] },
    file: {
      value: 'FILE',
      words: `a file of the recordings folder, or ${NEWEST}: the newest recording with the market of its training`,
      usual: NEWEST,
      example: 'demo.jsonl',
      not: ['bars'],
      actions: ['set'],
    },
    bars: {
      value: 'FILE',
      words: 'a file of bars in the imports folder',
      example: 'eth.csv',
      not: ['file'],
      actions: ['set'],
    },
    market: {
      value: 'PAIR@VENUE',
      words: 'where the new challenger runs in shadow',
      usual: 'nowhere',
      example: 'BTC/USD@kraken',
      actions: ['set'],
    },
    on: { words: 'turns it on', not: ['off'], actions: ['set'] },
    off: { words: 'turns it off', not: ['on'], actions: ['set'] },
    ...DATA_DIR_OPTION,
  },
  details: [
    'A model is trained by the spec that the registry has of it, as a job of the lab: the result is the challenger of its name, and runs in shadow where a market is named. It is never',
    'promoted by itself. Where the machine slept, or no engine ran, at the time, it is trained once, as soon as one runs.',
  ].join('\n'),
  examples: [
    'retrain set eth-logistic --on',
    'retrain set eth-logistic --day monday --at 04:30 --market ETH/USD@kraken',
    'retrain now eth-logistic',
  ],
  async run(args, output) {
    const [action = 'show', name] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const { rows } = await engine.call('listRetrainings', {});
    if (action === 'show')
      return show(
        rows.filter((row) => name === undefined || row.name === name),
        output,
      );
    if (name === undefined)
      throw badUsage(
        'NAME',
        '',
        'is missing',
        'Name a model that was trained here: "model list" shows them.',
      );
    if (action === 'remove') return show((await engine.call('removeRetraining', { name })).rows, output);
    if (action === 'now') return show((await engine.call('retrainNow', { name })).rows, output);
    const before = rows.find((row) => row.name === name);
    return show((await engine.call('saveRetraining', settingsOf(args, name, before))).rows, output);
  },
};

function settingsOf(
  args: CommandArgs,
  name: string,
  before: RetrainRow | undefined,
): OperationInput<'saveRetraining'> {
  const kept = before === undefined ? {} : pickSettings(before);
  const day = choiceOption(args, 'day', DAYS);
  const at = textOption(args, 'at');
  const [, hour, minute] = TIME.exec(at ?? '') ?? [];
  if (at !== undefined && hour === undefined)
    throw badUsage('--at', at, 'is not a time', 'Write it as 03:00, in UTC.');
  const [file, bars, market] = [
    textOption(args, 'file'),
    textOption(args, 'bars'),
    textOption(args, 'market'),
  ];
  return {
    ...kept,
    name,
    ...(day === undefined ? {} : { weekday: DAYS.indexOf(day) }),
    ...(at === undefined ? {} : { hour: Number(hour), minute: Number(minute) }),
    ...(file === undefined ? {} : { place: 'recordings' as const, file }),
    ...(bars === undefined ? {} : { place: 'imports' as const, file: bars }),
    ...(market === undefined ? {} : { market }),
    ...(flagOption(args, 'on') ? { isOn: true } : flagOption(args, 'off') ? { isOn: false } : {}),
  };
}

function pickSettings({
  isOn,
  weekday,
  hour,
  minute,
  place,
  file,
  market,
}: RetrainRow): Omit<RetrainSettings, 'name'> {
  return { isOn, weekday, hour, minute, place, file, market };
}

function show(rows: readonly RetrainRow[], output: Output): number {
  output.result(
    { rows },
    rows.length === 0
      ? 'No model is trained by a schedule: "retrain set NAME --on" sets one.'
      : rows.map(line).join('\n'),
  );
  return EXIT_DONE;
}

function line({
  name,
  isOn,
  weekday,
  hour,
  minute,
  place,
  file,
  market,
  nextUs,
  waits,
  last,
}: RetrainRow): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const when = `${DAYS[weekday]} ${two(hour)}:${two(minute)} UTC on ${file} (${place})`;
  const next = !isOn
    ? 'off'
    : waits === ''
      ? `next ${formatTimeUs(nextUs ?? 0)}`
      : `due, and waits: ${waits}`;
  const ended =
    last === null
      ? ['not trained by it yet']
      : [
          `${last.state} ${formatTimeUs(last.startedUs)} (${last.by})${last.sha256 === '' ? '' : ` ${last.sha256.slice(0, 12)}`}${last.text === '' ? '' : `: ${last.text}`}`,
          `shadow: ${last.shadow === '' ? 'none yet' : last.shadow}`,
        ];
  return [`${name}: ${when}; ${next}`, `shadow on ${market === '' ? 'no market' : market}`, ...ended].join(
    '\n  ',
  );
}
