/**
 * Outages of a simulated venue: now and then all connections end and nothing is sent for some seconds, then it is back, as after a
 * restart. Seeded, by the exchange's clock.
 */
import type { Clock } from '../../../../lib/clock.ts';
import type { SeededRandom } from '../../../../lib/random.ts';
import type { FaultScript } from '../faults.ts';

/** Mean time from one outage to the next: the shortest and longest that may be chosen. */
export const OUTAGE_SECONDS = { min: 1, max: 86_400 } as const;
/** Shortest and longest of them. */
const LENGTH_US = { min: 5_000_000, max: 15_000_000 } as const;

export class Outages {
  readonly #clock: Clock;
  readonly #faults: Pick<FaultScript, 'silence' | 'dropConnections'>;
  readonly #random: SeededRandom;
  readonly #meanUs: number;
  #cancelTimer: () => void = () => undefined;

  /** @param meanSeconds from the end of one to the next. */
  constructor(
    clock: Clock,
    faults: Pick<FaultScript, 'silence' | 'dropConnections'>,
    random: SeededRandom,
    meanSeconds: number,
  ) {
    this.#clock = clock;
    this.#faults = faults;
    this.#random = random;
    this.#meanUs = meanSeconds * 1_000_000;
  }

  /** The first one comes after half of the mean time at the earliest: a newcomer sees the market first. */
  start(): void {
    this.#await(this.#meanUs / 2 + this.#random.exponential(this.#meanUs / 2));
  }

  stop(): void {
    this.#cancelTimer();
  }

  #await(afterUs: number): void {
    this.#at(afterUs, () => {
      this.#faults.silence(true);
      this.#faults.dropConnections();
      this.#at(LENGTH_US.min + (LENGTH_US.max - LENGTH_US.min) * this.#random.next(), () => {
        this.#faults.silence(false);
        // What was asked for meanwhile got no answer: clients begin anew.
        this.#faults.dropConnections();
        this.#await(this.#random.exponential(this.#meanUs));
      });
    });
  }

  #at(afterUs: number, then: () => void): void {
    this.#cancelTimer = this.#clock.schedule(this.#clock.nowUs() + Math.ceil(afterUs), then);
  }
}
