/**
 * Cross-venue routes from a book change to the board, and where they are traded to `route-trader.ts`. While the setting is off, or all
 * instruments are at one venue, it costs one comparison a book update.
 */
import type { BookStore } from '../books/book-store.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type FeeCharge, gridWithCharge } from '../detection/fee-charge.ts';
import type { InstrumentGrid } from '../detection/instrument-grid.ts';
import type { OpportunityTracker } from '../detection/opportunity-tracker.ts';
import { startOrder } from '../detection/pair-graph.ts';
import { type Route, routeOf } from '../detection/route.ts';
import { routeGraphOf } from '../detection/route-graph.ts';
import { MAX_LEGS, RouteIndex } from '../detection/route-index.ts';
import { ageRiskBps } from '../detection/route-risk.ts';
import { RouteSizer } from '../detection/route-sizing.ts';
import type { Reserves } from '../detection/route-waterfall.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { CycleId, InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../domain/time.ts';
import { assetName, strategyOf } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { Refusals } from './refusals.ts';
import type { RouteTrader, Shortage, Verdict } from './route-trader.ts';
import type { Settings } from './settings.ts';

/** Choices of venues of one walk that are shown at once: the best at each moment, and those that were and still pay. */
const MAX_OPEN_OF_WALK = 4;
/** Routes that keep their number after they closed; beyond, those that are closed get a new one when they open again. */
const MAX_KNOWN = 4_096;

export type RouteDeskParts = {
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly monitor: Pick<RiskMonitor, 'samples' | 'pegs'>;
  readonly tracker: OpportunityTracker;
  readonly settings: Settings;
  readonly trader: RouteTrader;
  readonly refusals: Refusals;
  /** How a venue charges its taker fee. */
  chargeAt(venue: VenueName): FeeCharge;
  /** Numbers below are cycles of one venue. */
  readonly firstId: number;
};

/** Times that a plan is made smaller until what lies at each venue pays for it. */
const MAX_RESIZES = 3;

type Open = { readonly route: Route; peakNetBps: number };

export class RouteDesk {
  /** False while routes are not looked for. */
  isOn = false;
  readonly #parts: RouteDeskParts;
  readonly #instruments: readonly Instrument[];
  readonly #grids: InstrumentGrid[];
  readonly #sizer: RouteSizer;
  /** How a venue charges its taker fee. */
  readonly chargeAt: (venue: VenueName) => FeeCharge;
  /** By venue, as last measured; where it was not yet, the setting holds. */
  readonly #roundTripUs = new Map<VenueName, DurationUs>();
  readonly #known = new Map<string, Route>();
  /** Open routes by instrument, and how many by walk. */
  readonly #openAt: readonly Open[][];
  #openOfWalk = new Uint8Array(0);
  /** Made when routes are first looked for. */
  #index: RouteIndex | undefined;
  #detection: DetectionSettings | undefined;
  #nextId: number;

