/**
 * Trades cycles: leg after leg, each sized from what the one before really brought, or all legs at once where the
 * account holds what each of them needs. What a failed leg leaves behind goes home by the cheapest way, within a bound
 * of tries and time.
 */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset, ExecutionId, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Leg, Opportunity } from '../domain/opportunity.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import { amountWords, assetName } from '../domain/venue-asset.ts';
import type { Denial } from '../risk/check.ts';
import { countOrder, residualsOf, type Execution, executionOf, newExecution, recordOf } from './execution.ts';
import { backHome, type Holding, homeward, incomingKey, type NewHolding, stillWanted } from './holding.ts';
import { LateFills, type MovedBefore, spendLate } from './late-fills.ts';
import { evenOut } from './netting.ts';
import { OrderPlanner, type PlannedOrder } from './order-planner.ts';
import { afterDenial, afterOrder, isBeyond } from './retries.ts';
import type { SequencerPorts } from './sequencer-ports.ts';
import { type StartObstacle, startObstacle, valueInFlight } from './start-gate.ts';
import { type Sweep, Sweeper } from './sweeper.ts';

export class Sequencer {
  readonly #ports: SequencerPorts;
  readonly #planner: OrderPlanner;
  readonly #executions = new Map<ExecutionId, Execution>();
  readonly #busy = new Set<InstrumentId>();
  /** What cycles left, of this run and the ones before. */
  readonly sweeper: Sweeper;
  readonly lateFills: LateFills;
  #count = 0;

