import { writeFile } from 'node:fs/promises';
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { PRIVATE_FILE } from '../../lib/whole-file.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { figureName, figureText } from '../../lab/figure-text.ts';
import { exportRun } from '../../lab/run-export.ts';
import { readPart } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE, onlyPositional, textOption } from '../command.ts';
import { describeCapture } from './backtest-metrics.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const report: Command = {
  name: 'report',
  words: [{ name: 'RUN', words: 'a stored backtest, as the runs command lists it' }],
  options: {
    html: { value: 'FILE', words: 'writes the report to a new file', example: 'run.html' },
    csv: { value: 'FILE', words: 'writes its trades to a new file', example: 'trades.csv' },
    ...DATA_DIR_OPTION,
  },
  examples: ['report run-0123456789abcdef --html run.html'],
  async run(args, output) {
    const runId = onlyPositional(args);
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
