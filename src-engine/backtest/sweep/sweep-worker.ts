/** Entry of a thread that runs trials: `workerData` is the SweepTask; every Trial that is posted is answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { runTrial, type SweepTask } from './run-trial.ts';
import type { Trial } from './sweep-plan.ts';

if (parentPort === null) throw new Error('sweep-worker.ts runs in a worker thread only');
const port = parentPort;
port.on('message', (trial: Trial) => {
  void runTrial(workerData as SweepTask, trial).then((result) => port.postMessage(result));
});
