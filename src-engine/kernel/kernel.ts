/**
 * The engine's heart: books → detection → risk → execution → portfolio, pure and synchronous. It reads no
 * clock, no random number and no environment; the same inputs give the same events, byte for byte.
 */
import { BookStore } from '../books/book-store.ts';
import { enumerateCycles, startOrder } from '../detection/pair-graph.ts';
import { Outbox } from '../domain/effect.ts';
import type { Actor, EquitySample, RunMode } from '../domain/event.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { DetectionSettings, RiskLimits } from '../domain/limits.ts';
import type { BookUpdate, FeedEvent, TradePrint } from '../domain/market-data.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { VenueOrderEvent } from '../domain/order.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { OrderManager } from '../execution/order-manager.ts';
import { Marks } from '../portfolio/marks.ts';
import { type OpeningAccount, Portfolio } from '../portfolio/portfolio.ts';
import { KillSwitch } from '../risk/kill-switch.ts';
import { type FeedHealth, newFeedHealth, sawData } from './feed-health.ts';
import type { Command, Input } from './input.ts';
import { type DeskParts, TradingDesk } from './trading-desk.ts';

/** Equity is sampled this often, and after every fill and execution. */
const EQUITY_INTERVAL_US = 5 * US_PER_SECOND;
/** One that is worth what it was is told again this often. */
const EQUITY_REPEAT_US = 60 * US_PER_SECOND;
/** While a kill is not verified, the venue is asked again this often. */
const KILL_RETRY_US = US_PER_SECOND;

export type KernelConfig = {
  /** Unique among all runs of an account: ids of intents and orders derive from it. */
  readonly runId: string;
  readonly mode: RunMode;
  readonly simulatedMarket: boolean;
  readonly seed: number;
  readonly homeAsset: Asset;
  readonly instruments: readonly Instrument[];
  readonly bookDepth: number;
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
  readonly opening: OpeningAccount;
  /** The kill switch as the last run left it. */
  readonly killed: boolean;
};

export class Kernel {
  readonly config: KernelConfig;
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly desk: TradingDesk;
  readonly killSwitch: KillSwitch;
  readonly outbox = new Outbox();
  readonly feeds = new Map<VenueName, FeedHealth>();
  /** The health of an instrument's feed, by instrument: the path of a book update looks nothing up by name. */
  readonly #feedOf: readonly FeedHealth[];
  readonly #parts: DeskParts;
  paused = false;
  haltReason = '';
  #nextEquityUs = 0;
  #lastSample: EquitySample | undefined;
  #nextKillRetryUs = 0;

