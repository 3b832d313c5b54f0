/** Gathers what risk must know of an order, asks it, and remembers what was approved. */
import type { BookStore } from '../books/book-store.ts';
import type { InstrumentGrid } from '../detection/instrument-grid.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { ZERO } from '../domain/decimal.ts';
import type { Effect } from '../domain/effect.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import { type Instrument, ruleFaultOf } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Armings } from '../risk/armings.ts';
import { AccountExposure, type ExposureView, ExposureWithout } from '../risk/account-exposure.ts';
import type { Denial } from '../risk/check.ts';
import { closedDenial } from '../risk/checks/instrument-open.ts';
import { IntentMemory } from '../risk/intent-memory.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { type Review, review, reviewResting } from '../risk/risk-engine.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { Throttle } from '../risk/throttle.ts';
import { OrderContext, type PlannedLeg } from './order-context.ts';
import type { OwnOrders } from './own-orders.ts';

export type OrderReviewerParts = {
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly monitor: RiskMonitor;
  /** As they are now: the venue may close an instrument. */
  readonly grids: readonly InstrumentGrid[];
  limits(): RiskLimits;
  /** Why nothing new may be sent to a venue until it was compared with the ledger; empty: it was. */
  unreconciled(venue: VenueName, isUnderWay: boolean): string;
  /** Orders of ours that rest. */
  readonly own: Pick<OwnOrders, 'crossedBy'>;
  /** An order was approved and is about to be sent: quotes of ours that it would meet are canceled before it. */
  makeWay(intent: OrderIntent, nowUs: TimeUs): void;
};

/** What an order is asked about with. */
export type Beside = {
  /** What the quotes are called that it is one of. */
  readonly quotes?: string | undefined;
  /** Messages that others will still need: it leaves them where it takes risk. */
  readonly tokensKept?: number;
};
const NOTHING_BESIDE: Beside = {};

export class OrderReviewer {
  readonly #parts: OrderReviewerParts;
  /** Venues count messages each for themselves. */
  readonly #throttles = new Map<VenueName, Throttle>();
  readonly #intents = new IntentMemory();
  /** The cycle whose first orders are being asked about. */
  #proposed: Cycle | undefined;
  /** The last plan that passed, and what the account had at risk then. */
  #reviewed: { readonly plan: CyclePlan; readonly account: AccountExposure } | undefined;
  /** The same, while its first order is being asked about. */
  #account: AccountExposure | undefined;

  constructor(parts: OrderReviewerParts) {
    this.#parts = parts;
  }

