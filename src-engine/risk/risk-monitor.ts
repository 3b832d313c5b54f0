/** What the risk engine knows beyond one order, by the run's facts and time; its conclusions are facts, and a restart reads all of it back. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { type Actor, type EngineEvent, type ExecutionRecord, isOfCycle } from '../domain/event.ts';
import { breakerLabel } from '../domain/halt-texts.ts';
import type { Asset, ExecutionId, InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { BreakerName, RiskSnapshot, TradeRecord } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { quotesOf, strategyOf } from '../domain/venue-asset.ts';
import { CoinGuard } from '../portfolio/coin-guard.ts';
import { VenuePrices } from '../portfolio/venue-prices.ts';
import { Breakers } from './breakers.ts';
import { Escalation } from './escalation.ts';
import { Exposure } from './exposure.ts';
import { EMPTY_RECORD, hasNoEdge, kellyStake, recorded } from './kelly.ts';
import { MidSamples } from './mid-samples.ts';
import type { MonitorParts } from './monitor-parts.ts';
import { PegGuard } from './peg-guard.ts';
import { PegPrices } from './peg-prices.ts';
import { Related } from './related.ts';
import { Repetitions } from './repetition.ts';
import { Sizing } from './sizing.ts';

/** What changes with every valuation is recorded at most this often; everything else at once. */
const RECORD_US = 60 * US_PER_SECOND;
/** An asset without a price that cost less than this share of equity does not hide a loss. */
const NEGLIGIBLE_SHARE = 0.01;
const ENGINE: Actor = { kind: 'engine', via: 'risk' };
/** Facts after which the snapshot is another one. */
const RECORDED: ReadonlySet<EngineEvent['type']> = new Set([
  'coinDoubted',
  'coinTrusted',
  'coinDepegged',
  'coinRepegged',
  'transferChanged',
  'inventorySet',
] as const);

export class RiskMonitor {
  readonly samples: MidSamples;
  readonly escalation: Escalation;
  readonly repetitions: Repetitions;
  readonly exposure: Exposure;
  readonly breakers: Breakers;
  /** Whether one code at several venues is one coin. */
  readonly coins: CoinGuard;
  /** Whether stablecoins are worth what they stand for. */
  readonly pegs: PegGuard;
  /** Denials of this run by code. */
  readonly denials = new Map<string, number>();
  record: TradeRecord;
  #tradesToday: number;
  readonly #parts: MonitorParts;
  readonly #related: Related;
  /** Cycles under way: begun by an order that was approved, not yet finished. */
  readonly #underWay = new Map<ExecutionId, Cycle>();
  readonly #sizing: Sizing;
  /** Orders of this step whose refusal is no fault of their venue. */
  readonly #excused = new Set<OrderId>();
  #isChanged = false;
  #isDrifted = false;
  #nextRecordUs: TimeUs = 0;
  /** The list of facts that was looked at last, and how many of it. */
  #watched: readonly EngineEvent[] = [];
  #seen = 0;

  constructor(parts: MonitorParts, left: RiskSnapshot | undefined) {
    this.#parts = parts;
    const { instruments, portfolio } = parts;
    this.samples = new MidSamples(
      parts.syncs,
      instruments.map(({ priceDecimals }) => priceDecimals),
    );
    this.escalation = new Escalation(left);
    this.repetitions = new Repetitions(left?.stops ?? []);
    const held = portfolio.snapshot().map(({ asset, total }) => [asset, total] as const);
    this.exposure = new Exposure(
      { ...parts, instruments: parts.known ?? instruments },
      left?.opened ?? Object.fromEntries(held),
      left?.ofStrategies,
    );
    // A first run has all of it in its opening.
    for (const { asset, total } of (left && parts.joined) ?? []) {
      this.exposure.adopt(asset, decimal(total));
      this.escalation.shiftLater(asset, decimal(total));
    }
    this.breakers = new Breakers(
      [...new Set(instruments.map(({ venue }) => venue))],
      left?.latched ?? [],
      () => parts.limits(),
      (change) => this.#reportBreaker(change.breaker, change.venue, change.nowUs, change.actor ?? ENGINE),
    );
    const prices = new VenuePrices(instruments, parts.syncs, portfolio.universe);
    this.coins = new CoinGuard(prices, portfolio.doubtedCoins, parts.outbox, left?.coins);
    const pegPrices = new PegPrices(instruments, parts.syncs);
    this.pegs = new PegGuard(pegPrices, parts.outbox, () => parts.detection(), left?.depegged);
    this.record = left?.record ?? EMPTY_RECORD;
    this.#tradesToday = left?.tradesToday ?? 0;
    this.#related = new Related(instruments, this.samples, portfolio.universe);
    this.#sizing = new Sizing(instruments, this.exposure, this.samples, () => parts.limits());
  }

