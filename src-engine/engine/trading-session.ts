/** One profile at work: a kernel with its runner, its market, its venue and its journal, from start to stop. */
import { dirname, join } from 'node:path';
import type { EngineEvent } from '../domain/event.ts';
import type { RunPlan } from '../contract/plan-records.ts';
import type { ProfileName } from '../contract/records.ts';
import type { Actor, InstrumentCause } from '../domain/event.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument, InstrumentChange } from '../domain/instrument.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Command } from '../kernel/input.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Clock } from '../lib/clock.ts';
import { everyStep } from '../lib/every-step.ts';
import { within } from '../lib/within.ts';
import type { Runner } from '../runner/runner.ts';
import type { Journal } from '../storage/journal.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import type { GhostTwin } from './account/ghost-twin.ts';
import type { StoryShelf } from './history/story-shelf.ts';
import type { LivePace } from './live-pace.ts';
import { CrossVenueWatch } from './market/cross-venue-watch.ts';
import { ListingWatch } from './market/listing-watch.ts';
import type { PerpetualsDesk } from './perpetuals/perpetuals-desk.ts';
import type { MarketFollower } from './market/market-follower.ts';
import { SessionRecording } from './market/session-recording.ts';
import { BarFile } from './market/bar-file.ts';
import { MarketWatch } from './market/market-watch.ts';
import type { ModelLibrary } from './strategies/model-library.ts';
import type { StrategyLibrary } from './strategies/strategy-library.ts';
import type { Prediction } from '../domain/prediction.ts';
import { ScorerDesk } from './strategies/scorer-desk.ts';
import { FundingNotes } from './strategies/funding-notes.ts';
import { strategiesView } from './strategies/strategy-view.ts';
import { type ClockReading, VenueClock, type VenueClockOptions } from './market/venue-clock.ts';
import type { UnreachedVenue, VenueConnection } from './market/venue-connection.ts';

/** The grid on which a run hears that time passes. */
const TICK_US = 100_000;

/** Longest that a stop waits for what is under way at a venue, and how often it looks. */
const MAX_DRAIN_US = 6_000_000;
const DRAIN_STEP_US = 50_000;
/** What takes risk away: it holds in the kernel before anything is stored. */
const STOPS: ReadonlySet<Command['type']> = new Set([
  'kill',
  'pause',
  'pauseVenue',
  'disarm',
  'cancelOrders',
]);
/** Longest that its answer waits until it is stored. */
const STOP_ANSWER_US = US_PER_SECOND;
/** No session ends later for its chart. */
const BARS_WAIT_US = 2 * US_PER_SECOND;

export type SessionParts = {
  readonly profile: ProfileName;
  /** As it stood when the session began. */
  readonly plan: RunPlan;
  readonly kernel: Kernel;
  readonly runner: Runner;
  /** At least one; in the order of the plan. */
  readonly connections: readonly VenueConnection[];
  /** Venues of the plan that could not be reached when the session began. */
  readonly unreached: readonly UnreachedVenue[];
  readonly followers: readonly MarketFollower[];
  readonly ghost: GhostTwin | undefined;
  /** What of its executions is in no record. */
  readonly stories: StoryShelf;
  readonly journal: Journal;
  /** What strategies it may run. */
  readonly library: StrategyLibrary;
  readonly models: ModelLibrary;
  readonly clock: Clock;
  readonly pace: LivePace;
  readonly recordingsDir: string;
  /** Perpetuals that are watched beside the session. */
  readonly perpetuals: PerpetualsDesk;
  /** What of this session can be played again; undefined: nothing. */
  readonly log: { close(): Promise<void> } | undefined;
};

