/**
 * What the venue says is used of the orders a second of the account (`X-Bapi-Limit`, `-Status` and `-Reset-Timestamp` of each answer to a
 * placement; Bybit v5, "Rate Limit"). Between answers, the orders that we send are added.
 */
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { LimitUse } from '../../venue-account.ts';

export class UsedLimits {
  #limit = 0;
  #left = 0;
  #resetUs: TimeUs = 0;

  /** @param header looks up a header by its name in lower case. */
  take(header: (name: string) => unknown): void {
    const [limit, left, reset] = ['x-bapi-limit', 'x-bapi-limit-status', 'x-bapi-limit-reset-timestamp'].map(
      (name) => Number(header(name) ?? Number.NaN),
    ) as [number, number, number];
    if (!(limit > 0) || !(left >= 0) || !(reset > 0)) return;
    this.#limit = limit;
    this.#left = left;
    this.#resetUs = reset * US_PER_MS;
  }

  /** An order leaves. */
  onOrder(): void {
    this.#left--;
  }

  /** Why a new order may not leave; undefined: it may. @param venueUs by the venue's clock. */
  orderRefusal(venueUs: TimeUs): string | undefined {
    if (this.#limit === 0 || this.#left > 0 || venueUs >= this.#resetUs) return undefined;
    const leftMs = Math.ceil((this.#resetUs - venueUs) / US_PER_MS);
    return `the ${this.#limit} orders a second of the account are used up for ${leftMs} ms`;
  }

  list(venueUs: TimeUs): LimitUse[] {
    if (this.#limit === 0) return [];
    const used = venueUs >= this.#resetUs ? 0 : Math.max(0, this.#limit - this.#left);
    return [{ name: 'orders', intervalS: 1, used, limit: this.#limit }];
  }
}
