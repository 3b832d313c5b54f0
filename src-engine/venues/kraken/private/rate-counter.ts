/**
 * Kraken's two limits, counted on our side so that they are never reached (docs.kraken.com, "Spot REST Rate
 * Limits" and "Spot Trading Limits"). Both are counters that calls raise and time lowers.
 */
import type { OrderId } from '../../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../../domain/time.ts';

/** Verification level of the account: what Kraken ties the limits to. */
export const KRAKEN_TIERS = ['starter', 'intermediate', 'pro'] as const;
export type KrakenTier = (typeof KRAKEN_TIERS)[number];

export const isKrakenTier = (name: unknown): name is KrakenTier => KRAKEN_TIERS.some((tier) => tier === name);

type Limit = { readonly max: number; readonly perSecond: number };

const CALLS: Readonly<Record<KrakenTier, Limit>> = {
  starter: { max: 15, perSecond: 0.33 },
  intermediate: { max: 20, perSecond: 0.5 },
  pro: { max: 20, perSecond: 1 },
};

const TRADING: Readonly<Record<KrakenTier, Limit>> = {
  starter: { max: 60, perSecond: 1 },
  intermediate: { max: 125, perSecond: 2.34 },
  pro: { max: 180, perSecond: 3.75 },
};

/** What a cancel adds, by the seconds that the order has rested; nothing after the last. */
const CANCEL_COST: readonly (readonly [belowSeconds: number, cost: number])[] = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
  [90, 2],
  [300, 1],
];

const ADD_COST = 1;
/** Orders that are gone at once for which room is kept in the counter of each pair: what rests may not use it up, as a cycle or an unwind would be held up by it. */
const KEPT_ORDERS = 20;
/** Calls that are kept for what is urgent: cancel everything, and two questions of what is open. */
const URGENT_CALLS = 4;
/**
 * Messages that leave here apart may arrive together, and the venue's counter then had less time to fall than
 * ours. What falls in this time is left unused.
 */
const JITTER_S = 2;
const US_PER_S = 1_000_000;

/** A counter that falls steadily with time, never below zero. */
class Counter {
  readonly #limit: Limit;
  #count = 0;
  #atUs: TimeUs = 0;

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  /** Most that may stand in it, with the jitter of messages allowed for. */
  get max(): number {
    return this.#limit.max - Math.ceil(this.#limit.perSecond * JITTER_S);
  }