  onLimitsChanged(): void {
    const { maxOrdersPerSecond } = this.#parts.limits();
    for (const throttle of this.#throttles.values()) throttle.setRate(maxOrdersPerSecond);
  }

  /** A cancel uses up a message and is never held back: placements wait until it is made up for. */
  onCancel(venue: VenueName, nowUs: TimeUs): void {
    this.#throttle(venue).available(nowUs);
    this.#throttle(venue).take();
  }

  /** The cancels of a step. */
  watch(effects: readonly Effect[], nowUs: TimeUs): void {
    for (const effect of effects)
      if (effect.type === 'cancel' || effect.type === 'cancelAll') this.onCancel(effect.venue, nowUs);
  }

  /** Messages that may still be sent to a venue now, those kept for cancels included. */
  tokens(venue: VenueName, nowUs: TimeUs): number {
    return this.#throttle(venue).available(nowUs);
  }

  /**
   * Asks about every leg of a plan before the first is sent, each as if it were the one that takes the risk; later legs
   * of a cycle are paid for by the ones before. @param ordersAhead that cycles under way will still send.
   */
  reviewPlan(plan: CyclePlan, ordersAhead: number, nowUs: TimeUs): Denial | undefined {
    const { cycle, legs } = plan;
    const account = this.exposure();
    const tokensKept = legs.length - 1 + ordersAhead;
    for (let k = 0; k < legs.length; k++) {
      const leg = legs[k] as CyclePlan['legs'][number];
      const intent: OrderIntent = {
        intentId: '',
        executionId: '',
        venue: leg.venue ?? cycle.venue,
        instrumentId: leg.instrumentId,
        symbol: leg.symbol,
        side: leg.side,
        price: leg.limitPrice,
        qty: leg.qty,
        timeInForce: 'ioc',
        purpose: 'open',
      };
      // Every leg of a route is paid for by what lies at its venue.
      const place = {
        isFirst: k === 0 || plan.inventory !== undefined,
        isLast: k === legs.length - 1,
      };
      const answer = review(intent, this.#context(intent, cycle, account, place, nowUs, { tokensKept }));
      if (!answer.ok) return answer.denial;
    }
    this.#reviewed = { plan, account };
    return undefined;
  }

  /** Says which plan the orders asked about in `begin` are the first of. */
  proposing(plan: CyclePlan, begin: () => void): void {
    this.#proposed = plan.cycle;
    // What the account had at risk a moment ago, when the plan was reviewed, it still has: until an order is approved.
    this.#account = this.#reviewed?.plan === plan ? this.#reviewed.account : undefined;
    begin();
    this.#proposed = undefined;
    this.#account = undefined;
    this.#reviewed = undefined;
  }

  /** Asks every check about one order, and takes note of it when it is approved. */
  reviewOrder(intent: OrderIntent, nowUs: TimeUs, beside: Beside = NOTHING_BESIDE): Review {
    const account = this.#account ?? this.exposure();
    this.#account = undefined;
    const context = this.#context(intent, this.#proposed, account, undefined, nowUs, beside);
    const answer = review(intent, context);
    if (!answer.ok) return answer;
    this.#throttle(intent.venue).take();
    this.#intents.remember(intent.intentId, nowUs);
    if (intent.purpose === 'open' && this.#proposed !== undefined) {
      this.#parts.monitor.begin(intent.executionId, this.#proposed);
    }
    this.#parts.makeWay(intent, nowUs);
    return answer;
  }

  /** For orders that are asked about one after the other while nothing changes: each figure of it is reckoned once. */
  exposure(): AccountExposure {
    return new AccountExposure(this.#parts.monitor.exposure);
  }

  /** Why an order that rests would not be let through now, for what is left of it; undefined: it would. Uses up nothing. */
  rejudge(order: Order, exposure: AccountExposure, nowUs: TimeUs): Denial | undefined {
    const { portfolio } = this.#parts;
    const intent: OrderIntent = { ...order, qty: order.qty.minus(order.filledQty) };
    const instrument = this.#instrument(order.instrumentId);
    const notional = portfolio.notionalHome(intent, instrument) ?? ZERO;
    const isPaidInCash = portfolio.universe.isCash(order.side === 'buy' ? instrument.quote : instrument.base);
    const account = new ExposureWithout(exposure, notional, isPaidInCash);
    return reviewResting(intent, this.#context(intent, undefined, account, undefined, nowUs));
  }

  /** Why the venue's rules of now take no such order, whatever they were when it was approved; undefined: they do. */
  ruleFault(order: Pick<OrderIntent, 'instrumentId' | 'price' | 'qty'>): Denial | undefined {
    const instrument = this.#instrument(order.instrumentId);
    return this.#isOpen(instrument)
      ? ruleFaultOf(instrument, order.price, order.qty)
      : closedDenial(instrument);
  }

  #isOpen({ id }: Instrument): boolean {
    return this.#parts.grids[id]?.tradable === true;
  }

  #throttle(venue: VenueName): Throttle {
    const throttle = this.#throttles.get(venue) ?? new Throttle(this.#parts.limits().maxOrdersPerSecond);
    this.#throttles.set(venue, throttle);
    return throttle;
  }

  #context(
    intent: OrderIntent,
    cycle: Cycle | undefined,
    account: ExposureView,
    leg: PlannedLeg | undefined,
    nowUs: TimeUs,
    { quotes, tokensKept = 0 }: Beside = NOTHING_BESIDE,
  ): OrderContext {
    const { store, portfolio, killSwitch, armings, monitor } = this.#parts;
    const { venue, instrumentId } = intent;
    const instrument = this.#instrument(instrumentId);
    // Of legs that are sent at once the first decides for all: the plan was reviewed whole, and half of it is worse.
    const isUnderWay = intent.purpose !== 'open' || monitor.isUnderWay(intent.executionId);
    const parts = {
      monitor,
      portfolio,
      account,
      instrument,
      sync: store.sync(instrumentId),
      cycle,
      quotes,
      leg,
      isUnderWay,
      limits: this.#parts.limits(),
      killed: killSwitch.isOn,
      arming: armings.of(venue),
      unreconciled: this.#parts.unreconciled(venue, isUnderWay),
      isOpen: this.#isOpen(instrument),
      tokens: this.tokens(venue, nowUs),
      tokensKept,
      seenUs: leg === undefined ? this.#intents.seenAt(intent.intentId) : undefined,
      ownQuote: () => this.#parts.own.crossedBy(intent),
    };
    return new OrderContext(intent, parts, nowUs);
  }

  #instrument(id: InstrumentId): Instrument {
    const instrument = this.#parts.store.instruments[id];
    if (instrument === undefined) throw new Error(`no instrument has id ${id}`);
    return instrument;
  }
}
