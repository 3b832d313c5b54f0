/**
 * Every order in flight, from intent to end. Only the venue's events change an order after it is created. Venues report
 * their news late, twice, out of order, and now and then something that cannot be: whatever moved money is booked, and
 * what makes no sense is returned as trouble for an operator to check. It never ends the process.
 */
import { decimal, isDecimalText } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { Actor, FillRecord, RecoveredOrder } from '../domain/event.ts';
import type { Asset, OrderId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, Order, OrderIntent, OrderState, VenueOrderEvent } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { amountWords } from '../domain/venue-asset.ts';
import { feeInQuote, notionalOf } from '../portfolio/fill-flows.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Denial } from '../risk/check.ts';
import type { ApprovedIntent } from '../risk/risk-engine.ts';
import { deriveOrderId } from './order-id.ts';
import { isOpenState, newOrder, orderOf, recordOf } from './order-record.ts';
import { Turnover } from './turnover.ts';

/** Ended orders that are still remembered, so that a fill reported late or twice is recognised. */
const ENDED_MEMORY = 2_000;
/** An operator may settle an unknown order once the venue had this long to show it. */
const SETTLE_AFTER_US: DurationUs = 60 * US_PER_SECOND;

/** The venue's word on one order. */
export type OrderEvent = Extract<VenueOrderEvent, { readonly orderId: OrderId }>;
type FillEvent = Extract<VenueOrderEvent, { kind: 'fill' }>;
type CanceledEvent = Extract<VenueOrderEvent, { kind: 'canceled' }>;

const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  created: ['accepted', 'filled', 'canceled', 'rejected', 'unknown', 'denied'],
  accepted: ['filled', 'canceled', 'rejected', 'unknown'],
  unknown: ['accepted', 'filled', 'canceled', 'rejected', 'denied'],
  denied: [],
  filled: [],
  canceled: [],
  rejected: [],
};

/** A venue's report that cannot be right, or that no plan allows for. Trading halts until an operator has checked it. */
export type OrderTrouble = {
  readonly code: 'over-fill' | 'overdrawn' | 'bad-fill';
  readonly reason: string;
};

/** What the venue's word meant beyond its order. */
export type OrderNews = {
  /** `part`: filled, still alive. `ended`: over. `late-fill`: was over and is filled all the same. */
  readonly kind: 'part' | 'ended' | 'late-fill' | 'none';
  readonly order: Order;
  readonly trouble: OrderTrouble | undefined;
};

export class OrderManager {
  readonly #open = new Map<OrderId, Order>();
  readonly #ended = new Map<OrderId, Order>();
  readonly #fillIds = new Map<OrderId, Set<string>>();
  /** Canceled, with fills that are still on their way: over once they are here. */
  readonly #closing = new Map<OrderId, CanceledEvent>();
  readonly #instruments: readonly Instrument[];
  readonly #portfolio: Portfolio;
  readonly #outbox: Outbox;
  orderCount = 0;
  fillCount = 0;
  readonly #changes = new Map<VenueName, number>();
  readonly #turnovers = new Map<VenueName, Turnover>();

  /** @param instruments of the run, and after them those that only orders of earlier runs are in. */
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

  /** Rises with every change that a venue reported: two equal values show that nothing changed between them. */
  changesAt(venue: VenueName): number {
    return this.#changes.get(venue) ?? 0;
  }

  /** What was traded at a venue since its balances last agreed with the ledger. */
  turnoverAt(venue: VenueName): Turnover {
    const turnover = this.#turnovers.get(venue) ?? new Turnover();
    this.#turnovers.set(venue, turnover);
    return turnover;
  }

  /** The order as it stands, or as it ended while that is remembered. */
  get(orderId: OrderId): Order | undefined {
    return this.#open.get(orderId) ?? this.#ended.get(orderId);
  }

  isOpen(orderId: OrderId): boolean {
    return this.#open.has(orderId);
  }

