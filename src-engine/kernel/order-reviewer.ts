/** Gathers what risk must know of an order, asks it, and remembers what was approved. */
import type { BookStore } from '../books/book-store.ts';
import type { InstrumentGrid } from '../detection/instrument-grid.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import { type Instrument, ruleFaultOf } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Armings } from '../risk/armings.ts';
import type { Denial, RiskContext } from '../risk/check.ts';
import { closedDenial } from '../risk/checks/instrument-open.ts';
import { IntentMemory } from '../risk/intent-memory.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { type Review, review } from '../risk/risk-engine.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { Throttle } from '../risk/throttle.ts';

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
};

/** What the whole account has at risk: the same for every leg of a plan. */
type AccountExposure = { readonly grossHome: Decimal; readonly openNotionalHome: Decimal };

export class OrderReviewer {
  readonly #parts: OrderReviewerParts;
  /** Venues count messages each for themselves. */
  readonly #throttles = new Map<VenueName, Throttle>();
  readonly #intents = new IntentMemory();
  /** The cycle whose first orders are being asked about. */
  #proposed: Cycle | undefined;

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

  /** Messages that may still be sent to a venue now, those kept for cancels included. */
  tokens(venue: VenueName, nowUs: TimeUs): number {
    return this.#throttle(venue).available(nowUs);
  }

  /**
   * Asks about every leg of a plan before the first is sent, each as if it were the one that takes the risk; later legs
   * are paid for by the ones before. @param ordersAhead that cycles under way will still send.
   */
  reviewPlan(plan: CyclePlan, ordersAhead: number, nowUs: TimeUs): Denial | undefined {
    const { cycle, legs } = plan;
    const account = this.#account();
    for (const [k, leg] of legs.entries()) {
      const intent: OrderIntent = {
        intentId: '',
        executionId: '',
        venue: cycle.venue,
        instrumentId: leg.instrumentId,
        symbol: leg.symbol,
        side: leg.side,
        price: leg.limitPrice,
        qty: leg.qty,
        timeInForce: 'ioc',
        purpose: 'open',
      };
      const context = this.#context(intent, cycle, account, nowUs);
      const answer = review(intent, {
        ...context,
        reducesExposure: false,
        tokensKept: legs.length - 1 + ordersAhead,
        seenUs: undefined,
        ...(k > 0 ? { free: context.required } : {}),
        // The last leg brings back what the first one gave: no position that was not there before.
        ...(k === legs.length - 1 ? { positionHome: ZERO } : {}),
      });
      if (!answer.ok) return answer.denial;
    }
    return undefined;
  }

  /** Says which cycle the orders asked about in `begin` are the first of. */
  proposing(cycle: Cycle, begin: () => void): void {
    this.#proposed = cycle;
    begin();
    this.#proposed = undefined;
  }

  /** Asks every check about one order, and takes note of it when it is approved. */
  reviewOrder(intent: OrderIntent, nowUs: TimeUs): Review {
    const answer = review(intent, this.#context(intent, this.#proposed, this.#account(), nowUs));
    if (!answer.ok) return answer;
    this.#throttle(intent.venue).take();
    this.#intents.remember(intent.intentId, nowUs);
    if (intent.purpose === 'open' && this.#proposed !== undefined) {
      this.#parts.monitor.begin(intent.executionId, this.#proposed);
    }
    return answer;
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

  #account(): AccountExposure {
    const { exposure } = this.#parts.monitor;
    return { grossHome: exposure.gross(), openNotionalHome: exposure.openNotional() };
  }

  #context(
    intent: OrderIntent,
    cycle: Cycle | undefined,
    { grossHome, openNotionalHome }: AccountExposure,
    nowUs: TimeUs,
  ): RiskContext {
    const { store, portfolio, killSwitch, monitor } = this.#parts;
    const sync = store.sync(intent.instrumentId);
    const instrument = this.#instrument(intent.instrumentId);
    const { asset, amount } = portfolio.requirement(intent, instrument);
    const notionalHome = portfolio.valueOf(instrument.quote, intent.price.times(intent.qty));
    const bought = intent.side === 'buy' ? instrument.base : instrument.quote;
    // Of legs that are sent at once the first decides for all: the plan was reviewed whole, and half of it is worse.
    const isUnderWay = intent.purpose !== 'open' || monitor.isUnderWay(intent.executionId);
    return {
      ...monitor.contextOf(instrument, intent.executionId, cycle, nowUs),
      nowUs,
      limits: this.#parts.limits(),
      homeAsset: portfolio.homeAsset,
      killed: killSwitch.isOn,
      arming: this.#parts.armings.of(intent.venue),
      unreconciled: this.#parts.unreconciled(intent.venue, isUnderWay),
      reducesExposure: isUnderWay || portfolio.universe.isCash(bought),
      instrument,
      isOpen: this.#isOpen(instrument),
      book: sync.book,
      bookState: sync.state,
      bookAgeUs: nowUs - sync.lastAliveUs,
      notionalHome,
      openNotionalHome,
      positionHome: this.#positionWith(bought, notionalHome),
      grossHome: notionalHome && grossHome.plus(notionalHome),
      required: amount,
      free: portfolio.balances.free(asset),
      tokens: this.tokens(intent.venue, nowUs),
      tokensKept: 0,
      seenUs: this.#intents.seenAt(intent.intentId),
    };
  }

  /** Value of the position in what an order buys once it has filled; none in the home currency. */
  #positionWith(bought: Asset, notionalHome: Decimal | undefined): Decimal | undefined {
    if (this.#parts.portfolio.universe.isCash(bought)) return ZERO;
    const held = this.#parts.monitor.exposure.position(bought);
    return held && notionalHome?.plus(held);
  }

  #instrument(id: InstrumentId): Instrument {
    const instrument = this.#parts.store.instruments[id];
    if (instrument === undefined) throw new Error(`no instrument has id ${id}`);
    return instrument;
  }
}
