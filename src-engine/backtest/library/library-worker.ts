/** Entry of a thread that does one thing for a library: `workerData` names the folder and the task. */
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../domain/errors.ts';
import { type LibraryTask, runLibraryTask } from './library-tasks.ts';

if (parentPort === null) throw new Error('library-worker.ts runs in a worker thread only');
const { folder, task } = workerData as { readonly folder: string; readonly task: LibraryTask };
try {
  parentPort.postMessage({ answer: await runLibraryTask(folder, task) });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  parentPort.postMessage({ problem: error.problem });
}
