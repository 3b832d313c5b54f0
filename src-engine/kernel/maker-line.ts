/**
 * One market that is quoted at one venue and hedged at another, as orders of the account: the pure rule of strategies/maker-taker says what
 * to place, cancel and hedge; here each order passes risk, and what the venues report of it is counted.
 *
 * Between two moments at which nothing of it is under way all its orders are one execution. With the first fill both quotes are pulled, as
 * price, size and inventory are others by then; once its hedge is over the execution is recorded, and the next quotes begin a new one. What is
 * below the hedge's minimum stays with the rule, and in the record as a residual, so that a restart sweeps it.
 */
import { type Decimal, divide, ZERO } from '../domain/decimal.ts';
import { DoublingWait } from '../domain/doubling-wait.ts';
import type { InstrumentId, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order, OrderIntent, Side } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { countOrder, type Execution, newExecution, recordOf } from '../execution/execution.ts';
import { quoteStrategyOf } from '../domain/venue-asset.ts';
import type { MovedBefore } from '../execution/execution.ts';
import { type Action, MakerTaker } from '../strategies/maker-taker/maker-taker.ts';
import { type Claims, NO_CLAIMS } from '../strategies/maker-taker/purse.ts';
import type { MakerPorts } from './maker-ports.ts';
import { MakerView } from './maker-view.ts';

/** After a denial a side is not placed again for this; twice as long with each further one, up to the longest. */
const REST_US = { first: US_PER_SECOND, longest: 60 * US_PER_SECOND } as const;
/** A hedge that found nothing is tried again after the first; after a denial it waits twice as long with each further one. */
const HEDGE_REST_US = { first: 100 * US_PER_MS, longest: 10 * US_PER_SECOND } as const;
/** Ended orders that are remembered for fills that come late. */
const MAX_ENDED = 500;

/** What an order had moved, and how much of it was filled, before the report that is being booked. */
export type FilledBefore = MovedBefore & Readonly<Record<'filledQty' | 'filledNotional' | 'fees', Decimal>>;

type Own = {
  /** By which the rule knows it. */
  readonly id: string;
  readonly isHedge: boolean;
  filledQty: Decimal;
  filledNotional: Decimal;
  spent: Decimal;
  received: Decimal;
  cancelSentUs: TimeUs | undefined;
};

type Wait = { untilUs: TimeUs; readonly wait: DoublingWait };

