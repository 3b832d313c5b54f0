/** The time of a replay: moves from event to event, and lets the kernel hear of it on the fixed grid. */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { SimulatedClock } from '../runner/simulated-clock.ts';

/** The grid on which a run hears that time passes; the same as live. */
export const TICK_US: DurationUs = 100_000;
/**
 * Ticks go on for this long after an event. Then nothing is left to happen but silence, and time jumps to the
 * last tick before the next event: a night without quotes costs no more than ten seconds of it.
 */
const QUIET_US: DurationUs = 10 * US_PER_SECOND;

export class ReplayTime {
  readonly #clock: SimulatedClock;
  readonly #tick: (atUs: TimeUs) => void;
  readonly #isBusy: () => boolean;
  readonly #isWatched: () => boolean;
  #nextTickUs: TimeUs;
  #lastEventUs: TimeUs;

  /**
   * @param tick passes the time to the kernel. @param isBusy true while orders or executions are under way: time is
   * never jumped over then. @param isWatched true while silence means something as well.
   */
  constructor(
    clock: SimulatedClock,
    tick: (atUs: TimeUs) => void,
    isBusy: () => boolean,
    isWatched: () => boolean = () => false,
  ) {
    this.#clock = clock;
    this.#tick = tick;
    this.#isBusy = isBusy;
    this.#isWatched = isWatched;
    this.#lastEventUs = clock.nowUs();
    this.#nextTickUs = gridAfter(clock.nowUs());
  }

  /** Moves to the time of an event. What the simulated venue has to say until then is said in its order. */
  advanceTo(toUs: TimeUs): void {
    const quietUs = this.#lastEventUs + QUIET_US;
    while (this.#nextTickUs <= toUs) {
      if (this.#nextTickUs > quietUs && !this.#isBusy() && !this.#isWatched())
        this.#nextTickUs = gridAfter(toUs) - TICK_US;
      this.#tickOnce();
    }
    this.#clock.advanceTo(toUs);
    this.#lastEventUs = toUs;
  }

  /** Goes on after the last event until nothing is under way, for at most `mostUs`. False when something still is. */
  drain(mostUs: DurationUs): boolean {
    const untilUs = this.#clock.nowUs() + mostUs;
    while (this.#isBusy() && this.#nextTickUs <= untilUs) this.#tickOnce();
    return !this.#isBusy();
  }

  #tickOnce(): void {
    this.#clock.advanceTo(this.#nextTickUs);
    this.#tick(this.#nextTickUs);
    this.#nextTickUs += TICK_US;
  }
}

function gridAfter(timeUs: TimeUs): TimeUs {
  return (Math.floor(timeUs / TICK_US) + 1) * TICK_US;
}
