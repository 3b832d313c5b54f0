/**
 * Everything that the venue says of orders and of the account, and what follows from it: the order manager books it, the
 * sequencer goes on from it, the reconciler holds it against the ledger, and what makes no sense halts trading.
 */
import { decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor, WatchdogDeed } from '../domain/event.ts';
import type { Asset, OrderId, VenueName } from '../domain/ids.ts';
import type { ExecutionSettings } from '../domain/limits.ts';
import type { Order, VenueOrderEvent } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import type { DeclaredTransfers } from '../execution/balance-check.ts';
import { DeadManSwitch } from '../execution/dead-man-switch.ts';
import type { OrderEvent, OrderManager } from '../execution/order-manager.ts';
import { Reconciler } from '../execution/reconciler.ts';
import type { Sequencer } from '../execution/sequencer.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Denial } from '../risk/check.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { isOfAccountStrategy } from '../strategies/session/at-account.ts';
import type { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import { CrossedCancels } from './crossed-cancels.ts';
import type { LegOdds } from './leg-odds.ts';
import type { MakerDesk } from './maker-desk.ts';
import type { FilledBefore } from './maker-line.ts';
import type { FailedEffect, Input } from './input.ts';
import type { KernelConfig } from './kernel-config.ts';

export type OrderEventsParts = {
  readonly orders: OrderManager;
  readonly portfolio: Portfolio;
  readonly sequencer: Sequencer;
  readonly strategies: Pick<StrategyDesk, 'onOrderEnded' | 'onLateFill' | 'onHaltedBy'>;
  readonly maker: MakerDesk;
  readonly odds: LegOdds;
  readonly killSwitch: KillSwitch;
  readonly outbox: Outbox;
  readonly venues: readonly VenueName[];
  readonly mustReconcile: boolean;
  /** Assets of the run's instruments. */
  readonly traded: ReadonlySet<Asset>;
  readonly transfers: DeclaredTransfers;
  settings(): ExecutionSettings;
  /** Those of the venues that have a dead-man switch. */
  readonly withDeadMan: readonly VenueName[];
  /** @param venue that alone is halted; undefined: all. */
  halt(code: string, reason: string, nowUs: TimeUs, venue: VenueName | undefined): void;
  /** False while new orders at a venue need an arming that was not given. */
  isArmed(venue: VenueName): boolean;
  /** The refusal of an order is no fault of its venue: see RejectCause. */
  excuse(orderId: OrderId): void;
  /** Why a venue's dead-man switch is not to be put off; empty: trading goes on there and its books are looked at. */
  unguarded(venue: VenueName, nowUs: TimeUs): string;
};

/** What of the kernel's inputs is about orders and accounts. */
type OrderInput = Extract<
  Input,
  {
    kind:
      | 'order'
      | 'withdrawn'
      | 'effect-failed'
      | 'wake'
      | 'clock-set'
      | 'journal-failed'
      | 'watchdog-acted'
      | 'watchdog-lost'
      | 'watchdog-back';
  }
>;

/** A quote is placed only while the countdown of its venue has so long to go: one that is renewed as it should be has twice that. */
const LEFT_TO_PLACE_US: DurationUs = 20 * US_PER_SECOND;

/** What the run before left. */
type Recovered = Pick<
  KernelConfig,
  'openOrders' | 'unfinishedFills' | 'abandonedFills' | 'residuals' | 'sweptBeyond'
>;

export class OrderEvents {
  readonly reconciler: Reconciler;
  readonly #parts: OrderEventsParts;
  /** Venues whose account no watchdog watches, and why. */
  readonly #unwatched = new Map<VenueName, string>();
  readonly #crossed: CrossedCancels;
  /** At venues that keep an account. */
  readonly deadMan: DeadManSwitch;

  constructor(parts: OrderEventsParts) {
    this.#parts = parts;
    this.reconciler = new Reconciler({
      ...parts,
      report: (event) => this.#onOrder(event),
    });
    this.#crossed = new CrossedCancels({
      isOpen: (orderId) => parts.orders.isOpen(orderId),
      look: (venue, nowUs) => this.reconciler.request(venue, 'periodic', nowUs),
    });
    this.deadMan = new DeadManSwitch({
      outbox: parts.outbox,
      // Only an account has orders that could outlive us.
      venues: parts.mustReconcile ? parts.withDeadMan : [],
      isWanted: (venue) => parts.isArmed(venue),
      obstacle: (venue, nowUs) => this.unwatched(venue) || parts.unguarded(venue, nowUs),
      halt: (code, reason, nowUs, venue) => parts.halt(code, reason, nowUs, venue),
    });
  }

  /**
   * The run begins: orders of the last one come in as unknown, what its unfinished cycles left is kept for a sweep, and
   * the venue is asked how the account stands.
   */
  begin(left: Recovered, nowUs: TimeUs): void {
    const { openOrders, unfinishedFills, abandonedFills, residuals, sweptBeyond } = left;
    const { orders, outbox } = this.#parts;
    const { sweeper, lateFills } = this.#parts.sequencer;
    orders.recover(openOrders ?? [], nowUs);
    // Those of a strategy at an account find it as strategies begin.
    for (const order of orders.open()) if (!isOfAccountStrategy(order.executionId)) sweeper.onOrphan(order);
    for (const { record, isCycleOver } of openOrders ?? []) {
      if (isCycleOver === true) lateFills.onCycleOver(record.executionId);
    }
    for (const [executionId, left] of sweeper.take(unfinishedFills ?? [])) {
      outbox.emit({ type: 'executionAbandoned', atUs: nowUs, executionId, left });
    }
    sweeper.take(abandonedFills ?? []);
    // Of all that was left without a record.
    for (const { asset, amount } of sweptBeyond ?? []) sweeper.residuals.add(asset, decimal(amount));
    for (const { asset, amount } of residuals ?? []) sweeper.residuals.book(asset, decimal(amount));
    this.reconciler.begin(nowUs);
  }

  take(input: OrderInput): void {
    switch (input.kind) {
      case 'order':
        this.#onEvent(input.event);
        return;
      case 'withdrawn':
        this.#onWithdrawn(input.orderId, input.denial, input.atUs);
        return;
      case 'effect-failed':
        this.#onEffectFailed(input.effect, input.reason, input.atUs);
        return;
      case 'wake':
      case 'clock-set':
        this.#onTimeLost(input);
        return;
      case 'journal-failed':
        this.#parts.halt('journal-failed', input.reason, input.atUs, undefined);
        return;
      case 'watchdog-acted':
        this.#onWatchdogActed(input.deed, input.atUs);
        return;
      case 'watchdog-lost':
        this.#onWatchdogLost(input.venue, input.reason, input.atUs);
        return;
      case 'watchdog-back':
        this.#unwatched.delete(input.venue);
    }
  }

  /** Why nothing new begins at a venue: its account has no watchdog. Empty: it has one, or needs none. */
  unwatched(venue: VenueName): string {
    return this.#unwatched.get(venue) ?? '';
  }

  /**
   * Why no order may rest at a venue, as it would outlast a machine that sleeps or a network that ends; undefined: the venue cancels it by
   * itself then, or it is simulated. @param isNew it is yet to be placed: the countdown must have a while to go.
   */
  unguardedRest(venue: VenueName, isNew: boolean, nowUs: TimeUs): string | undefined {
    if (!this.#parts.mustReconcile) return undefined;
    if (!this.#parts.withDeadMan.includes(venue))
      return `${venue} has no dead-man switch: quotes would outlast this engine`;
    return this.deadMan.gap(venue, isNew ? LEFT_TO_PLACE_US : 0, nowUs);
  }

  #onEvent(event: VenueOrderEvent): void {
    switch (event.kind) {
      case 'open-orders':
        this.#onOpenOrders(event.venue, event.count, event.atUs);
        return;
      case 'account':
        this.reconciler.onAccount(event.account, event.atUs);
        return;
      case 'account-failed':
        this.reconciler.onFailed(event.venue, event.reason, event.atUs);
        return;
      case 'link':
        this.reconciler.onLink(event.venue, event.state, event.reason, event.atUs);
        return;
      case 'cancel-all-failed':
        this.#onCancelAllFailed(event.venue, event.reason, event.atUs);
        return;
      case 'unread-rows':
        this.reconciler.onUnread(event.venue, event.rows, event.atUs);
        return;
      case 'guarded':
        this.deadMan.onAnswer(event.venue, event.timeoutMs, event.refusal, event.atUs);
        return;
      case 'accepted':
      case 'fill':
      case 'canceled':
      case 'rejected':
      case 'unknown':
      case 'cancel-rejected':
        this.#onOrder(event);
    }
  }

  /** The runner did not send an order. */
  #onWithdrawn(orderId: OrderId, denial: Denial, nowUs: TimeUs): void {
    const order = this.#parts.orders.withdraw(orderId, denial, nowUs);
    if (order !== undefined) this.#onEnded(order, nowUs);
  }

  /** No adapter carried it out: trading halts, and what waits for the answer is ended. */
  #onEffectFailed(effect: FailedEffect, reason: string, nowUs: TimeUs): void {
    this.#parts.halt('effect-failed', `${effect.type} was not carried out: ${reason}`, nowUs, effect.venue);
    if (effect.type === 'cancelAll') this.#parts.killSwitch.fail(effect.venue, reason);
    else if (effect.type === 'reconcile') this.reconciler.onFailed(effect.venue, reason, nowUs);
    else if (effect.type === 'keepAlive')
      this.deadMan.onAnswer(effect.venue, effect.timeoutMs, `not sent: ${reason}`, nowUs);
  }

  /** The machine slept, so events may have been missed; or its clock was set, so an operator has to check first. */
  #onTimeLost(input: Extract<Input, { readonly kind: 'wake' | 'clock-set' }>): void {
    if (input.kind === 'clock-set') {
      const seconds = (Math.abs(input.stepUs) / 1e6).toFixed(1);
      const way = input.stepUs > 0 ? 'ahead of' : 'behind';
      const reason = `the machine's clock was set ${seconds} s ${way} the clock of this run, which is unchanged`;
      this.#parts.halt('clock', reason, input.atUs, undefined);
    }
    this.reconciler.requestAll('wake', input.atUs);
  }

  /** Resting orders are gone, and this engine saw nothing of what happened meanwhile. */
  #onWatchdogActed(deed: WatchdogDeed, nowUs: TimeUs): void {
    this.#parts.outbox.emit({ type: 'watchdogActed', atUs: nowUs, ...deed });
    const { venue, cause, canceled } = deed;
    const reason = `the engine was ${cause}, and the watchdog canceled ${canceled} orders at ${venue}`;
    this.#parts.halt('watchdog', reason, nowUs, venue);
    this.reconciler.request(venue, 'wake', nowUs);
  }

  /** An engine that dies now leaves its orders: trading halts, and no resuming opens it before another one watches. */
  #onWatchdogLost(venue: VenueName, reason: string, nowUs: TimeUs): void {
    this.#parts.outbox.emit({ type: 'watchdogLost', atUs: nowUs, venue, reason });
    const gone = `the watchdog of ${venue} is not running: ${reason}`;
    this.#unwatched.set(venue, gone);
    this.#parts.halt('watchdog', gone, nowUs, venue);
  }

  /** Orders whose end is overdue are in doubt: a cycle must not wait for them in silence. */
  onTick(nowUs: TimeUs): void {
    const { orders, outbox, maker } = this.#parts;
    const latestMs = this.#parts.settings().unwindDeadlineMs;
    for (const order of orders.open()) {
      const { orderId, venue, state, updatedUs } = order;
      if (state === 'unknown' || nowUs - updatedUs <= latestMs * US_PER_MS) continue;
      if (maker.isResting(order, nowUs, latestMs * US_PER_MS)) continue;
      outbox.perform({ type: 'cancel', venue, orderId });
      const reason = `its end was not reported within ${latestMs} ms`;
      this.#onOrder({ kind: 'unknown', orderId, reason, atUs: nowUs });
    }
    this.#crossed.onTick(nowUs);
    this.reconciler.onTick(nowUs);
    this.deadMan.onTick(nowUs);
  }

  /** Why an operator may not settle this order now; undefined: it may be settled. */
  settlementObstacle(orderId: OrderId, nowUs: TimeUs): string | undefined {
    const { orders, venues } = this.#parts;
    const venue = orders.get(orderId)?.venue;
    if (venue !== undefined && orders.isOpen(orderId) && !venues.includes(venue))
      return `this run does not reach the account at ${venue}: only that venue knows its end`;
    return orders.settlementObstacle(orderId, nowUs);
  }

  /** Ends an unknown order on an operator's word; nothing happens while there is an obstacle. */
  settle(orderId: OrderId, actor: Actor, nowUs: TimeUs): void {
    if (this.settlementObstacle(orderId, nowUs) !== undefined) return;
    const order = this.#parts.orders.settle(orderId, actor, nowUs);
    if (order !== undefined) this.#onEnded(order, nowUs);
  }

  #onOpenOrders(venue: VenueName, count: number, atUs: TimeUs): void {
    const { killSwitch, outbox } = this.#parts;
    if (!killSwitch.isOn) return;
    killSwitch.verify(venue, count);
    const openOrders = killSwitch.verifiedOpenOrders;
    if (openOrders !== undefined) outbox.emit({ type: 'killVerified', atUs, openOrders });
    if (count === 0) this.deadMan.onEmpty(venue);
  }

  /** Reported with every new reason: the operator may have to cancel at the venue. */
  #onCancelAllFailed(venue: VenueName, reason: string, nowUs: TimeUs): void {
    const { killSwitch } = this.#parts;
    if (!killSwitch.isOn) return;
    killSwitch.fail(venue, reason);
    this.#parts.halt('kill-failed', `the kill has not reached ${venue}; retrying: ${reason}`, nowUs, venue);
  }

  #onOrder(event: OrderEvent): void {
    const { orders, sequencer, maker } = this.#parts;
    const { orderId, atUs } = event;
    const before = orders.get(orderId);
    const wasUnknown = before?.state === 'unknown';
    const moved: FilledBefore = {
      filledQty: before?.filledQty ?? ZERO,
      filledNotional: before?.filledNotional ?? ZERO,
      fees: before?.fees ?? ZERO,
      spent: before?.spent ?? ZERO,
      received: before?.received ?? ZERO,
      asideFees: before?.asideFees.length ?? 0,
    };
    const news = orders.apply(event);
    if (news === undefined) {
      // Money moved for an order that this run does not know.
      if (event.kind === 'fill') this.#doubt(orderId, atUs);
      return;
    }
    const { order, kind, trouble } = news;
    if (trouble !== undefined) this.#haltFor(order, trouble.code, trouble.reason, atUs);
    if (order.state === 'unknown' && !wasUnknown) {
      this.#haltFor(order, 'order-unknown', `order ${orderId}: ${order.reason ?? ''}`, atUs);
      this.#doubt(orderId, atUs);
    }
    // What rests of an earlier run is no quote of this one: no hedge is reckoned with for it.
    const isNews = event.kind === 'accepted' || event.kind === 'fill';
    if (isNews && order.timeInForce === 'gtc' && order.state === 'accepted' && !maker.isQuote(order))
      this.#parts.outbox.perform({ type: 'cancel', venue: order.venue, orderId });
    if (event.kind === 'cancel-rejected' && orders.isOpen(orderId)) this.#onCancelRefused(order, atUs);
    if (event.kind === 'rejected' && event.cause !== undefined && this.#costsNothing(order))
      this.#parts.excuse(orderId);
    if (kind === 'part' && !maker.onOrder(order, false, atUs)) sequencer.onOrderFilled(order);
    if (kind === 'ended') this.#onEnded(order, atUs);
    if (kind === 'late-fill') this.#onLateFill(news.order.orderId, moved, atUs);
  }

  /** A quote, or the one order of its execution so far: nothing is out that another order has to bring home. */
  #costsNothing(order: Order): boolean {
    return order.postOnly === true || (order.purpose === 'open' && !this.#parts.orders.hasCompany(order));
  }

  /** Mostly it is filled or over by then: of a quote that is awaited for a while, of any other order it is a doubt at once. */
  #onCancelRefused(order: Order, nowUs: TimeUs): void {
    const { orderId, venue, state } = order;
    const isAwaited = state !== 'unknown' && this.#parts.maker.isOwnQuote(orderId);
    if (!isAwaited || this.#crossed.onRefused(orderId, venue, nowUs)) this.#doubt(orderId, nowUs);
  }

  /** For the strategy, the quoted market, or the cycle that it belongs to. */
  #onEnded(order: Order, nowUs: TimeUs): void {
    const { strategies, maker, sequencer, odds } = this.#parts;
    odds.onEnded(order);
    if (strategies.onOrderEnded(order, nowUs) || maker.onOrder(order, true, nowUs)) return;
    sequencer.onOrderEnded(order, nowUs);
  }

  #onLateFill(orderId: OrderId, before: FilledBefore, atUs: TimeUs): void {
    const { orders, sequencer, maker } = this.#parts;
    const order = orders.get(orderId);
    if (order === undefined) return;
    if (maker.onLateFill(order, before, atUs)) return;
    const isOfStrategy = this.#parts.strategies.onLateFill(order, before, atUs);
    if (!isOfStrategy && sequencer.onLateFill(order, before, atUs)) return;
    const reason = `order ${orderId} on ${order.symbol} was filled after it was ${order.state}`;
    this.#haltFor(order, 'late-fill', reason, atUs);
  }

  /** At its venue; a strategy whose order it was is taken back from its account. */
  #haltFor(order: Order, code: string, reason: string, atUs: TimeUs): void {
    this.#parts.halt(code, reason, atUs, order.venue);
    this.#parts.strategies.onHaltedBy(order, reason, atUs);
  }

  /** A report does not fit the order: the account is reconciled with the venue. */
  #doubt(orderId: OrderId, atUs: TimeUs): void {
    const { orders, venues } = this.#parts;
    const venue = orders.get(orderId)?.venue;
    for (const one of venue === undefined ? venues : [venue]) this.reconciler.request(one, 'doubt', atUs);
  }
}
