/**
 * Trades cycles leg after leg. Each leg is sized from what the one before really brought; what a failed leg
 * leaves behind goes home by the cheapest way, within a bound of tries and time.
 */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, divide, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { assert } from '../domain/errors.ts';
import type { ExecutionOutcome, ExecutionRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Leg, Opportunity } from '../domain/opportunity.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Review } from '../risk/risk-engine.ts';
import { exchanged } from './leg-sizing.ts';
import type { OrderManager } from './order-manager.ts';
import { type Holding, OrderPlanner, type PlannedOrder, type RouteLeg } from './order-planner.ts';
import type { TradableBooks } from './way-home.ts';

/** Tries to bring one holding home before it counts as stranded, and the time for it. */
const MAX_ATTEMPTS = 5;
const UNWIND_DEADLINE_US: DurationUs = 5 * US_PER_SECOND;
/** A way home that found nothing rests this long before it is tried again: the market must move first. */
const UNWIND_RETRY_US: DurationUs = US_PER_SECOND;
type Execution = {
  readonly executionId: ExecutionId;
  readonly plan: CyclePlan;
  readonly opportunity: Opportunity;
  readonly startAsset: Asset;
  readonly startedUs: TimeUs;
  /** What is still to be sent, last in first out: the main flow goes on before leftovers are brought home. */
  readonly work: Holding[];
  active: { readonly orderId: OrderId; readonly holding: Holding } | undefined;
  readonly dust: { asset: Asset; amount: string }[];
  orders: number;
  spent: Decimal;
  received: Decimal;
  unwindSinceUs: TimeUs | undefined;
  strandedDetail: string | undefined;
};

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
    this.#planner = new OrderPlanner(ports.market);
  }

  get activeCount(): number {
    return this.#executions.size;
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
      work: [{ asset: startAsset, amount, route: plan.legs, attempts: 0, notBeforeUs: nowUs }],
      active: undefined,
      dust: [],
      orders: 0,
      spent: ZERO,
      received: ZERO,
      unwindSinceUs: undefined,
      strandedDetail: undefined,
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
    if (isFirst) execution.spent = spent;
    // A first leg that found less than planned leaves the start asset where it was: nothing to bring home.
    else this.#leave(execution, order, holding, spent, nowUs);
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
    const foundNothing = holding.attempts > 0 && spent.isZero();
    const notBeforeUs = foundNothing ? nowUs + UNWIND_RETRY_US : nowUs;
    // Progress uses up no try: a thin ladder is walked down as long as the time for it lasts.
    const attempts = spent.isZero() ? holding.attempts + 1 : Math.max(1, holding.attempts);
    const left = { ...holding, amount, attempts, notBeforeUs };
    if (this.#planner.isTradable(left.asset, left.amount)) {
      execution.unwindSinceUs ??= nowUs;
      execution.work.unshift(left);
    } else execution.dust.push({ asset: holding.asset, amount: amount.toString() });
  }

  /** Sends the next order, or ends the execution when nothing is left to send. */
  #advance(execution: Execution, nowUs: TimeUs): void {
    for (;;) {
      const due = execution.work.findLastIndex((waiting) => waiting.notBeforeUs <= nowUs);
      const [holding] = due < 0 ? [] : execution.work.splice(due, 1);
      if (holding === undefined) {
        if (execution.work.length === 0) this.#finish(execution, nowUs);
        return;
      }
      if (holding.attempts > 0 && this.#giveUp(execution, holding, 'no way home found a taker', nowUs))
        continue;
      const isStart = holding.asset === execution.startAsset;
      const plannedQty = isStart ? execution.plan.legs[0]?.qty : undefined;
      const next = this.#planner.next(holding, execution.startAsset, plannedQty);
      if (next === 'dust') {
        if (!isStart) {
          execution.dust.push({ asset: holding.asset, amount: holding.amount.toString() });
        }
        continue;
      }
      if (next === undefined) {
        if (this.#giveUp(execution, holding, 'no live way home', nowUs)) continue;
        execution.work.push({ ...holding });
        return;
      }
      const intent = this.#intent(execution, next);
      execution.orders++;
      const review = this.#ports.judge(intent, nowUs);
      if (review.ok) {
        const order = this.#ports.orders.place(review.intent, nowUs);
        execution.active = { orderId: order.orderId, holding: { ...holding, route: next.route } };
        this.#byOrder.set(order.orderId, execution);
        return;
      }
      this.#ports.orders.deny(intent, review.denial, nowUs);
      if (isStart && execution.spent.isZero()) {
        this.#finish(execution, nowUs, review.denial.detail);
        return;
      }
      const tried = { ...holding, attempts: holding.attempts + 1 };
      execution.unwindSinceUs ??= nowUs;
      if (this.#giveUp(execution, tried, `${review.denial.code}: ${review.denial.detail}`, nowUs)) continue;
      execution.work.push(tried);
      return;
    }
  }

  #intent(execution: Execution, next: PlannedOrder): OrderIntent {
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
    execution.strandedDetail = `${amount} could not be brought home (${killed ? 'killed' : detail})`;
    if (!killed) this.#ports.halt(execution.strandedDetail, nowUs);
    return true;
  }

  #finish(execution: Execution, nowUs: TimeUs, deniedDetail?: string): void {
    this.#executions.delete(execution.executionId);
    for (const leg of execution.plan.legs) this.#busy.delete(leg.instrumentId);
    const profit = execution.received.minus(execution.spent);
    const profitHome = this.#ports.portfolio.valueOf(execution.startAsset, profit) ?? ZERO;
    const realized = execution.spent.isZero()
      ? ZERO
      : divide(profit.times(10_000), execution.spent, 4, 'down');
    const record: ExecutionRecord = {
      executionId: execution.executionId,
      opportunityId: execution.opportunity.opportunityId,
      venue: execution.plan.cycle.venue,
      path: execution.plan.cycle.path,
      startAmount: execution.spent.toString(),
      profit: profit.toString(),
      profitHome: profitHome.toString(),
      expectedNetBps: execution.plan.waterfall.netBps,
      realizedNetBps: realized.toNumber(),
      dust: execution.dust,
      outcome: outcomeOf(execution, deniedDetail),
      detail: deniedDetail ?? execution.strandedDetail ?? '',
      startedUs: execution.startedUs,
      finishedUs: nowUs,
    };
    this.#ports.outbox.emit({ type: 'executionFinished', atUs: nowUs, execution: record });
    this.#ports.finished(execution.plan.cycle.id, record);
  }

  #requirement(leg: CyclePlan['legs'][number]): Decimal {
    const order = { side: leg.side, price: leg.limitPrice, qty: leg.qty };
    return this.#ports.portfolio.requirement(order, this.#planner.instrument(leg.instrumentId)).amount;
  }
}

function outcomeOf(execution: Execution, deniedDetail: string | undefined): ExecutionOutcome {
  if (deniedDetail !== undefined) return 'denied';
  if (execution.strandedDetail !== undefined) return 'stranded';
  if (execution.spent.isZero()) return 'missed';
  return execution.unwindSinceUs === undefined ? 'completed' : 'unwound';
}
