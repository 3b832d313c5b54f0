/** The engine's heart: books → detection → risk → execution → portfolio. Pure: the same inputs give the same bytes. */
import { BookStore } from '../books/book-store.ts';
import { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from '../domain/limits.ts';
import type { BookUpdate, FeedEvent } from '../domain/market-data.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { Inventory } from '../inventory/inventory.ts';
import { OrderManager } from '../execution/order-manager.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { Armings } from '../risk/armings.ts';
import { KillSwitch } from '../risk/kill-switch.ts';
import { RiskMonitor } from '../risk/risk-monitor.ts';
import type { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import { AccountReporter } from './account-reporter.ts';
import { Blockers } from './blockers.ts';
import { ByHand } from './by-hand.ts';
import { CommandDesk } from './command-desk.ts';
import { conclude } from './conclusion.ts';
import { Halts } from './halts.ts';
import { InstrumentRules } from './instrument-rules.ts';
import { type FeedHealth, heardOfFeed, newFeedHealth, sawData } from './feed-health.ts';
import { type Input, timeOf } from './input.ts';
import { cyclesOf, type KernelConfig, knownInstruments, withOwnInstruments } from './kernel-config.ts';
import { OrderEvents } from './order-events.ts';
import { Settings } from './settings.ts';
import { strategyDeskOf } from './strategy-trader.ts';
import { inRunCodes } from './venue-codes.ts';
import { venuesToEmpty } from './venues-to-empty.ts';
import { TradingDesk } from './trading-desk.ts';

/** While a kill is not verified, venues that have not shown that nothing is open are asked again this often: one concerns no other. */
const KILL_RETRY_US = US_PER_SECOND;

export class Kernel {
  readonly config: KernelConfig;
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly desk: TradingDesk;
  /** What the venue says of orders and of the account. */
  readonly orderEvents: OrderEvents;
  readonly killSwitch: KillSwitch;
  readonly armings: Armings;
  readonly halts: Halts;
  readonly blockers: Blockers;
  readonly risk: RiskMonitor;
  readonly inventory: Inventory;
  readonly strategies: StrategyDesk;
  readonly outbox = new Outbox();
  readonly feeds = new Map<VenueName, FeedHealth>();
  /** The health of an instrument's feed, by instrument: the path of a book update looks nothing up by name. */
  readonly #feedOf: readonly FeedHealth[];
  readonly #settings: Settings;
  readonly #account: AccountReporter;
  readonly #rules: InstrumentRules;
  readonly byHand: ByHand;
  readonly #commands: CommandDesk;
  #nextKillRetryUs = 0;

  constructor(config: KernelConfig) {
    this.config = withOwnInstruments(config);
    const { instruments, homeAsset, opening } = this.config;
    this.store = new BookStore(instruments, { depth: config.bookDepth, verifierOf: config.verifierOf });
    this.portfolio = new Portfolio(opening, new Marks(instruments, this.store.books, homeAsset));
    const known = knownInstruments(this.config);
    this.orders = new OrderManager(known, this.portfolio, this.outbox);
    this.#feedOf = instruments.map(({ venue }) => {
      const feed = this.feeds.get(venue) ?? newFeedHealth();
      this.feeds.set(venue, feed);
      return feed;
    });
    const { venues } = this.portfolio.universe;
    const watchedOnly = new Map(Object.entries(config.watchedOnly ?? {}));
    const reached = venues.filter((venue) => !watchedOnly.has(venue));
    const unreconciled = (at: string, isUnderWay?: boolean) =>
      watchedOnly.get(at) ?? this.orderEvents.reconciler.refusal(at, isUnderWay);
    this.killSwitch = new KillSwitch(config.killed, venuesToEmpty(config, reached));
    this.armings = new Armings(config.mustArm === true, venues, this.outbox);
    this.halts = new Halts(venues, this.outbox);
    this.blockers = new Blockers({
      killSwitch: this.killSwitch,
      armings: this.armings,
      halts: this.halts,
      feeds: this.feeds,
      watchedOnly,
      unreconciled,
      unwatched: (venue) => this.orderEvents.unwatched(venue),
    });
    const settings = new Settings(config, this.outbox);
    this.#settings = settings;
    this.inventory = new Inventory({
      portfolio: this.portfolio,
      outbox: this.outbox,
      idPrefix: config.twinOf ?? config.runId,
      isSimulated: config.mustReconcile !== true,
      instruments: known,
      settings: () => settings.detection,
      isOpened: (asset) => this.risk.exposure.isOpened(asset),
      moved: (from, to, amount) => this.risk.exposure.move(from, to, amount),
      charged: (asset, fee) => this.risk.exposure.adopt(asset, fee.negated()),
    });
    this.risk = new RiskMonitor(
      {
        instruments,
        known,
        syncs: this.store.syncs,
        portfolio: this.portfolio,
        outbox: this.outbox,
        joined: config.joined,
        limits: () => this.limits,
        detection: () => settings.detection,
        inventory: () => this.inventory.standing,
        openOrders: () => this.orders.open(),
        owed: (asset) => this.desk.sequencer.sweeper.residuals.owedOf(asset),
        heldByStrategies: (asset) => this.strategies.heldOf(asset),
        kill: (reason, nowUs) => this.#kill(reason, { kind: 'engine', via: 'risk' }, nowUs),
        halt: (breaker, reason, nowUs) => this.halts.halt(breaker, reason, nowUs, undefined),
      },
      config.risk,
    );
    this.#rules = new InstrumentRules(instruments, this.outbox, (id, atUs) =>
      this.desk.onInstrumentChanged(id, atUs),
    );
    this.#account = new AccountReporter(this.portfolio, this.outbox);
    this.desk = new TradingDesk({
      config,
      store: this.store,
      known,
      cycles: cyclesOf(this.config),
      portfolio: this.portfolio,
      orders: this.orders,
      killSwitch: this.killSwitch,
      armings: this.armings,
      monitor: this.risk,
      outbox: this.outbox,
      settings,
      inventory: this.inventory,
      halt: (code, reason, nowUs, venue) => this.halts.halt(code, reason, nowUs, venue),
      blockers: this.blockers,
      unreconciled,
      unguardedRest: (venue, isNew, nowUs) => this.orderEvents.unguardedRest(venue, isNew, nowUs),
    });
    this.strategies = strategyDeskOf(this, this.desk.reviewer);
    this.orderEvents = new OrderEvents({
      orders: this.orders,
      portfolio: this.portfolio,
      sequencer: this.desk.sequencer,
      strategies: this.strategies,
      maker: this.desk.maker,
      odds: this.desk.odds,
      killSwitch: this.killSwitch,
      outbox: this.outbox,
      venues: reached,
      mustReconcile: config.mustReconcile === true,
      withDeadMan: reached.filter((venue) => config.withoutDeadMan?.includes(venue) !== true),
      traded: new Set([homeAsset, ...known.flatMap(({ base, quote }) => [base, quote])]),
      settings: () => settings.execution,
      transfers: this.inventory.transfers,
      halt: (code, reason, nowUs, venue) => this.halts.halt(code, reason, nowUs, venue),
      excuse: (orderId) => this.risk.excuse(orderId),
      isArmed: (venue) => this.armings.of(venue).refusal === '',
      unguarded: (venue, nowUs) => this.blockers.unguarded(venue, nowUs),
    });
    this.byHand = new ByHand(this);
    this.#commands = new CommandDesk({
      config: this.config,
      killSwitch: this.killSwitch,
      armings: this.armings,
      halts: this.halts,
      risk: this.risk,
      inventory: this.inventory,
      strategies: this.strategies,
      orderEvents: this.orderEvents,
      desk: this.desk,
      byHand: this.byHand,
      settings,
      outbox: this.outbox,
      kill: (reason, actor, atUs) => this.#kill(reason, actor, atUs),
    });
  }

  get paused(): boolean {
    return this.halts.isPaused;
  }

  /** Why the whole account is halted; empty: it is not, though a venue may be. */
  get haltReason(): string {
    return this.halts.reason;
  }

  get limits(): RiskLimits {
    return this.#settings.limits;
  }

  get detection(): DetectionSettings {
    return this.#settings.detection;
  }

  get execution(): ExecutionSettings {
    return this.#settings.execution;
  }

  /** How often limits and settings were changed. */
  get limitsVersion(): number {
    return this.#settings.version;
  }

  get areLimitsSet(): boolean {
    return this.#settings.areLimitsSet;
  }

  /** Says how the run begins: the first event of its log. */
  begin(nowUs: TimeUs): void {
    const { mode, simulatedMarket, seed, homeAsset, haltedFor, haltCode, standing } = this.config;
    this.inventory.begin(this.config.risk?.inventory, this.config.recentFills ?? [], nowUs);
    const balances = this.portfolio.snapshot();
    this.outbox.emit({ type: 'runStarted', atUs: nowUs, mode, simulatedMarket, seed, homeAsset, balances });
    this.orderEvents.begin(this.config, nowUs);
    this.desk.ownOrders.begin(this.orders.open(), nowUs);
    if (haltedFor !== undefined) this.halts.halt(haltCode ?? 'restart', haltedFor, nowUs, undefined);
    if (standing !== undefined) this.halts.goOn(standing, nowUs);
    this.strategies.begin(this.config.strategies ?? [], nowUs);
    this.#conclude(nowUs);
  }

  /** Says how the run ends: every opportunity that is still open closes, and what the account is worth. */
  end(nowUs: TimeUs): void {
    this.desk.tracker.closeAll(nowUs);
    this.strategies.end(nowUs);
    this.#account.sampleEquity(nowUs);
    this.#conclude(nowUs);
  }

  /** Takes one input to its end. What follows from it is in the outbox when this returns. */
  step(input: Input): void {
    switch (input.kind) {
      case 'book':
        if (this.takeBook(input)) this.look(input.instrumentId, input.receivedUs);
        return;
      case 'trade':
        sawData(this.#feedOf[input.instrumentId] as FeedHealth, input.receivedUs);
        this.strategies.onTrade(input);
        return;
      case 'alive':
        this.#onAlive(input.venue, input.receivedUs);
        return;
      case 'book-lost':
        if (this.store.sync(input.instrumentId).desync(input.reason))
          this.#lose(input.instrumentId, input.atUs);
        this.risk.onBookFault(this.#venueOf(input.instrumentId), input.reason, input.atUs);
        break;
      case 'order': {
        const event = inRunCodes(input.event, this.orders, this.portfolio.universe);
        this.#rules.onEvent(event, this.orders);
        this.orderEvents.take({ kind: 'order', event });
        break;
      }
      case 'withdrawn':
      case 'effect-failed':
      case 'wake':
      case 'clock-set':
      case 'journal-failed':
      case 'watchdog-acted':
      case 'watchdog-lost':
      case 'watchdog-back':
        this.orderEvents.take(input);
        break;
      case 'facts-dropped':
        this.outbox.emit({ type: 'factsDropped', atUs: input.atUs, count: input.count });
        break;
      case 'tick':
        this.#onTick(input.atUs);
        break;
      case 'look':
      case 'round-trip':
        this.desk.take(input);
        break;
      case 'feed':
        this.#onFeed(input);
        break;
      case 'instrument-status':
      case 'instrument-change':
      case 'instrument-stopped':
        this.#rules.onInput(input);
        break;
      case 'command':
        this.#commands.take(input.command, input.actor, input.atUs);
        break;
    }
    if (input.kind !== 'tick') this.desk.maker.onStep(timeOf(input));
    this.#conclude(timeOf(input));
  }

  /** Takes a message into its book. True when what the book's cycles yield is to be looked at: `look`. */
  takeBook(update: BookUpdate): boolean {
    const id = update.instrumentId;
    const sync = this.store.sync(id);
    const before = sync.state;
    const result = this.store.apply(update);
    const feed = this.#feedOf[id] as FeedHealth;
    feed.messages++;
    sawData(feed, update.receivedUs);
    if (result === 'applied') {
      if (before !== 'live') this.#reportBook(id, update.receivedUs);
      return true;
    }
    if (result !== 'ignored') {
      const [atUs, venue] = [update.receivedUs, this.#venueOf(id)];
      if (result === 'checksum-mismatch') feed.mismatches++;
      if (result !== 'uncountable') this.risk.onBookFault(venue, result, atUs);
      this.#lose(id, atUs);
      if (result === 'uncountable')
        this.#rules.onInput({ kind: 'instrument-stopped', instrumentId: id, reason: sync.reason, atUs });
      else this.outbox.perform({ type: 'resubscribe', venue, instrumentId: id });
      this.#conclude(atUs);
    }
    return false;
  }

  /** Looks at the cycles of an instrument whose live book has changed, and trades what pays. */
  look(id: InstrumentId, nowUs: TimeUs): void {
    this.desk.onBook(id, nowUs);
    if (!this.outbox.isEmpty) this.#conclude(nowUs);
  }

  #onAlive(venue: VenueName, receivedUs: TimeUs): void {
    const feed = this.feeds.get(venue);
    if (feed === undefined) return;
    feed.lastAliveUs = receivedUs;
    for (const id of this.store.confirmAlive(venue, receivedUs)) {
      this.#reportBook(id, receivedUs);
      this.desk.onBook(id, receivedUs);
    }
    if (!this.outbox.isEmpty) this.#conclude(receivedUs);
  }

  #onFeed(event: FeedEvent): void {
    const feed = this.feeds.get(event.venue);
    if (feed === undefined) return;
    const { venue, state, venueStatus, reason, atUs } = event;
    heardOfFeed(feed, event);
    this.outbox.emit({ type: 'feedChanged', atUs, venue, state, venueStatus, reason });
    if (state === 'open') return;
    for (const id of this.store.desyncVenue(venue, reason === '' ? `feed ${state}` : reason))
      this.#lose(id, atUs);
  }

  #onTick(nowUs: TimeUs): void {
    this.risk.onTick(nowUs);
    for (const id of this.store.markStale(nowUs, this.limits.maxBookAgeMs * US_PER_MS)) this.#lose(id, nowUs);
    this.orderEvents.onTick(nowUs);
    this.inventory.onTick(nowUs);
    this.desk.onTick(nowUs);
    this.strategies.onTick(nowUs);
    const { isOn, verifiedOpenOrders } = this.killSwitch;
    if (isOn && verifiedOpenOrders !== 0 && nowUs >= this.#nextKillRetryUs) this.#cancelEverything(nowUs);
    this.#account.onTick(nowUs);
    this.desk.maker.onTick(nowUs);
  }

  #kill(reason: string, actor: Actor, atUs: TimeUs): void {
    this.killSwitch.trip();
    this.outbox.emit({ type: 'killed', atUs, actor, reason, cancelsSent: this.orders.openCount });
    this.armings.disarm('the kill switch was thrown', actor, atUs);
    this.#cancelEverything(atUs);
    this.desk.onKilled(atUs);
  }

  #cancelEverything(nowUs: TimeUs): void {
    this.#nextKillRetryUs = nowUs + KILL_RETRY_US;
    for (const venue of this.killSwitch.unverified) this.outbox.perform({ type: 'cancelAll', venue });
  }

  #lose(id: InstrumentId, atUs: TimeUs): void {
    this.#reportBook(id, atUs);
    this.desk.onBookLost(id, atUs);
  }

  #reportBook(id: InstrumentId, atUs: TimeUs): void {
    const one = this.config.instruments[id];
    if (one === undefined) return;
    const { state, reason } = this.store.sync(id);
    if (state === 'live') this.risk.samples.onLive(id, atUs);
    this.outbox.emit({ type: 'bookStateChanged', atUs, venue: one.venue, symbol: one.symbol, state, reason });
  }

  #conclude(nowUs: TimeUs): void {
    this.#account.reportBalances(nowUs);
    conclude(this, nowUs);
  }

  #venueOf(id: InstrumentId): VenueName {
    return this.config.instruments[id]?.venue ?? '';
  }
}
