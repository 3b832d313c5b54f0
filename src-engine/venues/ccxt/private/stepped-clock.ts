/** A venue's clock that may be given in whole seconds: what each answer leaves open is narrowed down by the others. */
import type { DurationUs, TimeUs } from '../../../domain/time.ts';

/** A clock drifts: what was narrowed down longer ago no longer counts. */
const STANDS_US: DurationUs = 600_000_000;

export class SteppedClock {
  #lowestUs: DurationUs = Number.NEGATIVE_INFINITY;
  #highestUs: DurationUs = Number.POSITIVE_INFINITY;
  #sinceUs: TimeUs = 0;

  /**
   * One answer, which was given between `sentUs` and `receivedUs` by our clock. @param venueUs the venue's time then, rounded down to
   * `stepUs`. @returns venue's clock minus ours, and the most by which that may be wrong.
   */
  take(
    sentUs: TimeUs,
    venueUs: TimeUs,
    stepUs: DurationUs,
    receivedUs: TimeUs,
  ): { readonly skewUs: DurationUs; readonly errorUs: DurationUs } {
    const [lowestUs, highestUs] = [venueUs - receivedUs, venueUs + stepUs - sentUs];
    const isOld = receivedUs - this.#sinceUs > STANDS_US;
    // Two answers that cannot both be right: a clock was set between them.
    if (isOld || lowestUs > this.#highestUs || highestUs < this.#lowestUs) {
      [this.#lowestUs, this.#highestUs, this.#sinceUs] = [lowestUs, highestUs, receivedUs];
    } else {
      this.#lowestUs = Math.max(this.#lowestUs, lowestUs);
      this.#highestUs = Math.min(this.#highestUs, highestUs);
    }
    const errorUs = (this.#highestUs - this.#lowestUs) / 2;
    return { skewUs: Math.round(this.#lowestUs + errorUs), errorUs };
  }
}
