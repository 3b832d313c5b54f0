/**
 * Replays recorded markets through the very engine that trades live: the same kernel, runner and simulated venue,
 * under a clock that moves from event to event. Nothing here knows the time of day or a random number that is
 * not seeded: the same logs, settings and seed give the same events, byte for byte.
 */
import type { VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import type { PredictionRequest } from '../domain/prediction.ts';
import { US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { Kernel } from '../kernel/kernel.ts';
import { SeededRandom } from '../lib/random.ts';
import type { Journal } from '../runner/journal.ts';
import { NOT_KEPT } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { isTape, readTape } from '../storage/tape/tape-file.ts';
import type { StrategyShelf } from '../strategies/session/shelf.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { verifierOf } from '../venues/registry.ts';
import { DEFAULT_LATENCY } from '../venues/simulated/latency-model.ts';
import { Hardship, NO_HARDSHIP } from '../venues/simulated/hardship.ts';
import { DEFAULT_FILLS } from '../venues/simulated/resting-orders.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import { CycleAnalysis } from './cycle-analysis.ts';
import { DigestJournal } from './digest-journal.ts';
import { LogSource } from './log-source.ts';
import { openingCapital } from './opening-capital.ts';
import { type BacktestOptions, checkOptions, overridesOf } from './options.ts';
import type { ReplaySource } from './replay-source.ts';
import {
  AnswerInputs,
  asksOutside,
  checkStrategies,
  Questions,
  type RunStrategies,
  strategySettings,
} from './run-strategies.ts';
import { ReplayTime, TICK_US } from './replay-time.ts';
import { type BacktestReport, feesBpsOf, makeReport } from './report.ts';
import type { ReportSettings } from './run-result.ts';
import { TapeSource } from './tape-source.ts';

/** Streams of the seed beyond those of latencies. */
const HARDSHIP_STREAM = 1_000_000;

/** After the last event, what is under way may take this much longer, in simulated time. */
const DRAIN_US = 30 * US_PER_SECOND;

/** One backtest, from logs or a tape to the report. @throws UserError for any option, log or event at fault. */
export async function runBacktest(given: BacktestOptions): Promise<BacktestReport> {
  checkOptions(given);
  const options = await withAnswers(given, () => openSource(given));
  const source = await openSource(options);
  try {
    return await runOn(source, options);
  } finally {
    await source.close();
  }
}

/** As `runBacktest`, of a source that is open already: many runs share one tape. */
export async function runOn(source: ReplaySource, options: BacktestOptions): Promise<BacktestReport> {
  return replay(options, source, settingsOf(options, source));
}

/** The same, with what models outside of the kernel answer in it: a pass over the market that asks them. Nothing is played where none is asked. @param open the market of the run. @throws UserError */
export async function withAnswers(
  options: BacktestOptions,
  open: () => Promise<ReplaySource>,
): Promise<BacktestOptions> {
  const { strategies } = options;
  if (strategies?.answer === undefined || strategies.answers !== undefined || !asksOutside(strategies))
    return options;
  const questions = new Questions();
  const source = await open();
  try {
    await runOn(source, {
      ...options,
      strategies: { ...strategies, collect: (request) => questions.take(request) },
      onEvents: undefined,
      watcher: undefined,
      cycleFigures: false,
      digest: false,
    });
  } finally {
    await source.close();
  }
  return { ...options, strategies: { ...strategies, answers: await questions.answered(strategies.answer) } };
}

/** Opens the logs or the tape of a run; the caller closes it. @throws UserError */
export async function openSource(options: BacktestOptions): Promise<ReplaySource> {
  const { logs, bookDepth, allowUnfinished = false, onRead } = options;
  const overrides = overridesOf(options);
  const [first = ''] = logs;
  if (logs.length === 1 && (await isTape(first))) {
    return new TapeSource(await readTape(first), overrides, bookDepth, onRead);
  }
  return LogSource.open({ logs, allowUnfinished, overrides, bookDepth, onRead });
}

export type Settings = Omit<ReportSettings, 'unfinishedLogs'>;

async function replay(
  options: BacktestOptions,
  source: ReplaySource,
  settings: Settings,
): Promise<BacktestReport> {
  const journal = new DigestJournal(options.onEvents ?? (() => undefined), options.digest);
  const run = assembleRun(source, settings, journal, options.strategies);
  const { kernel, clock, time } = run;
  const maxAgeUs = settings.maxAgeMs === null ? undefined : settings.maxAgeMs * US_PER_MS;
  const cycles = options.cycleFigures === false ? [] : kernel.desk.index.cycles;
  const analysis = new CycleAnalysis(kernel.store, cycles, maxAgeUs);
  const { watcher } = options;
  const { sink } = run;
  const watched: MarketSink = {
    ...sink,
    onBook: (update) => {
      const { instrumentId, receivedUs } = update;
      sink.onBook(update);
      analysis.onBook(instrumentId, receivedUs);
      watcher?.onMarket(instrumentId, receivedUs);
    },
    onInstrumentChange: (instrumentId, change, atUs) => {
      sink.onInstrumentChange?.(instrumentId, change, atUs);
      analysis.onFee(instrumentId);
    },
  };
  watcher?.begin(kernel.portfolio, kernel.store);
  run.begin();
  const played = await source.play(watched, (atUs) => time.advanceTo(atUs));
  const toUs = clock.nowUs();
  const isDrained = time.drain(DRAIN_US);
  for (const { decision, decisionDetail } of kernel.desk.tracker.open()) {
    journal.decided(decision, decisionDetail);
  }
  const { events, unreadableFrames, firstFault, unfinishedLogs } = played;
  return makeReport({
    kernel,
    journal,
    cycles: analysis.figures(),
    events,
    fromUs: source.firstUs,
    toUs,
    endUs: clock.nowUs(),
    unreadableFrames,
    firstFault,
    isDrained,
    settings: { ...settings, unfinishedLogs },
  });
}

/** The engine of a replay, ready to be fed: `begin()`, then the source plays into `sink`. */
export type BacktestRun = {
  readonly kernel: Kernel;
  readonly runner: Runner;
  readonly clock: SimulatedClock;
  readonly time: ReplayTime;
  readonly sink: MarketSink;
  /** Begins the run, and sets its strategies. */
  readonly begin: () => void;
};

export function assembleRun(
  { instruments, firstUs }: Pick<ReplaySource, 'instruments' | 'firstUs'>,
  settings: Settings,
  journal: Journal,
  strategies?: RunStrategies,
): BacktestRun {
  if (strategies !== undefined) checkStrategies(strategies, instruments);
  const answers = strategies && new AnswerInputs(strategies);
  const clock = new SimulatedClock(firstUs);
  const shelf = strategies && {
    find: strategies.shelf.find,
    ask: (request: PredictionRequest) => answers?.ask(request),
  };
  const kernel = kernelOf(instruments, settings, shelf);
  const venues = venuesOf(instruments, kernel, clock, settings);
  const runner = new Runner({
    kernel,
    clock,
    journal,
    intents: NOT_KEPT,
    venues,
    feeds: new Map(),
    publish: () => undefined,
  });
  const time = new ReplayTime(
    clock,
    (atUs) => runner.submit({ kind: 'tick', atUs }),
    () => kernel.orders.openCount > 0 || kernel.desk.isUnderWay,
    // Bars end in silence too, as in a session: nothing of it is jumped over.
    () => strategies !== undefined,
  );
  const begin = (): void => {
    runner.begin();
    answers?.begin(clock, runner);
  };
  return { kernel, runner, clock, time, sink: sinkOf(runner, venues, instruments), begin };
}

/** What a run assumes: the options, and the defaults of those that were left out. */
export function settingsOf(
  options: BacktestOptions,
  { instruments, bookDepth }: Pick<ReplaySource, 'instruments' | 'bookDepth'>,
): Settings {
  const { maxAgeMs, legs, feeBps, minNotional } = options;
  const limits = {
    ...DEFAULT_LIMITS,
    ...options.limits,
    ...(maxAgeMs === undefined ? {} : { maxBookAgeMs: maxAgeMs }),
  };
  const detection = {
    ...DEFAULT_DETECTION,
    ...options.detection,
    ...(legs === undefined ? {} : { maxLegs: legs }),
  };
  const capital = openingCapital(options, instruments);
  return {
    seed: options.seed ?? 1,
    venues: [...new Set(instruments.map(({ venue }) => venue))],
    legs: detection.maxLegs,
    latency: options.latency ?? DEFAULT_LATENCY,
    fills: { ...DEFAULT_FILLS, ...options.fills },
    hardship: { ...NO_HARDSHIP, ...options.hardship },
    limits,
    detection,
    execution: { ...DEFAULT_EXECUTION, ...options.execution },
    ...(options.scorer === undefined ? {} : { scorer: options.scorer }),
    ...(options.strategies === undefined ? {} : { strategies: strategySettings(options.strategies) }),
    capital: Object.fromEntries(capital.map(({ asset, total }) => [asset, total])),
    takerFeesBps: feesBpsOf(instruments),
    feeBps: feeBps ?? null,
    minNotional: minNotional === undefined ? null : String(minNotional),
    maxAgeMs: maxAgeMs ?? null,
    bookDepth,
    tickMs: TICK_US / US_PER_MS,
  };
}

function kernelOf(
  instruments: readonly Instrument[],
  settings: Settings,
  shelf: StrategyShelf | undefined,
): Kernel {
  const { seed, limits, detection, execution, capital, scorer } = settings;
  const balances = Object.entries(capital).map(([asset, total]) => ({ asset, total }));
  return new Kernel({
    // Of the seed and not of the time: ids are part of the digest.
    runId: `backtest-${seed}`,
    mode: 'backtest',
    simulatedMarket: instruments.every(({ venue }) => venue === 'simulated'),
    seed,
    homeAsset: balances[0]?.asset ?? '',
    instruments,
    bookDepth: settings.bookDepth,
    verifierOf,
    limits: limitsAt(instruments, limits),
    detection,
    execution,
    scorer,
    shelf,
    opening: { balances, realizedPnl: '0', fees: '0' },
    killed: false,
  });
}

/** A largest quantity holds for its asset wherever it lies. */
function limitsAt(instruments: readonly Instrument[], limits: RiskLimits): RiskLimits {
  const { maxOrderQty } = limits;
  const elsewhere = instruments.flatMap(({ base }): [string, string][] => {
    const most = maxOrderQty[assetName(base)];
    return most === undefined ? [] : [[base, most]];
  });
  return { ...limits, maxOrderQty: { ...maxOrderQty, ...Object.fromEntries(elsewhere) } };
}

/** A simulated venue for each venue of the logs, with latencies of its own. */
function venuesOf(
  instruments: readonly Instrument[],
  kernel: Kernel,
  clock: SimulatedClock,
  { seed, latency, fills, hardship }: Settings,
): Map<VenueName, SimulatedVenue> {
  const names = new Set(instruments.map(({ venue }) => venue));
  return new Map(
    [...names].map((venue, index) => {
      const random = new SeededRandom(seed, index + 1);
      return [
        venue,
        new SimulatedVenue({
          runId: kernel.config.runId,
          venue,
          store: kernel.store,
          clock,
          random,
          latency,
          fills,
          hardship: new Hardship(hardship, new SeededRandom(seed, HARDSHIP_STREAM + index)),
        }),
      ];
    }),
  );
}

/** The way of every market event: into the kernel, then past the fill model. */
function sinkOf(
  runner: Runner,
  venues: ReadonlyMap<VenueName, SimulatedVenue>,
  instruments: readonly Instrument[],
): MarketSink {
  const venueOf = instruments.map(({ venue }) => venues.get(venue) as SimulatedVenue);
  return {
    onBook: (update) => {
      const { instrumentId } = update;
      runner.submit(update);
      venueOf[instrumentId]?.onBook(instrumentId);
    },
    onTrade: (trade) => {
      runner.submit(trade);
      venueOf[trade.instrumentId]?.onTrade(trade);
    },
    onFeed: (event) => runner.submit(event),
    onAlive: (venue, receivedUs) => runner.submit({ kind: 'alive', venue, receivedUs }),
    onBookLost: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
    onInstrumentStatus: (instrumentId, status, atUs) => {
      venues.get(instruments[instrumentId]?.venue ?? '')?.onInstrumentStatus(instrumentId, status);
      runner.submit({ kind: 'instrument-status', instrumentId, status, atUs });
    },
    onInstrumentChange: (instrumentId, change, atUs) =>
      runner.submit({ kind: 'instrument-change', instrumentId, change, cause: 'venue', atUs }),
    onInstrumentStopped: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'instrument-stopped', instrumentId, reason, atUs }),
    onRaw: () => undefined,
  };
}
