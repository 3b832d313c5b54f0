/** The last reading of each subject, as commands brought it. What does not fit its bounds is not taken: a replay meets the same. */
import type { TimeUs } from '../../domain/time.ts';

type Reading = { readonly about: string; readonly validUntilUs: TimeUs };

export type ReadingBounds<T extends Reading> = {
  /** When it was made. */
  readonly timeOf: (reading: T) => TimeUs;
  readonly fits: (reading: T) => boolean;
  readonly longestUs: number;
  readonly mostSubjects: number;
  /** Of a subject beyond the most: the one that is over first gives way to it, else it is not taken. */
  readonly givesWay: boolean;
};

export class LatestReadings<T extends Reading> {
  readonly #bounds: ReadingBounds<T>;
  readonly #readings = new Map<string, T>();

  constructor(bounds: ReadingBounds<T>) {
    this.#bounds = bounds;
  }

  /** @returns whether it was taken. One of a restart is older than the command that brings it. */
  take(reading: T, nowUs: TimeUs): boolean {
    const { timeOf, fits, longestUs, mostSubjects, givesWay } = this.#bounds;
    const { about, validUntilUs } = reading;
    const atUs = timeOf(reading);
    if (!fits(reading) || !(atUs <= nowUs && validUntilUs > atUs && validUntilUs - atUs <= longestUs))
      return false;
    const last = this.#readings.get(about);
    const lastUs = last === undefined ? 0 : timeOf(last);
    // One of a time to come was read before the clock was set back: it keeps no newer one out.
    if (atUs <= lastUs && lastUs <= nowUs) return false;
    if (last === undefined && this.#readings.size >= mostSubjects) {
      if (!givesWay) return false;
      this.#forgetOne();
    }
    this.#readings.set(about, { ...reading });
    return true;
  }

  /** Of this subject; one that is over as well, so that it can be shown as late. Undefined: there was none. */
  get(about: string): T | undefined {
    return this.#readings.get(about);
  }

  #forgetOne(): void {
    const [first] = [...this.#readings.values()].sort((a, b) => a.validUntilUs - b.validUntilUs);
    if (first !== undefined) this.#readings.delete(first.about);
  }
}
