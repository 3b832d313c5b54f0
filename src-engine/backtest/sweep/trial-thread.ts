/** A worker thread that runs one trial after the other on a shared tape. One that dies is replaced for the next trial. */
import { Worker } from 'node:worker_threads';
import type { SweepTask } from './run-trial.ts';
import type { Trial } from './sweep-plan.ts';
import { type TrialResult, trialResult } from './trial-result.ts';

/** What came of a trial: a result, or what took the thread down. */
export type TrialAnswer = { readonly result: TrialResult } | { readonly died: unknown };

/** A trial that ends its thread is tried again: the thread may have ended for another reason. */
export const MAX_TRIES = 2;

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./sweep-worker.ts', import.meta.url)
    : new URL('./sweep-worker.js', import.meta.url);
}

export class TrialThread {
  readonly #task: SweepTask;
  #worker: Worker | undefined;

  constructor(task: SweepTask) {
    this.#task = task;
  }

  /** One at a time. Never throws. */
  async run(trial: Trial): Promise<TrialAnswer> {
    this.#worker ??= new Worker(workerUrl(), { workerData: this.#task, execArgv: [] });
    const answer = await answerOf(this.#worker, trial);
    if ('died' in answer) await this.stop();
    return answer;
  }

  /** Ends it at once; a trial under way is answered as died. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function answerOf(worker: Worker, trial: Trial): Promise<TrialAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: TrialAnswer): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (message: unknown): void => settle({ result: trialResult.parse(message) });
    const onError = (error: unknown): void => settle({ died: error });
    const onExit = (code: number): void => settle({ died: new Error(`its thread ended with code ${code}`) });
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(trial);
  });
}
