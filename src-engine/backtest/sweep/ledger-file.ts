/** The results of a sweep on the disk: written down as they come, so that a sweep that was ended goes on where it stood. */
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../../domain/errors.ts';
import { plainText } from '../../lib/regular-file.ts';
import { readResultLine, resultLine, SweepLedger } from './sweep-ledger.ts';
import type { SweepPlan } from './sweep-plan.ts';
import type { TrialResult } from './trial-result.ts';

/** Half a kilobyte a trial: far more than a sweep may try. */
const MAX_LEDGER_BYTES = 400 * 1024 * 1024;

export type SweepProgress = {
  readonly done: number;
  readonly total: number;
  /** At the pace so far, in seconds; undefined before the first trial of this run has ended. */
  readonly etaSeconds: number | undefined;
};

export class LedgerFile {
  readonly ledger: SweepLedger;
  readonly #file: FileHandle;
  readonly #total: number;
  readonly #before: number;
  readonly #startedMs = performance.now();

  private constructor(ledger: SweepLedger, file: FileHandle, total: number) {
    this.ledger = ledger;
    this.#file = file;
    this.#total = total;
    this.#before = ledger.done;
  }

  /**
   * Reads what an earlier run left there, and goes on behind it.
   * @param onNote is given each line that is not as it was written: its trial runs again.
   * @throws UserError when it cannot be written or read.
   */
  static async open(plan: SweepPlan, path: string, onNote?: (text: string) => void): Promise<LedgerFile> {
    const ledger = new SweepLedger(plan);
    try {
      if (existsSync(path)) {
        for (const [at, line] of ((await plainText(path, MAX_LEDGER_BYTES)) ?? '').split('\n').entries()) {
          if (line === '') continue;
          const result = readResultLine(line);
          if (result !== undefined) ledger.record(result);
          else
            onNote?.(
              `${path} line ${at + 1} is damaged, truncated or without a hash: it is skipped, and its trial runs again`,
            );
        }
      }
      const file = await open(path, 'a');
      // A line that was cut off by a crash must not swallow the next one.
      await file.appendFile('\n');
      return new LedgerFile(ledger, file, plan.trials.length);
    } catch (error) {
      throw error instanceof UserError ? error : unwritable(path, error);
    }
  }

  /** @throws UserError when a trial is scored twice and differently; any error of the disk. */
  async take(result: TrialResult): Promise<void> {
    if (this.ledger.record(result) === 'recorded') await this.#file.appendFile(resultLine(result));
  }

  progress(): SweepProgress {
    const { done } = this.ledger;
    const here = done - this.#before;
    const secondsEach = (performance.now() - this.#startedMs) / 1_000 / here;
    return {
      done,
      total: this.#total,
      etaSeconds: here === 0 ? undefined : secondsEach * (this.#total - done),
    };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function unwritable(path: string, error: unknown): UserError {
  return new UserError({
    code: 'ledger-unwritable',
    field: 'sweep results',
    value: path,
    message: `cannot be written (${String(error)})`,
    remedy: 'Choose another place with --out.',
  });
}