  count(nowUs: TimeUs): number {
    const seconds = Math.max(0, nowUs - this.#atUs) / US_PER_S;
    return Math.max(0, this.#count - seconds * this.#limit.perSecond);
  }

  add(cost: number, nowUs: TimeUs): void {
    this.#count = this.count(nowUs) + cost;
    this.#atUs = Math.max(nowUs, this.#atUs);
  }

  /** The venue says that it is full, whatever we counted: another program uses the same account. */
  fill(nowUs: TimeUs): void {
    this.#count = this.#limit.max;
    this.#atUs = nowUs;
  }

  /** Until when to wait before `cost` fits below `max − reserve`. */
  readyUs(cost: number, reserve: number, nowUs: TimeUs): TimeUs {
    const excess = this.count(nowUs) + cost + reserve - this.max;
    return excess <= 0 ? nowUs : nowUs + Math.ceil((excess / this.#limit.perSecond) * US_PER_S);
  }
}

/** Private REST calls of one key. AddOrder and CancelOrder do not count here but in the trading counter. */
export class CallBudget {
  readonly #counter: Counter;

  constructor(tier: KrakenTier) {
    this.#counter = new Counter(CALLS[tier]);
  }

  /** When a call of this cost may leave: now, or later. Urgent ones may use what is kept for them. */
  readyUs(cost: number, isUrgent: boolean, nowUs: TimeUs): TimeUs {
    return this.#counter.readyUs(cost, isUrgent ? 0 : URGENT_CALLS, nowUs);
  }

  take(cost: number, nowUs: TimeUs): void {
    this.#counter.add(cost, nowUs);
  }

  onRefused(nowUs: TimeUs): void {
    this.#counter.fill(nowUs);
  }

  /**
   * An earlier process used the key until `lastUs`: the venue still counts what it asked. It may have used all but
   * what is kept for urgent calls, and began in the same way.
   */
  recall(lastUs: TimeUs): void {
    this.#counter.add(this.#counter.max - URGENT_CALLS, lastUs);
  }
}

type Resting = { readonly symbol: string; readonly sinceUs: TimeUs };

/**
 * Orders and cancels, counted for each pair apart. An order is only placed while every order that rests on its
 * pair could be canceled at once within what is left: so a cancel never has to wait.
 */
export class TradingBudget {
  readonly #limit: Limit;
  readonly #counters = new Map<string, Counter>();
  readonly #resting = new Map<OrderId, Resting>();

  constructor(tier: KrakenTier) {
    this.#limit = TRADING[tier];
  }

  /**
   * Counts a new order. @param rests false for one that is filled or gone at once (IOC): it alone may use what is kept for such orders.
   * @returns undefined, or how long to wait: the order must not be sent then, and nothing was counted.
   */
  place(orderId: OrderId, symbol: string, rests: boolean, nowUs: TimeUs): DurationUs | undefined {
    const counter = this.#counter(symbol);
    const reserve = this.#cancelAllCost(symbol, nowUs) + (rests ? cancelCost(0) + KEPT_ORDERS * ADD_COST : 0);
    const waitUs = counter.readyUs(ADD_COST, reserve, nowUs) - nowUs;
    if (waitUs > 0) return waitUs;
    counter.add(ADD_COST, nowUs);
    if (rests) this.#resting.set(orderId, { symbol, sinceUs: nowUs });
    return undefined;
  }

  /** Messages of orders that rest that one pair's counter bears a minute for good, each placed and canceled within five seconds. */
  get restingMessages(): number {
    return 2 * Math.floor((this.#limit.perSecond * 60) / (ADD_COST + cancelCost(0)));
  }

  /** An order that rests and was not placed through here: of an earlier run. */
  adopt(orderId: OrderId, symbol: string, sinceUs: TimeUs): void {
    if (!this.#resting.has(orderId)) this.#resting.set(orderId, { symbol, sinceUs });
  }

  /** Counts a cancel. Never refused: what it costs was kept back. The order counts as resting until it ended. */
  cancel(orderId: OrderId, nowUs: TimeUs): void {
    const order = this.#resting.get(orderId);
    if (order === undefined) return;
    this.#counter(order.symbol).add(cancelCost(venueAge(order, nowUs)), nowUs);
  }

  /** Counts the cancel of every order that rests. */
  cancelAll(nowUs: TimeUs): void {
    for (const orderId of this.#resting.keys()) this.cancel(orderId, nowUs);
  }

  onEnded(orderId: OrderId): void {
    this.#resting.delete(orderId);
  }

  onRefused(symbol: string, nowUs: TimeUs): void {
    this.#counter(symbol).fill(nowUs);
  }

  /** What stands in the counter of a pair. */
  count(symbol: string, nowUs: TimeUs): number {
    return this.#counter(symbol).count(nowUs);
  }

  #counter(symbol: string): Counter {
    const known = this.#counters.get(symbol);
    if (known !== undefined) return known;
    const counter = new Counter(this.#limit);
    this.#counters.set(symbol, counter);
    return counter;
  }

  #cancelAllCost(symbol: string, nowUs: TimeUs): number {
    let cost = 0;
    for (const order of this.#resting.values()) {
      if (order.symbol === symbol) cost += cancelCost(venueAge(order, nowUs));
    }
    return cost;
  }
}

/** Age of an order as the venue may count it: the placement may have arrived later than it left. */
function venueAge(order: Resting, nowUs: TimeUs): DurationUs {
  return Math.max(0, nowUs - order.sinceUs - JITTER_S * US_PER_S);
}

/** What canceling an order adds to the counter of its pair, by its age. */
export function cancelCost(ageUs: DurationUs): number {
  return CANCEL_COST.find(([belowSeconds]) => ageUs < belowSeconds * US_PER_S)?.[1] ?? 0;
}
