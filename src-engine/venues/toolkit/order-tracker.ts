import type { OrderId } from '../../domain/ids.ts';
import type { RejectCause, UnreadRow, VenueOrderEvent } from '../../domain/order.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ClockSkew } from './clock-skew.ts';
import type { ExecutionReport } from './execution-report.ts';

/** What counts the orders of a connection against the venue's limits. */
export type OrderBudget = {
  /** An order of an earlier run is open. */
  adopt(orderId: OrderId, symbol: string, nowUs: TimeUs): void;
  onEnded(orderId: OrderId): void;
  /** The venue refused a placement with these codes. */
  onRefused(symbol: string, codes: readonly string[], nowUs: TimeUs): void;
};

/**
 * One of our orders as this connection knows it. `sent`: no answer yet; `unknown`: there will be none; `open`: the
 * venue has it; `ended`: filled, canceled or rejected.
 */
export type TrackedOrder = {
  readonly orderId: OrderId;
  readonly symbol: string;
  state: 'sent' | 'unknown' | 'open' | 'ended';
  /** After this time, by our clock, the venue takes it no more. */
  deadlineUs: TimeUs;
  /** The venue's id, once it was reported. */
  venueOrderId?: string;
};

export type OrderTrackerOptions = {
  readonly clock: Clock;
  readonly skew: ClockSkew;
  readonly budget: OrderBudget;
  /** The private connection that reports come from, as an unreadable row names it: `executions`. */
  readonly source: string;
  readonly report: (event: VenueOrderEvent) => void;
  /** What we know of an order is no longer so, and not by our doing. */
  readonly onChangedElsewhere: (venueOrderId: string) => void;
};

/** Most orders, and most fills, that are remembered. */
const MAX_ORDERS = 5_000;
const MAX_FILLS = 20_000;

/**
 * Turns answers and reports into events: each thing that happened to an order is reported once, whether the answer to its
 * placement or the report of the private connection comes first, and however often it is repeated.
 */
export class OrderTracker {
  readonly #options: OrderTrackerOptions;
  readonly #orders = new Map<OrderId, TrackedOrder>();
  /** Not every report repeats our id: by the venue's id. */
  readonly #byVenueId = new Map<string, OrderId>();
  readonly #fills = new Set<string>();
  /** Orders that this connection has reported. */
  readonly #seen = new Set<OrderId>();

  constructor(options: OrderTrackerOptions) {
    this.#options = options;
  }

  has(orderId: OrderId): boolean {
    return this.#orders.has(orderId);
  }

  find(orderId: OrderId): TrackedOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** Our orders by the venue's ids. */
  get byVenueId(): ReadonlyMap<string, OrderId> {
    return this.#byVenueId;
  }

