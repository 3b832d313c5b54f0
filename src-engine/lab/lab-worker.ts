/** Entry of a thread that does one piece of long work: `workerData` is the LabWork. It ends when it is done. */
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../domain/errors.ts';
import { giveWay } from '../lib/give-way.ts';
import { runImportTask } from './import-task.ts';
import type { LabMessage, LabProgress, LabWork } from './lab-task.ts';
import { runBacktestTask, runSweepTask } from './run-task.ts';
import { runTrainingTask } from './training-task.ts';

const LOW_PRIORITY = 10;

if (parentPort === null) throw new Error('lab-worker.ts runs in a worker thread only');
// Long work gives way to the engine that trades. On Linux this is the thread and those that it starts; elsewhere it would
// be the whole process.
if (process.platform === 'linux') giveWay(LOW_PRIORITY);
const port = parentPort;
const onProgress = (progress: LabProgress): void => port.postMessage({ type: 'progress', ...progress });

async function run({ task, scratch }: LabWork): Promise<LabMessage> {
  try {
    if (task.kind === 'import') return await runImportTask(task, scratch, onProgress);
    if (task.kind === 'training') return await runTrainingTask(task, onProgress);
    return await (task.kind === 'backtest'
      ? runBacktestTask(task, onProgress)
      : runSweepTask(task, onProgress));
  } catch (error) {
    const code = error instanceof UserError ? error.problem.code : 'internal';
    return { type: 'failed', code, message: error instanceof Error ? error.message : String(error) };
  }
}

void run(workerData as LabWork).then((message) => {
  port.postMessage(message);
  port.close();
});
