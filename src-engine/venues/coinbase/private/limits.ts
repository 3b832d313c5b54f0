/**
 * What the venue says is left of the account's requests a second (`x-ratelimit-limit` and `-remaining` of each private answer). Between
 * answers, the requests that we send are added. What `x-ratelimit-reset` counts in is documented nowhere: it is not used.
 */
import { type TimeUs, US_PER_SECOND } from '../../../domain/time.ts';
import type { LimitUse } from '../../venue-account.ts';

export class UsedLimits {
  #limit = 0;
  #left = 0;
  #saidUs: TimeUs = 0;

  take(headers: Readonly<Record<string, string>> | undefined, nowUs: TimeUs): void {
    const limit = Number(headers?.['x-ratelimit-limit'] ?? Number.NaN);
    const left = Number(headers?.['x-ratelimit-remaining'] ?? Number.NaN);
    if (!(limit > 0) || !(left >= 0)) return;
    this.#limit = limit;
    this.#left = left;
    this.#saidUs = nowUs;
  }

  onSent(): void {
    this.#left--;
  }

  /** Why a new order may not leave; undefined: it may. */
  orderRefusal(nowUs: TimeUs): string | undefined {
    if (this.#limit === 0 || this.#left > 0 || nowUs >= this.#saidUs + US_PER_SECOND) return undefined;
    return `the ${this.#limit} requests a second of the account are used up`;
  }

  list(nowUs: TimeUs): LimitUse[] {
    if (this.#limit === 0) return [];
    const isOver = nowUs >= this.#saidUs + US_PER_SECOND;
    const used = isOver ? 0 : Math.min(this.#limit, Math.max(0, this.#limit - this.#left));
    return [{ name: 'private requests', intervalS: 1, used, limit: this.#limit }];
  }
}