  /** Orders that are not known to be over. */
  alive(): TrackedOrder[] {
    return [...this.#orders.values()].filter(({ state }) => state !== 'ended');
  }

  /** Symbols of orders that are not known to be over. */
  symbolsAlive(): Set<string> {
    const symbols = new Set<string>();
    for (const { state, symbol } of this.#orders.values()) if (state !== 'ended') symbols.add(symbol);
    return symbols;
  }

  /** A placement leaves. */
  onSent(orderId: OrderId, symbol: string, deadlineUs: TimeUs): TrackedOrder {
    return this.#add({ orderId, symbol, state: 'sent', deadlineUs });
  }

  /** The venue has it. */
  accept(order: TrackedOrder, venueOrderId: string): void {
    order.venueOrderId = venueOrderId;
    this.#byVenueId.set(venueOrderId, order.orderId);
    if (order.state !== 'sent' && order.state !== 'unknown') return;
    order.state = 'open';
    this.#options.report({ kind: 'accepted', orderId: order.orderId, venueOrderId, atUs: this.#nowUs() });
  }

  /** The venue, or we ourselves, did not take it. @param codes the venue's, where it was the venue. @param cause where that is no fault of it. */
  reject(order: TrackedOrder, codes: readonly string[], reason: string, cause?: RejectCause): void {
    if (order.state !== 'sent') return;
    this.#end(order);
    this.#options.budget.onRefused(order.symbol, codes, this.#nowUs());
    const { orderId } = order;
    this.#options.report({ kind: 'rejected', orderId, reason, cause, atUs: this.#nowUs() });
  }

  /** It is unknown whether the venue took it. Reported once; what the venue reports later still counts. */
  doubt(order: TrackedOrder, reason: string): void {
    if (order.state !== 'sent') return;
    order.state = 'unknown';
    this.#options.report({ kind: 'unknown', orderId: order.orderId, reason, atUs: this.#nowUs() });
  }

  /** Until when a placement may still reach the venue's book, by our clock; 0 when none is under way. */
  doubtUntilUs(): TimeUs {
    let untilUs = 0;
    for (const { state, deadlineUs } of this.#orders.values()) {
      if (state === 'sent' || state === 'unknown') untilUs = Math.max(untilUs, deadlineUs);
    }
    return untilUs;
  }

  onDown(): void {
    this.#seen.clear();
  }

  /**
   * The snapshots are here: an order that rested and is in none of them ended while the connection was down. Its end is for a
   * reconciliation to find; no cancel needs to be kept in reserve for it.
   */
  onUp(): void {
    for (const { orderId, state } of this.#orders.values()) {
      if (state === 'open' && !this.#seen.has(orderId)) this.#options.budget.onEnded(orderId);
    }
  }

  /** @returns the report's row where it could not be read: what became of the order has to be asked for then. */
  onReport(report: ExecutionReport, isSnapshot: boolean): UnreadRow | undefined {
    const { venueOrderId, problem } = report;
    const orderId = report.orderId ?? this.#byVenueId.get(venueOrderId);
    if (problem !== undefined) {
      return { source: this.#options.source, row: venueOrderId, orderId, problem };
    }
    // Placed elsewhere: a reconciliation shows it.
    if (orderId !== undefined) this.#onOurs(orderId, report, isSnapshot);
    return undefined;
  }

  #onOurs(orderId: OrderId, report: ExecutionReport, isSnapshot: boolean): void {
    const { venueOrderId, symbol, kind } = report;
    this.#seen.add(orderId);
    const known = this.#orders.get(orderId);
    // A snapshot repeats fills of earlier runs: a reconciliation has them.
    if (known === undefined && isSnapshot && kind !== 'accepted') return;
    if (known === undefined) this.#options.budget.adopt(orderId, symbol, this.#nowUs());
    // An order of an earlier run, which the engine knows from its journal.
    const order = known ?? this.#add({ orderId, symbol, state: 'open', deadlineUs: 0 });
    switch (kind) {
      case 'accepted':
        this.accept(order, venueOrderId);
        break;
      case 'fill':
        this.accept(order, venueOrderId);
        this.#fill(orderId, report);
        break;
      case 'filled':
        this.accept(order, venueOrderId);
        this.#end(order);
        break;
      case 'canceled':
        if (order.state === 'ended') break;
        this.accept(order, venueOrderId);
        this.#end(order);
        this.#options.report({
          kind: 'canceled',
          orderId,
          reason: report.reason,
          filledQty: report.filledQty,
          atUs: this.#nowUs(),
        });
        break;
      case 'changed':
        this.#options.onChangedElsewhere(venueOrderId);
        break;
      case 'other':
        break;
    }
  }

  #fill(orderId: OrderId, { fill, atUs: venueUs }: ExecutionReport): void {
    if (fill === undefined || this.#fills.has(fill.fillId)) return;
    this.#fills.add(fill.fillId);
    if (this.#fills.size > MAX_FILLS) this.#forgetOldestFill();
    const atUs = venueUs - (this.#options.skew.skewUs ?? 0);
    this.#options.report({ kind: 'fill', orderId, fill: { ...fill, orderId, atUs }, atUs: this.#nowUs() });
  }

  #add(order: TrackedOrder): TrackedOrder {
    this.#orders.set(order.orderId, order);
    if (this.#orders.size > MAX_ORDERS) this.#forgetOldestOrder();
    return order;
  }

  /** The oldest that ended; where none has, the oldest that the venue has. Those in doubt are never forgotten. */
  #forgetOldestOrder(): void {
    for (const wanted of ['ended', 'open']) {
      for (const { orderId, state, venueOrderId } of this.#orders.values()) {
        if (state !== wanted) continue;
        this.#orders.delete(orderId);
        if (venueOrderId !== undefined) this.#byVenueId.delete(venueOrderId);
        return;
      }
    }
  }

  #forgetOldestFill(): void {
    for (const oldest of this.#fills) {
      this.#fills.delete(oldest);
      return;
    }
  }

  #end(order: TrackedOrder): void {
    order.state = 'ended';
    this.#options.budget.onEnded(order.orderId);
  }

  #nowUs(): TimeUs {
    return this.#options.clock.nowUs();
  }
}
