/** Every order in flight, from intent to end. Only the venue's events change an order after it is created. */
import { decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { FillRecord, OrderRecord } from '../domain/event.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order, OrderIntent, OrderState, VenueOrderEvent } from '../domain/order.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Denial } from '../risk/check.ts';
import type { ApprovedIntent } from '../risk/risk-engine.ts';
import { deriveOrderId } from './order-id.ts';

/** Ended orders that are still remembered, so that a fill told late or twice is recognised. */
const ENDED_MEMORY = 2_000;
/**
 * After this the venue must not match an order any longer. Above the second that an intent may take to become durable,
 * and what is left of it then is above the 500 ms that Kraken asks for at least (`deadline` of `add_order`).
 */
const ORDER_LIFE_US = 2 * US_PER_SECOND;

const NOTHING: readonly Asset[] = [];

/** The venue's word on one order. */
export type OrderEvent = Extract<VenueOrderEvent, { readonly orderId: OrderId }>;
type FillEvent = Extract<VenueOrderEvent, { kind: 'fill' }>;

const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  created: ['accepted', 'filled', 'canceled', 'rejected', 'unknown', 'denied'],
  accepted: ['filled', 'canceled', 'unknown'],
  unknown: ['accepted', 'filled', 'canceled', 'rejected'],
  denied: [],
  filled: [],
  canceled: [],
  rejected: [],
};

/** What the venue's word meant beyond its order: it is over, or it was over and was filled all the same. */
export type OrderNews = { readonly kind: 'ended' | 'late-fill'; readonly order: Order };

export class OrderManager {
  readonly #open = new Map<OrderId, Order>();
  readonly #ended = new Map<OrderId, Order>();
  readonly #fillIds = new Map<OrderId, Set<string>>();
  readonly #instruments: readonly Instrument[];
  readonly #portfolio: Portfolio;
  readonly #outbox: Outbox;
  /** Assets whose balance an order or a fill touched since the last `takeTouched`. */
  readonly #touched = new Set<Asset>();
  orderCount = 0;
  fillCount = 0;
  denialCount = 0;

  constructor(instruments: readonly Instrument[], portfolio: Portfolio, outbox: Outbox) {
    this.#instruments = instruments;
    this.#portfolio = portfolio;
    this.#outbox = outbox;
  }

  get openCount(): number {
    return this.#open.size;
  }

  open(): IterableIterator<Order> {
    return this.#open.values();
  }