  constructor(ports: SequencerPorts) {
    this.#ports = ports;
    this.#planner = new OrderPlanner(ports.market, () => ports.collarBps());
    this.sweeper = new Sweeper(this.#planner, ports.portfolio);
    const { residuals } = this.sweeper;
    this.lateFills = new LateFills(this.#planner, ports.portfolio, residuals, ports.outbox);
  }

  get activeCount(): number {
    return this.#executions.size;
  }

  /** Orders that the executions under way will send at least, if all goes well. */
  get ordersAhead(): number {
    let count = 0;
    for (const { active, work } of this.#executions.values()) {
      for (const { route } of active.values()) count += Math.max(0, route.length - 1);
      for (const { route } of work) count += Math.max(1, route.length);
    }
    return count;
  }

  /** True when another execution is using one of these instruments. */
  isBusy(legs: readonly Leg[]): boolean {
    return legs.some((leg) => this.#busy.has(leg.instrumentId));
  }

  /** Why a plan that pays is not to be begun; undefined: nothing is in its way. */
  obstacleTo(plan: CyclePlan): StartObstacle | undefined {
    return startObstacle(plan, this.#planner.ways, this.inFlightHome(), this.#ports);
  }

  /** Value of every cycle under way, and of orders whose outcome is unknown, in the home currency. */
  inFlightHome(): Decimal {
    const isOwned = (orderId: OrderId): boolean =>
      executionOf(this.#executions.values(), orderId) !== undefined;
    return valueInFlight(this.#executions.values(), this.#ports.orders.open(), isOwned, this.#ports);
  }

  /** Begins a cycle whose legs risk has looked at; its first orders go out with this step. */
  start(plan: CyclePlan, opportunity: Opportunity, nowUs: TimeUs): void {
    const [startAsset] = plan.cycle.path;
    assert(startAsset !== undefined && plan.legs.length > 0, 'a plan has a start and legs');
    const { venue, path } = plan.cycle;
    const execution = this.#begin({
      executionId: this.#nextId(),
      venue,
      cycle: { plan, opportunity },
      path,
      startAsset,
      startedUs: nowUs,
    });
    for (const leg of plan.legs) this.#busy.add(leg.instrumentId);
    const { executionId } = execution;
    this.#ports.outbox.emit({ type: 'executionStarted', atUs: nowUs, executionId, opportunity });
    if (this.#ports.settings().parallelLegs && this.#isPaidFor(plan)) {
      execution.isUneven = true;
      for (let k = 0; k < plan.legs.length; k++) this.#open(execution, plan, k, k + 1, nowUs);
      for (const holding of execution.work.splice(0)) this.#send(execution, holding, nowUs);
    } else {
      this.#open(execution, plan, 0, plan.legs.length, nowUs);
    }
    this.#advance(execution, nowUs);
  }

  /** An order of ours was filled in part: what came is kept for its own cycle until the order is over. */
  onOrderFilled(order: Order): void {
    const holding = executionOf(this.#executions.values(), order.orderId)?.active.get(order.orderId);
    const asset = this.#planner.outputOf(order);
    if (holding === undefined || asset === holding.target) return;
    const { balances } = this.#ports.portfolio;
    balances.release(incomingKey(order));
    balances.reserve(incomingKey(order), asset, order.received);
  }

  /** An order of ours ended (filled, canceled, rejected or withdrawn): the cycle goes on from what it brought. */
  onOrderEnded(order: Order, nowUs: TimeUs): void {
    const execution = executionOf(this.#executions.values(), order.orderId);
    const holding = execution?.active.get(order.orderId);
    if (execution === undefined || holding === undefined) {
      if (execution === undefined) this.sweeper.onOrphanEnded(order);
      return;
    }
    execution.active.delete(order.orderId);
    const { balances } = this.#ports.portfolio;
    balances.release(incomingKey(order));
    balances.release(holding.key);
    const output = this.#planner.outputOf(order);
    countOrder(execution, order, holding.asset, output);
    if (holding.openingQty === undefined) this.#leave(execution, order, holding, nowUs);
    else if (holding.asset === execution.startAsset) execution.spent = execution.spent.plus(order.spent);
    // The runner withdrew the first order: nothing ever left.
    if (holding.openingQty !== undefined && order.state === 'denied') execution.deniedDetail = order.reason;
    if (order.received.gt(0) && output !== holding.target && !execution.isUneven) {
      const [, ...route] = holding.route;
      const { target, want, attempts, avoid } = holding;
      const amount = order.received;
      const rest = { target, want, route, attempts, avoid, notBeforeUs: nowUs };
      this.#keep(execution, { asset: output, amount, ...rest });
    }
    this.#advance(execution, nowUs);
  }

  /**
   * The venue filled an order that it had called over. What came is brought home while its cycle is under way; true
   * then. Of a finished cycle it is kept for a sweep.
   */
  onLateFill(order: Order, before: MovedBefore, nowUs: TimeUs): boolean {
    const execution = executionOf(this.#executions.values(), order.orderId);
    const asset = this.#planner.outputOf(order);
    if (execution === undefined) {
      this.lateFills.take(order, before, () => this.#nextId(), nowUs);
      return false;
    }
    const received = order.received.minus(before.received);
    const { base, quote } = this.#planner.instrument(order.instrumentId);
    const from = order.side === 'sell' ? base : quote;
    countOrder(execution, order, from, asset);
    execution.unwindSinceUs ??= nowUs;
    const { startAsset, work, cycle } = execution;
    const spent = order.spent.minus(before.spent);
    // Another order may be buying back what it brought, or selling what it spent: once none is under way all is evened out anew.
    if (cycle !== undefined) execution.isUneven = true;
    else if (from !== startAsset) spendLate(work, from, spent, this.#ports.portfolio.balances);
    if (cycle === undefined && asset !== startAsset)
      this.#keep(execution, homeward(asset, received, startAsset, nowUs));
    this.#advance(execution, nowUs);
    return true;
  }

  /** Time passes: holdings whose order was denied are tried again, and none waits beyond its deadline. */
  onTick(nowUs: TimeUs): void {
    for (const execution of this.#executions.values()) this.#advance(execution, nowUs);
    const sweep = this.sweeper.due(nowUs, (venue) => this.#ports.mayTrade(venue));
    if (sweep !== undefined) this.#sweep(sweep, nowUs);
  }

  #begin(what: Parameters<typeof newExecution>[0]): Execution {
    const execution = newExecution(what);
    this.#executions.set(execution.executionId, execution);
    return execution;
  }

  #nextId(): ExecutionId {
    this.#count++;
    return `${this.#ports.runId}-x${this.#count}`;
  }

  /** Lines up the legs from `k` to before `end` of a plan: the first is paid for from the account. */
  #open(execution: Execution, plan: CyclePlan, k: number, end: number, nowUs: TimeUs): void {
    const leg = plan.legs[k];
    const asset = plan.cycle.path[k];
    if (leg === undefined || asset === undefined) return;
    execution.work.push({
      asset,
      amount: this.#requirement(leg),
      target: plan.cycle.path[end] ?? execution.startAsset,
      want: undefined,
      route: plan.legs.slice(k, end),
      openingQty: leg.qty,
      attempts: 0,
      avoid: [],
      notBeforeUs: nowUs,
      key: '',
    });
  }

  /** True when the account holds what every leg needs, all at the same time. */
  #isPaidFor(plan: CyclePlan): boolean {
    const { balances } = this.#ports.portfolio;
    return plan.legs.every((leg, k) => {
      const asset = plan.cycle.path[k];
      return asset !== undefined && this.#requirement(leg).lte(balances.free(asset));
    });
  }

  /** Puts an amount in line and keeps it from other cycles meanwhile. */
  #keep(execution: Execution, what: NewHolding, isLast = false): void {
    execution.holdings++;
    const key = `${execution.executionId}/${execution.holdings}`;
    const holding: Holding = { ...what, openingQty: undefined, key };
    if (what.asset !== execution.startAsset) {
      this.#ports.portfolio.balances.reserve(key, what.asset, what.amount);
    }
    if (isLast) execution.work.unshift(holding);
    else execution.work.push(holding);
  }

  /**
   * What an order did not use. A planned leg that filled in full leaves what its limit price kept in reserve: it
   * stays as residual. Anything else goes home along the cheapest way, unless no order could be that small.
   */
  #leave(execution: Execution, order: Order, holding: Holding, nowUs: TimeUs): void {
    const amount = holding.amount.minus(order.spent);
    if (amount.lte(0) || (order.state === 'filled' && holding.attempts === 0)) return;
    const left = { ...holding, amount, route: [], ...afterOrder(order, holding, nowUs) };
    if (!this.#planner.isTradable(left)) return;
    execution.unwindSinceUs ??= nowUs;
    this.#keep(execution, left, true);
  }

  /** Sends the next order that is due, or ends the execution when nothing is left to send. */
  #advance(execution: Execution, nowUs: TimeUs): void {
    // After a kill there is nothing to wait for: what is held stays where it is, and is reported at once.
    const latestUs = this.#ports.isKilled() ? Number.POSITIVE_INFINITY : nowUs;
    while (execution.active.size === 0) {
      if (execution.isUneven) this.#evenOut(execution, nowUs);
      const due = execution.work.findLastIndex((waiting) => waiting.notBeforeUs <= latestUs);
      const [holding] = due < 0 ? [] : execution.work.splice(due, 1);
      if (holding === undefined) break;
      this.#send(execution, holding, nowUs);
    }
    if (execution.active.size === 0 && execution.work.length === 0) this.#finish(execution, nowUs);
  }

  /** Legs sent at once, and all orders that evened them out, are over: lines up what evens out all that is open now. */
  #evenOut(execution: Execution, nowUs: TimeUs): void {
    execution.isUneven = false;
    const { portfolio } = this.#ports;
    for (const { key } of execution.work.splice(0)) portfolio.balances.release(key);
    execution.stranded.splice(0);
    const valueOf = (asset: Asset, amount: Decimal) => portfolio.valueOf(asset, amount);
    for (const { asset, amount, target, want } of evenOut(execution.flows, execution.startAsset, valueOf)) {
      const move = { ...homeward(asset, amount, target, nowUs), want };
      if (!this.#planner.isTradable({ ...move, openingQty: undefined, key: '' })) continue;
      execution.unwindSinceUs ??= nowUs;
      this.#keep(execution, move);
    }
  }

  /** Sends one holding on its way, or says what becomes of it: residual, another try later, given up. */
  #send(execution: Execution, waiting: Holding, nowUs: TimeUs): void {
    const holding = stillWanted(waiting, execution);
    if (holding.attempts > 0 && this.#giveUp(execution, holding, 'no unwind order was filled', nowUs)) return;
    const { balances } = this.#ports.portfolio;
    // Of the start asset nothing but what opens the cycle leads back to it.
    const isHome = holding.asset === holding.target && holding.openingQty === undefined;
    const next = isHome ? 'residual' : this.#planner.next(holding);
    if (next === 'residual') {
      // So little is missing that no order brings it.
      if (holding.want !== undefined) {
        this.#send(execution, backHome(holding, execution.startAsset), nowUs);
        return;
      }
      balances.release(holding.key);
      return;
    }
    if (next === undefined) {
      if (this.#giveUp(execution, holding, 'no unwind route with live books', nowUs)) return;
      execution.work.push({ ...holding, notBeforeUs: nowUs + 1 });
      return;
    }
    const intent = this.#intent(execution, holding, next);
    execution.orders++;
    balances.release(holding.key);
    const review = this.#ports.review(intent, nowUs);
    if (review.ok) {
      const order = this.#ports.orders.place(review.intent, nowUs);
      const { route } = next;
      const attempts = next.leavesPlan ? Math.max(1, holding.attempts) : holding.attempts;
      if (next.leavesPlan) execution.unwindSinceUs ??= nowUs;
      execution.active.set(order.orderId, { ...holding, route, attempts });
      this.#keepRest(execution, holding, order);
      return;
    }
    this.#ports.orders.deny(intent, review.denial, nowUs);
    if (holding.openingQty !== undefined) execution.deniedDetail = review.denial.detail;
    else this.#retry(execution, holding, review.denial, nowUs);
  }

  /** What the order does not reserve itself stays with the cycle until the order is over. */
  #keepRest(execution: Execution, holding: Holding, order: Order): void {
    if (holding.openingQty !== undefined || holding.asset === execution.startAsset) return;
    const { portfolio } = this.#ports;
    const rest = holding.amount.minus(
      portfolio.requirement(order, this.#planner.instrument(order.instrumentId)).amount,
    );
    if (rest.gt(0)) portfolio.balances.reserve(holding.key, holding.asset, rest);
  }

  #retry(execution: Execution, holding: Holding, denial: Denial, nowUs: TimeUs): void {
    const tried = afterDenial(holding, nowUs);
    execution.unwindSinceUs ??= nowUs;
    if (this.#giveUp(execution, tried, `${denial.code}: ${denial.detail}`, nowUs)) return;
    this.#keep(execution, tried);
  }

  #intent(execution: Execution, holding: Holding, next: PlannedOrder): OrderIntent {
    const continues = holding.attempts === 0 && !next.leavesPlan;
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
      purpose: holding.openingQty !== undefined ? 'open' : continues ? 'continue' : 'unwind',
    };
  }

  /**
   * True when the holding is beyond its tries or its time: it stays where it is. Trading halts, unless it is a residual or
   * what a sweep could not sell: these are kept for a later sweep.
   */
  #giveUp(execution: Execution, holding: Holding, detail: string, nowUs: TimeUs): boolean {
    const killed = this.#ports.isKilled();
    const isOver = killed || isBeyond(execution, holding, this.#ports.settings().unwindDeadlineMs, nowUs);
    execution.unwindSinceUs ??= nowUs;
    if (!isOver) return false;
    this.#ports.portfolio.balances.release(holding.key);
    if (execution.cycle === undefined || this.#isResidual(holding)) return true;
    const { asset, amount, target } = holding;
    const why = killed ? 'killed' : detail;
    const reason =
      asset === execution.startAsset
        ? `missing ${assetName(target)} was not bought back for ${amountWords(amount.toString(), asset)} (${why})`
        : `${amountWords(amount.toString(), asset)} could not be unwound (${why})`;
    execution.stranded.push({ asset, amount, detail: reason });
    if (!killed) this.#ports.halt(reason, nowUs, execution.venue);
    return true;
  }

  #isResidual({ asset, amount }: Holding): boolean {
    const value = this.#ports.portfolio.valueOf(asset, amount);
    const most = this.#ports.maxStartHome().times(this.#ports.settings().residualBps).div(10_000);
    return value?.lte(most) === true;
  }

  #finish(execution: Execution, nowUs: TimeUs): void {
    const { executionId, cycle } = execution;
    this.#executions.delete(executionId);
    this.lateFills.onCycleOver(executionId);
    for (const leg of cycle?.plan.legs ?? []) this.#busy.delete(leg.instrumentId);
    for (const { asset, amount } of residualsOf(execution)) this.sweeper.residuals.add(asset, amount);
    const { portfolio } = this.#ports;
    const record = recordOf(execution, (asset, amount) => portfolio.valueOf(asset, amount), nowUs);
    this.#ports.outbox.emit({ type: 'executionFinished', atUs: nowUs, execution: record });
    if (cycle !== undefined) this.#ports.finished(cycle.plan.cycle.id, record);
    else if (record.outcome !== 'swept') this.sweeper.rest(nowUs);
  }

  /** Brings home what cycles left of one asset. */
  #sweep({ asset, amount, venue }: Sweep, nowUs: TimeUs): void {
    const { portfolio, outbox } = this.#ports;
    const home = portfolio.universe.cashOf(venue);
    const executionId = this.#nextId();
    const path = [home, asset];
    const what = { executionId, venue, cycle: undefined, path, startAsset: home, startedUs: nowUs };
    const execution = this.#begin(what);
    outbox.emit({ type: 'sweepStarted', atUs: nowUs, executionId, venue, asset, amount: amount.toString() });
    this.#keep(execution, homeward(asset, amount, home, nowUs));
    this.#advance(execution, nowUs);
  }

  #requirement(leg: CyclePlan['legs'][number]): Decimal {
    const order = { side: leg.side, price: leg.limitPrice, qty: leg.qty };
    return this.#ports.portfolio.requirement(order, this.#planner.instrument(leg.instrumentId)).amount;
  }
}
