/**
 * Trades cycles leg after leg. Each leg is sized from what the one before really brought; what a failed leg
 * leaves behind goes home by the cheapest way, within a bound of tries and time.
 */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { ExecutionId, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Leg, Opportunity } from '../domain/opportunity.ts';
import type { Order, OrderIntent, OrderPurpose } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Denial } from '../risk/check.ts';
import type { Review } from '../risk/risk-engine.ts';
import { type Execution, profitOf, recordOf } from './execution.ts';
import { exchanged } from './leg-sizing.ts';
import type { OrderManager } from './order-manager.ts';
import { type Holding, OrderPlanner, type PlannedOrder, type RouteLeg } from './order-planner.ts';
import type { TradableBooks } from './way-home.ts';

/** Tries to bring one holding home before it counts as stranded, and the time for it. */
const MAX_ATTEMPTS = 5;
const UNWIND_DEADLINE_US: DurationUs = 5 * US_PER_SECOND;
/** A holding for which nothing was found rests this long before the next try: the market must move first. */
const UNWIND_RETRY_US: DurationUs = US_PER_SECOND;

export type SequencerPorts = {
  readonly market: TradableBooks;
  readonly orders: OrderManager;
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  readonly runId: string;
  /** Judges one intent by every risk check. */
  judge(intent: OrderIntent, nowUs: TimeUs): Review;
  /** A cycle ended: for cool-downs and counters. */
  finished(cycleId: number, execution: ExecutionRecord): void;
  /** Something is held that could not be brought home. */
  halt(reason: string, nowUs: TimeUs): void;
  isKilled(): boolean;
  /** Furthest that risk lets an order's price lie beyond the best one. */
  collarBps(): number;
};

export class Sequencer {
  readonly #ports: SequencerPorts;
  readonly #planner: OrderPlanner;
  readonly #executions = new Map<ExecutionId, Execution>();
  readonly #byOrder = new Map<OrderId, Execution>();
  readonly #busy = new Set<InstrumentId>();
  #count = 0;

  constructor(ports: SequencerPorts) {
    this.#ports = ports;
    this.#planner = new OrderPlanner(ports.market, () => ports.collarBps());
  }

  get activeCount(): number {
    return this.#executions.size;
  }

  /** Orders that the executions under way will send at least, if all goes well. */
  get ordersAhead(): number {
    let count = 0;
    for (const { active, work } of this.#executions.values()) {
      if (active !== undefined) count += Math.max(0, active.holding.route.length - 1);
      for (const { route } of work) count += Math.max(1, route.length);
    }
    return count;
  }

  /** True when another execution is using one of these instruments. */
  isBusy(legs: readonly Leg[]): boolean {
    return legs.some((leg) => this.#busy.has(leg.instrumentId));
  }

  /** Begins a cycle whose legs risk has looked at; its first order goes out with this step. */
  start(plan: CyclePlan, opportunity: Opportunity, nowUs: TimeUs): void {
    const startAsset = plan.cycle.path[0];
    assert(startAsset !== undefined && plan.legs.length > 0, 'a plan has a start and legs');
    this.#count++;
    const executionId = `${this.#ports.runId}-x${this.#count}`;
    const first = plan.legs[0];
    const amount = first === undefined ? ZERO : this.#requirement(first);
    const execution: Execution = {
      executionId,
      plan,
      opportunity,
      startAsset,
      startedUs: nowUs,
      work: [{ asset: startAsset, amount, route: plan.legs, attempts: 0, avoid: [], notBeforeUs: nowUs }],
      active: undefined,
      dust: [],
      orders: 0,
      spent: ZERO,
      received: ZERO,
      unwindSinceUs: undefined,
      deniedDetail: undefined,
      stranded: [],
    };
    this.#executions.set(executionId, execution);
    for (const leg of plan.legs) this.#busy.add(leg.instrumentId);
    this.#ports.outbox.emit({ type: 'executionStarted', atUs: nowUs, executionId, opportunity });
    this.#advance(execution, nowUs);
  }

  /** An order of ours ended (filled, canceled, rejected or withdrawn): the cycle goes on from what it brought. */
  onOrderEnded(order: Order, nowUs: TimeUs): void {
    const execution = this.#byOrder.get(order.orderId);
    if (execution?.active?.orderId !== order.orderId) return;
    const { holding } = execution.active;
    this.#byOrder.delete(order.orderId);
    execution.active = undefined;
    const { spent, received } = exchanged(order);
    const [, ...rest] = holding.route;
    const isFirst =
      holding.asset === execution.startAsset && execution.spent.isZero() && holding.attempts === 0;
    // A first leg that found less than planned leaves the start asset where it was: nothing to bring home.
    if (isFirst) execution.spent = spent;
    else this.#leave(execution, order, holding, spent, nowUs);
    // The runner withdrew the first order: nothing ever left.
    if (isFirst && order.state === 'denied') execution.deniedDetail = order.reason;
    if (received.gt(0)) this.#arrive(execution, order, received, rest, { ...holding, notBeforeUs: nowUs });
    this.#advance(execution, nowUs);
  }

  /** Time passes: holdings whose order was denied are tried again, and none waits beyond its deadline. */
  onTick(nowUs: TimeUs): void {
    for (const execution of this.#executions.values()) {
      if (execution.active === undefined) this.#advance(execution, nowUs);
    }
  }

  #arrive(
    execution: Execution,
    order: Order,
    received: Decimal,
    rest: readonly RouteLeg[],
    from: Holding,
  ): void {
    const instrument = this.#planner.instrument(order.instrumentId);
    const asset = order.side === 'sell' ? instrument.quote : instrument.base;
    if (asset === execution.startAsset) execution.received = execution.received.plus(received);
    else execution.work.push({ ...from, asset, amount: received, route: rest });
  }