  constructor(config: KernelConfig) {
    const { instruments, homeAsset, opening } = config;
    this.config = config;
    this.store = new BookStore(instruments, { depth: config.bookDepth });
    this.portfolio = new Portfolio(opening, new Marks(instruments, this.store.books, homeAsset));
    this.orders = new OrderManager(instruments, this.portfolio, this.outbox);
    this.#feedOf = instruments.map(({ venue }) => {
      const feed = this.feeds.get(venue) ?? newFeedHealth();
      this.feeds.set(venue, feed);
      return feed;
    });
    this.killSwitch = new KillSwitch(config.killed, [...this.feeds.keys()]);
    this.#parts = {
      runId: config.runId,
      store: this.store,
      cycles: cyclesOf(config),
      portfolio: this.portfolio,
      orders: this.orders,
      killSwitch: this.killSwitch,
      outbox: this.outbox,
      limits: config.limits,
      detection: config.detection,
      halt: (code, reason, nowUs) => this.#halt(code, reason, nowUs),
      pausedReason: (venue) => this.#pausedReason(venue),
    };
    this.desk = new TradingDesk(this.#parts);
  }

  get limits(): RiskLimits {
    return this.#parts.limits;
  }

  get detection(): DetectionSettings {
    return this.#parts.detection;
  }

  /** Says how the run begins: the first event of its log. */
  begin(nowUs: TimeUs): void {
    const { mode, simulatedMarket, seed, homeAsset } = this.config;
    const balances = this.portfolio.snapshot();
    this.outbox.emit({ type: 'runStarted', atUs: nowUs, mode, simulatedMarket, seed, homeAsset, balances });
  }

  /** Says how the run ends: every opportunity that is still open closes, and what the account is worth. */
  end(nowUs: TimeUs): void {
    this.desk.tracker.closeAll(nowUs);
    this.#sampleEquity(nowUs);
  }

  /** Takes one input to its end. What follows from it is in the outbox when this returns. */
  step(input: Input): void {
    switch (input.kind) {
      case 'book':
        if (this.takeBook(input)) this.look(input.instrumentId, input.receivedUs);
        return;
      case 'trade':
        this.#onTrade(input);
        return;
      case 'alive':
        this.#onAlive(input.venue, input.receivedUs);
        return;
      case 'book-lost':
        if (this.store.sync(input.instrumentId).desync(input.reason))
          this.#lose(input.instrumentId, input.atUs);
        break;
      case 'order':
        this.#onOrder(input.event);
        break;
      case 'withdrawn': {
        const order = this.orders.withdraw(input.orderId, input.denial, input.atUs);
        if (order !== undefined) this.desk.sequencer.onOrderEnded(order, input.atUs);
        break;
      }
      case 'tick':
        this.#onTick(input.atUs);
        break;
      case 'look':
        for (const id of input.instrumentIds) {
          if (this.store.sync(id).state === 'live') this.desk.onBook(id, input.atUs);
        }
        break;
      case 'feed':
        this.#onFeed(input);
        break;
      case 'instrument-status':
        this.desk.setTradable(input.instrumentId, input.status === 'online');
        if (this.store.sync(input.instrumentId).state === 'live')
          this.desk.onBook(input.instrumentId, input.atUs);
        else this.desk.onBookLost(input.instrumentId, input.atUs);
        break;
      case 'command':
        this.#onCommand(input.command, input.actor, input.atUs);
        break;
      case 'journal-failed':
        this.#halt('journal-failed', input.reason, input.atUs);
        break;
    }
    this.#tellBalances(this.#timeOf(input));
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
      if (before !== 'live') this.#tellBook(id, update.receivedUs);
      return true;
    }
    if (result !== 'ignored') {
      if (result === 'checksum-mismatch') feed.mismatches++;
      this.#tellBook(id, update.receivedUs);
      this.desk.onBookLost(id, update.receivedUs);
      const venue = this.config.instruments[id]?.venue ?? '';
      this.outbox.perform({ type: 'resubscribe', venue, instrumentId: id });
      this.#tellBalances(update.receivedUs);
    }
    return false;
  }

  /** Looks at the cycles of an instrument whose live book has changed, and trades what pays. */
  look(id: InstrumentId, nowUs: TimeUs): void {
    this.desk.onBook(id, nowUs);
    if (!this.outbox.isEmpty) this.#tellBalances(nowUs);
  }

  #onTrade(trade: TradePrint): void {
    sawData(this.#feedOf[trade.instrumentId] as FeedHealth, trade.receivedUs);
  }

  #onAlive(venue: VenueName, receivedUs: TimeUs): void {
    const feed = this.feeds.get(venue);
    if (feed === undefined) return;
    feed.lastAliveUs = receivedUs;
    for (const id of this.store.confirmAlive(venue, receivedUs)) {
      this.#tellBook(id, receivedUs);
      this.desk.onBook(id, receivedUs);
    }
    if (!this.outbox.isEmpty) this.#tellBalances(receivedUs);
  }

  #onFeed(event: FeedEvent): void {
    const feed = this.feeds.get(event.venue);
    if (feed === undefined) return;
    const { venue, state, venueStatus, reason, atUs } = event;
    feed.state = state;
    feed.venueStatus = venueStatus;
    feed.reason = reason;
    this.outbox.emit({ type: 'feedChanged', atUs, venue, state, venueStatus, reason });
    if (state === 'open') return;
    for (const id of this.store.desyncVenue(venue, reason === '' ? `feed ${state}` : reason))
      this.#lose(id, atUs);
  }

  #onOrder(event: VenueOrderEvent): void {
    if (event.kind === 'open-orders') {
      if (!this.killSwitch.isOn) return;
      this.killSwitch.verify(event.venue, event.orderIds.length);
      const openOrders = this.killSwitch.verifiedOpenOrders;
      if (openOrders !== undefined) this.outbox.emit({ type: 'killVerified', atUs: event.atUs, openOrders });
      return;
    }
    if (event.kind === 'account' || event.kind === 'account-failed' || event.kind === 'link') return;
    const news = this.orders.apply(event);
    if (event.kind === 'unknown')
      this.#halt('order-unknown', `order ${event.orderId}: ${event.reason}`, event.atUs);
    if (news?.kind === 'ended') this.desk.sequencer.onOrderEnded(news.order, event.atUs);
    if (news?.kind === 'late-fill') {
      const { orderId, symbol, state } = news.order;
      this.#halt('late-fill', `order ${orderId} on ${symbol} was filled after it was ${state}`, event.atUs);
    }
  }

  #onTick(nowUs: TimeUs): void {
    for (const id of this.store.markStale(nowUs, this.limits.maxBookAgeMs * US_PER_MS)) this.#lose(id, nowUs);
    this.desk.sequencer.onTick(nowUs);
    if (this.killSwitch.isOn && this.killSwitch.verifiedOpenOrders !== 0 && nowUs >= this.#nextKillRetryUs) {
      this.#cancelEverything(nowUs);
    }
    if (nowUs >= this.#nextEquityUs) this.#sampleEquity(nowUs, true);
  }

  #onCommand(command: Command, actor: Actor, atUs: TimeUs): void {
    switch (command.type) {
      case 'kill':
        this.killSwitch.trip();
        this.outbox.emit({
          type: 'killed',
          atUs,
          actor,
          reason: command.reason,
          cancelsSent: this.orders.openCount,
        });
        this.#cancelEverything(atUs);
        this.desk.sequencer.onTick(atUs);
        return;
      case 'rearm':
        this.killSwitch.rearm();
        this.outbox.emit({ type: 'rearmed', atUs, actor });
        return;
      case 'pause':
        this.paused = true;
        this.outbox.emit({ type: 'tradingHalted', atUs, code: 'paused', reason: 'paused by the operator' });
        return;
      case 'resume':
        this.paused = false;
        this.haltReason = '';
        this.outbox.emit({ type: 'tradingResumed', atUs, actor });
        return;
      case 'setLimits':
        this.#parts.limits = { ...this.#parts.limits, ...command.limits };
        this.desk.onLimitsChanged();
        this.outbox.emit({ type: 'limitsChanged', atUs, actor, changed: Object.keys(command.limits) });
        return;
      case 'setDetection':
        this.#parts.detection = { ...this.#parts.detection, ...command.detection };
        this.outbox.emit({ type: 'limitsChanged', atUs, actor, changed: Object.keys(command.detection) });
    }
  }

  #cancelEverything(nowUs: TimeUs): void {
    this.#nextKillRetryUs = nowUs + KILL_RETRY_US;
    for (const venue of this.feeds.keys()) this.outbox.perform({ type: 'cancelAll', venue });
  }

  #pausedReason(venue: VenueName): string {
    if (this.haltReason !== '') return this.haltReason;
    if (this.paused) return 'paused by the operator';
    const status = this.feeds.get(venue)?.venueStatus ?? '';
    return status === '' || status === 'online' ? '' : `${venue} says of itself: ${status}`;
  }

  #halt(code: string, reason: string, atUs: TimeUs): void {
    // Said once: a journal that stays broken must not make new facts with each fact it refuses.
    if (this.haltReason === reason) return;
    this.haltReason = reason;
    this.outbox.emit({ type: 'tradingHalted', atUs, code, reason });
  }

  #lose(id: InstrumentId, atUs: TimeUs): void {
    this.#tellBook(id, atUs);
    this.desk.onBookLost(id, atUs);
  }

  #tellBook(id: InstrumentId, atUs: TimeUs): void {
    const instrument = this.config.instruments[id];
    if (instrument === undefined) return;
    const { state, reason } = this.store.sync(id);
    const { venue, symbol } = instrument;
    this.outbox.emit({ type: 'bookStateChanged', atUs, venue, symbol, state, reason });
  }

  /** After everything that moved money: which balances are what, and the equity that goes with them. */
  #tellBalances(atUs: TimeUs): void {
    const touched = this.orders.takeTouched();
    if (touched.length === 0) return;
    this.#emitBalances(touched, atUs);
    // Balances and realised profit are stored together, so that a crash in the middle of a cycle parts neither.
    if (this.outbox.events.some(({ type }) => type === 'orderFilled' || type === 'executionFinished'))
      this.#sampleEquity(atUs);
  }

  #emitBalances(assets: readonly Asset[], atUs: TimeUs): void {
    const balances = this.portfolio.snapshot().filter(({ asset }) => assets.includes(asset));
    this.outbox.emit({ type: 'balancesChanged', atUs, balances });
  }

  /** @param onlyNews says nothing when the account is worth what it was, unless that was said long ago. */
  #sampleEquity(nowUs: TimeUs, onlyNews = false): void {
    this.#nextEquityUs = nowUs + EQUITY_INTERVAL_US;
    const sample = this.portfolio.sample(nowUs);
    const repriced = this.portfolio.takeRepriced();
    if (repriced.length > 0) this.#emitBalances(repriced, nowUs);
    const last = this.#lastSample;
    const isSame =
      last !== undefined &&
      nowUs - last.atUs < EQUITY_REPEAT_US &&
      sample.equity === last.equity &&
      sample.realizedPnl === last.realizedPnl &&
      sample.unrealizedPnl === last.unrealizedPnl &&
      sample.fees === last.fees;
    if (onlyNews && isSame) return;
    this.#lastSample = sample;
    this.outbox.emit({ type: 'equitySampled', atUs: nowUs, sample });
  }

  #timeOf(input: Exclude<Input, { kind: 'book' | 'trade' | 'alive' }>): TimeUs {
    return input.kind === 'order' ? input.event.atUs : input.atUs;
  }
}

/** Every cycle of the run with its dense id; those that start from what is held come first in choosing a start. */
function cyclesOf({ instruments, homeAsset, opening, detection }: KernelConfig): Cycle[] {
  const held = opening.balances.map((balance) => balance.asset).filter((asset) => asset !== homeAsset);
  const order = startOrder(instruments, [homeAsset, ...held]);
  const venues = [...new Set(instruments.map((instrument) => instrument.venue))];
  return venues
    .flatMap((venue) => {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      return enumerateCycles(own, venue, detection.maxLegs, order);
    })
    .map((cycle, id) => ({ ...cycle, id }));
}