  get tradesToday(): number {
    return this.#tradesToday;
  }

  isUnderWay(executionId: ExecutionId): boolean {
    return this.#underWay.has(executionId);
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  snapshot(): RiskSnapshot {
    const { level, levelSinceUs, day, dayOpen, peak, unpriced } = this.escalation;
    const coins = this.coins.standing;
    const { depegged } = this.pegs;
    const inventory = this.#parts.inventory();
    return {
      level,
      levelSinceUs,
      day,
      dayOpenEquity: dayOpen?.toString() ?? null,
      peakEquity: peak?.toString() ?? null,
      tradesToday: this.#tradesToday,
      latched: this.breakers.latched,
      stops: this.repetitions.stops,
      record: this.record,
      ...this.exposure.standing,
      ...(coins === undefined ? {} : { coins }),
      ...(depegged.length === 0 ? {} : { depegged }),
      ...(inventory === undefined ? {} : { inventory }),
      ...(unpriced === undefined ? {} : { unpriced }),
    };
  }

  /**
   * Looks at the facts of a step that it has not seen yet, and adds its own after them. What it adds itself is seen as
   * well: a kill that it throws ends executions.
   */
  watch(events: readonly EngineEvent[], nowUs: TimeUs): void {
    if (events !== this.#watched) this.#seen = 0;
    this.#watched = events;
    for (; this.#seen < events.length; this.#seen++) {
      const event = events[this.#seen];
      if (event !== undefined) this.observe(event);
    }
    this.#excused.clear();
    this.#flush(nowUs);
    this.#seen = events.length;
  }

  /** Takes note of one fact of the run. */
  observe(event: EngineEvent): void {
    if (event.type === 'equitySampled') this.#onEquity(decimal(event.sample.equity), event.atUs);
    else if (event.type === 'executionFinished') this.#onFinished(event.execution);
    else if (event.type === 'orderRejected' || event.type === 'orderUnknown') {
      this.#sizing.stale();
      const { orderId, venue, reason } = event.order;
      if (!this.#excused.delete(orderId)) this.breakers.fault('api-reliability', venue, reason, event.atUs);
    } else if (
      event.type === 'orderAccepted' ||
      event.type === 'orderFilled' ||
      event.type === 'orderCanceled'
    ) {
      this.#sizing.stale();
      this.breakers.orderPassed(event.order.venue, event.atUs);
    } else if (event.type === 'orderCreated') this.#sizing.stale();
    else if (event.type === 'orderDenied' || event.type === 'opportunityDenied') {
      this.denials.set(event.code, (this.denials.get(event.code) ?? 0) + 1);
    } else if (event.type === 'balancesAdopted') {
      for (const { asset, ledger, venue } of event.differences)
        this.#onTransfer(asset, decimal(venue).minus(ledger));
    } else if (RECORDED.has(event.type)) this.#isChanged = true;
    else if (event.type === 'runStarted' || event.type === 'bookStateChanged') {
      this.#isChanged ||= event.type === 'runStarted';
      // Before the first full valuation nothing may be traded: it is tried as soon as it may succeed.
      if (this.escalation.equity !== undefined) return;
      this.#onEquity(decimal(this.#parts.portfolio.sample(event.atUs).equity), event.atUs);
    }
  }

  /** The refusal of an order that is about to be looked at says nothing of its venue: see RejectCause. */
  excuse(orderId: OrderId): void {
    this.#excused.add(orderId);
  }

  /** A message of a book did not fit: a checksum, a gap, a frame that could not be read. */
  onBookFault(venue: VenueName, reason: string, nowUs: TimeUs): void {
    this.breakers.fault('data-quality', venue, reason, nowUs);
  }

  onTick(nowUs: TimeUs): void {
    this.samples.onTick(nowUs);
    this.breakers.onTick(nowUs);
    this.coins.onTick(nowUs);
    this.pegs.onTick(nowUs);
    const { level } = this.escalation;
    if (this.escalation.equity !== undefined && this.escalation.passDay(nowUs)) {
      this.#tradesToday = 0;
      this.#isChanged = true;
      this.#reportLevel(level, nowUs, ENGINE);
    }
    this.#sizing.onTick(nowUs);
  }

  /** The first order of a cycle, or one of those that are sent at once with it, was approved. */
  begin(executionId: ExecutionId, cycle: Cycle): void {
    if (this.#underWay.has(executionId)) return;
    this.#underWay.set(executionId, cycle);
    this.#tradesToday++;
    this.#isChanged = true;
    this.breakers.begin(cycle.venue, executionId);
  }

  /** What the account is worth, as checks may use it: a coin that lost its price to a doubt would hide a loss. */
  get equityHome(): Decimal | undefined {
    const { equity } = this.escalation;
    const { doubtedCoins } = this.#parts.portfolio;
    return doubtedCoins.size === 0 || equity === undefined || this.#isWhole(equity) ? equity : undefined;
  }

  /** What is left of an order's size where sizes are cut. */
  sizeFactor(id: InstrumentId): number {
    return this.#sizing.factorOf(id, this.escalation.level);
  }

  /** Why a cycle, or a strategy by its name, was stopped; undefined: it was not. */
  stoppedFor(strategy: Cycle | string): string | undefined {
    if (this.repetitions.isEmpty) return undefined;
    const name = typeof strategy === 'string' ? strategy : strategyOf(strategy.venue, strategy.path);
    const stop = this.repetitions.stopOf(name);
    return stop && `${stop.strategy}: ${stop.reason}; enable it to trade it again`;
  }

  /** Cycles under way that are related to this one, without the execution's own. */
  relatedTo({ path }: Cycle, executionId: ExecutionId): number {
    if (this.#underWay.size === 0) return 0;
    const others = [...this.#underWay].filter(([id]) => id !== executionId).map(([, other]) => other.path);
    return this.#related.count(path, others, this.#parts.limits().relatedCorrelation);
  }

  /** Largest stake by the record of cycles; undefined while that, or the equity, says too little. */
  get kellyNotional(): Decimal | undefined {
    const { equity } = this.escalation;
    return equity && kellyStake(this.record, equity, this.#parts.limits());
  }

  /** Largest start of a cycle in the home currency that the checks will let pass; see `Sizing`. */
  startCap(cycle: Cycle, most: number): number {
    return this.#sizing.startCap(cycle, most, this.escalation, this.record);
  }

  /** An operator resets a breaker. False when it was not tripped. */
  reset(breaker: BreakerName, venue: VenueName, actor: Actor, nowUs: TimeUs): boolean {
    const { level } = this.escalation;
    const wasTripped = this.breakers.reset(breaker, venue, actor, nowUs);
    if (breaker === 'daily-loss' && (wasTripped || level !== 'normal')) {
      this.escalation.resetDay(nowUs);
      this.#reportLevel(level, nowUs, actor);
    }
    if (breaker === 'drawdown') this.escalation.resetPeak();
    if (breaker === 'exposure' && wasTripped) this.exposure.adoptAll();
    if (breaker === 'no-edge' && wasTripped) this.record = EMPTY_RECORD;
    this.#isChanged = true;
    return wasTripped || level !== this.escalation.level;
  }

  /** An operator stops a strategy until one enables it; one that is stopped keeps its reason. */
  stop(strategy: string, actor: Actor, nowUs: TimeUs): void {
    const reason = 'stopped by an operator';
    if (!this.repetitions.stop({ strategy, reason, sinceUs: nowUs })) return;
    this.#isChanged = true;
    this.#parts.outbox.emit({ type: 'strategyStopped', atUs: nowUs, strategy, reason, actor });
  }

  /** An operator enables a strategy, under the name that it was stopped under. False when it was not stopped. */
  enable(strategy: string, actor: Actor, nowUs: TimeUs): boolean {
    const stop = this.repetitions.enable(strategy);
    if (stop === undefined) return false;
    this.#isChanged = true;
    this.#parts.outbox.emit({ type: 'strategyEnabled', atUs: nowUs, strategy: stop.strategy, actor });
    return true;
  }

  #onEquity(equity: Decimal, nowUs: TimeUs): void {
    if (!this.#isWhole(equity)) return;
    const { portfolio } = this.#parts;
    if (this.escalation.shiftWaiting((asset, amount) => portfolio.valueOf(asset, amount)))
      this.#isChanged = true;
    const limits = this.#parts.limits();
    const { level, day, peak, dayOpen } = this.escalation;
    const hasChanged = this.escalation.observe(equity, nowUs, limits);
    if (this.escalation.day !== day) this.#tradesToday = 0;
    if (dayOpen === undefined || this.escalation.day !== day) this.#isChanged = true;
    this.#isDrifted ||= peak !== this.escalation.peak;
    this.#sizing.refresh(nowUs);
    if (hasChanged) this.#reportLevel(level, nowUs, ENGINE);
    this.#judgeRecord(nowUs);
    const { drawdownPct } = this.escalation;
    if (drawdownPct.gte(limits.maxDrawdownPct)) {
      const reason = `${drawdownPct.toFixed(2)} % below the highest equity, the limit is ${limits.maxDrawdownPct} %`;
      this.#latch('drawdown', reason, nowUs);
    }
    const grossPct = equity.gt(0) ? this.exposure.gross().times(100).div(equity) : ZERO;
    if (grossPct.gt(limits.maxGrossExposurePct)) {
      const reason = `positions are ${grossPct.toFixed(2)} % of equity, the limit is ${limits.maxGrossExposurePct} %`;
      this.#latch('exposure', reason, nowUs);
    }
  }

  /** False while something that is held, and is not negligible, has no price. */
  #isWhole(equity: Decimal): boolean {
    const known = equity.times(NEGLIGIBLE_SHARE);
    const unvalued = this.#parts.portfolio.unvalued();
    return !unvalued.some(({ costHome }) => costHome.lte(0) || costHome.gt(known));
  }

  #onFinished(execution: ExecutionRecord): void {
    const { executionId, venue, path, outcome, finishedUs } = execution;
    this.#underWay.delete(executionId);
    this.breakers.end(venue, executionId);
    const profit = decimal(execution.profitHome);
    if (outcome === 'quoted') {
      // Quotes are trades when they fill; their record is none of the cycles that stakes are reckoned by.
      this.#tradesToday++;
      this.#isChanged = true;
      this.#repeated(quotesOf(venue, path), profit, finishedUs);
    }
    if (outcome === 'denied' || !isOfCycle(outcome)) return;
    this.#repeated(strategyOf(venue, path), profit, finishedUs);
    if (!decimal(execution.startAmount).isZero()) this.record = recorded(this.record, profit);
    this.#isChanged = true;
    this.#judgeRecord(finishedUs);
  }

  /** One more try of a strategy: too many without a profit stop it. */
  #repeated(strategy: string, profit: Decimal, finishedUs: TimeUs): void {
    const stop = this.repetitions.ended(strategy, profit.gt(0), finishedUs, this.#parts.limits());
    if (stop !== undefined) {
      this.#parts.outbox.emit({ type: 'strategyStopped', atUs: finishedUs, strategy, reason: stop.reason });
    }
  }

  /** No stake is left for a record that lost as much as it won: without trades it never changes, so that a person must decide. */
  #judgeRecord(nowUs: TimeUs): void {
    if (!hasNoEdge(this.record, this.#parts.limits())) return;
    const { wins, losses, won, lost } = this.record;
    const home = this.#parts.portfolio.homeAsset;
    const sum = (amount: string): string => `${decimal(amount).toDecimalPlaces(2).toString()} ${home}`;
    const reason = `no edge in the record of executions: ${wins} won ${sum(won)}, ${losses} lost ${sum(lost)}`;
    this.#latch('no-edge', reason, nowUs);
  }

  #onTransfer(asset: Asset, change: Decimal): void {
    this.exposure.adopt(asset, change, this.#parts.owed?.(asset));
    const value = this.#parts.portfolio.valueOf(asset, change);
    if (value === undefined) this.escalation.shiftLater(asset, change);
    else this.escalation.shift(value);
    this.#isChanged = true;
  }

  #reportLevel(from: RiskSnapshot['level'], nowUs: TimeUs, actor: Actor): void {
    const { level: to, lossPct } = this.escalation;
    if (from === to) return;
    this.#isChanged = true;
    const lossText = lossPct.toDecimalPlaces(4, Decimal.ROUND_CEIL).toString();
    this.#parts.outbox.emit({ type: 'riskLevelChanged', atUs: nowUs, from, to, lossPct: lossText, actor });
    if (to === 'halted' || to === 'shutdown')
      this.#latch('daily-loss', `${lossText} % of the day's equity is lost`, nowUs);
    if (to === 'shutdown') this.#parts.kill(`daily loss of ${lossText} %`, nowUs);
  }

  /** Trips once: while it is latched nothing is said again. */
  #latch(breaker: BreakerName, reason: string, nowUs: TimeUs): void {
    if (!this.breakers.latch(breaker, reason, nowUs)) return;
    this.#parts.halt(breaker, `${reason}; reset the breaker ${breakerLabel(breaker)} first`, nowUs);
  }

  #reportBreaker(breaker: BreakerName, venue: VenueName, nowUs: TimeUs, actor: Actor): void {
    this.#isChanged = true;
    const { state, reason } = this.breakers.stateOf(breaker, venue);
    this.#parts.outbox.emit({ type: 'breakerChanged', atUs: nowUs, breaker, venue, state, reason, actor });
  }

  /** Records what a restart needs to know, if it changed. */
  #flush(nowUs: TimeUs): void {
    if (!this.#isChanged && !(this.#isDrifted && nowUs >= this.#nextRecordUs)) return;
    this.#isChanged = false;
    this.#isDrifted = false;
    this.#nextRecordUs = nowUs + RECORD_US;
    this.#parts.outbox.emit({ type: 'riskRecorded', atUs: nowUs, risk: this.snapshot() });
  }
}
