/** How often and until when one decision is tried, and when the next try is due. What is to be sold is tried until it is. */
import { DoublingWait } from '../../domain/doubling-wait.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** Tries to carry out one decision, and how long it may take: what is left then waits for the next decision. */
const [MAX_TRIES, MAX_WAIT_US] = [5, 5 * US_PER_SECOND];
/** What is to be sold and could not be is tried again after so long; each refusal of an order doubles that, up to the longest. */
export const SELL_AGAIN_US = US_PER_SECOND;
const LONGEST_REST_US = 32 * US_PER_SECOND;

export class DecisionTries {
  #tries = 0;
  #sinceUs = 0;
  #nextTryUs = 0;
  readonly #saleWait = new DoublingWait({ first: SELL_AGAIN_US, longest: LONGEST_REST_US });
  /** Why the sale under way was not carried out so far: each reason is reported once. */
  readonly #reported = new Set<string>();

  /** Of a decision of now. */
  begin(nowUs: TimeUs): void {
    this.#saleWait.reset();
    this.#reported.clear();
    this.#tries = 0;
    this.#sinceUs = nowUs;
    this.#nextTryUs = nowUs + 1;
  }

  isDue(nowUs: TimeUs): boolean {
    return nowUs >= this.#nextTryUs;
  }

  isOver(nowUs: TimeUs): boolean {
    return this.#tries >= MAX_TRIES || nowUs - this.#sinceUs >= MAX_WAIT_US;
  }

  onTry(): void {
    this.#tries++;
  }

  onFill(): void {
    this.#saleWait.reset();
  }

  /** @returns how long the sale waits: each refusal of an order is a fact, and they are not written each second for ever. */
  onRefused(): number {
    return this.#saleWait.failed();
  }

  /** The next try is due after so long. @returns whether this reason was not reported yet. */
  later(code: string, restUs: number, nowUs: TimeUs): boolean {
    this.#nextTryUs = nowUs + restUs;
    if (this.#reported.has(code)) return false;
    this.#reported.add(code);
    return true;
  }
}