  /** Makes the order of an approved intent, reserves what it needs and asks for its placement. */
  place(intent: ApprovedIntent, nowUs: TimeUs): Order {
    const orderId = deriveOrderId(intent.intentId);
    assert(!this.#open.has(orderId) && !this.#ended.has(orderId), `order id ${orderId} is used once`);
    const order = newOrder(intent, orderId, nowUs);
    const instrument = this.#instrument(order);
    this.#portfolio.reserve(orderId, order, instrument);
    this.#open.set(orderId, order);
    this.#touch(instrument);
    this.orderCount++;
    this.#outbox.emit({ type: 'orderCreated', atUs: nowUs, order: recordOf(order) });
    this.#outbox.perform({ type: 'place', order });
    return order;
  }

  /** Books that we ourselves refused an intent. */
  deny(intent: OrderIntent, denial: Denial, nowUs: TimeUs): void {
    const order = newOrder(intent, deriveOrderId(intent.intentId), nowUs);
    order.state = 'denied';
    order.reason = `${denial.code}: ${denial.detail}`;
    this.denialCount++;
    this.#emitDenied(order, denial, nowUs);
  }

  /** The runner did not send a created order: the kill switch came first. Ends it. */
  withdraw(orderId: OrderId, denial: Denial, nowUs: TimeUs): Order | undefined {
    const order = this.#open.get(orderId);
    if (order?.state !== 'created') return undefined;
    this.#move(order, 'denied', nowUs, `${denial.code}: ${denial.detail}`);
    this.denialCount++;
    this.#end(order);
    this.#emitDenied(order, denial, nowUs);
    return order;
  }

  /** Takes the venue's word; what it says of orders that are over or not ours changes nothing, but for fills. */
  apply(event: OrderEvent): OrderNews | undefined {
    const order = this.#open.get(event.orderId);
    if (order === undefined) return event.kind === 'fill' ? this.#fillLate(event) : undefined;
    switch (event.kind) {
      case 'accepted':
        if (order.state !== 'created' && order.state !== 'unknown') return undefined;
        order.venueOrderId = event.venueOrderId;
        this.#move(order, 'accepted', event.atUs, undefined);
        this.#outbox.emit({ type: 'orderAccepted', atUs: event.atUs, order: recordOf(order) });
        return undefined;
      case 'fill':
        return this.#fill(order, event);
      case 'canceled':
        this.#move(order, 'canceled', event.atUs, event.reason);
        this.#end(order);
        this.#outbox.emit({ type: 'orderCanceled', atUs: event.atUs, order: recordOf(order) });
        return { kind: 'ended', order };
      case 'rejected':
        this.#move(order, 'rejected', event.atUs, event.reason);
        this.#end(order);
        this.#outbox.emit({ type: 'orderRejected', atUs: event.atUs, order: recordOf(order) });
        return { kind: 'ended', order };
      case 'unknown':
        if (order.state === 'unknown') return undefined;
        // Still exposure, still reserved: only the venue's fills and orders can settle it.
        this.#move(order, 'unknown', event.atUs, event.reason);
        this.#outbox.emit({ type: 'orderUnknown', atUs: event.atUs, order: recordOf(order) });
        return undefined;
      case 'cancel-rejected':
        // Why it could not be canceled is another event's news: it was over, or it never arrived.
        return undefined;
    }
  }

  /** Assets whose balance or reservation moved since the last call. */
  takeTouched(): readonly Asset[] {
    if (this.#touched.size === 0) return NOTHING;
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  #fill(order: Order, event: FillEvent): OrderNews | undefined {
    if (!this.#book(order, event)) return undefined;
    const isWhole = order.filledQty.eq(order.qty);
    if (isWhole) {
      this.#move(order, 'filled', event.atUs, undefined);
      this.#end(order);
    }
    this.#emitFilled(order, event);
    return isWhole ? { kind: 'ended', order } : undefined;
  }

  /** The venue filled what it had called over: the money moved, so it is booked. The order stays as it ended. */
  #fillLate(event: FillEvent): OrderNews | undefined {
    const order = this.#ended.get(event.orderId);
    if (order === undefined || !this.#book(order, event)) return undefined;
    this.#emitFilled(order, event);
    return { kind: 'late-fill', order };
  }

  /** Books a fill in the order and the account; false when it was told before. */
  #book(order: Order, { fill, atUs }: FillEvent): boolean {
    const seen = this.#fillIds.get(order.orderId) ?? new Set<string>();
    this.#fillIds.set(order.orderId, seen);
    if (seen.has(fill.fillId)) return false;
    seen.add(fill.fillId);
    const qty = decimal(fill.qty);
    const filled = order.filledQty.plus(qty);
    assert(filled.lte(order.qty), `order ${order.orderId} is not filled beyond its quantity`);
    const instrument = this.#instrument(order);
    this.#portfolio.applyFill(order.side, instrument, fill);
    order.filledQty = filled;
    order.filledNotional = order.filledNotional.plus(qty.times(fill.price));
    order.fees = order.fees.plus(fill.fee);
    order.updatedUs = atUs;
    this.fillCount++;
    this.#touch(instrument);
    return true;
  }

  #emitFilled(order: Order, { fill, atUs }: FillEvent): void {
    const { executionId, venue, symbol, side } = order;
    const record: FillRecord = { ...fill, executionId, venue, symbol, side };
    this.#outbox.emit({ type: 'orderFilled', atUs, order: recordOf(order), fill: record });
  }

  #move(order: Order, to: OrderState, atUs: TimeUs, reason: string | undefined): void {
    assert(NEXT[order.state].includes(to), `order ${order.orderId} may go from ${order.state} to ${to}`);
    order.state = to;
    order.updatedUs = atUs;
    if (reason !== undefined) order.reason = reason;
  }

  #end(order: Order): void {
    this.#portfolio.balances.release(order.orderId);
    this.#touch(this.#instrument(order));
    this.#open.delete(order.orderId);
    this.#ended.set(order.orderId, order);
    if (this.#ended.size <= ENDED_MEMORY) return;
    const oldest = this.#ended.keys().next().value;
    if (oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#fillIds.delete(oldest);
  }

  #emitDenied(order: Order, denial: Denial, atUs: TimeUs): void {
    const { code, detail } = denial;
    this.#outbox.emit({ type: 'orderDenied', atUs, order: recordOf(order), code, detail });
  }

  #touch(instrument: Instrument): void {
    this.#touched.add(instrument.base);
    this.#touched.add(instrument.quote);
  }

  #instrument(order: OrderIntent): Instrument {
    const instrument = this.#instruments[order.instrumentId];
    assert(instrument !== undefined, `instrument ${order.instrumentId} exists`);
    return instrument;
  }
}

function newOrder(intent: OrderIntent, orderId: OrderId, nowUs: TimeUs): Order {
  return {
    ...intent,
    orderId,
    state: 'created',
    venueOrderId: undefined,
    filledQty: ZERO,
    filledNotional: ZERO,
    fees: ZERO,
    createdUs: nowUs,
    expireUs: nowUs + ORDER_LIFE_US,
    updatedUs: nowUs,
    reason: undefined,
  };
}

export function recordOf(order: Order): OrderRecord {
  return {
    orderId: order.orderId,
    intentId: order.intentId,
    executionId: order.executionId,
    venue: order.venue,
    symbol: order.symbol,
    side: order.side,
    price: order.price.toString(),
    qty: order.qty.toString(),
    timeInForce: order.timeInForce,
    state: order.state,
    filledQty: order.filledQty.toString(),
    filledNotional: order.filledNotional.toString(),
    fees: order.fees.toString(),
    reason: order.reason ?? '',
    createdUs: order.createdUs,
    updatedUs: order.updatedUs,
  };
}
