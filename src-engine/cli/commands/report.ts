import { writeFile } from 'node:fs/promises';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { PRIVATE_FILE } from '../../lib/whole-file.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { figureName, figureText } from '../../lab/figure-text.ts';
import { exportRun } from '../../lab/run-export.ts';
import { readPart } from '../../lab/stored-run.ts';
import { connectEngine } from '../../gateway/client.ts';
import {
  type Command,
  type CommandArgs,
  EXIT_DONE,
  onlyPositional,
  type Output,
  textOption,
} from '../command.ts';
import type { DayReport } from '../../contract/day-operations.ts';
import { DECISION_TEXTS, OUTCOME_TEXTS } from '../../domain/code-texts.ts';
import { capitalText, equityText, modesText, untilText } from '../../domain/day-texts.ts';
import { describeCapture } from './backtest-metrics.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const report: Command = {
  name: 'report',
  words: [{ name: 'RUN', count: 'optional', words: 'a stored backtest, as the runs command lists it' }],
  options: {
    html: { value: 'FILE', words: 'writes the report to a new file', example: 'run.html' },
    csv: { value: 'FILE', words: 'writes its trades to a new file', example: 'trades.csv', not: ['day'] },
    day: {
      value: 'DAY',
      words: 'a day (UTC) of the running engine in place of a backtest: found, taken, missed and why',
      example: 'today',
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['report run-0123456789abcdef --html run.html', 'report --day 2026-11-30 --html day.html'],
  async run(args, output) {
    const day = textOption(args, 'day');
    if (day !== undefined) return reportDay(day, args, output);
    const runId = demandRun(args);
    const { runs } = labFolders(dataDirOf(args));
    const review = await readPart(runs, runId, 'review');
    for (const format of ['html', 'csv'] as const) {
      const path = textOption(args, format);
      if (path === undefined) continue;
      const { trades } = await readPart(runs, runId, 'trades');
      const { samples } = await readPart(runs, runId, 'equity');
      await writeNew(path, format, exportRun({ review, trades, samples }, format).text);
      output.note(`written to ${path}`);
    }
    const figures = Object.entries(review.figures).map(
      ([name, value]) => `  ${figureName(name)}: ${figureText(name, value)}`,
    );
    const text = [
      `${review.name} (${review.runId}), engine ${review.engineVersion}`,
      `${formatTimeUs(review.fromUs)} to ${formatTimeUs(review.toUs)}, ${review.events} events`,
      ...review.assumptions.map((line) => `  ${line}`),
      ...figures,
      ...describeCapture(review.capture, review.homeAsset),
      ...review.explain,
      ...review.remarks.map((line) => `note: ${line}`),
    ];
    output.result(review, text.join('\n'));
    return EXIT_DONE;
  },
};

/** @throws UserError when there is such a file: it may be somebody's only copy. */
async function writeNew(path: string, option: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: PRIVATE_FILE });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError({
      code: isThere ? 'file-exists' : 'file-unwritable',
      field: `--${option}`,
      value: path,
      message: isThere ? 'exists already' : `cannot be written (${String(error)})`,
      remedy: isThere ? 'Choose another name, or remove it first.' : 'Check the path and the permissions.',
    });
  }
}

/** @throws UserError where no run is named. */
function demandRun(args: CommandArgs): string {
  const runId = onlyPositional(args);
  if (runId !== '') return runId;
  throw new UserError({
    code: 'missing-word',
    field: 'RUN',
    message: 'is missing',
    remedy: 'Name a stored backtest as the runs command lists it, or a day with --day.',
  });
}

/** @param day as the option says it: a day of the calendar, `today` or `yesterday` (UTC). */
async function reportDay(day: string, args: CommandArgs, output: Output): Promise<number> {
  if (onlyPositional(args) !== '') {
    throw new UserError({
      code: 'two-reports',
      field: '--day',
      value: day,
      message: 'is given with a run',
      remedy: 'Give one of them.',
    });
  }
  const engine = connectEngine(dataDirOf(args), 'command-line');
  const { report: found, text } = await engine.call('getDayReport', { day: calendarDay(day) });
  const path = textOption(args, 'html');
  if (path !== undefined) {
    await writeNew(path, 'html', text);
    output.note(`written to ${path}`);
  }
  const missed = found.decisions.filter(({ decision }) => decision !== 'taken');
  const lines = [
    `${found.day} (UTC)${untilText(found)}, ${found.profile}: ${found.found} opportunities found, ${found.taken} taken`,
    modesText(found),
    `${found.executions} executions, profit ${found.profitHome} ${found.homeAsset}`,
    ...equityLines(found),
    ...found.outcomes.map(
      (row) =>
        `  ${OUTCOME_TEXTS[row.outcome].label}: ${row.executions}, ${row.profitHome} ${found.homeAsset}`,
    ),
    ...missed.map(
      ({ decision, opportunities, bestBps }) =>
        `  missed, ${DECISION_TEXTS[decision].label}: ${opportunities}, best ${bestBps.toFixed(2)} bps`,
    ),
  ];
  output.result(found, lines.join('\n'));
  return EXIT_DONE;
}

/** Equity by its parts: nothing where no sample was stored. */
function equityLines({ equity, homeAsset, profitHome, isCut }: DayReport): string[] {
  if (equity === null) return [];
  const { to, change, holdings } = equity;
  return [
    `equity ${equityText(to)} ${homeAsset} = capital ${capitalText(to)} + realised ${to.realizedPnl} + unrealised ${to.unrealizedPnl}`,
    `equity changed by ${change.equity} ${homeAsset}: capital ${capitalText(change)}, ${
      isCut
        ? `realised ${change.realizedPnl}, unrealised ${change.unrealizedPnl}; there are too many executions to add up what came from cycles`
        : `cycles ${profitHome}, holdings ${holdings}`
    }`,
  ];
}

function calendarDay(day: string): string {
  const back = { today: 0, yesterday: 1 }[day];
  return back === undefined ? day : new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
}
