/** What an account's connection remembers of its orders besides their states: when each was sent, what was traded, what was reported. */
import type { OrderId } from '../../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../../domain/time.ts';

/** Orders that something is remembered of. */
const MOST_ORDERS = 5_000;
/** Fills of an order are looked for from so long before it was sent; of one of an earlier run, over a day. */
const BEFORE_US: DurationUs = 60 * US_PER_SECOND;
const DAY_US: DurationUs = 86_400 * US_PER_SECOND;

export class OrderMemory {
  readonly #sentUs = new Map<OrderId, TimeUs>();
  /** What could not be read of an order, as it was reported: it is asked about again and again. */
  readonly #problems = new Map<OrderId, string>();
  /** Rows of orders that have ended, by the venue’s ids. */
  readonly #ended = new Map<string, unknown>();
  /** When each symbol of this run was last traded. */
  readonly #tradedUs = new Map<string, TimeUs>();

  sent(orderId: OrderId, symbol: string, nowUs: TimeUs): void {
    keepIn(this.#sentUs, orderId, nowUs);
    this.traded(symbol, nowUs);
  }

  traded(symbol: string, nowUs: TimeUs): void {
    this.#tradedUs.set(symbol, nowUs);
  }

  /** Those that were traded since then. */
  symbolsSince(sinceUs: TimeUs): readonly string[] {
    return [...this.#tradedUs].flatMap(([symbol, atUs]) => (atUs >= sinceUs ? [symbol] : []));
  }

  /** The time that may hold fills of an order, by our clock. */
  timeOf(orderId: OrderId, nowUs: TimeUs): readonly [fromUs: TimeUs, toUs: TimeUs] {
    return [(this.#sentUs.get(orderId) ?? nowUs - DAY_US) - BEFORE_US, nowUs + BEFORE_US];
  }

  /** What the venue showed of an order when it had ended. */
  ended(venueOrderId: string, row: unknown): void {
    keepIn(this.#ended, venueOrderId, row);
  }

  /** Undefined: it is not known to have ended in this run. */
  endedRow(venueOrderId: string): unknown {
    return this.#ended.get(venueOrderId);
  }

  /** Whether it was not the last that was reported of this order; from now on it is. */
  isNews(orderId: OrderId, problem: string): boolean {
    const isNews = this.#problems.get(orderId) !== problem;
    keepIn(this.#problems, orderId, problem);
    return isNews;
  }
}

/** The oldest gives way. */
function keepIn<V>(map: Map<OrderId, V>, orderId: OrderId, value: V): void {
  map.set(orderId, value);
  if (map.size <= MOST_ORDERS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