  /** Another order of its execution was sent, and is remembered. */
  hasCompany({ orderId, executionId }: Pick<Order, 'orderId' | 'executionId'>): boolean {
    for (const orders of [this.#open, this.#ended])
      for (const one of orders.values())
        if (one.executionId === executionId && one.orderId !== orderId && one.state !== 'denied') return true;
    return false;
  }

  /** Quote of a remembered order's pair; empty where there is none. */
  quoteOf(orderId: OrderId): Asset {
    const order = this.get(orderId);
    return order === undefined ? '' : this.instrumentOf(order).quote;
  }

  /** True when this fill of an order that is remembered was booked. */
  hasFill(orderId: OrderId, fillId: string): boolean {
    return this.#fillIds.get(orderId)?.has(fillId) === true;
  }

  /**
   * Takes in orders of an earlier run. What was open then is unknown now: it may be alive, counts as exposure and keeps
   * its reservation; what had ended is remembered for fills that come late.
   * Of a pair that the run does not trade too: it is among the known instruments.
   */
  recover(recovered: readonly RecoveredOrder[], nowUs: TimeUs): void {
    for (const { record, fillIds } of recovered) {
      const { orderId, venue, symbol } = record;
      const instrument = this.#instruments.find((one) => one.venue === venue && one.symbol === symbol);
      assert(instrument !== undefined, `${symbol} at ${venue} is carried along`);
      const order = orderOf(record, instrument);
      this.#fillIds.set(orderId, new Set(fillIds));
      this.turnoverAt(venue).addEarlier(instrument, fillIds.length, order.filledNotional, order.fees);
      if (!isOpenState(order.state)) {
        this.#ended.set(orderId, order);
        continue;
      }
      this.#open.set(orderId, order);
      this.#portfolio.reserveRest(order, instrument);
      if (order.state === 'unknown') continue;
      this.#move(order, 'unknown', nowUs, 'the engine stopped before the venue reported its end');
      this.#outbox.emit({ type: 'orderUnknown', atUs: nowUs, order: recordOf(order) });
    }
  }

  /** Makes the order of an approved intent, reserves what it needs and asks for its placement. */
  place(intent: ApprovedIntent, nowUs: TimeUs): Order {
    const orderId = deriveOrderId(intent.intentId);
    assert(!this.#open.has(orderId) && !this.#ended.has(orderId), `order id ${orderId} is used once`);
    const order = newOrder(intent, orderId, nowUs);
    this.#portfolio.reserve(orderId, order, this.instrumentOf(order));
    this.#open.set(orderId, order);
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
    this.#emitDenied(order, denial, nowUs);
  }

  /** The runner did not send an order: the kill switch came first, or the disk. Ends it, unless the venue knows it. */
  withdraw(orderId: OrderId, denial: Denial, nowUs: TimeUs): Order | undefined {
    const order = this.#open.get(orderId);
    if (order === undefined || order.state === 'accepted') return undefined;
    this.#move(order, 'denied', nowUs, `${denial.code}: ${denial.detail}`);
    this.#end(order);
    this.#emitDenied(order, denial, nowUs);
    return order;
  }

  /** Takes the venue's word. What it says of orders that are over changes nothing, but for fills; undefined: not ours. */
  apply(event: OrderEvent): OrderNews | undefined {
    const order = this.#open.get(event.orderId);
    if (event.kind === 'fill') {
      const known = order ?? this.#ended.get(event.orderId);
      return known === undefined ? undefined : this.#fill(known, event);
    }
    if (order === undefined) return undefined;
    switch (event.kind) {
      case 'accepted':
        this.#accept(order, event.venueOrderId, event.atUs);
        return nothing(order);
      case 'canceled':
        return this.#cancel(order, event);
      case 'rejected':
        // What was filled in part was not rejected, whatever the venue calls it: its rest is gone.
        return order.filledQty.isZero()
          ? this.#close(order, 'rejected', 'orderRejected', event.reason, event.atUs)
          : this.#close(order, 'canceled', 'orderCanceled', `rejected: ${event.reason}`, event.atUs);
      case 'unknown':
        this.doubt(order, event.reason, event.atUs);
        return nothing(order);
      case 'cancel-rejected':
        // Why it could not be canceled is another event's news: it was over, or it never arrived.
        return nothing(order);
    }
  }

  /** Its outcome is unknown. It stays exposure, and reserved: only the venue's fills and orders can settle it. */
  doubt(order: Order, reason: string, atUs: TimeUs): void {
    if (order.state === 'unknown') return;
    this.#count(order);
    this.#move(order, 'unknown', atUs, reason);
    this.#outbox.emit({ type: 'orderUnknown', atUs, order: recordOf(order) });
  }

  /** Why an operator may not settle this order now; undefined: it may be settled. */
  settlementObstacle(orderId: OrderId, nowUs: TimeUs): string | undefined {
    const order = this.#open.get(orderId);
    if (order === undefined) return `no order ${orderId} is open`;
    if (order.state !== 'unknown') return `the order is ${order.state}: the venue will report its end`;
    const left = order.createdUs + SETTLE_AFTER_US - nowUs;
    return left <= 0
      ? undefined
      : `the venue may still show it for ${Math.ceil(left / US_PER_SECOND)} seconds`;
  }

  /** Ends an unknown order that the venue never showed, on an operator's word; undefined when that may not be done. */
  settle(orderId: OrderId, actor: Actor, nowUs: TimeUs): Order | undefined {
    const order = this.#open.get(orderId);
    if (order === undefined || this.settlementObstacle(orderId, nowUs) !== undefined) return undefined;
    this.#move(
      order,
      'canceled',
      nowUs,
      `settled by the ${actor.kind} via ${actor.via}: the venue never showed it`,
    );
    this.#end(order);
    this.#outbox.emit({ type: 'orderSettled', atUs: nowUs, actor, order: recordOf(order) });
    return order;
  }

  #accept(order: Order, venueOrderId: string, atUs: TimeUs): void {
    order.venueOrderId ??= venueOrderId;
    if (order.state === 'accepted') return;
    this.#count(order);
    this.#move(order, 'accepted', atUs, undefined);
    this.#outbox.emit({ type: 'orderAccepted', atUs, order: recordOf(order) });
  }

  #cancel(order: Order, event: CanceledEvent): OrderNews {
    if (event.filledQty !== undefined && order.filledQty.lt(event.filledQty)) {
      this.#closing.set(order.orderId, event);
      return nothing(order);
    }
    if (event.charge !== undefined) this.#charge(order, event.charge);
    return this.#close(order, 'canceled', 'orderCanceled', event.reason, event.atUs);
  }

