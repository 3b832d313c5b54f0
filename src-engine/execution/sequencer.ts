/**
 * Trades cycles: leg after leg, each sized from what the one before really brought, or all legs at once where the account holds what each
 * of them needs. What a failed leg leaves behind goes home by the cheapest way, within a bound of tries and time.
 */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { Decimal } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { ExecutionId, InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import type { Leg, Opportunity } from '../domain/opportunity.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import { isSameCoin, venuesNamed } from '../domain/venue-asset.ts';
import type { Denial } from '../risk/check.ts';
import { bestPlace, leftOpen, worthwhile } from './evening.ts';
import {
  countOrder,
  type Execution,
  executionOf,
  type MovedBefore,
  newExecution,
  recordOf,
} from './execution.ts';
import { judgeVenue, mayLookAgain, ordersAheadOf, strandedOf, venueOf } from './execution-state.ts';
import { backHome, type Holding, homeward, incomingKey, type NewHolding, stillWanted } from './holding.ts';
import { LateFills, spendLate } from './late-fills.ts';
import { Openings } from './opening.ts';
import { intentOf } from './order-intent.ts';
import { OrderPlanner } from './order-planner.ts';
import { afterDenial, afterOrder, afterRest, isBeyond, whileCompared } from './retries.ts';
import type { SequencerPorts } from './sequencer-ports.ts';
import { type StartObstacle, startObstacle, valueInFlight } from './start-gate.ts';
import { type Sweep, Sweeper } from './sweeper.ts';

export class Sequencer {
  readonly #ports: SequencerPorts;
  readonly #planner: OrderPlanner;
  readonly #openings: Openings;
  readonly #executions = new Map<ExecutionId, Execution>();
  readonly #busy = new Set<InstrumentId>();
  /** What cycles left, of this run and the ones before. */
  readonly sweeper: Sweeper;
  readonly lateFills: LateFills;
  #count = 0;

  constructor(ports: SequencerPorts) {
    this.#ports = ports;
    this.#planner = new OrderPlanner(ports.market, () => ports.collarBps());
    this.sweeper = new Sweeper(this.#planner, ports.portfolio, (asset) => ports.lacking(asset));
    this.#openings = new Openings(ports.portfolio, (id) => this.#planner.instrument(id));
    this.lateFills = new LateFills(this.#planner, ports.portfolio, this.sweeper, ports.outbox);
  }

  get activeCount(): number {
    return this.#executions.size;
  }

  /** Orders that the executions under way will send at least, if all goes well. */
  get ordersAhead(): number {
    return ordersAheadOf(this.#executions.values());
  }

  /** True when another execution is using one of these instruments. */
  isBusy(legs: readonly Pick<Leg, 'instrumentId'>[]): boolean {
    return legs.some((leg) => this.#busy.has(leg.instrumentId));
  }

  /** An execution under way trades at this venue, alone or beside others. */
  isUnderWayAt(venue: VenueName): boolean {
    return [...this.#executions.values()].some((one) => venuesNamed(one.venue).includes(venue));
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
      executionId: this.nextId(),
      venue,
      cycle: { plan, opportunity },
      path,
      startAsset,
      startedUs: nowUs,
    });
    for (const leg of plan.legs) this.#busy.add(leg.instrumentId);
    const { executionId } = execution;
    this.#ports.outbox.emit({ type: 'executionStarted', atUs: nowUs, executionId, opportunity });
    if (
      plan.inventory !== undefined ||
      (this.#ports.settings().parallelLegs && this.#openings.arePaidFor(plan))
    ) {
      this.#openAtOnce(execution, plan, nowUs);
    } else {
      execution.work.push(...this.#openings.of(plan, 0, plan.legs.length, nowUs));
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
    if (execution === undefined) return this.sweeper.onOrphanEnded(order);
    const holding = execution.active.get(order.orderId);
    if (holding === undefined) return;
    execution.active.delete(order.orderId);
    judgeVenue(execution, order, holding, this.#ports.settings().unwindDeadlineMs, nowUs);
    const { balances } = this.#ports.portfolio;
    balances.release(incomingKey(order));
    balances.release(holding.key);
    const output = this.#planner.outputOf(order);
    countOrder(execution, order, holding.asset, output);
    if (holding.openingQty === undefined) this.#leave(execution, order, holding, nowUs);
    else if (holding.asset === execution.startAsset) execution.spent = execution.spent.plus(order.spent);
    if (execution.later.length > 0) this.#follow(execution, order, nowUs);
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
      this.lateFills.take(order, before, () => this.nextId(), nowUs);
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
    if (sweep !== undefined) this.sweep(sweep, nowUs);
  }

  #begin(what: Parameters<typeof newExecution>[0]): Execution {
    const execution = newExecution(what);
    this.#executions.set(execution.executionId, execution);
    return execution;
  }

  nextId(): ExecutionId {
    this.#count++;
    return `${this.#ports.runId}-x${this.#count}`;
  }

  /** Sends every leg, each paid for from the account; of a route one may go alone, and what the others spend is kept meanwhile. */
  #openAtOnce(execution: Execution, plan: CyclePlan, nowUs: TimeUs): void {
    execution.isUneven = true;
    const first = plan.inventory?.first;
    const openings = this.#openings.each(plan, nowUs);
    const others = first === undefined ? [] : openings.filter((_, k) => k !== first);
    for (const [k, opening] of others.entries()) {
      const key = `${execution.executionId}/later-${k + 1}`;
      this.#ports.portfolio.balances.reserve(key, opening.asset, opening.amount);
      execution.later.push({ ...opening, key });
    }
    for (const opening of openings) if (!others.includes(opening)) this.#send(execution, opening, nowUs);
    if (execution.active.size === 0) this.#follow(execution, undefined, nowUs);
  }

  /** The leg that went alone is over: the others go for as much as it filled. @param first undefined: it was never sent. */
  #follow(execution: Execution, first: Order | undefined, nowUs: TimeUs): void {
    const { balances } = this.#ports.portfolio;
    for (const waiting of execution.later.splice(0)) {
      balances.release(waiting.key);
      const opening = first && this.#openings.following(waiting, first);
      if (opening !== undefined && !this.#ports.isKilled()) this.#send(execution, opening, nowUs);
    }
  }

  /** Puts an amount in line and keeps it from other cycles meanwhile. */
  #keep(execution: Execution, what: NewHolding, isLast = false): void {
    execution.holdings++;
    const key = `${execution.executionId}/${execution.holdings}`;
    const holding: Holding = { ...what, openingQty: undefined, key };
    this.#reserve(execution, holding);
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
      if (holding !== undefined) this.#send(execution, holding, nowUs);
      else if (execution.work.length > 0 || !mayLookAgain(execution) || !this.#evenOut(execution, nowUs))
        break;
    }
    if (execution.active.size === 0 && execution.work.length === 0) this.#finish(execution, nowUs);
  }

  /** Legs sent at once, and all orders that evened them out, are over: lines up what evens out all that is open now. False: nothing. */
  #evenOut(execution: Execution, nowUs: TimeUs): boolean {
    execution.isUneven = false;
    const { portfolio } = this.#ports;
    for (const { key } of execution.work.splice(0)) portfolio.balances.release(key);
    execution.stranded.splice(0);
    for (const move of leftOpen(execution, this.#planner, portfolio, this.#isResidual, nowUs)) {
      execution.unwindSinceUs ??= nowUs;
      this.#keep(execution, move);
    }
    return execution.work.length > 0;
  }

  /** Sends one holding on its way, or says what becomes of it: residual, another try later, given up. */
  #send(execution: Execution, waiting: Holding, nowUs: TimeUs): void {
    const rested = afterRest(execution, stillWanted(waiting, execution), nowUs);
    const wanted = worthwhile(execution, rested, this.#planner, this.#isResidual);
    const holding = this.#placed(execution, wanted);
    if (holding.attempts > 0 && this.#giveUp(execution, holding, 'no unwind order was filled', nowUs)) return;
    const { balances } = this.#ports.portfolio;
    // Of the start asset nothing but what opens the cycle leads back to it.
    const isHome = isSameCoin(holding.asset, holding.target) && holding.openingQty === undefined;
    const next = isHome ? 'residual' : this.#planner.next(holding);
    if (next === 'residual') {
      // So little is missing that no order brings it.
      if (holding.want !== undefined) {
        this.#send(execution, backHome(holding, execution), nowUs);
        return;
      }
      balances.release(holding.key);
      return;
    }
    if (next === undefined) {
      const resting = whileCompared(this.#ports, execution, holding, nowUs);
      if (!resting && this.#giveUp(execution, holding, 'no unwind route with live books', nowUs)) return;
      execution.work.push(resting ?? { ...holding, notBeforeUs: nowUs + 1 });
      return;
    }
    const intent = intentOf(execution, holding, next);
    execution.orders++;
    balances.release(holding.key);
    const review = this.#ports.review(intent, nowUs);
    if (review.ok) {
      execution.heldUpUs = 0;
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
    else {
      const elsewhere = execution.isOverVenues ? intent.instrumentId : undefined;
      this.#retry(execution, holding, review.denial, nowUs, elsewhere);
    }
  }

  /** Of a route: where over all venues the holding is best brought home now. */
  #placed(execution: Execution, holding: Holding): Holding {
    if (!execution.isOverVenues || holding.openingQty !== undefined || holding.route.length > 0)
      return holding;
    const { portfolio } = this.#ports;
    portfolio.balances.release(holding.key);
    const { mayTrade } = this.#ports;
    const placed = bestPlace(holding, this.#planner, portfolio, mayTrade, execution.failing);
    this.#reserve(execution, placed);
    return placed;
  }

  /** Of the start asset nothing is kept: it pays from the account. Of others no more than is free where the holding lies. */
  #reserve({ startAsset }: Execution, { key, asset, amount }: Holding): void {
    if (isSameCoin(asset, startAsset)) return;
    const { balances } = this.#ports.portfolio;
    balances.reserve(key, asset, Decimal.min(amount, Decimal.max(0, balances.free(asset))));
  }

  /** What the order does not reserve itself stays with the cycle until the order is over. */
  #keepRest(execution: Execution, holding: Holding, order: Order): void {
    if (holding.openingQty !== undefined || isSameCoin(holding.asset, execution.startAsset)) return;
    const { portfolio } = this.#ports;
    const rest = holding.amount.minus(
      portfolio.requirement(order, this.#planner.instrument(order.instrumentId)).amount,
    );
    if (rest.gt(0)) portfolio.balances.reserve(holding.key, holding.asset, rest);
  }

  #retry(execution: Execution, holding: Holding, denial: Denial, nowUs: TimeUs, at?: InstrumentId): void {
    const resting = whileCompared(this.#ports, execution, holding, nowUs);
    if (resting !== undefined) return this.#keep(execution, resting);
    execution.unwindSinceUs ??= nowUs;
    const tried = afterDenial(holding, denial.code, nowUs, at);
    if (this.#giveUp(execution, tried, `${denial.code}: ${denial.detail}`, nowUs)) return;
    this.#keep(execution, tried);
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
    const stranded = strandedOf(execution, holding, killed ? 'killed' : detail);
    execution.stranded.push(stranded);
    if (!killed) this.#ports.halt(stranded.detail, nowUs, venueOf(execution, holding));
    return true;
  }

  readonly #isResidual = ({ asset, amount }: Pick<Holding, 'asset' | 'amount'>): boolean => {
    const value = this.#ports.portfolio.valueOf(asset, amount);
    const most = this.#ports.maxStartHome().times(this.#ports.settings().residualBps).div(10_000);
    return value?.lte(most) === true;
  };

  #finish(execution: Execution, nowUs: TimeUs): void {
    const { executionId, cycle } = execution;
    this.#executions.delete(executionId);
    this.lateFills.onCycleOver(executionId);
    for (const leg of cycle?.plan.legs ?? []) this.#busy.delete(leg.instrumentId);
    this.sweeper.onFinished(execution);
    const { portfolio } = this.#ports;
    const record = recordOf(execution, (asset, amount) => portfolio.valueOf(asset, amount), nowUs);
    this.#ports.outbox.emit({ type: 'executionFinished', atUs: nowUs, execution: record });
    if (cycle !== undefined) this.#ports.finished(cycle.plan.cycle.id, record);
    else if (record.outcome !== 'swept') this.sweeper.rest(nowUs);
  }

  /** Brings an amount of one asset home: what cycles left of it, or what an operator wants sold; or buys back what is missing. */
  sweep(sweep: Sweep, nowUs: TimeUs): void {
    const { what, fact, first } = this.sweeper.begin(sweep, this.nextId(), nowUs);
    const execution = this.#begin(what);
    this.#ports.outbox.emit(fact);
    this.#keep(execution, first);
    this.#advance(execution, nowUs);
  }
}
