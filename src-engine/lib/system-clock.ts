import type { Clock } from './clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** Longest delay a timer of the platform takes, in ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** How far the wall clock may run ahead of the monotonic one before the machine must have slept, in µs. */
const SLEEP_US = 1_000_000;

/**
 * The machine's clock: the wall clock's time at start, then the monotonic one, so it never runs backwards. The
 * monotonic clock stands still while the machine sleeps; waking up shows as a wall clock far ahead, and is caught up.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerHeap();
  #platform: NodeJS.Timeout | undefined;
  /** What the platform's timer is set for. */
  #armedUs: number | undefined;
  #isRunning = false;
  #offsetUs = Math.round(performance.timeOrigin * 1_000);

  nowUs(): number {
    const monotonicUs = this.#offsetUs + Math.round(performance.now() * 1_000);
    const aheadUs = Date.now() * 1_000 - monotonicUs;
    if (aheadUs <= SLEEP_US) return monotonicUs;
    this.#offsetUs += aheadUs;
    return monotonicUs + aheadUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer = this.#timers.add(Math.max(atUs, this.nowUs()), callback);
    this.#arm();
    return () => {
      timer.callback = undefined;
      this.#arm();
    };
  }

  /** One timer of the platform, for the earliest of ours: several of its own come in no order that could be relied on. */
  #arm(): void {
    if (this.#isRunning) return;
    const atUs = this.#timers.first()?.atUs;
    if (atUs === this.#armedUs) return;
    clearTimeout(this.#platform);
    this.#armedUs = atUs;
    if (atUs === undefined) return;
    // The platform counts whole milliseconds and may come early, and reaches no further than 24 days.
    const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil((atUs - this.nowUs()) / 1_000)));
    this.#platform = setTimeout(() => this.#run(), delayMs);
  }

  /** Runs what is due at this moment, in order; what one throws leaves the others for the next turn. */
  #run(): void {
    this.#armedUs = undefined;
    this.#isRunning = true;
    const nowUs = this.nowUs();
    const timers = this.#timers;
    try {
      for (let next = timers.first(); next !== undefined && next.atUs <= nowUs; next = timers.first()) {
        timers.removeFirst();
        next.callback?.();
      }
    } finally {
      this.#isRunning = false;
      this.#arm();
    }
  }
}