  /**
   * What an order did not use. A planned leg that filled in full leaves what its limit price kept in reserve: it
   * stays as dust. Anything else goes home along the cheapest way, unless no order could be that small.
   */
  #leave(execution: Execution, order: Order, holding: Holding, spent: Decimal, nowUs: TimeUs): void {
    const amount = holding.amount.minus(spent);
    if (amount.lte(0)) return;
    if (order.state === 'filled' && holding.attempts === 0) {
      execution.dust.push({ asset: holding.asset, amount: amount.toString() });
      return;
    }
    const left = { ...holding, amount, route: [], ...this.#nextTry(order, holding, spent, nowUs) };
    if (this.#planner.isTradable(left.asset, left.amount)) {
      execution.unwindSinceUs ??= nowUs;
      execution.work.unshift(left);
    } else execution.dust.push({ asset: holding.asset, amount: amount.toString() });
  }

  /**
   * How a holding goes on after an order. Progress uses up no try: a thin ladder is walked down as long as the time
   * for it lasts. A way home that found nothing is left for another one; when that finds nothing, it rests.
   */
  #nextTry(
    order: Order,
    { attempts, avoid }: Holding,
    spent: Decimal,
    nowUs: TimeUs,
  ): Pick<Holding, 'attempts' | 'avoid' | 'notBeforeUs'> {
    if (spent.gt(0)) return { attempts: Math.max(1, attempts), avoid: [], notBeforeUs: nowUs };
    const notBeforeUs = attempts > 1 ? nowUs + UNWIND_RETRY_US : nowUs;
    const failed = attempts === 0 ? [] : [...avoid, order.instrumentId];
    return { attempts: attempts + 1, avoid: failed, notBeforeUs };
  }

  /** Sends the next order that is due, or ends the execution when nothing is left to send. */
  #advance(execution: Execution, nowUs: TimeUs): void {
    // Once killed there is nothing to wait for: what is held stays where it is, and that is told at once.
    const latestUs = this.#ports.isKilled() ? Number.POSITIVE_INFINITY : nowUs;
    while (execution.active === undefined) {
      const due = execution.work.findLastIndex((waiting) => waiting.notBeforeUs <= latestUs);
      const [holding] = due < 0 ? [] : execution.work.splice(due, 1);
      if (holding === undefined) break;
      this.#send(execution, holding, nowUs);
    }
    if (execution.active === undefined && execution.work.length === 0) this.#finish(execution, nowUs);
  }

  /** Sends one holding on its way, or says what becomes of it: dust, another try later, given up. */
  #send(execution: Execution, holding: Holding, nowUs: TimeUs): void {
    if (holding.attempts > 0 && this.#giveUp(execution, holding, 'no way home found a taker', nowUs)) return;
    const isStart = holding.asset === execution.startAsset;
    const plannedQty = isStart ? execution.plan.legs[0]?.qty : undefined;
    const next = this.#planner.next(holding, execution.startAsset, plannedQty);
    if (next === 'dust') {
      if (!isStart) execution.dust.push({ asset: holding.asset, amount: holding.amount.toString() });
      return;
    }
    if (next === undefined) {
      if (this.#giveUp(execution, holding, 'no live way home', nowUs)) return;
      execution.work.push({ ...holding, notBeforeUs: nowUs + 1 });
      return;
    }
    const purpose = isStart ? 'open' : next.leavesPlan || holding.attempts > 0 ? 'unwind' : 'continue';
    const intent = this.#intent(execution, next, purpose);
    execution.orders++;
    const review = this.#ports.judge(intent, nowUs);
    if (review.ok) {
      const order = this.#ports.orders.place(review.intent, nowUs);
      const { route } = next;
      const attempts = next.leavesPlan ? Math.max(1, holding.attempts) : holding.attempts;
      if (next.leavesPlan) execution.unwindSinceUs ??= nowUs;
      execution.active = { orderId: order.orderId, holding: { ...holding, route, attempts } };
      this.#byOrder.set(order.orderId, execution);
      return;
    }
    this.#ports.orders.deny(intent, review.denial, nowUs);
    if (isStart) execution.deniedDetail = review.denial.detail;
    else this.#retry(execution, holding, review.denial, nowUs);
  }

  /** The first denial leaves the route for the way home at once; each further one rests before the next try. */
  #retry(execution: Execution, holding: Holding, denial: Denial, nowUs: TimeUs): void {
    const notBeforeUs = holding.attempts === 0 ? nowUs : nowUs + UNWIND_RETRY_US;
    const tried = { ...holding, route: [], attempts: holding.attempts + 1, notBeforeUs };
    execution.unwindSinceUs ??= nowUs;
    if (this.#giveUp(execution, tried, `${denial.code}: ${denial.detail}`, nowUs)) return;
    execution.work.push(tried);
  }

  #intent(execution: Execution, next: PlannedOrder, purpose: OrderPurpose): OrderIntent {
    return {
      intentId: `${execution.executionId}-${execution.orders + 1}`,
      executionId: execution.executionId,
      venue: next.instrument.venue,
      instrumentId: next.instrument.id,
      symbol: next.instrument.symbol,
      side: next.leg.side,
      price: next.limit,
      qty: next.qty,
      timeInForce: 'ioc',
      purpose,
    };
  }

  /** True when the holding is beyond its tries or its time: it stays where it is and trading halts. */
  #giveUp(execution: Execution, holding: Holding, detail: string, nowUs: TimeUs): boolean {
    const late =
      execution.unwindSinceUs !== undefined && nowUs - execution.unwindSinceUs > UNWIND_DEADLINE_US;
    const killed = this.#ports.isKilled();
    execution.unwindSinceUs ??= nowUs;
    if (!late && !killed && holding.attempts < MAX_ATTEMPTS) return false;
    const amount = `${holding.amount.toString()} ${holding.asset}`;
    const stranded = `${amount} could not be brought home (${killed ? 'killed' : detail})`;
    execution.stranded.push(stranded);
    if (!killed) this.#ports.halt(stranded, nowUs);
    return true;
  }

  #finish(execution: Execution, nowUs: TimeUs): void {
    this.#executions.delete(execution.executionId);
    for (const leg of execution.plan.legs) this.#busy.delete(leg.instrumentId);
    const profitHome = this.#ports.portfolio.valueOf(execution.startAsset, profitOf(execution)) ?? ZERO;
    const record = recordOf(execution, profitHome, nowUs);
    this.#ports.outbox.emit({ type: 'executionFinished', atUs: nowUs, execution: record });
    this.#ports.finished(execution.plan.cycle.id, record);
  }

  #requirement(leg: CyclePlan['legs'][number]): Decimal {
    const order = { side: leg.side, price: leg.limitPrice, qty: leg.qty };
    return this.#ports.portfolio.requirement(order, this.#planner.instrument(leg.instrumentId)).amount;
  }
}
