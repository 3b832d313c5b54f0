/** How long a venue takes to answer, and how far its clock is from ours: asked once a minute, for the trader to look at. */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';

const PERIOD_US = 60 * US_PER_SECOND;

export type ClockReading = {
  /** From the question until its answer was here, over the venue's public REST interface. */
  readonly roundTripUs: DurationUs;
  /** Venue's clock minus ours, to within `errorUs`: half of the way there and back, and half of the step its time is given in. */
  readonly skewUs: DurationUs;
  readonly errorUs: DurationUs;
  readonly atUs: TimeUs;
};

export type VenueClockOptions = {
  readonly clock: Clock;
  /** The venue's time, and the step in which it is given. */
  readonly readTime: () => Promise<{ readonly timeUs: TimeUs; readonly stepUs: DurationUs }>;
  readonly onReading?: (reading: ClockReading) => void;
};

export class VenueClock {
  readonly #options: VenueClockOptions;
  #stop: (() => void) | undefined;
  #reading: ClockReading | undefined;

  constructor(options: VenueClockOptions) {
    this.#options = options;
  }

  /** The last answer; undefined before the first. One that has grown old shows its age. */
  get reading(): ClockReading | undefined {
    return this.#reading;
  }

  start(): void {
    if (this.#stop === undefined) this.#ask();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #ask(): void {
    const { clock, readTime } = this.#options;
    const sentUs = clock.nowUs();
    this.#stop = clock.schedule(sentUs + PERIOD_US, () => this.#ask());
    readTime().then(
      ({ timeUs, stepUs }) => {
        const atUs = clock.nowUs();
        // Our clock was set back in between.
        if (atUs < sentUs) return;
        const roundTripUs = atUs - sentUs;
        // A time that is cut to its step is half a step behind on average.
        const skewUs = Math.round(timeUs + stepUs / 2 - (sentUs + roundTripUs / 2));
        this.#reading = { roundTripUs, skewUs, errorUs: Math.ceil((roundTripUs + stepUs) / 2), atUs };
        this.#options.onReading?.(this.#reading);
      },
      // What cannot be asked keeps its last answer, whose age shows; the feed says what is wrong with the venue.
      () => undefined,
    );
  }
}
