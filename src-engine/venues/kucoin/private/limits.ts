/** What the venue says is left of the account's weight in 30 s (`gw-ratelimit-limit`, `-remaining` and `-reset` in ms; KuCoin, "Rate Limit"). */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { LimitUse } from '../../venue-account.ts';

const INTERVAL_S = 30;

export class UsedLimits {
  #limit = 0;
  #left = 0;
  #resetUs: TimeUs = 0;

  take(headers: Readonly<Record<string, string>> | undefined, nowUs: TimeUs): void {
    const [limit, left, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      Number(headers?.[`gw-ratelimit-${name}`] ?? Number.NaN),
    ) as [number, number, number];
    if (!(limit > 0) || !(left >= 0) || !(reset >= 0)) return;
    this.#limit = limit;
    this.#left = left;
    this.#resetUs = nowUs + Math.min(reset, INTERVAL_S * 1_000) * US_PER_MS;
  }

  /** Why a new order may not leave; undefined: it may. */
  orderRefusal(nowUs: TimeUs): string | undefined {
    if (this.#limit === 0 || this.#left > 0 || nowUs >= this.#resetUs) return undefined;
    const leftMs = Math.ceil((this.#resetUs - nowUs) / US_PER_MS);
    return `the weight of ${this.#limit} in ${INTERVAL_S} s of the account is used up for ${leftMs} ms`;
  }

  list(nowUs: TimeUs): LimitUse[] {
    if (this.#limit === 0) return [];
    const used = nowUs >= this.#resetUs ? 0 : Math.max(0, this.#limit - this.#left);
    return [{ name: 'request weight', intervalS: INTERVAL_S, used, limit: this.#limit }];
  }
}
