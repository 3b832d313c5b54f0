import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';

/** Token bucket over the run's own time: holds one second's worth of messages. */
export class Throttle {
  #tokens: number;
  #updatedUs: TimeUs = 0;
  #perSecond: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  setRate(perSecond: number): void {
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond);
  }

  available(nowUs: TimeUs): number {
    const elapsed: DurationUs = Math.max(0, nowUs - this.#updatedUs);
    this.#updatedUs = Math.max(this.#updatedUs, nowUs);
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (elapsed / US_PER_SECOND) * this.#perSecond);
    return this.#tokens;
  }

  /** Uses one up, whether there is one or not: a cancel is never held back. At most a second's worth is owed. */
  take(): void {
    this.#tokens = Math.max(-this.#perSecond, this.#tokens - 1);
  }
}
