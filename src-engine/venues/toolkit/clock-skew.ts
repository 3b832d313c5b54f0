import type { DurationUs, TimeUs } from '../../domain/time.ts';

/** How long a measurement stands before a less exact one may replace it. */
const STANDS_US = 300_000_000;
/** Two measurements that differ by more than both may be wrong, and by this, show that a clock was set meanwhile. */
const STEP_US = 100_000;

/**
 * How far the venue's clock is ahead of ours, from the times that its answers carry: half of the difference on
 * the way there and back, as NTP does it (RFC 5905, section 8). The answer with the shortest way counts.
 */
export class ClockSkew {
  #skewUs: DurationUs | undefined;
  #errorUs: DurationUs = Number.POSITIVE_INFINITY;
  #atUs: TimeUs = 0;
  #isDoubted = false;

  /** Times of one question: sent and received by our clock, taken in and answered by the venue's. */
  measure(sentUs: TimeUs, venueInUs: TimeUs, venueOutUs: TimeUs, receivedUs: TimeUs): void {
    if (venueInUs === 0 || venueOutUs < venueInUs || receivedUs < sentUs) return;
    const errorUs = Math.max(0, receivedUs - sentUs - (venueOutUs - venueInUs)) / 2;
    const skewUs = Math.round((venueInUs - sentUs + (venueOutUs - receivedUs)) / 2);
    const isStepped = Math.abs(skewUs - (this.#skewUs ?? skewUs)) > errorUs + this.#errorUs + STEP_US;
    const isWorse = errorUs > this.#errorUs && receivedUs - this.#atUs < STANDS_US;
    if (isWorse && !isStepped && !this.#isDoubted) return;
    this.#skewUs = skewUs;
    this.#errorUs = errorUs;
    this.#atUs = receivedUs;
    this.#isDoubted = false;
  }

  /** The venue says that the clock is off: the next measurement counts, however exact. Until then the last one stands. */
  doubt(): void {
    this.#isDoubted = true;
  }

  /** Venue's time minus ours; undefined before the first answer. */
  get skewUs(): DurationUs | undefined {
    return this.#skewUs;
  }

  /** The most by which it may be wrong: half of the way there and back. */
  get errorUs(): DurationUs {
    return this.#errorUs;
  }
}