  constructor(parts: RouteDeskParts) {
    const { store, portfolio, firstId } = parts;
    const chargeAt = (venue: VenueName): FeeCharge => parts.chargeAt(venue);
    this.#parts = parts;
    this.#instruments = store.instruments;
    this.#nextId = firstId;
    this.#grids = this.#instruments.map((one) => gridWithCharge(one, chargeAt(one.venue)));
    this.#openAt = this.#instruments.map(() => []);
    this.#sizer = new RouteSizer({
      instruments: this.#instruments,
      books: store.books,
      grids: this.#grids,
      chargeAt,
      priceOf: (asset) => portfolio.markOf(asset),
    });
    this.chargeAt = chargeAt;
    this.onTick(0);
  }

  /** Walks that are scored; 0 while routes are not looked for. */
  get walkCount(): number {
    return this.isOn ? (this.#index?.graph.walks.length ?? 0) : 0;
  }

  /** An instrument's numbers as routes reckon with them: fees as its venue charges them. */
  gridOf(id: InstrumentId): InstrumentGrid {
    return this.#grids[id] as InstrumentGrid;
  }

  /** From the venue and back, as last measured; undefined: not yet. */
  measuredRoundTripUs(venue: VenueName): DurationUs | undefined {
    return this.#roundTripUs.get(venue);
  }

  /** An instrument's book changed. Allocates only when a route pays. */
  onBook(id: InstrumentId, nowUs: TimeUs): void {
    const index = this.#index;
    const book = this.#parts.store.books[id];
    if (index === undefined || book === undefined) return;
    const rose = index.setTop(
      id,
      book.bidCount > 0 ? (book.bidPrices[0] as number) : 0,
      book.askCount > 0 ? (book.askPrices[0] as number) : 0,
    );
    this.#review(id, nowUs);
    // A route that does not pay can only begin to pay where a rate rose.
    if (rose) this.#scan(index, id, nowUs);
  }

  onBookLost(id: InstrumentId, nowUs: TimeUs): void {
    this.#index?.clearTop(id);
    this.#review(id, nowUs);
  }

  /** The venue changed an instrument's rules or fee; its book is looked at by the caller. */
  onInstrumentChanged(id: InstrumentId): void {
    const instrument = this.#instruments[id];
    if (instrument !== undefined)
      this.#grids[id] = gridWithCharge(instrument, this.chargeAt(instrument.venue));
  }

  onRoundTrip(venue: VenueName, roundTripUs: DurationUs): void {
    this.#roundTripUs.set(venue, roundTripUs);
  }

  /** An execution of a route ended. @param isSameLife the opportunity that it was sent for is still open. */
  onFinished(id: number, execution: ExecutionRecord, isSameLife: boolean): void {
    this.#parts.trader.onFinished(id, execution, isSameLife);
  }

  /** Settings and quarantines, on the grid of ticks: a book update looks at neither. */
  onTick(nowUs: TimeUs): void {
    const { detection } = this.#parts.settings;
    const { portfolio } = this.#parts;
    const wasOn = this.isOn;
    this.isOn = detection.crossVenue && portfolio.universe.venues.length > 1;
    if (!this.isOn) {
      if (wasOn) this.#closeAll(nowUs);
      return;
    }
    this.#index ??= this.#makeIndex(detection);
    const index = this.#index;
    if (detection !== this.#detection) index.setCarry(detection.carryBps);
    this.#detection = detection;
    let isChanged = !wasOn;
    for (const [code, asset] of index.graph.codes.entries())
      if (index.setQuarantined(code, portfolio.isDoubted(asset))) isChanged = true;
    if (isChanged) this.#lookAtAll(index, nowUs);
  }

  /** Every route from the start: what was quarantined, or off, may pay without any price that rose. */
  #lookAtAll(index: RouteIndex, nowUs: TimeUs): void {
    const isLive = ({ id }: Instrument): boolean => this.#parts.store.sync(id).state === 'live';
    for (const one of this.#instruments)
      if (isLive(one)) this.onBook(one.id, nowUs);
      else this.onBookLost(one.id, nowUs);
    for (const one of this.#instruments) if (isLive(one)) this.#scan(index, one.id, nowUs);
  }

  #makeIndex(detection: DetectionSettings): RouteIndex {
    const { universe } = this.#parts.portfolio;
    const pairs = this.#instruments.map(({ base, quote }) => ({
      base: assetName(base),
      quote: assetName(quote),
    }));
    const cash = universe.venues.map((venue) => assetName(universe.cashOf(venue)));
    const order = startOrder(pairs, [...new Set([assetName(universe.homeAsset), ...cash])]);
    const graph = routeGraphOf(this.#instruments, order, detection.maxLegs);
    this.#openOfWalk = new Uint8Array(graph.walks.length);
    return new RouteIndex(graph, this.#grids);
  }

  #scan(index: RouteIndex, id: InstrumentId, nowUs: TimeUs): void {
    index.scan(id);
    for (let hit = 0; hit < index.hitCount; hit++) {
      const walk = index.hitWalks[hit] as number;
      if ((this.#openOfWalk[walk] as number) >= MAX_OPEN_OF_WALK) continue;
      const from = hit * MAX_LEGS;
      if (!this.#isOpen(id, walk, index.hitSlots, from)) this.#open(index, walk, from, nowUs);
    }
  }

  #isOpen(id: InstrumentId, walk: number, slots: Int32Array, from: number): boolean {
    const open = this.#openAt[id] as Open[];
    for (let k = 0; k < open.length; k++) {
      const { route } = open[k] as Open;
      if (route.walk !== walk) continue;
      let isSame = true;
      for (let leg = 0; leg < route.slots.length; leg++) isSame &&= route.slots[leg] === slots[from + leg];
      if (isSame) return true;
    }
    return false;
  }

  #open(index: RouteIndex, walk: number, from: number, nowUs: TimeUs): void {
    const slots = [...index.hitSlots.subarray(from, from + MAX_LEGS)].filter((slot) => slot >= 0);
    const open: Open = { route: this.#numbered(walk, slots), peakNetBps: Number.NEGATIVE_INFINITY };
    if (!this.#consider(open, nowUs)) return;
    this.#openOfWalk[walk] = (this.#openOfWalk[walk] ?? 0) + 1;
    for (const { instrumentId } of open.route.legs) this.#openAt[instrumentId]?.push(open);
  }

  #numbered(walk: number, slots: readonly number[]): Route {
    const key = slots.join(' ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const route = routeOf(this.#nextId++, walk, slots, this.#instruments);
    this.#known.set(key, route);
    return route;
  }

  /** The open routes through an instrument: what they yield now, and whether they still pay. */
  #review(id: InstrumentId, nowUs: TimeUs): void {
    const open = this.#openAt[id] as Open[];
    // Backwards: one that closes leaves the list.
    for (let k = open.length - 1; k >= 0; k--) {
      const one = open[k] as Open;
      const { walk, slots } = one.route;
      if (this.#index === undefined || this.#index.product(walk, slots) <= 1) this.#close(one, nowUs);
      else this.#consider(one, nowUs);
    }
  }

  #close(one: Open, nowUs: TimeUs): void {
    const { walk, legs, id } = one.route;
    this.#openOfWalk[walk] = (this.#openOfWalk[walk] ?? 1) - 1;
    for (const { instrumentId } of legs) {
      const open = this.#openAt[instrumentId] as Open[];
      open.splice(open.indexOf(one), 1);
    }
    this.#parts.tracker.close(id, nowUs);
    this.#parts.refusals.forget(id);
    this.#parts.trader.onClosed(one.route, nowUs);
  }

  #closeAll(nowUs: TimeUs): void {
    for (const open of this.#openAt)
      for (let one = open.at(-1); one !== undefined; one = open.at(-1)) this.#close(one, nowUs);
  }

  /**
   * Sizes a route and reports it where that is better than before, and trades it where it may. False where nothing can be said: the
   * start has no price.
   */
  #consider(one: Open, nowUs: TimeUs): boolean {
    const { route } = one;
    const { trader, tracker, refusals } = this.#parts;
    const most = this.#most(route);
    if (most === undefined) return false;
    const reserves = this.#reserves(route, nowUs);
    const yields = this.#sizer.mostBps(route, most, reserves);
    const isTried = trader.isOn && yields >= trader.askedBps(route) && trader.isDue(route, nowUs);
    if (yields <= one.peakNetBps && !isTried) return true;
    const { plan, shortage } = this.#plan(route, most, reserves, nowUs);
    const verdict = this.#decide(plan, shortage, undefined, nowUs);
    tracker.observe(plan, verdict, nowUs);
    one.peakNetBps = Math.max(one.peakNetBps, plan.waterfall.netBps);
    if (verdict.denial !== undefined) refusals.report(route, verdict.denial, nowUs);
    if (verdict.code === 'taken') trader.take(plan, tracker.recordOf(route.id), nowUs);
    else trader.onRefused(route, nowUs);
    return true;
  }

  /** Takes an open route that an operator asks for: see `TradingDesk.takeByHand`. */
  takeByHand(id: CycleId, minNetBps: number, nowUs: TimeUs): Verdict | undefined {
    const one = this.#openAt.flat().find(({ route }) => route.id === id);
    const most = one && this.#most(one.route);
    if (one === undefined || most === undefined) return undefined;
    const { plan, shortage } = this.#plan(one.route, most, this.#reserves(one.route, nowUs), nowUs);
    const verdict = this.#decide(plan, shortage, minNetBps, nowUs);
    const { trader, tracker } = this.#parts;
    if (verdict.code !== 'taken') return verdict;
    tracker.observe(plan, verdict, nowUs);
    trader.take(plan, tracker.recordOf(id), nowUs);
    return verdict;
  }

  /** A route of this name has been open. */
  has(strategy: string): boolean {
    return [...this.#known.values()].some(({ venue, path }) => strategyOf(venue, path) === strategy);
  }

  /** Largest start in its own asset; undefined: that has no price. */
  #most(route: Route): number | undefined {
    const { portfolio, trader } = this.#parts;
    const price = portfolio.markOf(route.path[0] ?? '')?.toNumber() ?? 0;
    return price > 0 ? trader.mostHome(route) / price : undefined;
  }

  /** At the size that the venues' balances pay for; where that is none, at the size that the books would bear, and what is missing. */
  #plan(
    route: Route,
    most: number,
    reserves: Reserves,
    nowUs: TimeUs,
  ): { readonly plan: CyclePlan; readonly shortage?: Shortage } {
    const { trader } = this.#parts;
    const ageUs = this.#oldestAgeUs(route, nowUs);
    const whole = this.#sizer.plan(route, most, reserves, ageUs);
    if (!trader.isOn || whole.obstacle !== undefined) return { plan: whole };
    const missing = trader.shortage(whole);
    let [plan, shortage] = [whole, missing];
    for (let tries = 0; shortage !== undefined && tries < MAX_RESIZES; tries++) {
      plan = this.#sizer.plan(route, plan.startAmount * shortage.share, reserves, ageUs);
      if (plan.obstacle !== undefined) break;
      shortage = trader.shortage(plan);
    }
    if (missing !== undefined && (shortage !== undefined || plan.obstacle !== undefined))
      return { plan: whole, shortage: missing };
    return {
      plan: { ...plan, inventory: { first: trader.firstOf(plan.legs, (leg) => this.#roundTripOf(leg)) } },
    };
  }

  #reserves(route: Route, nowUs: TimeUs): Reserves {
    const { slippageBps, carryBps, ageRiskFactor } = this.#parts.settings.detection;
    const legs = route.legs.map(({ instrumentId }) => ({
      stdevBps: this.#parts.monitor.samples.volatility(instrumentId).ewmaBps,
      ageUs: this.#ageUs(instrumentId, nowUs),
      roundTripUs: this.#roundTripOf({ instrumentId }),
    }));
    return {
      slippageBps,
      ageRiskBps: ageRiskBps(legs, ageRiskFactor),
      inventoryBps: carryBps * route.carries,
    };
  }

  #roundTripOf({ instrumentId }: { readonly instrumentId: InstrumentId }): DurationUs {
    const { assumedRoundTripMs } = this.#parts.settings.detection;
    const measured = this.#roundTripUs.get(this.#instruments[instrumentId]?.venue ?? '');
    return measured ?? assumedRoundTripMs * US_PER_MS;
  }

  #ageUs(id: InstrumentId, nowUs: TimeUs): DurationUs {
    return Math.max(0, nowUs - this.#parts.store.sync(id).lastAliveUs);
  }

  #oldestAgeUs({ legs }: Route, nowUs: TimeUs): DurationUs {
    return Math.max(...legs.map(({ instrumentId }) => this.#ageUs(instrumentId, nowUs)));
  }

  #decide(
    plan: CyclePlan,
    shortage: Shortage | undefined,
    byHand: number | undefined,
    nowUs: TimeUs,
  ): Verdict {
    const { settings, trader } = this.#parts;
    const { limits } = settings;
    const { netBps, ageUs } = plan.waterfall;
    if (plan.obstacle !== undefined) return plan.obstacle;
    const depegged = this.#parts.monitor.pegs.stops(plan.cycle.path);
    if (depegged !== undefined) return { code: 'coin-depegged', detail: depegged };
    const [own, skew] = [trader.askedBps(plan.cycle as Route), trader.skewBps(plan.cycle as Route)];
    const asked = byHand ?? own;
    if (netBps < asked) {
      const inventory =
        skew === 0 || byHand !== undefined ? '' : `, ${skew.toFixed(2)} bps of them for inventory`;
      const detail = `net ${netBps.toFixed(2)} bps, the minimum is ${asked} bps${inventory}`;
      return { code: 'edge-below-threshold', detail };
    }
    if (ageUs > limits.maxBookAgeMs * US_PER_MS) {
      const detail = `a book is ${Math.round(ageUs / US_PER_MS)} ms old, the limit is ${limits.maxBookAgeMs} ms`;
      return { code: 'book-stale', detail };
    }
    if (trader.isOn) return trader.decide(plan, shortage, nowUs, byHand !== undefined);
    return { code: 'cross-venue-not-traded', detail: `it would need ${this.#needs(plan)}` };
  }

  /** What each venue would have to hold, and what is free there. */
  #needs({ cycle, legs }: CyclePlan): string {
    const { balances } = this.#parts.portfolio;
    return legs
      .map(({ side, qty, limitPrice, venue = '' }, k) => {
        const asset = cycle.path[k] ?? '';
        const needed = side === 'sell' ? qty : qty.times(limitPrice);
        const shown = needed.toSignificantDigits(6).toString();
        return `${shown} ${assetName(asset)} at ${venue} (free: ${balances.spendable(asset).toSignificantDigits(6).toString()})`;
      })
      .join(', ');
  }
}
