/** Placements and cancels of one quoted market: a bucket that fills evenly over a minute, and what was sent in the last sixty seconds. */
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

const SECONDS = 60;
const MINUTE_US = SECONDS * US_PER_SECOND;

export class MessageBudget {
  #left: number;
  #atUs: TimeUs | undefined;
  /** By second of the minute; the newest is `#second`. */
  readonly #sent = new Uint32Array(SECONDS);
  #second = 0;

  /** @param most messages a minute: so many may be sent at once in the beginning. */
  constructor(most: number) {
    this.#left = most;
  }

  /** What may be sent now. Allocates nothing. */
  left(most: number, nowUs: TimeUs): number {
    const passedUs = Math.max(0, nowUs - (this.#atUs ?? nowUs));
    return Math.min(most, this.#left + (passedUs / MINUTE_US) * most);
  }

  refill(most: number, nowUs: TimeUs): void {
    this.#left = this.left(most, nowUs);
    this.#atUs = nowUs;
    this.#turn(nowUs);
  }

  /** Takes one message. @param least that must be left for it. @returns false, and takes nothing, where there is less. */
  take(least = 1): boolean {
    if (this.#left < least) return false;
    this.force();
    return true;
  }

  /** A message that is sent whatever is left. */
  force(): void {
    this.#left = Math.max(0, this.#left - 1);
    const at = this.#second % SECONDS;
    this.#sent[at] = (this.#sent[at] as number) + 1;
  }

  /** Sent in the last sixty seconds. */
  sent(nowUs: TimeUs): number {
    this.#turn(nowUs);
    return this.#sent.reduce((sum, count) => sum + count, 0);
  }

  #turn(nowUs: TimeUs): void {
    const second = Math.floor(nowUs / US_PER_SECOND);
    const first = Math.max(this.#second + 1, second - SECONDS + 1);
    for (let one = first; one <= second; one++) this.#sent[one % SECONDS] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
