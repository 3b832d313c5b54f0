/**
 * Placements and cancels of one quoted market, or of all that are quoted at one venue: never more than so many in any sixty seconds but for
 * cancels that must not wait, and no more than a sixth of them at once.
 */
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** One more than a minute has: the oldest second is over only once all of it is a minute ago. */
const SECONDS = 61;
const MINUTE_US = 60 * US_PER_SECOND;
/** Of the messages of a minute, those that may be sent at once; both sides can always be placed. */
const AT_ONCE = { share: 1 / 6, least: 4 } as const;

export class MessageBudget {
  /** Messages a minute that are not withheld; what was sent beyond it is made up for. */
  most: number;
  /** Of the venue, which all its markets share; undefined: it is the venue's, or there is one market. */
  readonly #venue: MessageBudget | undefined;
  #left: number;
  #atUs: TimeUs | undefined;
  /** By second; the newest is `#second`. */
  readonly #sent = new Uint32Array(SECONDS);
  /** Of all those seconds, be some of them over by now: never less than was sent in the last sixty. */
  #total = 0;
  #second = 0;

  constructor(most: number, venue?: MessageBudget) {
    this.most = most;
    this.#venue = venue;
    this.#left = this.#atOnce;
  }

  /** What may be sent now. Allocates and changes nothing. */
  left(nowUs: TimeUs): number {
    const passedUs = Math.max(0, nowUs - (this.#atUs ?? nowUs));
    const filled = Math.min(this.#atOnce, this.#left + (passedUs / MINUTE_US) * this.most);
    // Asked at each book update: what was sent is added up only where it may matter.
    const own = this.most - this.#total >= filled ? filled : Math.min(filled, this.most - this.sent(nowUs));
    return Math.max(0, this.#venue === undefined ? own : Math.min(own, this.#venue.left(nowUs)));
  }

  /** Takes one message. @param least that must be left for it. @returns false, and takes nothing, where there is less. */
  take(nowUs: TimeUs, least = 1): boolean {
    if (this.left(nowUs) < least) return false;
    this.force(nowUs);
    return true;
  }

  /** A message that is sent whatever is left. */
  force(nowUs: TimeUs): void {
    const passedUs = Math.max(0, nowUs - (this.#atUs ?? nowUs));
    const filled = Math.min(this.#atOnce, this.#left + (passedUs / MINUTE_US) * this.most);
    this.#left = Math.max(0, filled - 1);
    this.#atUs = Math.max(nowUs, this.#atUs ?? nowUs);
    const second = Math.floor(nowUs / US_PER_SECOND);
    const first = Math.max(this.#second + 1, second - SECONDS + 1);
    for (let one = first; one <= second; one++) {
      this.#total -= this.#sent[one % SECONDS] as number;
      this.#sent[one % SECONDS] = 0;
    }
    this.#second = Math.max(this.#second, second);
    const at = this.#second % SECONDS;
    this.#sent[at] = (this.#sent[at] as number) + 1;
    this.#total++;
    this.#venue?.force(nowUs);
  }

  /** Sent in the last sixty seconds, the second that began before them with them. Allocates and changes nothing. */
  sent(nowUs: TimeUs): number {
    const oldest = Math.max(0, Math.floor(nowUs / US_PER_SECOND) - SECONDS + 1, this.#second - SECONDS + 1);
    let sum = 0;
    for (let one = oldest; one <= this.#second; one++) sum += this.#sent[one % SECONDS] as number;
    return sum;
  }

  get #atOnce(): number {
    return Math.min(this.most, Math.max(AT_ONCE.least, this.most * AT_ONCE.share));
  }
}
