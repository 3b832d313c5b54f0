/** The work of a lab's thread that trains a model: its folds, epochs and what it is worth are reported as the command line has them. */
import { dirname } from 'node:path';
import { VERSION } from '../config/version.ts';
import { formatTimeUs } from '../domain/time.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { runTraining, type TrainingProgress } from '../training/run-training.ts';
import { checkSpec } from '../training/training-spec.ts';
import { withoutFolders } from './import-place.ts';
import type { LabMessage, LabProgress, TrainingTask } from './lab-task.ts';
import { trainingPath } from './trainings.ts';

/** @throws UserError for what is at fault, files by their names alone. */
export function runTrainingTask(
  { folders, place, spec: given }: TrainingTask,
  onProgress: (progress: LabProgress) => void,
): Promise<LabMessage> {
  return withoutFolders(folders, [folders.recordings], async () => {
    const spec = checkSpec(given, 'the form');
    const clock = new SystemClock();
    const file = await trainingPath(folders, place, spec.file);
    const { record, registered } = await runTraining(spec, file, {
      dataDir: dirname(folders.lab),
      version: VERSION,
      now: () => formatTimeUs(clock.nowUs()),
      stores: true,
      onProgress: (progress) => onProgress(asProgress(progress)),
    });
    const { verdict, text } = record.judgement;
    const sha256 = registered?.sha256 ?? '';
    return { type: 'trained', model: { name: spec.name, sha256, verdict, text } };
  });
}

function asProgress(progress: TrainingProgress): LabProgress {
  const none = { done: 0, total: 0, unit: '' };
  if (progress.phase === 'rows') {
    const { rows, features, kept } = progress;
    const again = kept === 0 ? '' : `, ${kept} folds are done already`;
    return { phase: `${rows} rows of ${features} features${again}`, ...none };
  }
  if (progress.phase !== 'training') return { phase: progress.phase, ...none };
  const { fit, fits, epoch, epochs, latest } = progress;
  return {
    // One phase over all fits, so that the time left is that of the whole.
    phase: 'training',
    done: (fit - 1) * epochs + epoch,
    total: fits * epochs,
    unit: epochs === 1 ? 'fits' : `epochs${latest === undefined ? '' : ` (${epochWords(latest)})`}`,
  };
}

function epochWords({
  validationLoss,
  sharpe,
}: NonNullable<Extract<TrainingProgress, { phase: 'training' }>['latest']>) {
  const loss = validationLoss === null ? [] : [`validation loss ${validationLoss.toFixed(4)}`];
  const ratio = sharpe === null ? 'none: no trade' : `${sharpe.toFixed(3)} per return, not annualised`;
  return [...loss, `Sharpe ${ratio}`].join(', ');
}
