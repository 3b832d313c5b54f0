/** A journal on a disk that takes its time, fills up and hangs; what was not durable when the process died is lost. */
import type { EngineEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { SeededRandom } from '../lib/random.ts';
import type { Journal } from '../runner/journal.ts';

const LATENCY_US = { min: 200, mean: 800 } as const;
const HANG_CHECK_US = 50_000;

/** The production journal: what it has taken, a restart finds. */
type Durable = { append(events: readonly EngineEvent[]): Promise<void> };

export class SlowDisk implements Journal {
  isFull = false;
  isHanging = false;
  /** Called between an event becoming durable and the engine hearing of it. */
  onDurable: (events: readonly EngineEvent[]) => void = () => undefined;
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
        this.#journal.append(events).then(() => {
          this.onDurable(events);
          resolve();
        }, reject);
      };
      this.#clock.schedule(this.#clock.nowUs() + waitUs, write);
    });
  }
}