export class MakerLine {
  readonly maker: Instrument;
  readonly hedge: Instrument;
  /** What its quotes are called as a strategy. */
  readonly quotes: string;
  /** Why nothing is quoted; empty: something is. */
  obstacle = '';
  /** What hedges that are due or may be need at their venue, as of the last look. */
  claims: Claims = NO_CLAIMS;
  readonly #ports: MakerPorts;
  readonly #view: MakerView;
  readonly #rule: MakerTaker;
  readonly #own = new Map<OrderId, Own>();
  readonly #ended = new Map<OrderId, boolean>();
  /** What is refused is not placed again before then, by side; hedges likewise. */
  readonly #waits: Readonly<Record<Side | 'hedge', Wait>> = {
    buy: { untilUs: 0, wait: new DoublingWait(REST_US) },
    sell: { untilUs: 0, wait: new DoublingWait(REST_US) },
    hedge: { untilUs: 0, wait: new DoublingWait(HEDGE_REST_US) },
  };
  #execution: Execution | undefined;
  #isClosing = false;
  #hasHalted = false;
  /** A hedge of the execution under way was filled. */
  #isHedged = false;
  /** The venue's own countdown ran for long enough at the last look that a new order may rest. */
  #isGuarded = false;

  constructor(maker: Instrument, hedge: Instrument, ports: MakerPorts) {
    this.maker = maker;
    this.hedge = hedge;
    this.quotes = quoteStrategyOf(maker, hedge);
    this.#ports = ports;
    this.#view = new MakerView(maker, hedge, ports);
    this.#rule = new MakerTaker(this.#view.terms, this.#view.purse, ports.budget);
  }

  /** Base that quotes brought and no hedge has taken yet, signed: what is below the hedge's minimum is part of it. */
  get open(): Decimal {
    return this.#rule.desk.net.plus(this.#rule.desk.waiting);
  }

  /** Nothing of it is at a venue or waits for a hedge; a kill keeps hedges waiting. */
  get isOver(): boolean {
    return this.#rule.isIdle && this.#execution === undefined && !this.#rule.desk.isEnough;
  }

  /** It quotes no more; what is filled is still hedged. */
  close(): void {
    this.#isClosing = true;
  }

  /** The line ends: what was gathered is left for a sweep, or to be bought back where quotes sold it. */
  end(): void {
    const { net } = this.#rule.desk;
    if (net.isZero()) return;
    if (net.lt(0)) return this.#ports.leave(this.maker.base, net);
    const { balances } = this.#ports.portfolio;
    const place = balances.free(this.maker.base).gte(net) ? this.maker.base : this.hedge.base;
    this.#ports.leave(place, net);
  }

  /** A fill waits for its hedge, or for the record of both. */
  get isUnderWay(): boolean {
    return this.#rule.desk.isEnough || (this.#execution?.flows.size ?? 0) > 0;
  }

  /** A hedge in this instrument is on its way. */
  isHedging(instrumentId: InstrumentId): boolean {
    return this.hedge.id === instrumentId && this.#rule.hedgesUnderWay > 0;
  }

  /** A quote of this line that is not over. */
  isOwnQuote(orderId: OrderId): boolean {
    return this.#own.get(orderId)?.isHedge === false;
  }

  /** A quote that its venue took, and that has not ended. */
  isQuote({ orderId, state }: Pick<Order, 'orderId' | 'state'>): boolean {
    return this.#own.get(orderId)?.isHedge === false && state === 'accepted';
  }

  onCancelSent(orderId: string, nowUs: TimeUs): void {
    const own = this.#own.get(orderId);
    if (own !== undefined) own.cancelSentUs ??= nowUs;
  }

  /** A quote that stands, and need not be reported on. */
  isResting(order: Order, nowUs: TimeUs, answerUs: DurationUs): boolean {
    if (!this.isQuote(order)) return false;
    const sentUs = this.#own.get(order.orderId)?.cancelSentUs;
    return sentUs === undefined || nowUs - sentUs <= answerUs;
  }

  /** News of an order. @returns false where it is none of this line's. */
  onOrder(order: Order, isOver: boolean, nowUs: TimeUs): boolean {
    const own = this.#own.get(order.orderId);
    if (own === undefined) return false;
    const isFilled = order.filledQty.gt(0);
    // Some venues take an order that must not take, and end it at once: it has rested once it was filled, or we took it back.
    const isTakenBack = isOver && order.state === 'canceled' && own.cancelSentUs !== undefined;
    if (isFilled || (!own.isHedge && isTakenBack))
      this.#waits[own.isHedge ? 'hedge' : order.side].wait.reset();
    this.#count(order, own, nowUs);
    if (isOver) {
      this.#own.delete(order.orderId);
      this.#remember(order.orderId, own.isHedge);
      if (own.isHedge) this.#rule.onHedgeEnd(own.id);
      else this.#rule.onQuoteEnd(own.id);
      if (own.isHedge && order.filledQty.lt(order.qty))
        this.#waits.hedge.untilUs = nowUs + HEDGE_REST_US.first;
      const isRefused = order.state === 'rejected' || order.state === 'denied';
      const isUnasked = order.state === 'canceled' && own.cancelSentUs === undefined && !isFilled;
      if (isRefused || (isUnasked && !own.isHedge)) this.#refused(own.isHedge ? 'hedge' : order.side, nowUs);
    }
    this.look(nowUs);
    return true;
  }

  /** An order that was over is filled all the same. @returns false where it is none of this line's. */
  onLateFill(order: Order, before: FilledBefore, nowUs: TimeUs): boolean {
    const isHedge = this.#ended.get(order.orderId);
    if (isHedge === undefined) return false;
    const { spent, received, asideFees, filledQty, filledNotional } = before;
    const execution = this.#begun(nowUs);
    if (!execution.counted.has(order.orderId))
      execution.counted.set(order.orderId, { spent, received, asideFees });
    this.#count(
      order,
      { id: '', isHedge, filledQty, filledNotional, spent, received, cancelSentUs: undefined },
      nowUs,
    );
    this.look(nowUs);
    return true;
  }

  /** One of its two books has changed. Allocates nothing where that changes nothing of what it does. */
  onBook(nowUs: TimeUs): void {
    if (this.#view.isFresh) {
      const isFree = this.#isGuarded && !this.#ports.isTraded();
      const mayBuy = isFree && nowUs >= this.#waits.buy.untilUs;
      const maySell = isFree && nowUs >= this.#waits.sell.untilUs;
      this.#view.seeBooks(this.obstacle === '');
      if (!this.#rule.mayAct(this.#view.maker, this.#view.hedge, nowUs, mayBuy, maySell)) return;
    }
    this.look(nowUs);
  }

  /** A rule or fee of one of its two markets has changed. */
  forget(): void {
    this.#rule.forget();
  }

  /** A step has ended: what stands in the way since then pulls the quotes with it. */
  onStep(nowUs: TimeUs): void {
    if (this.obstacle !== '' || this.#own.size === 0) return;
    const obstacle = this.#obstacleAt(nowUs);
    if (obstacle === undefined) return;
    this.#view.refresh(this.#own.keys());
    this.#see(obstacle, nowUs);
  }

  /** An order of ours is about to be sent: the quotes that it would trade with are canceled first. */
  makeWay({ instrumentId, side, price }: OrderIntent, nowUs: TimeUs): void {
    if (instrumentId !== this.maker.id || this.#own.size === 0) return;
    for (const action of this.#rule.makeWay(side, price, nowUs)) this.#act(action, nowUs);
  }

  /** Placements and cancels of the last minute, and how many may be sent in one. */
  messages(nowUs: TimeUs): { readonly sent: number; readonly most: number } {
    return { sent: this.#rule.messages(nowUs), most: this.#view.terms.messagesPerMinute };
  }

  /** Looks at everything: settings, what stands in the way, balances, books and time. */
  look(nowUs: TimeUs): void {
    this.#view.refresh(this.#own.keys());
    this.#see(this.#obstacleAt(nowUs), nowUs);
  }

  #see(obstacle: string | undefined, nowUs: TimeUs): void {
    this.obstacle = obstacle ?? '';
    this.#view.seeBooks(obstacle === undefined);
    this.#isGuarded = this.#ports.unguardedRest(this.maker.venue, true, nowUs) === undefined;
    const mayPlace = this.#isGuarded && !this.#ports.isTraded();
    const actions = this.#rule.look(this.#view.maker, this.#view.hedge, nowUs, {
      hedge: !this.#ports.isKilled() && nowUs >= this.#waits.hedge.untilUs,
      place: (side) => mayPlace && nowUs >= this.#waits[side].untilUs,
    });
    for (const action of actions) this.#act(action, nowUs);
    this.claims = this.#rule.claims(this.#view.hedge);
    this.#ports.keep();
    this.#watch(nowUs);
    this.#finish(nowUs);
  }

  #obstacleAt(nowUs: TimeUs): string | undefined {
    if (this.#isClosing) return 'turned off';
    const closed = this.#ports.closedFor();
    if (closed !== undefined) return closed;
    for (const { venue } of [this.maker, this.hedge]) {
      const blocker = this.#ports.blocker(venue);
      if (blocker !== undefined) return `${venue}: ${blocker}`;
    }
    const unguarded = this.#ports.unguardedRest(this.maker.venue, this.#own.size === 0, nowUs);
    if (unguarded !== undefined) return unguarded;
    const doubt = this.#ports.doubt([this.maker.base, this.maker.quote]);
    if (doubt !== undefined) return doubt;
    if (this.#execution !== undefined && this.#execution.flows.size > 0) return 'a fill is being hedged';
    if (this.#view.terms.maxQty.gt(0))
      return this.#ports.forbids(this, this.#resting, this.#execution?.executionId ?? '', nowUs);
    const { symbol, lotSize } = this.maker;
    return this.#view.isPriced
      ? `the largest quote${this.#view.isCanary ? ' of a canary' : ''} is worth less than ${lotSize.toString()} of ${symbol}, the least at ${this.maker.venue}`
      : `${symbol} has no price yet`;
  }

  /** Its quotes that are to stay. */
  get #resting(): Order[] {
    return [...this.#own].flatMap(([orderId, { isHedge, cancelSentUs }]) => {
      const order = isHedge || cancelSentUs !== undefined ? undefined : this.#ports.orders.get(orderId);
      return order === undefined ? [] : [order];
    });
  }

  #act(action: Action, nowUs: TimeUs): void {
    if (action.kind === 'cancel') {
      for (const [orderId, own] of this.#own) {
        if (own.id !== action.id) continue;
        own.cancelSentUs ??= nowUs;
        this.#ports.outbox.perform({ type: 'cancel', venue: this.maker.venue, orderId });
      }
      return;
    }
    const isHedge = action.kind === 'hedge';
    const { side, qty } = isHedge ? action.order : action;
    const price = isHedge ? action.order.limit : action.price;
    const instrument = isHedge ? this.hedge : this.maker;
    const execution = this.#begun(nowUs);
    const intent: OrderIntent = {
      intentId: `${execution.executionId}-${++execution.orders}`,
      executionId: execution.executionId,
      venue: instrument.venue,
      instrumentId: instrument.id,
      symbol: instrument.symbol,
      side,
      price,
      qty,
      timeInForce: isHedge ? 'ioc' : 'gtc',
      // One that comes late must not take at a price that was reckoned with a maker's fee.
      postOnly: isHedge ? undefined : true,
      purpose: isHedge ? 'unwind' : 'open',
    };
    const review = this.#ports.review(intent, nowUs, this.quotes);
    if (!review.ok) {
      this.#ports.orders.deny(intent, review.denial, nowUs);
      this.#refused(isHedge ? 'hedge' : side, nowUs);
      if (isHedge) this.#rule.onHedgeEnd(action.id);
      else this.#rule.onQuoteEnd(action.id);
      return;
    }
    const { orderId } = this.#ports.orders.place(review.intent, nowUs);
    const nothing = { filledQty: ZERO, filledNotional: ZERO, spent: ZERO, received: ZERO };
    this.#own.set(orderId, { id: action.id, isHedge, ...nothing, cancelSentUs: undefined });
  }

  /** What an order moved since it was last counted. */
  #count(order: Order, own: Own, nowUs: TimeUs): void {
    const qty = order.filledQty.minus(own.filledQty);
    if (qty.lte(0)) return;
    const price = divide(order.filledNotional.minus(own.filledNotional), qty, 24, 'down');
    const buys = order.side === 'buy';
    const base = buys ? order.received.minus(own.received) : own.spent.minus(order.spent);
    own.filledQty = order.filledQty;
    own.filledNotional = order.filledNotional;
    if (buys) {
      const execution = this.#begun(nowUs);
      execution.spent = execution.spent.plus(order.spent.minus(own.spent));
    }
    own.spent = order.spent;
    own.received = order.received;
    const instrument = own.isHedge ? this.hedge : this.maker;
    const [from, to] = buys ? [instrument.quote, instrument.base] : [instrument.base, instrument.quote];
    countOrder(this.#begun(nowUs), order, from, to);
    this.#isHedged ||= own.isHedge;
    if (own.isHedge) this.#rule.onHedgeFill(own.id, qty, base, price);
    else this.#rule.onQuoteFill(own.id, qty, base, price);
  }

  #begun(nowUs: TimeUs): Execution {
    this.#execution ??= {
      ...newExecution({
        executionId: this.#ports.nextId(),
        venue: `${this.maker.venue}+${this.hedge.venue}`,
        cycle: undefined,
        path: [this.hedge.quote, this.maker.base],
        startAsset: this.hedge.quote,
        startedUs: nowUs,
      }),
      isOverVenues: true,
    };
    return this.#execution;
  }

  /** Nothing of it is at a venue, and no hedge is due or can be made: what its orders did is one record. */
  #finish(nowUs: TimeUs): void {
    const execution = this.#execution;
    if (execution === undefined || !this.#rule.isIdle) return;
    const { desk } = this.#rule;
    // A kill keeps the hedge back: what was done until then is a record, and after the re-arm the hedge is another.
    if (desk.isEnough && !this.#ports.isKilled()) return;
    // Of what was only quoted there is nothing to record.
    if (execution.flows.size === 0) {
      if (this.#isClosing) this.#execution = undefined;
      return;
    }
    this.#execution = undefined;
    const { portfolio, outbox } = this.#ports;
    const record = recordOf(execution, (asset, amount) => portfolio.valueOf(asset, amount), nowUs);
    const left = desk.isEnough ? `${desk.net.toString()} ${this.maker.symbol} not hedged: killed` : '';
    const expectedNetBps = this.#view.terms.edgeBps;
    const finished = { ...record, outcome: 'quoted', expectedNetBps, detail: left } as const;
    outbox.emit({ type: 'executionFinished', atUs: nowUs, execution: finished });
    const isHedged = this.#isHedged && !desk.isEnough;
    this.#isHedged = false;
    this.#ports.finished(finished, isHedged);
  }

  /** A hedge that is late by as long again as it may take is an operator's matter; it is tried on all the same. */
  #watch(nowUs: TimeUs): void {
    const { desk } = this.#rule;
    const nakedUs = desk.nakedUs(nowUs);
    if (nakedUs === 0) this.#hasHalted = false;
    if (this.#hasHalted || nakedUs < 2 * this.#view.terms.deadlineMs * US_PER_MS) return;
    this.#hasHalted = true;
    const ms = Math.round(nakedUs / US_PER_MS);
    const reason = `${this.open.toString()} of ${this.maker.symbol} filled at ${this.maker.venue} and not hedged at ${this.hedge.venue} for ${ms} ms`;
    this.#ports.halt(reason, nowUs, this.hedge.venue);
  }

  #refused(what: Side | 'hedge', nowUs: TimeUs): void {
    const one = this.#waits[what];
    one.untilUs = nowUs + one.wait.failed();
  }

  #remember(orderId: OrderId, isHedge: boolean): void {
    this.#ended.set(orderId, isHedge);
    if (this.#ended.size <= MAX_ENDED) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#ended.delete(oldest);
  }
}
