/** A journal on a disk that takes its time, fills up and hangs; what was not durable when the process died is lost. */
import type { EngineEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { SeededRandom } from '../lib/random.ts';
import type { Journal } from '../runner/journal.ts';

export const LATENCY_US = { min: 200, mean: 800 } as const;
export const HANG_CHECK_US = 50_000;

/** The production journal: what it has taken, a restart finds. */
type Durable = { append(events: readonly EngineEvent[]): Promise<void> };

export class SlowDisk implements Journal {
  isFull = false;
  isHanging = false;
  readonly #journal: Durable;
  readonly #clock: Clock;
  readonly #random: SeededRandom;

  constructor(journal: Durable, clock: Clock, random: SeededRandom) {
    this.#journal = journal;
    this.#clock = clock;
    this.#random = random;
  }

  append(events: readonly EngineEvent[]): Promise<void> {
    const waitUs = Math.round(LATENCY_US.min + this.#random.exponential(LATENCY_US.mean));
    return new Promise((resolve, reject) => {
      const write = (): void => {
        if (this.isHanging) {
          this.#clock.schedule(this.#clock.nowUs() + HANG_CHECK_US, write);
          return;
        }
        if (this.isFull) {
          reject(new Error('ENOSPC: no space left on device'));
          return;
        }
        this.#journal.append(events).then(resolve, reject);
      };
      this.#clock.schedule(this.#clock.nowUs() + waitUs, write);
    });
  }
}