export class TradingSession {
  readonly parts: SessionParts;
  readonly startedUs: number;
  /** Last trades and bars of every market, for the window. */
  readonly watch: MarketWatch;
  readonly #bars: BarFile;
  readonly #fundingNotes: FundingNotes;
  /** Markets that lie at several venues. */
  readonly crossVenue: CrossVenueWatch;
  /** Of the venues whose clock is asked. */
  readonly clocks: ReadonlyMap<VenueName, VenueClock>;
  /** What the venues list since the session began. */
  readonly listings: ListingWatch;
  readonly recordings: SessionRecording;
  readonly scorer: ScorerDesk;
  #stopTicks: () => void = () => undefined;
  #isStopped = false;
  /** How far the machine's clock was set away, as it was last reported. */
  #stepUs = 0;
  #stopping: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.startedUs = parts.clock.nowUs();
    this.watch = new MarketWatch(parts.kernel.store);
    const barFile = join(dirname(parts.recordingsDir), 'bars', `${parts.profile}.bars`);
    this.#bars = new BarFile(barFile, parts.kernel.config.instruments, this.watch);
    this.crossVenue = new CrossVenueWatch(parts.kernel);
    const { clock, recordingsDir, perpetuals, kernel } = parts;
    this.recordings = new SessionRecording({
      recordingsDir,
      perpetuals,
      clock,
      store: kernel.store,
      markets: parts.connections.map(({ market }) => market),
      instrumentsOf: (venue) => this.#instrumentsOf(venue),
    });
    this.scorer = new ScorerDesk({
      profile: parts.profile,
      models: parts.models,
      clock,
      set: (model, challenger) =>
        this.command({ type: 'setScorer', model, challenger }, { kind: 'engine', via: 'registry' }),
    });
    this.#fundingNotes = new FundingNotes({
      clock,
      strategies: () => kernel.strategies.all(),
      view: (nowUs) => perpetuals.view(nowUs),
      give: (reading) =>
        this.command({ type: 'noteFunding', reading }, { kind: 'engine', via: 'perpetuals' }),
    });
    this.clocks = new Map(
      parts.connections.flatMap(({ market: { venue, readTime } }) =>
        readTime === undefined ? [] : [[venue, this.#clockOf(venue, readTime)]],
      ),
    );
    this.listings = new ListingWatch(
      clock,
      parts.connections.flatMap(({ market: { venue, title, readJoining } }) =>
        readJoining === undefined
          ? []
          : [
              {
                venue,
                title,
                read: (isChoiceOld) => readJoining({ isChoiceOld, stopped: this.#stopped(venue) }),
              },
            ],
      ),
    );
  }

  /** A venue's clock; beside others its round trips go to the kernel as well: what a route over several venues risks depends on them. */
  #clockOf(venue: VenueName, readTime: VenueClockOptions['readTime']): VenueClock {
    const { clock, runner, connections } = this.parts;
    const onReading = ({ roundTripUs, atUs }: ClockReading) => {
      if (connections.length > 1 && !this.#isStopped)
        runner.submit({ kind: 'round-trip', venue, roundTripUs, atUs });
    };
    return new VenueClock({ clock, readTime, onReading });
  }

  #stopped(venue: VenueName): Set<string> {
    return new Set(
      this.#instrumentsOf(venue).flatMap(({ stoppedFor, symbol }) => (stoppedFor === '' ? [] : [symbol])),
    );
  }

  /** The connection to a venue. @throws Error for one that is not of the session. */
  connection(venue: VenueName): VenueConnection {
    const found = this.parts.connections.find(({ market }) => market.venue === venue);
    if (found === undefined) throw new Error(`${venue} is not a venue of this session`);
    return found;
  }

  /** For people: the title of its venue, or those of all. */
  get title(): string {
    return this.parts.connections.map(({ market }) => market.title).join(' and ');
  }

  /** A view that is the session's own. */
  read(topic: 'crossVenue' | 'strategies' | 'funding', params: unknown, nowUs: TimeUs): unknown {
    if (topic === 'funding') return this.parts.perpetuals.view(nowUs);
    return topic === 'strategies' ? strategiesView(this.parts.kernel) : this.crossVenue.read(params, nowUs);
  }

  /** Files being recorded, or undefined. */
  get recording(): string | undefined {
    return this.recordings.files;
  }

  /** False once its venue is left: a kill needs another way then. */
  get isConnected(): boolean {
    return !this.#isStopped;
  }

  async start(): Promise<void> {
    const { runner, connections, clock } = this.parts;
    // At once: until it has begun, it would be shown without what it begins halted for.
    runner.begin();
    this.parts.ghost?.begin();
    await runner.settled();
    await this.#bars.restore(clock);
    await this.scorer.start();
    this.#fundingNotes.start();
    await Promise.all(connections.flatMap(({ account }) => account?.guard.start(runner) ?? []));
    this.parts.pace.start();
    for (const { account, market } of connections) {
      account?.feeWatch?.start();
      market.feed.start(this.#instrumentsOf(market.venue), this.#sink(market.venue));
    }
    for (const clock of this.clocks.values()) clock.start();
    this.listings.start();
    await this.parts.perpetuals.start();
    this.#tick();
  }

  #instrumentsOf(venue: VenueName): Instrument[] {
    return this.parts.kernel.config.instruments.filter((instrument) => instrument.venue === venue);
  }

  /**
   * Gives the kernel an operator's command, and the twin beside it what concerns both; resolves when it is durable. What takes
   * risk away holds at once and resolves after a second at the latest: a database may hang.
   */
  async command(command: Command, actor: Actor): Promise<void> {
    const { runner, ghost, clock } = this.parts;
    const atUs = clock.nowUs();
    runner.submit({ kind: 'command', command, actor, atUs });
    ghost?.command(command, actor, atUs);
    if (STOPS.has(command.type)) await within(clock, STOP_ANSWER_US, runner.settled(), undefined);
    else await runner.settled();
  }

  /** The venue's rules of an instrument, or the account's fee there, are others now: for the kernel and its twin. */
  changeInstrument(
    instrumentId: InstrumentId,
    change: InstrumentChange,
    cause: InstrumentCause,
    atUs: TimeUs,
  ): void {
    this.parts.runner.submit({ kind: 'instrument-change', instrumentId, change, cause, atUs });
    this.parts.ghost?.changeInstrument(instrumentId, change, cause, atUs);
    this.recordings.onInstruments(atUs);
  }

  /** One took too long. As a command, so that a replay stops it at the same step. */
  failStrategy(strategy: string, detail: string): void {
    const actor: Actor = { kind: 'engine', via: 'meter' };
    const command: Command = { type: 'failStrategy', strategy, detail };
    this.parts.runner.submit({ kind: 'command', command, actor, atUs: this.parts.clock.nowUs() });
  }

  /** What a model outside answered. As a command, so that a replay has it and asks nothing. */
  notePrediction(prediction: Prediction): void {
    if (this.#isStopped) return;
    const command: Command = { type: 'notePrediction', prediction };
    const actor: Actor = { kind: 'engine', via: 'model' };
    this.parts.runner.submit({ kind: 'command', command, actor, atUs: this.parts.clock.nowUs() });
  }

  /** A fill may have raised a fee: recordings keep that as any change. */
  onFacts(events: readonly EngineEvent[]): void {
    if (events.some(({ type }) => type === 'instrumentChanged'))
      this.recordings.onInstruments(this.parts.clock.nowUs());
  }

  /** The machine slept, or this process was stopped: no book is known to be true any longer. */
  onResume(): void {
    const { connections, clock, runner, ghost } = this.parts;
    runner.submit({ kind: 'wake', atUs: clock.nowUs() });
    ghost?.wake(clock.nowUs());
    for (const { market } of connections) {
      const sink = this.#sink(market.venue);
      for (const { id } of this.#instrumentsOf(market.venue)) {
        sink.onBookLost(id, 'the machine slept, or the engine was frozen', clock.nowUs());
        market.feed.resubscribe(id);
      }
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** The accounts are given back even where the journal, a feed, or a file does not close. */
  #stop(): Promise<void> {
    const { connections, ghost, journal, log, pace, runner, stories } = this.parts;
    return everyStep([
      () => this.#drain(),
      () => {
        this.#isStopped = true;
        for (const one of [pace, this.listings, this.scorer, this.#fundingNotes, ...this.clocks.values()])
          one.stop();
        for (const { account } of connections) account?.feeWatch?.stop();
        this.#stopTicks();
      },
      // From here on no tick comes: no watchdog must take that for the silence of a frozen engine.
      ...connections.map((one) => () => one.account?.guard.stop()),
      ...connections.flatMap(({ market, orders }) => [() => market.feed.stop(), () => orders.stop()]),
      () => ghost?.stop(),
      () => this.parts.perpetuals.stop(),
      () => this.recordings.end(),
      () => runner.end(),
      () => runner.settled(),
      () => stories.flush(),
      () => journal.close(),
      () => log?.close(),
      ...connections.map((one) => () => one.market.stop()),
      () => within(this.parts.clock, BARS_WAIT_US, this.#bars.save(), undefined),
    ]);
  }

  /** Of an account at a venue: nothing new begins, and what is under way is brought to its end, in bounded time. */
  async #drain(): Promise<void> {
    const { kernel, clock } = this.parts;
    if (!kernel.armings.isNeeded) return;
    await this.command({ type: 'disarm', reason: 'the engine stops' }, { kind: 'engine', via: 'stop' });
    const latestUs = clock.nowUs() + MAX_DRAIN_US;
    const { orders, desk } = kernel;
    const isBusy = (): boolean => orders.openCount > 0 || desk.isUnderWay;
    while (isBusy() && clock.nowUs() < latestUs) {
      await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + DRAIN_STEP_US, resolve));
    }
  }

  /** The way of every market event of a venue into the kernel, and past it to those who follow the market. */
  #sink(venue: VenueName): MarketSink {
    const { runner, followers, pace } = this.parts;
    return {
      onBook: (update) => {
        runner.submit(update);
        for (const follower of followers) follower.onBook?.(update);
      },
      onTrade: (trade) => {
        runner.submit(trade);
        this.watch.onTrade(trade);
        for (const follower of followers) follower.onTrade?.(trade);
      },
      onFeed: (event) => {
        runner.submit(event);
        for (const follower of followers) follower.onFeed?.(event);
      },
      onAlive: (name, receivedUs) => {
        runner.submit({ kind: 'alive', venue: name, receivedUs });
        for (const follower of followers) follower.onAlive?.(name, receivedUs);
      },
      onBookLost: (instrumentId, reason, atUs) => {
        runner.submit({ kind: 'book-lost', instrumentId, reason, atUs });
        for (const follower of followers) follower.onBookLost?.(instrumentId, reason, atUs);
      },
      // The venue hears of it first: an order that the kernel sends in this very step meets what the venue has.
      onInstrumentStatus: (instrumentId, status, atUs) => {
        for (const follower of followers) follower.onInstrumentStatus?.(instrumentId, status, atUs);
        runner.submit({ kind: 'instrument-status', instrumentId, status, atUs });
        this.recordings.of(venue)?.onInstruments(atUs);
      },
      onInstrumentChange: (instrumentId, change, atUs) => {
        this.changeInstrument(instrumentId, change, 'venue', atUs);
      },
      onInstrumentStopped: (instrumentId, reason, atUs) => {
        runner.submit({ kind: 'instrument-stopped', instrumentId, reason, atUs });
        for (const follower of followers) follower.onInstrumentStopped?.(instrumentId, reason, atUs);
        this.recordings.of(venue)?.onInstruments(atUs);
      },
      onRaw: (receivedUs, frame) => {
        pace.meter.frameReceived();
        this.recordings.of(venue)?.raw(receivedUs, frame.toString('utf8'));
      },
      isRecording: () => this.recordings.has(venue),
    };
  }

  /** A clock that was set disagrees with the records: no order leaves until an operator has checked. */
  #lookAtClock(): void {
    const { clock, runner } = this.parts;
    const stepUs = clock.stepUs ?? 0;
    if (stepUs === this.#stepUs) return;
    this.#stepUs = stepUs;
    if (stepUs !== 0) runner.submit({ kind: 'clock-set', stepUs, atUs: clock.nowUs() });
  }

  #tick(): void {
    const { clock, runner, ghost } = this.parts;
    this.#stopTicks = clock.schedule((Math.floor(clock.nowUs() / TICK_US) + 1) * TICK_US, () => {
      runner.submit({ kind: 'tick', atUs: clock.nowUs() });
      this.#lookAtClock();
      ghost?.tick(clock.nowUs());
      this.watch.sample(clock.nowUs());
      this.#bars.onTick(clock.nowUs());
      this.crossVenue.sample();
      if (!this.#isStopped) this.#tick();
    });
  }
}
