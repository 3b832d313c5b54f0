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

/** A rolling count of connection attempts: of one connection, or of all that share it, as venues count by address. */
export class AttemptBudget {
  readonly #spacingUs: DurationUs;
  #lastUs: TimeUs = Number.NEGATIVE_INFINITY;
  /** Times of the last attempts, as a ring; `#next` is the oldest. */
  readonly #times = new Float64Array(MAX_ATTEMPTS).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** @param spacingUs least time between two attempts. */
  constructor(spacingUs: DurationUs = 0) {
    this.#spacingUs = spacingUs;
  }

  /** When the next attempt may be made: now, when the last one is long enough ago, or when the oldest of the window leaves it. */
  nextAllowedUs(nowUs: TimeUs): TimeUs {
    return Math.max(nowUs, this.#lastUs + this.#spacingUs, (this.#times[this.#next] as number) + WINDOW_US);
  }

  record(nowUs: TimeUs): void {
    this.#lastUs = nowUs;
    this.#times[this.#next] = nowUs;
    this.#next = (this.#next + 1) % MAX_ATTEMPTS;
  }
}
