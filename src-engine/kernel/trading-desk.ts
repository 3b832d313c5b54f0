/** From a cycle that pays to an order: size it, check every gate, and pass it to the sequencer. */
import { chargesOf } from '../detection/fee-charge.ts';
import { gridOf, type InstrumentGrid } from '../detection/instrument-grid.ts';
import { CycleIndex } from '../detection/cycle-index.ts';
import { type CyclePlan, CycleSizer } from '../detection/cycle-sizing.ts';
import { OpportunityTracker } from '../detection/opportunity-tracker.ts';
import { type Decimal, decimal, ONE, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { Asset, CycleId, InstrumentId } from '../domain/ids.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { Sequencer } from '../execution/sequencer.ts';
import { besideKept } from '../portfolio/balances.ts';
import { homeValue } from '../portfolio/order-cost.ts';
import { amountsOf } from '../risk/limit-amounts.ts';
import { CaptureGate } from './capture-gate.ts';
import type { TradingDeskParts } from './desk-parts.ts';
import type { Input } from './input.ts';
import { LegOdds } from './leg-odds.ts';
import { MakerDesk } from './maker-desk.ts';
import { OrderReviewer } from './order-reviewer.ts';
import { OwnOrders } from './own-orders.ts';
import { Refusals } from './refusals.ts';
import { RouteDesk } from './route-desk.ts';
import { RouteTrader, type Verdict } from './route-trader.ts';
import { StartingInventory } from './starting-inventory.ts';

export class TradingDesk {
  readonly index: CycleIndex;
  readonly tracker: OpportunityTracker;
  readonly sequencer: Sequencer;
  readonly reviewer: OrderReviewer;
  readonly routes: RouteDesk;
  readonly maker: MakerDesk;
  /** Those that rest at accounts; of a twin, those of its account. */
  readonly ownOrders: OwnOrders;
  readonly odds = new LegOdds();
  readonly capture: CaptureGate;
  readonly #parts: TradingDeskParts;
  readonly #grids: InstrumentGrid[];
  readonly #sizer: CycleSizer;
  /** Per cycle: no new try before this time; and whether this life's last try found nothing. */
  readonly #restUntilUs: Float64Array;
  readonly #missed: Uint8Array;
  /** What the last cycle was sized by, as a decimal and as a number: the way over its text is long. */
  #mark = ZERO;
  #markNumber = 0;
  #free = ZERO;
  #freeNumber = 0;
  readonly #refusals: Refusals;
  readonly #inventory: StartingInventory;

  constructor(parts: TradingDeskParts) {
    const { store, cycles } = parts;
    this.#parts = parts;
    this.#grids = store.instruments.map(gridOf);
    this.index = new CycleIndex(cycles, this.#grids);
    this.#sizer = new CycleSizer(store.instruments, store.books, this.#grids);
    this.tracker = new OpportunityTracker(parts.config.runId, parts.outbox);
    this.#refusals = new Refusals(this.tracker, parts.outbox);
    this.capture = new CaptureGate(parts.settings, this.tracker, parts.config.runId);
    this.capture.take(parts.config.scorer);
    this.#restUntilUs = new Float64Array(cycles.length);
    this.#missed = new Uint8Array(cycles.length);
    const { portfolio, outbox } = parts;
    this.#inventory = new StartingInventory(
      {
        portfolio,
        instruments: store.instruments,
        outbox,
        isUnderWayAt: (venue) => this.sequencer.isUnderWayAt(venue),
      },
      parts.config.freshAt ?? [],
    );
    const { mustReconcile, twinOf } = parts.config;
    this.ownOrders = new OwnOrders(store, mustReconcile === true || twinOf !== undefined);
    this.reviewer = new OrderReviewer({
      store,
      portfolio: parts.portfolio,
      killSwitch: parts.killSwitch,
      armings: parts.armings,
      monitor: parts.monitor,
      grids: this.#grids,
      limits: () => parts.settings.limits,
      unreconciled: (venue, isUnderWay) => parts.unreconciled(venue, isUnderWay),
      own: this.ownOrders,
      makeWay: (intent, nowUs) => this.maker.makeWay(intent, nowUs),
    });
    this.sequencer = new Sequencer({
      market: {
        instruments: store.instruments,
        known: parts.known,
        books: store.books,
        grids: this.#grids,
        isLive: (id) => store.sync(id).state === 'live',
      },
      orders: parts.orders,
      portfolio: parts.portfolio,
      outbox: parts.outbox,
      runId: parts.config.runId,
      review: (intent, nowUs) => this.reviewer.reviewOrder(intent, nowUs),
      finished: (cycleId, execution) => this.#onFinished(cycleId, execution),
      halt: (reason, nowUs, venue) => parts.halt('stranded', reason, nowUs, venue),
      isKilled: () => parts.killSwitch.isOn,
      mayTrade: (venue) => parts.blockers.of(venue) === undefined,
      isCompared: (venue) => parts.unreconciled(venue, true) === '',
      settings: () => parts.settings.execution,
      maxInFlightHome: () => amountsOf(parts.settings.limits).maxOpenNotional,
      maxStartHome: () => decimal(parts.settings.detection.maxStartNotional),
      collarBps: () => parts.settings.limits.priceCollarBps,
      lacking: (asset) => parts.monitor.exposure.lacking(asset),
    });
    const chargeAt = chargesOf(parts.config.feesInReceived ?? []);
    this.maker = new MakerDesk({
      store,
      portfolio,
      orders: parts.orders,
      outbox,
      settings: parts.settings,
      sequencer: this.sequencer,
      monitor: parts.monitor,
      config: parts.config,
      unguardedRest: (venue, isNew, nowUs) => parts.unguardedRest(venue, isNew, nowUs),
      shareAt: (venue) => parts.armings.of(venue).share,
      chargeAt,
      reviewer: this.reviewer,
      finished: (execution, isHedged) => parts.armings.onFinished(execution, isHedged),
      isKilled: () => parts.killSwitch.isOn,
      blocker: (venue) => parts.blockers.of(venue),
      halt: (reason, nowUs, venue) => {
        parts.halt('stranded', reason, nowUs, venue);
        parts.armings.of(venue).onNaked(nowUs);
      },
    });
    this.routes = new RouteDesk({
      store,
      portfolio: parts.portfolio,
      monitor: parts.monitor,
      tracker: this.tracker,
      settings: parts.settings,
      trader: new RouteTrader({
        ...parts,
        reviewer: this.reviewer,
        sequencer: this.sequencer,
        odds: this.odds,
        capture: this.capture,
      }),
      refusals: this.#refusals,
      chargeAt,
      firstId: cycles.length,
    });
  }

  /** The hot path: an instrument's book changed. Scores its cycles; allocates only when one of them pays. */
  onBook(instrumentId: InstrumentId, nowUs: TimeUs): void {
    const book = this.#parts.store.books[instrumentId];
    if (book === undefined) return;
    const rose = this.index.setTop(
      instrumentId,
      book.bidCount > 0 ? (book.bidPrices[0] as number) : 0,
      book.askCount > 0 ? (book.askPrices[0] as number) : 0,
    );
    // Every cycle that pays is watched; another one can only begin to where a rate rose.
    if (rose || this.index.isWatching(instrumentId)) this.#scan(instrumentId, nowUs);
    if (this.routes.isOn) this.routes.onBook(instrumentId, nowUs);
    if (this.maker.isOn) this.maker.onBook(instrumentId, nowUs);
  }

  /** A cycle, a route or a sweep is, or a fill of a quote waits for its hedge; orders that rest alone are none of it. */
  get isUnderWay(): boolean {
    return this.sequencer.activeCount > 0 || this.maker.isUnderWay;
  }

  /** The end of a step: what it did to inventory, to orders that rest, and to the messages that venues count. */
  watch({ events, effects }: Pick<Outbox, 'events' | 'effects'>, nowUs: TimeUs): void {
    this.#parts.inventory.watch(events);
    // Those of a twin are its account's.
    if (this.#parts.config.twinOf === undefined) this.ownOrders.watch(events);
    this.reviewer.watch(effects, nowUs);
  }

  /** Several live books at once; or how long a venue took to answer. */
  take(input: Extract<Input, { readonly kind: 'look' | 'round-trip' }>): void {
    if (input.kind === 'round-trip') this.routes.onRoundTrip(input.venue, input.roundTripUs);
    else
      for (const id of input.instrumentIds)
        if (this.#parts.store.sync(id).state === 'live') this.onBook(id, input.atUs);
  }

  /** Time passes; comes on a fixed grid. Quotes are looked at once all else has had its tick. */
  onTick(nowUs: TimeUs): void {
    this.#inventory.onTick(nowUs);
    this.routes.onTick(nowUs);
    this.sequencer.onTick(nowUs);
  }

  /** The kill switch was thrown: what is under way is given up, and no quote is placed. */
  onKilled(nowUs: TimeUs): void {
    this.sequencer.onTick(nowUs);
    this.maker.onTick(nowUs);
  }

  /** The instrument cannot be traded now: its cycles are out until its book is live again. */
  onBookLost(instrumentId: InstrumentId, nowUs: TimeUs): void {
    this.index.clearTop(instrumentId);
    this.#scan(instrumentId, nowUs);
    if (this.routes.isOn) this.routes.onBookLost(instrumentId, nowUs);
    if (this.maker.isOn) this.maker.onBook(instrumentId, nowUs);
  }

  /** The venue opened, closed or changed an instrument: what is decided next goes by its new rules. */
  onInstrumentChanged(instrumentId: InstrumentId, nowUs: TimeUs): void {
    const { store } = this.#parts;
    const instrument = store.instruments[instrumentId];
    if (instrument === undefined) return;
    this.#grids[instrumentId] = gridOf(instrument);
    this.routes.onInstrumentChanged(instrumentId);
    this.maker.onInstrumentChanged(instrumentId);
    if (store.sync(instrumentId).state === 'live') this.onBook(instrumentId, nowUs);
    else this.onBookLost(instrumentId, nowUs);
  }

  #scan(instrumentId: InstrumentId, nowUs: TimeUs): void {
    this.index.scan(instrumentId, 1);
    const { hits, hitCount } = this.index;
    for (let i = 0; i < hitCount; i++) this.#consider(hits[i] as number, nowUs);
  }

  #consider(cycleId: CycleId, nowUs: TimeUs): void {
    if (this.index.product(cycleId) <= 1) {
      this.tracker.close(cycleId, nowUs);
      this.index.watch(cycleId, false);
      this.#missed[cycleId] = 0;
      this.#refusals.forget(cycleId);
      return;
    }
    this.#judge(cycleId, undefined, nowUs);
  }

  /**
   * Takes an open opportunity that an operator asks for. Its plan is made anew from the books of now; every gate stands in its way
   * as in that of the engine, but for the least edge, which is the operator's, and the rest after an attempt.
   * @returns what was decided; undefined: it is not open.
   */
  takeByHand(opportunityId: string, minNetBps: number, nowUs: TimeUs): Verdict | undefined {
    const cycleId = this.tracker.cycleOf(opportunityId);
    if (cycleId === undefined) return undefined;
    if (cycleId >= this.index.cycles.length) return this.routes.takeByHand(cycleId, minNetBps, nowUs);
    return this.#judge(cycleId, minNetBps, nowUs);
  }

  /** Sizes a cycle, decides on it, and takes it where every gate is open. @param byHand least edge that an operator asks for. */
  #judge(cycleId: CycleId, byHand: number | undefined, nowUs: TimeUs): Verdict | undefined {
    const cycle = this.index.cycles[cycleId];
    const startAsset = cycle?.path[0];
    if (cycle === undefined || startAsset === undefined) return undefined;
    const { portfolio, monitor, settings, armings } = this.#parts;
    const arming = armings.of(cycle.venue);
    const { detection } = settings;
    const mark = this.#markOf(startAsset);
    const most =
      mark > 0 ? monitor.startCap(cycle, Number(detection.maxStartNotional) * arming.share) / mark : 0;
    const free = this.#numberOf(portfolio.balances.spendable(startAsset));
    const cap = free > 0 ? Math.min(most, free) : most;
    const plan = this.#sizer.plan(cycle, cap, detection.slippageBps, this.#oldestAgeUs(cycle, nowUs));
    const decision = mark > 0 ? this.#decide(plan, free, byHand, nowUs) : this.#unpriced(startAsset);
    // What an operator was refused is not what the engine decided on the opportunity, nor does it report that: the operator is answered.
    const isOwn = byHand === undefined;
    if (isOwn || decision.code === 'taken') this.tracker.observe(plan, decision, nowUs);
    this.index.watch(cycleId, true);
    if (isOwn && decision.denial !== undefined) this.#refusals.report(cycle, decision.denial, nowUs);
    if (decision.code === 'taken') {
      this.capture.onStarted(nowUs);
      this.reviewer.proposing(plan, () => this.sequencer.start(plan, this.tracker.recordOf(cycleId), nowUs));
    }
    return decision;
  }

  /** Home currency per unit; 0 where that is not known. Most cycles begin with one asset, whose mark stands still. */
  #markOf(asset: Asset): number {
    const mark = this.#parts.portfolio.markOf(asset);
    if (mark === undefined) return 0;
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#markNumber = homeValue(ONE, mark).toNumber();
    }
    return this.#markNumber;
  }

  #numberOf(free: Decimal): number {
    if (free !== this.#free) {
      this.#free = free;
      this.#freeNumber = free.toNumber();
    }
    return this.#freeNumber;
  }

  /** No limit of the home currency can be held against an amount of this asset: nothing is begun with it. */
  #unpriced(startAsset: Asset): Verdict {
    const detail = `${assetName(startAsset)} has no price in ${assetName(this.#parts.portfolio.universe.homeAsset)} yet`;
    const denial = { code: 'equity-unknown', detail } as const;
    return { code: 'risk-denied', detail: `${denial.code}: ${detail}`, denial };
  }

  /** Every gate between a plan and its first order; the first that is shut gives the reason. */
  #decide(plan: CyclePlan, free: number, byHand: number | undefined, nowUs: TimeUs): Verdict {
    const { killSwitch, armings, monitor, settings } = this.#parts;
    const arming = armings.of(plan.cycle.venue);
    const { detection, limits } = settings;
    const cycleId = plan.cycle.id;
    const { netBps, ageUs } = plan.waterfall;
    if (plan.obstacle !== undefined) return plan.obstacle;
    const least = byHand ?? detection.minNetBps;
    if (netBps < least)
      return {
        code: 'edge-below-threshold',
        detail: `net ${netBps.toFixed(2)} bps, the minimum is ${least} bps`,
      };
    if (ageUs > limits.maxBookAgeMs * US_PER_MS) {
      const detail = `a book is ${Math.round(ageUs / US_PER_MS)} ms old, the limit is ${limits.maxBookAgeMs} ms`;
      return { code: 'book-stale', detail };
    }
    const depegged = monitor.pegs.stops(plan.cycle.path);
    if (depegged !== undefined) return { code: 'coin-depegged', detail: depegged };
    if (killSwitch.isOn) return { code: 'killed', detail: 'the kill switch is on; re-arm to trade' };
    if (arming.refusal !== '') return { code: 'not-armed', detail: arming.refusal };
    const unreconciled = this.#parts.unreconciled(plan.cycle.venue);
    if (unreconciled !== '') return { code: 'not-reconciled', detail: unreconciled };
    const paused = this.#parts.blockers.paused(plan.cycle.venue);
    if (paused !== '') return { code: 'trading-paused', detail: paused };
    if (free <= 0) {
      const start = plan.cycle.path[0] ?? '';
      const but = besideKept(this.#parts.portfolio.balances, start);
      return { code: 'no-balance', detail: `no free ${start} to start with${but}` };
    }
    if (this.sequencer.isBusy(plan.cycle.legs)) {
      return { code: 'in-flight', detail: 'another execution uses one of its instruments' };
    }
    const isResting = nowUs < (this.#restUntilUs[cycleId] ?? 0) || this.#missed[cycleId] === 1;
    if (isResting && byHand === undefined) {
      return { code: 'cooling-down', detail: 'attempted a moment ago' };
    }
    const denial = this.reviewer.reviewPlan(plan, this.sequencer.ordersAhead, nowUs);
    if (denial === undefined) {
      const obstacle = this.sequencer.obstacleTo(plan);
      if (obstacle !== undefined || byHand !== undefined) return obstacle ?? { code: 'taken', detail: '' };
      return this.capture.decide(plan, this.#markNumber, nowUs);
    }
    return { code: 'risk-denied', detail: `${denial.code}: ${denial.detail}`, denial };
  }

  #oldestAgeUs(cycle: Cycle, nowUs: TimeUs): number {
    let oldest = 0;
    for (const leg of cycle.legs)
      oldest = Math.max(oldest, nowUs - this.#parts.store.sync(leg.instrumentId).lastAliveUs);
    return oldest;
  }

  #onFinished(cycleId: CycleId, execution: ExecutionRecord): void {
    this.#parts.armings.onFinished(execution);
    this.capture.onFinished(execution);
    // An attempt may outlive its opportunity: it says nothing of the next one.
    const isSameLife = this.tracker.isOpen(cycleId, execution.opportunityId);
    if (cycleId >= this.#restUntilUs.length) {
      this.routes.onFinished(cycleId, execution, isSameLife);
      return;
    }
    this.#restUntilUs[cycleId] = execution.finishedUs + this.#parts.settings.detection.cooldownMs * US_PER_MS;
    if (execution.outcome !== 'completed' && isSameLife) this.#missed[cycleId] = 1;
  }
}
