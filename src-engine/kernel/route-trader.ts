/**
 * From a cross-venue route that pays to its orders: what lies at each venue bounds its size, every gate of every venue must be open,
 * risk reviews each leg, and then the sequencer takes over. Its legs are sent at once, each paid for by what lies at its venue. A leg
 * that takes most of what its book shows is the one that is likely to miss: it goes alone, and the others follow for what it filled. Where
 * legs are to go in turn, the one that is least likely to fill always goes first.
 */
import { ladderOf } from '../books/ladder.ts';
import type { BookStore } from '../books/book-store.ts';
import type { CyclePlan, PlannedLeg } from '../detection/cycle-sizing.ts';
import type { Decision } from '../detection/opportunity-tracker.ts';
import type { Route } from '../detection/route.ts';
import { type Decimal, estimateOf } from '../domain/decimal.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { CycleId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../domain/time.ts';
import { amountWords, assetName, venuesNamed } from '../domain/venue-asset.ts';
import type { Sequencer } from '../execution/sequencer.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { inventorySkewBps } from '../inventory/skew.ts';
import { besideKept } from '../portfolio/balances.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Armings } from '../risk/armings.ts';
import type { Denial } from '../risk/check.ts';
import type { KillSwitch } from '../risk/kill-switch.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { Blockers } from './blockers.ts';
import type { CaptureGate } from './capture-gate.ts';
import type { LegOdds } from './leg-odds.ts';
import type { OrderReviewer } from './order-reviewer.ts';
import type { Settings } from './settings.ts';

/** A leg that takes more than this part of what its book shows up to its limit goes alone. */
const MOST_OF_BOOK = 0.5;
/** A route that was not taken and got no better is looked at again after this, however often its books change. */
const TRY_AGAIN_US: DurationUs = 100 * US_PER_MS;
export type RouteTraderParts = {
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly settings: Settings;
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly blockers: Blockers;
  readonly monitor: RiskMonitor;
  readonly reviewer: OrderReviewer;
  readonly sequencer: Sequencer;
  readonly inventory: Pick<Inventory, 'lean'>;
  readonly odds: Pick<LegOdds, 'of'>;
  readonly capture: Pick<CaptureGate, 'decide' | 'onStarted'>;
  /** Why nothing new may be sent to this venue until it was compared with the ledger; empty: it was. */
  unreconciled(venue: VenueName): string;
};

/** A decision, with risk's refusal behind it where there was one. */
export type Verdict = Decision & { readonly denial?: Denial };

/** What a venue has too little of for a plan: the part of it that there is, and the words for it. */
export type Shortage = { readonly share: number; readonly detail: string };

/** Routes that rest; beyond, those whose rest is over are forgotten. */
const MAX_RESTS = 4_096;

/** After an attempt nothing is sent before `untilUs`; after a refusal a route that got no better is not looked at before `lookUs`. */
type Rest = { readonly untilUs: TimeUs; readonly lookUs: TimeUs; readonly hasMissed: boolean };

export class RouteTrader {
  readonly #parts: RouteTraderParts;
  readonly #rests = new Map<CycleId, Rest>();

  constructor(parts: RouteTraderParts) {
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#parts.settings.detection.tradeCrossVenue;
  }

  /** The least net edge in bps for which a route is traded. What raises or lowers it for a single route belongs here. */
  askedBps(route: Route): number {
    return this.#parts.settings.detection.minNetBps + this.skewBps(route);
  }

  /** The part of it for what the route does to inventory; below zero where it brings coins back. See inventory/skew.ts. */
  skewBps({ path, legs }: Route): number {
    const { inventory, settings, store } = this.#parts;
    const { inventorySkewBps: most } = settings.detection;
    if (most === 0) return 0;
    const received = legs.map(({ instrumentId, side }) => {
      const { base, quote } = store.instruments[instrumentId] as Instrument;
      return inventory.lean(side === 'buy' ? base : quote);
    });
    const spent = path.map((asset) => inventory.lean(asset));
    return inventorySkewBps(spent, received, most);
  }

  /** False while a route that pays as before need not be looked at for a trade. */
  isDue({ id, legs }: Route, nowUs: TimeUs): boolean {
    const rest = this.#rests.get(id);
    if (rest !== undefined && (isResting(rest, nowUs) || nowUs < rest.lookUs)) return false;
    return !this.#parts.sequencer.isBusy(legs);
  }

