/**
 * Binance's limits (spot API, "LIMITS"): request weight of an address by the minute, orders of an account in ten seconds and
 * a day, by intervals of the clock. A client that goes on after 429 is banned with 418, from two minutes up to three days.
 *
 * Simpler than Binance: the count of orders does not go down when orders fill.
 */
import type { TimeUs } from '../../../../domain/time.ts';
import { BinanceProblem } from './binance-problem.ts';
import type { FaceDialect } from './face-dialect.ts';

const MINUTE_US = 60_000_000;
/** Calls over the limit within a minute that end in a ban. */
const PATIENCE = 10;
const FIRST_BAN_US = 120_000_000;
const LONGEST_BAN_US = 259_200_000_000;

type Window = { startUs: TimeUs; count: number };

export type LimitRow = {
  readonly rateLimitType: string;
  readonly interval: string;
  readonly intervalNum: number;
  readonly limit: number;
  readonly count: number;
};

export class RequestLimits {
  readonly #dialect: FaceDialect;
  readonly #weight: Window = { startUs: 0, count: 0 };
  readonly #orders = new Map<string, Window[]>();
  #violations = 0;
  #bannedUntilUs: TimeUs = 0;
  /** How often the address was banned. */
  bans = 0;

  constructor(dialect: FaceDialect) {
    this.#dialect = dialect;
  }

  /** Counts a request. @throws BinanceProblem 429 or 418. */
  request(weight: number, nowUs: TimeUs): void {
    this.requireNotBanned(nowUs);
    if (roll(this.#weight, MINUTE_US, nowUs)) this.#violations = 0;
    this.#weight.count += weight;
    const { weightPerMinute } = this.#dialect;
    if (this.#weight.count <= weightPerMinute) return;
    if (++this.#violations > PATIENCE) this.ban(FIRST_BAN_US * 4 ** this.bans, nowUs);
    this.requireNotBanned(nowUs);
    throw new BinanceProblem(
      -1003,
      `Too much request weight used; current limit is ${weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      429,
      { retryAtUs: this.#weight.startUs + MINUTE_US },
    );
  }

  /** Counts what is never refused: a connection. */
  add(weight: number, nowUs: TimeUs): void {
    roll(this.#weight, MINUTE_US, nowUs);
    this.#weight.count += weight;
  }

  /** Bans the address, as a fault script or too many violations do. */
  ban(forUs: number, nowUs: TimeUs): void {
    this.bans++;
    this.#bannedUntilUs = nowUs + Math.min(forUs, LONGEST_BAN_US);
  }

  liftBan(): void {
    this.#bannedUntilUs = 0;
  }

  isBanned(nowUs: TimeUs): boolean {
    return nowUs < this.#bannedUntilUs;
  }

  requireNotBanned(nowUs: TimeUs): void {
    if (!this.isBanned(nowUs)) return;
    throw new BinanceProblem(
      -1003,
      `Way too much request weight used; IP banned until ${Math.ceil(this.#bannedUntilUs / 1_000)}. Please use WebSocket Streams for live updates to avoid bans.`,
      418,
      { retryAtUs: this.#bannedUntilUs },
    );
  }

  /** Counts a new order of an account. @throws BinanceProblem -1015 with 429. */
  order(account: string, nowUs: TimeUs): void {
    const windows = this.#windows(account, nowUs);
    const { orderLimits, saysWhenOrdersMay } = this.#dialect;
    for (const [index, { limit, interval, intervalNum, spanUs }] of orderLimits.entries()) {
      const window = windows[index] as Window;
      if (window.count < limit) continue;
      throw new BinanceProblem(
        -1015,
        `Too many new orders; current limit is ${limit} orders per ${intervalNum} ${interval}.`,
        429,
        saysWhenOrdersMay ? { retryAtUs: window.startUs + spanUs } : {},
      );
    }
    for (const window of windows) window.count++;
  }

  weightUsed(nowUs: TimeUs): number {
    roll(this.#weight, MINUTE_US, nowUs);
    return this.#weight.count;
  }

  weightRow(nowUs: TimeUs): LimitRow {
    const count = this.weightUsed(nowUs);
    return {
      rateLimitType: 'REQUEST_WEIGHT',
      interval: 'MINUTE',
      intervalNum: 1,
      limit: this.#dialect.weightPerMinute,
      count,
    };
  }

  orderRows(account: string, nowUs: TimeUs): LimitRow[] {
    const windows = this.#windows(account, nowUs);
    return this.#dialect.orderLimits.map(({ interval, intervalNum, limit }, index) => ({
      rateLimitType: 'ORDERS',
      interval,
      intervalNum,
      limit,
      count: windows[index]?.count ?? 0,
    }));
  }

  #windows(account: string, nowUs: TimeUs): Window[] {
    const { orderLimits } = this.#dialect;
    let windows = this.#orders.get(account);
    if (windows === undefined) {
      windows = orderLimits.map(() => ({ startUs: 0, count: 0 }));
      this.#orders.set(account, windows);
    }
    for (const [index, { spanUs }] of orderLimits.entries()) roll(windows[index] as Window, spanUs, nowUs);
    return windows;
  }
}

/** Starts the interval that `nowUs` lies in. @returns true when it is another one. */
function roll(window: Window, spanUs: number, nowUs: TimeUs): boolean {
  const startUs = nowUs - (nowUs % spanUs);
  if (startUs === window.startUs) return false;
  window.startUs = startUs;
  window.count = 0;
  return true;
}
