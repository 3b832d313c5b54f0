import { writeFile } from 'node:fs/promises';
import { labFolders } from '../../lab/lab-task.ts';
import { exportRun } from '../../lab/run-export.ts';
import { readPart } from '../../lab/stored-run.ts';
import { type Command, EXIT_DONE, onlyPositional, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const report: Command = {
  name: 'report',
  summary:
    'Tells a stored backtest: its assumptions, its figures, where the edge went; or writes it as a file.',
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
      await writeFile(path, exportRun({ review, trades, samples }, format).text);
      output.note(`written to ${path}`);
    }
    const { capture } = review;
    const share =
      capture.share === null ? 'nothing was detected' : `${(capture.share * 100).toFixed(1)} % captured`;
    const lost = capture.lost
      .slice(0, 10)
      .map(({ reason, home, opportunities }) => `  ${reason}: ${home.toFixed(4)} in ${opportunities}`);
    const figures = Object.entries(review.figures).map(([name, value]) => `  ${name} ${value ?? 'none'}`);
    const text = [
      `${review.name} (${review.runId}), engine ${review.engineVersion}`,
      ...review.assumptions.map((line) => `  ${line}`),
      ...figures,
      `edge: ${capture.detected.toFixed(4)} ${review.homeAsset} detected, ${share}; the rest went to`,
      ...lost,
      ...review.explain,
      ...review.remarks.map((line) => `note: ${line}`),
    ];
    output.result(review, text.join('\n'));
    return EXIT_DONE;
  },
};
