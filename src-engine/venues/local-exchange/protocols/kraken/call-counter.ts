import type { TimeUs } from '../../../../domain/time.ts';

export type CallLimit = {
  /** Calls that may be outstanding at once. */
  readonly max: number;
  /** How fast they are forgiven. */
  readonly decayPerSecond: number;
};

/** A counter that decays, as Kraken limits calls of a key: each call adds, time takes away. */
export class CallCounter {
  readonly #limit: CallLimit;
  #count = 0;
  #atUs: TimeUs = 0;

  constructor(limit: CallLimit) {
    this.#limit = limit;
  }

  /** Counts a call of that cost. @returns false, and counts nothing, when it is above the limit. */
  allows(cost: number, nowUs: TimeUs): boolean {
    const elapsedS = Math.max(0, nowUs - this.#atUs) / 1_000_000;
    this.#count = Math.max(0, this.#count - elapsedS * this.#limit.decayPerSecond);
    this.#atUs = nowUs;
    if (this.#count + cost > this.#limit.max) return false;
    this.#count += cost;
    return true;
  }
}
