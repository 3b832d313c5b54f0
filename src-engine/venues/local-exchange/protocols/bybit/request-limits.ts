/**
 * Bybit's limits (Bybit v5, "Rate Limit"): calls of an address in five seconds, whose passing bans it for ten minutes, and calls a
 * second of an account by kind, of which each answer says what is left.
 */
import type { TimeUs } from '../../../../domain/time.ts';
import { BybitProblem } from './bybit-problem.ts';

export const ADDRESS_LIMIT = 600;
const ADDRESS_SPAN_US = 5_000_000;
const BAN_US = 600_000_000;
const SECOND_US = 1_000_000;

/** Kinds of calls that an account's limit counts apart, and how many a second. */
export const ACCOUNT_LIMITS = { create: 20, cancel: 20, 'cancel-all': 20, query: 50 } as const;
export type LimitKind = keyof typeof ACCOUNT_LIMITS;

type Window = { startUs: TimeUs; count: number };

export class RequestLimits {
  readonly #address: Window = { startUs: 0, count: 0 };
  readonly #accounts = new Map<string, Window>();
  #bannedUntilUs: TimeUs = 0;
  /** How often the address was banned. */
  bans = 0;

  /** Counts a call of the address. @throws BybitProblem with status 403. */
  request(nowUs: TimeUs): void {
    if (this.isBanned(nowUs)) throw tooFrequent();
    roll(this.#address, ADDRESS_SPAN_US, nowUs);
    if (++this.#address.count <= ADDRESS_LIMIT) return;
    this.ban(BAN_US, nowUs);
    throw tooFrequent();
  }

  /** Counts a call of an account. @throws BybitProblem 10006. */
  account(account: string, kind: LimitKind, nowUs: TimeUs): void {
    const window = this.#window(account, kind, nowUs);
    if (window.count >= ACCOUNT_LIMITS[kind]) {
      throw new BybitProblem(10_006, 'Too many visits. Exceeded the API Rate Limit.');
    }
    window.count++;
  }

  /** What an answer says of the limit, by the names of the order-entry connection. */
  headers(account: string, kind: LimitKind, nowUs: TimeUs): Record<string, string> {
    const window = this.#window(account, kind, nowUs);
    const limit = ACCOUNT_LIMITS[kind];
    return {
      'X-Bapi-Limit': String(limit),
      'X-Bapi-Limit-Status': String(limit - window.count),
      'X-Bapi-Limit-Reset-Timestamp': String(Math.ceil((window.startUs + SECOND_US) / 1_000)),
    };
  }

  /** Leaves an account nothing of a limit until the second is over, as another program with its key would. */
  useUp(account: string, kind: LimitKind, nowUs: TimeUs): void {
    this.#window(account, kind, nowUs).count = ACCOUNT_LIMITS[kind];
  }

  /** Bans the address, as a fault script or too many calls do; 0 lifts it. */
  ban(forUs: number, nowUs: TimeUs): void {
    if (forUs > 0) this.bans++;
    this.#bannedUntilUs = nowUs + forUs;
  }

  isBanned(nowUs: TimeUs): boolean {
    return nowUs < this.#bannedUntilUs;
  }

  #window(account: string, kind: LimitKind, nowUs: TimeUs): Window {
    const key = `${kind} ${account}`;
    const window = this.#accounts.get(key) ?? { startUs: 0, count: 0 };
    this.#accounts.set(key, window);
    roll(window, SECOND_US, nowUs);
    return window;
  }
}

function tooFrequent(): BybitProblem {
  return new BybitProblem(10_018, 'access too frequent', 403);
}

/** Starts the interval that `nowUs` lies in. */
function roll(window: Window, spanUs: number, nowUs: TimeUs): void {
  const startUs = nowUs - (nowUs % spanUs);
  if (startUs === window.startUs) return;
  window.startUs = startUs;
  window.count = 0;
}
