/** The machine's clock, whose long waits end when the test says so. */
import type { Clock } from '../lib/clock.ts';
import { SystemClock } from '../lib/system-clock.ts';

/** Waits of so long and longer. */
const LONG_US = 29_000_000;

export class PatientClock implements Clock {
  readonly #clock = new SystemClock();
  readonly #long = new Set<() => void>();

  nowUs(): number {
    return this.#clock.nowUs();
  }

  schedule(atUs: number, callback: () => void): () => void {
    if (atUs - this.nowUs() < LONG_US) return this.#clock.schedule(atUs, callback);
    // Each wait is one of its own, though its callback be the same.
    const wait = (): void => callback();
    this.#long.add(wait);
    return () => this.#long.delete(wait);
  }

  endLongWaits(): void {
    const due = [...this.#long];
    for (const wait of due) if (this.#long.delete(wait)) wait();
  }
}
