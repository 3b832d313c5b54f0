/**
 * Runs a sweep on worker threads that share one tape. Trials are handed out one by one; results are written down as they
 * come, so that a sweep that was ended goes on where it stood. Which worker ran what changes nothing.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../domain/errors.ts';
import type { Tape } from '../../storage/tape/tape-format.ts';
import type { SweepTask } from './run-trial.ts';
import { readResultLine, resultLine, SweepLedger } from './sweep-ledger.ts';
import type { SweepPlan, Trial } from './sweep-plan.ts';
import { failedResult, type TrialResult, trialResult } from './trial-result.ts';

export type SweepProgress = {
  readonly done: number;
  readonly total: number;
  /** At the pace so far, in seconds; undefined before the first trial of this run has ended. */
  readonly etaSeconds: number | undefined;
};

export type SweepRun = {
  readonly plan: SweepPlan;
  readonly tape: Tape;
  /** Threads, 1 to 64. */
  readonly workers: number;
  /** File that results are written to, and that an earlier run left. */
  readonly ledgerPath: string;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Ends it early: what is done is kept, what is under way is let go. */
  readonly signal?: AbortSignal | undefined;
};

/** A trial that takes its thread down is tried once more: the thread may have died of something else. */
const MAX_TRIES = 2;

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./sweep-worker.ts', import.meta.url)
    : new URL('./sweep-worker.js', import.meta.url);
}

/** Answers the ledger, complete unless it was ended early. @throws UserError when results cannot be written or differ. */
export async function runSweep(run: SweepRun): Promise<SweepLedger> {
  const { plan, ledgerPath } = run;
  const ledger = new SweepLedger(plan);
  if (existsSync(ledgerPath)) {
    for (const line of (await readFile(ledgerPath, 'utf8')).split('\n')) {
      const result = line === '' ? undefined : readResultLine(line);
      if (result !== undefined) ledger.record(result);
    }
  }
  const file = await openLedger(ledgerPath);
  try {
    await new Pool(run, ledger, file).finished();
  } finally {
    await file.close();
  }
  return ledger;
}

async function openLedger(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'a');
    // A line that was cut off by a crash must not swallow the next one.
    await file.appendFile('\n');
    return file;
  } catch (error) {
    throw new UserError({
      code: 'ledger-unwritable',
      field: 'sweep results',
      value: path,
      message: `cannot be written (${String(error)})`,
      remedy: 'Choose another place with --out.',
    });
  }
}

class Pool {
  readonly #run: SweepRun;
  readonly #ledger: SweepLedger;
  readonly #file: FileHandle;
  readonly #queue: Trial[];
  readonly #tries = new Map<string, number>();
  readonly #startedMs = performance.now();
  readonly #before: number;
  #fault: unknown;

  constructor(run: SweepRun, ledger: SweepLedger, file: FileHandle) {
    this.#run = run;
    this.#ledger = ledger;
    this.#file = file;
    this.#queue = [...ledger.missing()];
    this.#before = ledger.done;
  }

  async finished(): Promise<void> {
    this.#tell();
    const threads = Math.min(this.#run.workers, this.#queue.length);
    await Promise.all(Array.from({ length: threads }, () => this.#work()));
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** One thread after the other until nothing is left: one that died is replaced. */
  async #work(): Promise<void> {
    while (this.#goesOn()) {
      const { fromUs, toUs, periodUs, score, spec } = this.#run.plan;
      const shared = { base: spec.base, seed: spec.seed };
      const task: SweepTask = { fromUs, toUs, periodUs, score, spec: shared, tape: this.#run.tape };
      const worker = new Worker(workerUrl(), { workerData: task, execArgv: [] });
      const stop = (): void => void worker.terminate();
      this.#run.signal?.addEventListener('abort', stop);
      try {
        await this.#feed(worker);
      } finally {
        this.#run.signal?.removeEventListener('abort', stop);
        await worker.terminate();
      }
    }
  }

  /** Returns when nothing is left for it, or it died. */
  async #feed(worker: Worker): Promise<void> {
    while (this.#goesOn()) {
      const trial = this.#queue.shift();
      if (trial === undefined) return;
      const answer = await answerOf(worker, trial);
      if (this.#run.signal?.aborted === true) return;
      if ('died' in answer) {
        const tries = (this.#tries.get(trial.trialId) ?? 0) + 1;
        this.#tries.set(trial.trialId, tries);
        if (tries < MAX_TRIES) this.#queue.push(trial);
        else await this.#take(failedResult(trial, answer.died));
        return;
      }
      await this.#take(answer.result);
    }
  }

  async #take(result: TrialResult): Promise<void> {
    try {
      if (this.#ledger.record(result) === 'recorded') await this.#file.appendFile(resultLine(result));
    } catch (error) {
      this.#fault ??= error;
    }
    this.#tell();
  }

  #goesOn(): boolean {
    return this.#queue.length > 0 && this.#fault === undefined && this.#run.signal?.aborted !== true;
  }

  #tell(): void {
    const { done } = this.#ledger;
    const total = this.#run.plan.trials.length;
    const here = done - this.#before;
    const secondsEach = (performance.now() - this.#startedMs) / 1_000 / here;
    this.#run.onProgress?.({
      done,
      total,
      etaSeconds: here === 0 ? undefined : secondsEach * (total - done),
    });
  }
}

type Answer = { readonly result: TrialResult } | { readonly died: unknown };

function answerOf(worker: Worker, trial: Trial): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
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
