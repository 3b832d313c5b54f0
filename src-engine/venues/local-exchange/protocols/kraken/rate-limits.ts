/**
 * Kraken's limits as its documentation states them ("Spot REST Rate Limits", "Spot Trading Limits"), enforced without
 * mercy: a client that passes one is rejected, and locked out for 15 minutes.
 */
import type { DurationUs, TimeUs } from '../../../../domain/time.ts';
import type { OrderOwner } from '../../core/orders/client-order.ts';
import { VenueError } from './venue-error.ts';
import { CallCounter, type CallLimit } from './call-counter.ts';

/** Verification level of an account. */
export type Tier = 'starter' | 'intermediate' | 'pro';

const CALLS: Readonly<Record<Tier, CallLimit>> = {
  starter: { max: 15, decayPerSecond: 0.33 },
  intermediate: { max: 20, decayPerSecond: 0.5 },
  pro: { max: 20, decayPerSecond: 1 },
};

const TRADING: Readonly<Record<Tier, CallLimit>> = {
  starter: { max: 60, decayPerSecond: 1 },
  intermediate: { max: 125, decayPerSecond: 2.34 },
  pro: { max: 180, decayPerSecond: 3.75 },
};

/** What a call adds, where it is not one. */
const CALL_COSTS: Readonly<Record<string, number>> = { AddOrder: 0, CancelOrder: 0, TradesHistory: 2 };

/** What canceling, and amending, an order adds by its age in seconds. */
const AGES = [5, 10, 15, 45, 90, 300] as const;
const CANCEL = [8, 6, 5, 4, 2, 1] as const;
const AMEND = [3, 2, 1, 0, 0, 0] as const;

/** How long a lockout lasts (Kraken's support: about 15 minutes). */
const LOCKOUT_US: DurationUs = 900_000_000;

export class RateLimits {
  readonly #tier: Tier;
  readonly #calls = new Map<string, CallCounter>();
  readonly #trading = new Map<string, CallCounter>();
  readonly #lockedUntilUs = new Map<string, TimeUs>();
  /** How often an account was locked out. */
  bans = 0;

  constructor(tier: Tier) {
    this.#tier = tier;
  }

  /** @throws VenueError while the account is locked out. */
  requireUnlocked(account: OrderOwner, nowUs: TimeUs): void {
    if (nowUs < (this.#lockedUntilUs.get(account.name) ?? 0))
      throw new VenueError('EGeneral:Temporary lockout');
  }

  /** Locks an account out until then without a breach of its own, as a venue does with clients that share an address. */
  lockOut(accountName: string, untilUs: TimeUs): void {
    this.#lockedUntilUs.set(accountName, untilUs);
  }

  /** Counts a private REST call. @throws VenueError when that is too much. */
  call(account: OrderOwner, name: string, nowUs: TimeUs): void {
    this.requireUnlocked(account, nowUs);
    const cost = CALL_COSTS[name] ?? 1;
    if (!counterOf(this.#calls, account.name, CALLS[this.#tier]).allows(cost, nowUs)) {
      this.#ban(account, 'EAPI:Rate limit exceeded', nowUs);
    }
  }

  /** Counts a new order. @throws VenueError when that is too much. */
  add(account: OrderOwner, symbol: string, nowUs: TimeUs): void {
    this.#transaction(account, symbol, 1, nowUs);
  }

  cancel(account: OrderOwner, symbol: string, openedUs: TimeUs, nowUs: TimeUs): void {
    this.#transaction(account, symbol, costByAge(CANCEL, openedUs, nowUs), nowUs);
  }

  amend(account: OrderOwner, symbol: string, openedUs: TimeUs, nowUs: TimeUs): void {
    this.#transaction(account, symbol, 1 + costByAge(AMEND, openedUs, nowUs), nowUs);
  }

  #transaction(account: OrderOwner, symbol: string, cost: number, nowUs: TimeUs): void {
    const counter = counterOf(this.#trading, `${account.name} ${symbol}`, TRADING[this.#tier]);
    if (!counter.allows(cost, nowUs)) this.#ban(account, 'EOrder:Rate limit exceeded', nowUs);
  }

  #ban(account: OrderOwner, code: string, nowUs: TimeUs): never {
    this.bans++;
    this.#lockedUntilUs.set(account.name, nowUs + LOCKOUT_US);
    throw new VenueError(code);
  }
}

function counterOf(counters: Map<string, CallCounter>, name: string, limit: CallLimit): CallCounter {
  const known = counters.get(name);
  if (known !== undefined) return known;
  const counter = new CallCounter(limit);
  counters.set(name, counter);
  return counter;
}

function costByAge(costs: readonly number[], openedUs: TimeUs, nowUs: TimeUs): number {
  const index = AGES.findIndex((seconds) => nowUs - openedUs < seconds * 1_000_000);
  return costs[index] ?? 0;
}