  /** It was not made, and cost something all the same. */
  #charge(order: Order, { asset, amount, isSimulated }: NonNullable<CanceledEvent['charge']>): void {
    const paid = this.#portfolio.payCharge(order.orderId, asset, decimal(amount), isSimulated);
    if (paid.isZero()) return;
    order.asideFees.push({ asset, amount: paid });
    if (asset === this.instrumentOf(order).quote) order.fees = order.fees.plus(paid);
  }

  #close(
    order: Order,
    state: 'canceled' | 'rejected',
    type: 'orderCanceled' | 'orderRejected',
    reason: string,
    atUs: TimeUs,
  ): OrderNews {
    this.#count(order);
    this.#move(order, state, atUs, reason);
    this.#end(order);
    this.#outbox.emit({ type, atUs, order: recordOf(order) });
    return { kind: 'ended', order, trouble: undefined };
  }

  /**
   * Books a fill once, whether the order is alive, over, or full already: the money moved. An order that is over stays
   * as it ended.
   */
  #fill(order: Order, { fill, atUs }: FillEvent): OrderNews {
    const ids = this.#fillIds.get(order.orderId) ?? new Set<string>();
    this.#fillIds.set(order.orderId, ids);
    if (ids.has(fill.fillId)) return nothing(order);
    const fault = faultOf(fill);
    if (fault !== undefined) {
      return {
        kind: 'none',
        order,
        trouble: { code: 'bad-fill', reason: `order ${order.orderId}: ${fault}` },
      };
    }
    ids.add(fill.fillId);
    this.#count(order);
    const trouble = this.#book(order, fill, atUs);
    const isAlive = this.#open.has(order.orderId);
    const isWhole = isAlive && order.filledQty.gte(order.qty);
    // A fill is proof that the venue has it.
    if (isWhole) this.#move(order, 'filled', atUs, undefined);
    else if (isAlive && order.state !== 'accepted') this.#move(order, 'accepted', atUs, undefined);
    if (isWhole) this.#end(order);
    const { executionId, venue, symbol, side } = order;
    const record: FillRecord = { ...fill, executionId, venue, symbol, side };
    this.#outbox.emit({ type: 'orderFilled', atUs, order: recordOf(order), fill: record });
    const closing = this.#closing.get(order.orderId);
    if (closing !== undefined && this.#open.has(order.orderId)) {
      const closed = this.#cancel(order, closing);
      if (closed.kind === 'ended') return { ...closed, trouble };
    }
    return { kind: isWhole ? 'ended' : isAlive ? 'part' : 'late-fill', order, trouble };
  }

  #book(order: Order, fill: Fill, atUs: TimeUs): OrderTrouble | undefined {
    const instrument = this.instrumentOf(order);
    const flows = this.#portfolio.applyFill(order.side, instrument, fill);
    order.filledQty = order.filledQty.plus(fill.qty);
    order.filledNotional = order.filledNotional.plus(notionalOf(fill));
    order.fees = order.fees.plus(feeInQuote(instrument, fill));
    order.spent = order.spent.plus(flows.spent);
    order.received = order.received.plus(flows.received);
    if (flows.aside !== undefined) order.asideFees.push(flows.aside);
    order.updatedUs = atUs;
    this.fillCount++;
    this.turnoverAt(order.venue).add(instrument, fill);
    if (order.filledQty.gt(order.qty)) {
      const reason = `order ${order.orderId} on ${order.symbol} is filled for ${order.filledQty.toString()}, its quantity is ${order.qty.toString()}`;
      return { code: 'over-fill', reason };
    }
    const { balances } = this.#portfolio;
    for (const asset of [flows.from, flows.to, flows.aside?.asset]) {
      if (asset === undefined || !balances.total(asset).isNegative()) continue;
      const reason = `a fill of order ${order.orderId} leaves ${amountWords(balances.total(asset).toString(), asset)}`;
      return { code: 'overdrawn', reason };
    }
    return undefined;
  }

  #count({ venue }: Order): void {
    this.#changes.set(venue, this.changesAt(venue) + 1);
  }

  #move(order: Order, to: OrderState, atUs: TimeUs, reason: string | undefined): void {
    assert(NEXT[order.state].includes(to), `order ${order.orderId} may go from ${order.state} to ${to}`);
    order.state = to;
    order.updatedUs = atUs;
    if (reason !== undefined) order.reason = reason;
  }

  #end(order: Order): void {
    this.#portfolio.balances.release(order.orderId);
    this.#open.delete(order.orderId);
    this.#closing.delete(order.orderId);
    this.#ended.set(order.orderId, order);
    if (this.#ended.size <= ENDED_MEMORY) return;
    const oldest = this.#ended.keys().next().value;
    if (oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#fillIds.delete(oldest);
  }

  #emitDenied(order: Order, denial: Denial, atUs: TimeUs): void {
    this.#outbox.emit({ type: 'orderDenied', atUs, order: recordOf(order), ...denial });
  }

  instrumentOf(order: Pick<OrderIntent, 'instrumentId'>): Instrument {
    const instrument = this.#instruments[order.instrumentId];
    assert(instrument !== undefined, `instrument ${order.instrumentId} exists`);
    return instrument;
  }
}

function nothing(order: Order): OrderNews {
  return { kind: 'none', order, trouble: undefined };
}

/** What makes a fill one that cannot be booked; undefined: nothing does. */
function faultOf({ fillId, price, qty, fee, feeAsset, cost = '0' }: Fill): string | undefined {
  const isFine =
    [price, qty, fee, cost].every(isDecimalText) &&
    !decimal(cost).isNegative() &&
    decimal(price).gt(0) &&
    decimal(qty).gt(0) &&
    decimal(fee).isFinite();
  if (isFine && feeAsset === '') return `fill ${fillId} has a fee of ${fee} in no asset that is known`;
  return isFine ? undefined : `fill ${fillId} of ${qty} at ${price} with a fee of ${fee} cannot be booked`;
}