  /** Largest start in the home currency that arming and risk's shares of equity let pass. */
  mostHome(route: Route): number {
    const { armings, monitor, settings } = this.#parts;
    const most = Number(settings.detection.maxStartNotional);
    if (!this.isOn) return most;
    const share = Math.min(...venuesNamed(route.venue).map((venue) => armings.of(venue).share));
    return monitor.startCap(route, most * share);
  }

  /** The venue that has least of what its leg spends; undefined: all have enough. */
  shortage({ cycle, legs }: CyclePlan): Shortage | undefined {
    const { portfolio, store } = this.#parts;
    let least: Shortage | undefined;
    for (const [k, leg] of legs.entries()) {
      const instrument = store.instruments[leg.instrumentId] as Instrument;
      const asset = cycle.path[k] ?? '';
      const order = { side: leg.side, price: leg.limitPrice, qty: leg.qty };
      const { amount } = portfolio.requirement(order, instrument);
      const free = portfolio.balances.spendable(asset);
      if (amount.lte(free)) continue;
      const share = Math.max(0, estimateOf(free) / estimateOf(amount));
      if (least !== undefined && share >= least.share) continue;
      const needed = amountWords(amount.toSignificantDigits(6).toString(), asset);
      const has = free.isPositive() ? free.toSignificantDigits(6).toString() : '0';
      const but = besideKept(portfolio.balances, asset);
      least = {
        share,
        detail: `too little ${assetName(asset)} at ${instrument.venue}: ${leg.side === 'sell' ? 'the sale' : 'the purchase'} of ${leg.symbol} needs ${needed}, free are ${has}${but}`,
      };
    }
    return least;
  }

  /**
   * Every gate between a plan that pays and its first order; the first that is shut gives the reason.
   * @param isByHand an operator asks for it: the rest after an attempt does not hold.
   */
  decide(plan: CyclePlan, shortage: Shortage | undefined, nowUs: TimeUs, isByHand = false): Verdict {
    const { capture, killSwitch, portfolio, reviewer, sequencer } = this.#parts;
    if (killSwitch.isOn) return { code: 'killed', detail: 'the kill switch is on; re-arm to trade' };
    for (const venue of venuesNamed(plan.cycle.venue)) {
      const shut = this.#shutAt(venue);
      if (shut !== undefined) return shut;
    }
    if (shortage !== undefined) return { code: 'no-balance', detail: shortage.detail };
    if (sequencer.isBusy(plan.cycle.legs))
      return { code: 'in-flight', detail: 'another execution uses one of its instruments' };
    const rest = this.#rests.get(plan.cycle.id);
    if (!isByHand && rest !== undefined && isResting(rest, nowUs)) {
      const detail = rest.hasMissed ? 'the last attempt was not filled' : 'attempted a moment ago';
      return { code: 'cooling-down', detail };
    }
    const denial = reviewer.reviewPlan(plan, sequencer.ordersAhead, nowUs);
    if (denial !== undefined)
      return { code: 'risk-denied', detail: `${denial.code}: ${denial.detail}`, denial };
    const obstacle = sequencer.obstacleTo(plan);
    if (obstacle !== undefined || isByHand) return obstacle ?? { code: 'taken', detail: '' };
    const price = portfolio.markOf(plan.cycle.path[0] ?? '');
    return capture.decide(plan, price === undefined ? 0 : estimateOf(price), nowUs);
  }

  /** Not taken: unless it gets better, a route is looked at again a moment later. */
  onRefused({ id }: Route, nowUs: TimeUs): void {
    const { untilUs = 0, hasMissed = false } = this.#rests.get(id) ?? {};
    this.#rest(id, { untilUs, lookUs: nowUs + TRY_AGAIN_US, hasMissed }, nowUs);
  }

  /** Sends a plan that every gate let pass. */
  take(plan: CyclePlan, opportunity: Opportunity, nowUs: TimeUs): void {
    const { capture, reviewer, sequencer } = this.#parts;
    capture.onStarted(nowUs);
    reviewer.proposing(plan, () => sequencer.start(plan, opportunity, nowUs));
  }

