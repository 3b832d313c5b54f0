/**
 * Runs a sweep on worker threads that share one tape. Trials are handed out one by one; results are written down as they
 * come. Which worker ran what changes nothing.
 */
import type { Tape } from '../../storage/tape/tape-format.ts';
import { LedgerFile, type SweepProgress } from './ledger-file.ts';
import type { SweepTask } from './run-trial.ts';
import type { SweepLedger } from './sweep-ledger.ts';
import type { SweepPlan, Trial } from './sweep-plan.ts';
import { failedResult, type TrialResult } from './trial-result.ts';
import { MAX_TRIES, TrialThread } from './trial-thread.ts';

export type SweepRun = {
  readonly plan: SweepPlan;
  readonly tape: Tape;
  /** Threads, 1 to 64. */
  readonly workers: number;
  /** File that results are written to, and that an earlier run left. */
  readonly ledgerPath: string;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  /** Remarks: a line of the results is damaged. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Ends it early: what is done is kept, what is under way is let go. */
  readonly signal?: AbortSignal | undefined;
};

/** Answers the ledger, complete unless it was ended early. @throws UserError when results cannot be written or differ. */
export async function runSweep(run: SweepRun): Promise<SweepLedger> {
  const file = await LedgerFile.open(run.plan, run.ledgerPath, run.onNote);
  try {
    await new Pool(run, file).finished();
  } finally {
    await file.close();
  }
  return file.ledger;
}

/** What every thread of a sweep is given. */
export function taskOf({ plan, tape }: Pick<SweepRun, 'plan' | 'tape'>): SweepTask {
  const { fromUs, toUs, periodUs, score, spec } = plan;
  return { fromUs, toUs, periodUs, score, spec: { base: spec.base, seed: spec.seed }, tape };
}

class Pool {
  readonly #run: SweepRun;
  readonly #file: LedgerFile;
  readonly #queue: Trial[];
  readonly #tries = new Map<string, number>();
  #fault: unknown;

  constructor(run: SweepRun, file: LedgerFile) {
    this.#run = run;
    this.#file = file;
    this.#queue = [...file.ledger.missing()];
  }

  async finished(): Promise<void> {
    this.#report();
    const threads = Math.min(this.#run.workers, this.#queue.length);
    await Promise.all(Array.from({ length: threads }, () => this.#work()));
    if (this.#fault !== undefined) throw this.#fault;
  }

  async #work(): Promise<void> {
    const { signal } = this.#run;
    const thread = new TrialThread(taskOf(this.#run));
    const stop = (): void => void thread.stop();
    signal?.addEventListener('abort', stop);
    try {
      while (this.#goesOn()) {
        const trial = this.#queue.shift();
        if (trial === undefined) return;
        const answer = await thread.run(trial);
        if (signal?.aborted === true) return;
        if ('result' in answer) await this.#take(answer.result);
        else await this.#again(trial, answer.died);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      await thread.stop();
    }
  }

  async #again(trial: Trial, died: unknown): Promise<void> {
    const tries = (this.#tries.get(trial.trialId) ?? 0) + 1;
    this.#tries.set(trial.trialId, tries);
    if (tries < MAX_TRIES) this.#queue.push(trial);
    else await this.#take(failedResult(trial, died));
  }

  async #take(result: TrialResult): Promise<void> {
    try {
      await this.#file.take(result);
    } catch (error) {
      this.#fault ??= error;
    }
    this.#report();
  }

  #goesOn(): boolean {
    return this.#queue.length > 0 && this.#fault === undefined && this.#run.signal?.aborted !== true;
  }

  #report(): void {
    this.#run.onProgress?.(this.#file.progress());
  }
}
