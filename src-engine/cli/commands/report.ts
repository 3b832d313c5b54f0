import { writeFile } from 'node:fs/promises';
import { UserError } from '../../domain/errors.ts';
import { PRIVATE_FILE } from '../../lib/whole-file.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { exportRun } from '../../lab/run-export.ts';
import { readPart } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE, onlyPositional, textOption } from '../command.ts';
import { describeCapture } from './backtest-metrics.ts';
import { dataDirOf } from './data-dir-option.ts';

export const report: Command = {
  name: 'report',
  summary:
    'Shows a stored backtest: its assumptions, its figures, where the edge went; or writes it to a file.',
  usage: 'RUN [--html FILE | --csv FILE] [--data-dir D] [--json]',
  options: { html: { type: 'string' }, csv: { type: 'string' }, 'data-dir': { type: 'string' } },
  async run(args, output) {
    const runId = onlyPositional(args, 'RUN');
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
    const figures = Object.entries(review.figures).map(([name, value]) => `  ${name} ${value ?? 'none'}`);
    const text = [
      `${review.name} (${review.runId}), engine ${review.engineVersion}`,
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
