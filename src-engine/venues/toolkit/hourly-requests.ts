import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

const HOUR_US = 3_600 * US_PER_SECOND;

/** Requests of one connection, of which a venue takes so many an hour. */
export class HourlyRequests {
  readonly #most: number;
  /** Times of those of the last hour, oldest first. */
  #timesUs: TimeUs[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** A connection was opened: the venue counts from the beginning. */
  reset(): void {
    this.#timesUs = [];
  }

  /** Whether one more may be sent now. */
  mayTake(nowUs: TimeUs): boolean {
    const [oldestUs] = this.#timesUs;
    if (oldestUs === undefined || this.#timesUs.length < this.#most) return true;
    if (nowUs - oldestUs < HOUR_US) return false;
    this.#timesUs.shift();
    return true;
  }

  taken(nowUs: TimeUs): void {
    if (this.#most !== Number.POSITIVE_INFINITY) this.#timesUs.push(nowUs);
  }
}
