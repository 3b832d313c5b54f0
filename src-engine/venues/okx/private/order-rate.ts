/** New orders of the last two seconds: OKX takes 60 of each instrument, and says nowhere how many are used (OKX API v5, "Place order"). */
import type { TimeUs } from '../../../domain/time.ts';
import type { LimitUse } from '../../venue-account.ts';

const LIMIT = 60;
const SPAN_US = 2_000_000;

export class OrderRate {
  readonly #sentUs = new Map<string, TimeUs[]>();

  onOrder(symbol: string, nowUs: TimeUs): void {
    const times = this.#recent(symbol, nowUs);
    times.push(nowUs);
    this.#sentUs.set(symbol, times);
  }

  /** Why a new order may not leave; undefined: it may. */
  refusal(symbol: string, nowUs: TimeUs): string | undefined {
    if (this.#recent(symbol, nowUs).length < LIMIT) return undefined;
    return `the ${LIMIT} orders of ${symbol} in two seconds are used up`;
  }

  /** Of the instrument that has used the most. */
  list(nowUs: TimeUs): LimitUse[] {
    const used = Math.max(0, ...[...this.#sentUs.keys()].map((symbol) => this.#recent(symbol, nowUs).length));
    return [{ name: 'orders of an instrument', intervalS: 2, used, limit: LIMIT }];
  }

  #recent(symbol: string, nowUs: TimeUs): TimeUs[] {
    return (this.#sentUs.get(symbol) ?? []).filter((atUs) => nowUs - atUs < SPAN_US);
  }
}
