/** Asks a venue for its time again and again while a session lasts: clocks drift, and an answer that came late says little. */
import { type DurationUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ClockSkew } from './clock-skew.ts';

const PERIOD_US = 60 * US_PER_SECOND;
/** After an answer that leaves more than this open, the venue is asked again sooner. */
const VAGUE_US: DurationUs = 100 * US_PER_MS;
const SOON_US = 5 * US_PER_SECOND;

export class ClockWatch {
  readonly #clock: Clock;
  readonly #skew: ClockSkew;
  readonly #ask: () => void;
  #stop: () => void = () => undefined;

  /** @param ask sends the question; its answer is measured in `skew`. */
  constructor(clock: Clock, skew: ClockSkew, ask: () => void) {
    this.#clock = clock;
    this.#skew = skew;
    this.#ask = ask;
  }

  /** From now on; the session's own first answers have been measured. */
  start(): void {
    this.#stop();
    const waitUs = this.#skew.errorUs > VAGUE_US ? SOON_US : PERIOD_US;
    this.#stop = this.#clock.schedule(this.#clock.nowUs() + waitUs, () => {
      this.#ask();
      this.start();
    });
  }

  stop(): void {
    this.#stop();
    this.#stop = () => undefined;
  }
}
