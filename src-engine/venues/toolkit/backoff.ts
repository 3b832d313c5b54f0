import type { DurationUs, TimeUs } from '../../domain/time.ts';

/**
 * Wait before the next attempt: exponential with full jitter, uniform in [0, min(cap, base × 2^failures))
 * (M. Brooker, "Exponential Backoff And Jitter"), so that clients that lost one server do not return as one.
 */
export function backoffUs(
  failures: number,
  baseUs: DurationUs,
  capUs: DurationUs,
  random: () => number,
): DurationUs {
  return Math.floor(random() * Math.min(capUs, baseUs * 2 ** Math.min(failures, 30)));
}

/**
 * The strictest venue allows about 150 connection attempts per rolling 10 minutes and address, and bans for 10 minutes
 * beyond; others allow 300 in 5 minutes. Half of the least is ours at most: the private connection, another
 * program and a restart share the address.
 */
const MAX_ATTEMPTS = 75;
const WINDOW_US = 600_000_000;

/** A rolling count of connection attempts. */
export class AttemptBudget {
  /** Times of the last attempts, as a ring; `#next` is the oldest. */
  readonly #times = new Float64Array(MAX_ATTEMPTS).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** When the next attempt may be made: now, or when the oldest of the window leaves it. */
  nextAllowedUs(nowUs: TimeUs): TimeUs {
    return Math.max(nowUs, (this.#times[this.#next] as number) + WINDOW_US);
  }

  record(nowUs: TimeUs): void {
    this.#times[this.#next] = nowUs;
    this.#next = (this.#next + 1) % MAX_ATTEMPTS;
  }
}
