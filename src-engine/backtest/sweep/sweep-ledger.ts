/**
 * Which trials of a sweep are done. Results may come in any order, from anywhere, twice: each trial counts once, and
 * what is read out is in the order of the plan. Written down line by line, it is what a sweep resumes from.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../../domain/errors.ts';
import { open, seal } from '../../lib/sealed.ts';
import type { SweepPlan, Trial } from './sweep-plan.ts';
import { canonicalJson, type Json } from './trial-id.ts';
import { type ScoredTrial, type TrialResult, trialResult } from './trial-result.ts';

export class SweepLedger {
  readonly #plan: SweepPlan;
  readonly #places: ReadonlyMap<string, number>;
  readonly #results: (TrialResult | undefined)[];
  #done = 0;

  constructor(plan: SweepPlan) {
    this.#plan = plan;
    this.#places = new Map(plan.trials.map(({ trialId, index }) => [trialId, index]));
    this.#results = plan.trials.map(() => undefined);
  }

  /**
   * Takes a result. `repeated`: it is known already; `foreign`: it is of no trial of this sweep, as when a spec was
   * changed between two runs. A failed trial that ran well later counts as run.
   * @throws UserError when a trial is scored twice and differently: then nothing that is found here can be trusted.
   */
  record(result: TrialResult): 'recorded' | 'repeated' | 'foreign' {
    const place = this.#places.get(result.trialId);
    if (place === undefined) return 'foreign';
    const known = this.#results[place];
    if (known === undefined) {
      this.#results[place] = result;
      this.#done++;
      return 'recorded';
    }
    if (known.outcome === 'failed' && result.outcome === 'scored') {
      this.#results[place] = result;
      return 'recorded';
    }
    if (result.outcome === 'scored' && !isSame(known, result)) {
      throw new UserError({
        code: 'trial-differs',
        field: 'trial',
        value: result.trialId,
        message: 'has two different results for the same settings and data',
        remedy: 'Remove the results of this sweep and run it again; if it repeats, report it.',
      });
    }
    return 'repeated';
  }

  /** Trials without a result, in the order of the plan; those that failed are not tried again by themselves. */
  missing(): readonly Trial[] {
    return this.#plan.trials.filter(({ index }) => this.#results[index] === undefined);
  }

  /** SHA-256 over all results in the order of the plan: the same on any number of threads and machines. */
  digest(): string {
    const hash = createHash('sha256');
    for (const result of this.#results) hash.update(`${result === undefined ? '' : resultText(result)}\n`);
    return hash.digest('hex');
  }

  get done(): number {
    return this.#done;
  }

  get isComplete(): boolean {
    return this.#done === this.#plan.trials.length;
  }

  /** Trials that ran, and trials that failed, each in the order of the plan. */
  scored(): readonly { readonly trial: Trial; readonly result: ScoredTrial }[] {
    return this.#plan.trials.flatMap((trial) => {
      const result = this.#results[trial.index];
      return result?.outcome === 'scored' ? [{ trial, result }] : [];
    });
  }

  failed(): readonly { readonly trial: Trial; readonly code: string; readonly message: string }[] {
    return this.#plan.trials.flatMap((trial) => {
      const result = this.#results[trial.index];
      return result?.outcome === 'failed' ? [{ trial, code: result.code, message: result.message }] : [];
    });
  }
}

/** A result as one line of a file, with its hash, its end included. */
export function resultLine(result: TrialResult): string {
  return `${seal(result)}\n`;
}

/**
 * A line of such a file; undefined for one that is not as it was written: cut off by a crash, changed in a character, or
 * without a hash. Its trial simply runs again.
 */
export function readResultLine(line: string): TrialResult | undefined {
  const opened = open(line);
  return opened.state === 'whole' ? trialResult.safeParse(opened.value).data : undefined;
}

function isSame(a: TrialResult, b: TrialResult): boolean {
  return resultText(a) === resultText(b);
}

/** As JSON: the form in which results are sent and stored. */
function resultText(result: TrialResult): string {
  return canonicalJson(JSON.parse(JSON.stringify(result)) as Json);
}
