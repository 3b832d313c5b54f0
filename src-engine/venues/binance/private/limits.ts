/**
 * What the venue says is used of its limits (`rateLimits` of every answer of the WebSocket API, and the weight in a header of every
 * answer of REST; Binance spot API, "General information on rate limits"): weight of the address a minute, and unfilled orders of
 * the account. Counts start from zero with each interval of the venue's clock. Between answers, the orders that we send are added.
 */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../../domain/time.ts';
import type { LimitUse } from '../../venue-account.ts';
import { isObject, wordIn, wordOf } from '../../toolkit/json.ts';

const INTERVAL_US: Readonly<Record<string, DurationUs>> = {
  SECOND: US_PER_SECOND,
  MINUTE: 60 * US_PER_SECOND,
  HOUR: 3_600 * US_PER_SECOND,
  DAY: 86_400 * US_PER_SECOND,
};
const NAMES: Readonly<Record<string, string>> = {
  REQUEST_WEIGHT: 'request weight',
  ORDERS: 'unfilled orders',
};
const WEIGHT = 'REQUEST_WEIGHT';
const WEIGHT_A_MINUTE = `${WEIGHT} 1 MINUTE`;
const MINUTE_US = 60 * US_PER_SECOND;
/** Kept from a limit for what must always leave: cancels, and the questions after them. */
const RESERVE_SHARE = 0.1;
/** Kinds and intervals that are believed; Binance names three. */
const MAX_LIMITS = 16;

type Limit = {
  readonly type: string;
  readonly intervalUs: DurationUs;
  limit: number;
  used: number;
  atUs: TimeUs;
};

export class UsedLimits {
  readonly #limits = new Map<string, Limit>();
  readonly #weightPerMinute: number | undefined;

  /** @param weightPerMinute what an address may use until the venue itself says; undefined: nothing is known until then. */
  constructor(weightPerMinute?: number) {
    this.#weightPerMinute = weightPerMinute;
  }

  /** @param rows `rateLimits` of an answer; what cannot be read of it is left as it was. @param venueUs by the venue's clock. */
  take(rows: unknown, venueUs: TimeUs): void {
    for (const row of Array.isArray(rows) ? (rows as unknown[]) : []) {
      if (!isObject(row)) continue;
      const { rateLimitType: type, interval, intervalNum, limit, count } = row;
      const unit = wordIn(INTERVAL_US, interval);
      if (typeof type !== 'string' || unit === undefined || !isCount(intervalNum)) continue;
      if (!isCount(limit) || !isCount(count) || intervalNum === 0) continue;
      const key = `${type} ${intervalNum} ${wordOf(interval)}`;
      if (!this.#limits.has(key) && this.#limits.size >= MAX_LIMITS) continue;
      this.#limits.set(key, { type, intervalUs: unit * intervalNum, limit, used: count, atUs: venueUs });
    }
  }

  /**
   * @param header `x-mbx-used-weight-1m` of an answer: what the address used of this minute, other programs and earlier runs
   *   included. Answers overtake each other: the count of a minute never falls.
   */
  takeWeight(header: string | undefined, venueUs: TimeUs): void {
    if (header === undefined || !/^\d{1,9}$/.test(header)) return;
    const known = this.#limits.get(WEIGHT_A_MINUTE);
    const most = known?.limit ?? this.#weightPerMinute;
    if (most === undefined) return;
    const limit = known ?? { type: WEIGHT, intervalUs: MINUTE_US, limit: most, used: 0, atUs: venueUs };
    this.#limits.set(WEIGHT_A_MINUTE, limit);
    this.#begin(limit, venueUs);
    limit.used = Math.max(limit.used, Number(header));
  }

  /** An order leaves: it counts until the venue says otherwise. */
  onOrder(venueUs: TimeUs): void {
    for (const limit of this.#limits.values()) {
      if (limit.type !== 'ORDERS') continue;
      this.#begin(limit, venueUs);
      limit.used++;
    }
  }

  /** Why a new order may not leave; undefined: it may. Cancels may always. @param venueUs by the venue's clock. */
  orderRefusal(venueUs: TimeUs): string | undefined {
    return this.#refusal(venueUs, () => true);
  }

  /** Why a question that can wait may not leave; undefined: it may. @param venueUs by the venue's clock. */
  questionRefusal(venueUs: TimeUs): string | undefined {
    return this.#refusal(venueUs, ({ type }) => type === WEIGHT);
  }

  #refusal(venueUs: TimeUs, concerns: (limit: Limit) => boolean): string | undefined {
    for (const limit of this.#limits.values()) {
      if (!concerns(limit)) continue;
      this.#begin(limit, venueUs);
      const most = limit.limit - Math.ceil(limit.limit * RESERVE_SHARE);
      if (limit.used < most) continue;
      const what = wordIn(NAMES, limit.type) ?? limit.type;
      const leftMs = Math.ceil((limit.intervalUs - (venueUs % limit.intervalUs)) / 1_000);
      return `${limit.used} of ${limit.limit} ${what} in ${limit.intervalUs / US_PER_SECOND} s are used up for ${leftMs} ms`;
    }
    return undefined;
  }

  /** As published and as used, to be shown. */
  list(venueUs: TimeUs): LimitUse[] {
    return [...this.#limits.values()].map((limit) => {
      this.#begin(limit, venueUs);
      const { type, intervalUs, used } = limit;
      return {
        name: wordIn(NAMES, type) ?? type,
        intervalS: intervalUs / US_PER_SECOND,
        used,
        limit: limit.limit,
      };
    });
  }

  /** Another interval of the venue's clock: nothing of it is used yet. */
  #begin(limit: Limit, venueUs: TimeUs): void {
    if (Math.floor(venueUs / limit.intervalUs) !== Math.floor(limit.atUs / limit.intervalUs)) limit.used = 0;
    limit.atUs = venueUs;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
