import type { Clock } from '../lib/clock.ts';
import { TimerHeap } from '../lib/timer-heap.ts';

/** Time that moves only on a call: the clock of backtests and simulations. Timers run in order of their time. */
export class SimulatedClock implements Clock {
  /** Timers that came due so far. */
  timersRun = 0;
  #nowUs: number;
  readonly #timers = new TimerHeap();

  constructor(startUs = 0) {
    this.#nowUs = startUs;
  }

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer = this.#timers.add(Math.max(atUs, this.#nowUs), callback);
    return () => {
      timer.callback = undefined;
    };
  }

  /** Time of the next timer, or undefined when none is set. */
  get nextUs(): number | undefined {
    return this.#timers.first()?.atUs;
  }

  /** Runs every timer up to and including `toUs`, then stands at `toUs`. Never moves backwards. */
  advanceTo(toUs: number): void {
    const timers = this.#timers;
    for (let next = timers.first(); next !== undefined && next.atUs <= toUs; next = timers.first()) {
      timers.removeFirst();
      this.#nowUs = next.atUs;
      this.timersRun++;
      next.callback?.();
    }
    if (toUs > this.#nowUs) this.#nowUs = toUs;
  }
}
