/** From a cycle that pays to an order: size it, ask every gate, and hand it to the sequencer. */
import type { BookStore } from '../books/book-store.ts';
import { type Geometry, geometryOf } from '../detection/costs.ts';
import { CycleIndex } from '../detection/cycle-index.ts';
import { type CyclePlan, CycleSizer } from '../detection/cycle-sizing.ts';
import { type Decision, OpportunityTracker } from '../detection/opportunity-tracker.ts';
import { decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { CycleId, InstrumentId, VenueName } from '../domain/ids.ts';
import type { DetectionSettings, RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { OrderIntent } from '../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import { Sequencer } from '../execution/sequencer.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { RiskContext } from '../risk/check.ts';
import { IntentMemory } from '../risk/intent-memory.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import { type Review, review } from '../risk/risk-engine.ts';
import { Throttle } from '../risk/throttle.ts';

export type DeskParts = {
  readonly runId: string;
  readonly store: BookStore;
  readonly cycles: readonly Cycle[];
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly killSwitch: KillSwitch;
  readonly outbox: Outbox;
  limits: RiskLimits;
  detection: DetectionSettings;
  halt(code: string, reason: string, nowUs: TimeUs): void;
  /** Why no new opportunity of this venue is taken; empty: they are. */
  pausedReason(venue: VenueName): string;
};

export class TradingDesk {
  readonly index: CycleIndex;
  readonly tracker: OpportunityTracker;
  readonly sequencer: Sequencer;
  readonly #parts: DeskParts;
  readonly #geometries: Geometry[];
  readonly #sizer: CycleSizer;
  readonly #throttle: Throttle;
  readonly #intents = new IntentMemory();
  /** Per cycle: no new try before this time; and whether this life's last try found nothing. */
  readonly #restUntilUs: Float64Array;
  readonly #missed: Uint8Array;

  constructor(parts: DeskParts) {
    const { store, cycles } = parts;
    this.#parts = parts;
    this.#geometries = store.instruments.map(geometryOf);
    this.index = new CycleIndex(cycles, this.#geometries);
    this.#sizer = new CycleSizer(store.instruments, store.books, this.#geometries);
    this.tracker = new OpportunityTracker(parts.runId, parts.outbox);
    this.#throttle = new Throttle(parts.limits.maxOrdersPerSecond);
    this.#restUntilUs = new Float64Array(cycles.length);
    this.#missed = new Uint8Array(cycles.length);
    this.sequencer = new Sequencer({
      market: {
        instruments: store.instruments,
        books: store.books,
        geometries: this.#geometries,
        isLive: (id) => store.sync(id).state === 'live',
      },
      orders: parts.orders,
      portfolio: parts.portfolio,
      outbox: parts.outbox,
      runId: parts.runId,
      judge: (intent, nowUs) => this.#judge(intent, nowUs),
      finished: (cycleId, execution) => this.#onFinished(cycleId, execution),
      halt: (reason, nowUs) => parts.halt('stranded', reason, nowUs),
      isKilled: () => parts.killSwitch.isOn,
      collarBps: () => parts.limits.priceCollarBps,
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
  }

  /** The instrument cannot be traded now: its cycles are out until its book is live again. */
  onBookLost(instrumentId: InstrumentId, nowUs: TimeUs): void {
    this.index.clearTop(instrumentId);
    this.#scan(instrumentId, nowUs);
  }

  /** The venue opened or closed an instrument for trading. */
  setTradable(instrumentId: InstrumentId, tradable: boolean): void {
    const geometry = this.#geometries[instrumentId];
    if (geometry !== undefined) this.#geometries[instrumentId] = { ...geometry, tradable };
  }

  onLimitsChanged(): void {
    this.#throttle.setRate(this.#parts.limits.maxOrdersPerSecond);
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
      return;
    }
    const cycle = this.index.cycles[cycleId];
    const startAsset = cycle?.path[0];
    if (cycle === undefined || startAsset === undefined) return;
    const { detection, portfolio } = this.#parts;
    const mark = portfolio.valueOf(startAsset, decimal('1'));
    const most =
      mark === undefined || mark.isZero() ? 0 : decimal(detection.maxStartNotional).div(mark).toNumber();
    const free = portfolio.balances.free(startAsset).toNumber();
    const cap = free > 0 ? Math.min(most, free) : most;
    const plan = this.#sizer.plan(cycle, cap, detection.slippageBps, this.#oldestAgeUs(cycle, nowUs));
    const decision = this.#decide(plan, free, nowUs);
    this.tracker.observe(plan, decision, nowUs);
    this.index.watch(cycleId, true);
    if (decision.code === 'taken') this.sequencer.start(plan, this.tracker.recordOf(cycleId), nowUs);
  }

  /** Every gate between a plan and its first order; the first that is shut gives the reason. */
  #decide(plan: CyclePlan, free: number, nowUs: TimeUs): Decision {
    const { detection, limits, killSwitch } = this.#parts;
    const cycleId = plan.cycle.id;
    const { netBps, ageUs } = plan.waterfall;
    if (plan.obstacle !== undefined) return plan.obstacle;
    if (netBps < detection.minNetBps) {
      return {
        code: 'edge-below-threshold',
        detail: `net ${netBps.toFixed(2)} bps, asked for ${detection.minNetBps} bps`,
      };
    }
    if (ageUs > limits.maxBookAgeMs * US_PER_MS) {
      const detail = `a book is ${Math.round(ageUs / US_PER_MS)} ms old, the limit is ${limits.maxBookAgeMs} ms`;
      return { code: 'book-stale', detail };
    }
    if (killSwitch.isOn) return { code: 'killed', detail: 'the kill switch is on; re-arm to trade' };
    const paused = this.#parts.pausedReason(plan.cycle.venue);
    if (paused !== '') return { code: 'trading-paused', detail: paused };
    if (free <= 0) return { code: 'no-balance', detail: `no free ${plan.cycle.path[0] ?? ''} to start with` };
    if (this.sequencer.isBusy(plan.cycle.legs)) {
      return { code: 'in-flight', detail: 'another execution uses one of its instruments' };
    }
    if (nowUs < (this.#restUntilUs[cycleId] ?? 0) || this.#missed[cycleId] === 1) {
      const missed = this.#missed[cycleId] === 1;
      return {
        code: 'cooling-down',
        detail: missed ? 'the last try found the levels gone' : 'tried a moment ago',
      };
    }
    return this.#checkLegs(plan, nowUs) ?? { code: 'taken', detail: '' };
  }

  /** Asks risk about every leg before the first one is sent; later legs are paid for by the ones before. */
  #checkLegs(plan: CyclePlan, nowUs: TimeUs): Decision | undefined {
    for (const [k, leg] of plan.legs.entries()) {
      const intent: OrderIntent = {
        intentId: '',
        executionId: '',
        venue: plan.cycle.venue,
        instrumentId: leg.instrumentId,
        symbol: leg.symbol,
        side: leg.side,
        price: leg.limitPrice,
        qty: leg.qty,
        timeInForce: 'ioc',
        purpose: 'open',
      };
      const context = this.#context(intent, nowUs);
      // A cycle must not be stopped half done by the next one: what is under way has its placements kept for it.
      const tokens = context.tokens - (plan.legs.length - 1) - this.sequencer.ordersAhead;
      const answer = review(intent, {
        ...context,
        tokens,
        seenUs: undefined,
        ...(k > 0 ? { free: context.required } : {}),
      });
      if (!answer.ok)
        return { code: 'risk-denied', detail: `${answer.denial.code}: ${answer.denial.detail}` };
    }
    return undefined;
  }

  #judge(intent: OrderIntent, nowUs: TimeUs): Review {
    const answer = review(intent, this.#context(intent, nowUs));
    if (answer.ok) {
      this.#throttle.take();
      this.#intents.remember(intent.intentId, nowUs);
    }
    return answer;
  }

  #context(intent: OrderIntent, nowUs: TimeUs): RiskContext {
    const { store, portfolio, limits, killSwitch } = this.#parts;
    const sync = store.sync(intent.instrumentId);
    const instrument = store.instruments[intent.instrumentId];
    if (instrument === undefined) throw new Error(`no instrument has id ${intent.instrumentId}`);
    const { asset, amount } = portfolio.requirement(intent, instrument);
    return {
      nowUs,
      limits,
      killed: killSwitch.isOn,
      instrument,
      isOpen: this.#geometries[instrument.id]?.tradable === true,
      book: sync.book,
      bookState: sync.state,
      bookAgeUs: nowUs - sync.lastAliveUs,
      notionalHome: portfolio.valueOf(instrument.quote, intent.price.times(intent.qty)),
      openNotionalHome: this.#openNotionalHome(),
      required: amount,
      free: portfolio.balances.free(asset),
      tokens: this.#throttle.available(nowUs),
      seenUs: this.#intents.seenAt(intent.intentId),
    };
  }

  #openNotionalHome(): ReturnType<typeof decimal> {
    let total = ZERO;
    for (const order of this.#parts.orders.open()) {
      const quote = this.#parts.store.instruments[order.instrumentId]?.quote ?? '';
      const left = order.qty.minus(order.filledQty).times(order.price);
      total = total.plus(this.#parts.portfolio.valueOf(quote, left) ?? ZERO);
    }
    return total;
  }

  #oldestAgeUs(cycle: Cycle, nowUs: TimeUs): number {
    let oldest = 0;
    for (const leg of cycle.legs)
      oldest = Math.max(oldest, nowUs - this.#parts.store.sync(leg.instrumentId).lastAliveUs);
    return oldest;
  }

  #onFinished(cycleId: CycleId, execution: ExecutionRecord): void {
    this.#restUntilUs[cycleId] = execution.finishedUs + this.#parts.detection.cooldownMs * US_PER_MS;
    if (execution.outcome !== 'completed') this.#missed[cycleId] = 1;
  }
}