  /**
   * An execution of a route ended: it rests, and one that was not completed is not tried again while the same edge lasts.
   * @param isSameLife the opportunity that it was sent for is still open.
   */
  onFinished(id: CycleId, { outcome, finishedUs }: ExecutionRecord, isSameLife: boolean): void {
    const { cooldownMs } = this.#parts.settings.detection;
    const untilUs = finishedUs + cooldownMs * US_PER_MS;
    const hasMissed = isSameLife && outcome !== 'completed';
    this.#rest(id, { untilUs, lookUs: finishedUs, hasMissed }, finishedUs);
  }

  /** The route does not pay any more. */
  onClosed({ id }: Route, nowUs: TimeUs): void {
    const rest = this.#rests.get(id);
    if (rest === undefined) return;
    if (rest.untilUs > nowUs) this.#rests.set(id, { ...rest, lookUs: nowUs, hasMissed: false });
    else this.#rests.delete(id);
  }

  #rest(id: CycleId, rest: Rest, nowUs: TimeUs): void {
    this.#rests.set(id, rest);
    if (this.#rests.size <= MAX_RESTS) return;
    for (const [other, { untilUs, lookUs }] of this.#rests)
      if (untilUs <= nowUs && lookUs <= nowUs) this.#rests.delete(other);
  }

  /** The leg that goes alone; undefined: all are sent at once. Of several the one that takes most, then the one that is further away. */
  firstOf(legs: readonly PlannedLeg[], roundTripUs: (leg: PlannedLeg) => DurationUs): number | undefined {
    if (this.#parts.settings.execution.routeLegsInTurn) return this.#leastLikely(legs, roundTripUs);
    let first: number | undefined;
    let most = MOST_OF_BOOK;
    for (const [k, leg] of legs.entries()) {
      const share = this.#shareOfBook(leg);
      const chosen = first === undefined ? undefined : legs[first];
      const isTie = share === most && chosen !== undefined && roundTripUs(leg) > roundTripUs(chosen);
      if (share <= most && !isTie) continue;
      first = k;
      most = share;
    }
    return first;
  }

  /** The leg that is least likely to fill: by its venue's orders so far, and by what it leaves of its book. Of two alike the one further away. */
  #leastLikely(
    legs: readonly PlannedLeg[],
    roundTripUs: (leg: PlannedLeg) => DurationUs,
  ): number | undefined {
    const { odds, store } = this.#parts;
    let first: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const [k, leg] of legs.entries()) {
      const chance =
        odds.of(store.instruments[leg.instrumentId]?.venue ?? '') * Math.max(0, 1 - this.#shareOfBook(leg));
      const chosen = first === undefined ? undefined : legs[first];
      const isTie = chance === least && chosen !== undefined && roundTripUs(leg) > roundTripUs(chosen);
      if (chance >= least && !isTie) continue;
      first = k;
      least = chance;
    }
    return first;
  }

  /** What a leg takes of all that its book shows up to its limit price. */
  #shareOfBook({ instrumentId, side, qty, limitPrice }: PlannedLeg): number {
    const { store } = this.#parts;
    const book = store.books[instrumentId];
    const instrument = store.instruments[instrumentId];
    if (book === undefined || instrument === undefined) return 1;
    const limit = wholeUnits(limitPrice, instrument.priceDecimals);
    const sells = side === 'sell';
    const { prices, qtys, count } = ladderOf(side, book);
    let shown = 0;
    for (let level = 0; level < count; level++) {
      const price = prices[level] as number;
      if (sells ? price < limit : price > limit) break;
      shown += qtys[level] as number;
    }
    return shown <= 0 ? 1 : wholeUnits(qty, instrument.qtyDecimals) / shown;
  }

  #shutAt(venue: VenueName): Verdict | undefined {
    const { armings, blockers } = this.#parts;
    const { refusal } = armings.of(venue);
    if (refusal !== '') return { code: 'not-armed', detail: `${venue}: ${refusal}` };
    const unreconciled = this.#parts.unreconciled(venue);
    if (unreconciled !== '') return { code: 'not-reconciled', detail: `${venue}: ${unreconciled}` };
    const paused = blockers.paused(venue);
    return paused === '' ? undefined : { code: 'trading-paused', detail: `${venue}: ${paused}` };
  }
}

function isResting({ untilUs, hasMissed }: Rest, nowUs: TimeUs): boolean {
  return hasMissed || nowUs < untilUs;
}

/** What is on the grid of its instrument has no last bits in these units: equal shares are equal. */
function wholeUnits(value: Decimal, decimals: number): number {
  return Math.round(estimateOf(value) * 10 ** decimals);
}
