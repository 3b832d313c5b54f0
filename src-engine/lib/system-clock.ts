import type { Clock } from './clock.ts';

/** Longest delay a timer of the platform takes, in ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** How far the wall clock may run ahead of the monotonic one before the machine must have slept, in µs. */
const SLEEP_US = 1_000_000;

/**
 * The machine's clock: the wall clock's time at start, then the monotonic one, so it never runs backwards. The
 * monotonic clock stands still while the machine sleeps; waking up shows as a wall clock far ahead, and is caught up.
 */
export class SystemClock implements Clock {
  #offsetUs = Math.round(performance.timeOrigin * 1_000);

  nowUs(): number {
    const monotonicUs = this.#offsetUs + Math.round(performance.now() * 1_000);
    const aheadUs = Date.now() * 1_000 - monotonicUs;
    if (aheadUs <= SLEEP_US) return monotonicUs;
    this.#offsetUs += aheadUs;
    return monotonicUs + aheadUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    // The platform's timers count whole milliseconds and may come early, and reach no further than 24 days.
    const arm = (): void => {
      const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil((atUs - this.nowUs()) / 1_000)));
      timer = setTimeout(() => {
        if (this.nowUs() < atUs) arm();
        else callback();
      }, delayMs);
    };
    arm();
    return () => clearTimeout(timer);
  }
}
