/**
 * Replays recorded markets through the very engine that trades live: the same kernel, runner and simulated venue,
 * under a clock that moves from event to event. Nothing here knows the time of day or a random number that is
 * not seeded: the same logs, settings and seed give the same events, byte for byte.
 */
import { startOrder } from '../detection/pair-graph.ts';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import { Kernel } from '../kernel/kernel.ts';
import { SeededRandom } from '../lib/random.ts';
import { Runner } from '../runner/runner.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { DEFAULT_LATENCY } from '../venues/simulated/latency-model.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import { CycleAnalysis } from './cycle-analysis.ts';
import { DigestJournal } from './digest-journal.ts';
import { MergedLogs } from './merged-logs.ts';
import { type BacktestOptions, checkOptions, openingCapital, overridesOf } from './options.ts';
import { canDecode, recordedDepth } from './raw-frames.ts';
import { ReplayFeed } from './replay-feed.ts';
import { ReplayTime, TICK_US } from './replay-time.ts';
import { type BacktestReport, feesBpsOf, makeReport } from './report.ts';
import { type RunInstruments, uniteInstruments } from './run-instruments.ts';
import type { ReportSettings } from './run-result.ts';

/** Levels a side of books that were recorded without checksums: deeper than any order reaches. */
const PLAIN_DEPTH = 1_000;
/** After the last event, what is under way may take this much longer, in simulated time. */
const DRAIN_US = 30 * US_PER_SECOND;

/** One backtest, from logs to report. @throws UserError for any option, log or event at fault. */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  checkOptions(options);
  const logs = await MergedLogs.open(options.logs, options.allowUnfinished === true);
  try {
    const { firstUs } = logs;
    if (firstUs === undefined) {
      throw new UserError({
        code: 'no-events',
        field: 'market log',
        value: options.logs.join(' '),
        message: 'has no events',
        remedy: 'Record for longer.',
      });
    }
    const united = uniteInstruments(logs.logs, overridesOf(options));
    const settings = settingsOf(options, united.instruments, bookDepth(options, logs));
    return await replay(options, logs, united, settings, firstUs);
  } finally {
    await logs.close();
  }
}

type Settings = Omit<ReportSettings, 'unfinishedLogs'>;

async function replay(
  options: BacktestOptions,
  logs: MergedLogs,
  { instruments, ids }: RunInstruments,
  settings: Settings,
  firstUs: number,
): Promise<BacktestReport> {
  const clock = new SimulatedClock(firstUs);
  const journal = new DigestJournal(options.onEvents ?? (() => undefined));
  const kernel = kernelOf(instruments, settings);
  const venues = venuesOf(instruments, kernel, clock, settings);
  const runner = new Runner({ kernel, clock, journal, venues, feeds: new Map(), publish: () => undefined });
  const maxAgeUs = settings.maxAgeMs === null ? undefined : settings.maxAgeMs * US_PER_MS;
  const analysis = new CycleAnalysis(kernel.store, kernel.desk.index.cycles, maxAgeUs);
  const time = new ReplayTime(
    clock,
    (atUs) => runner.submit({ kind: 'tick', atUs }),
    () => kernel.orders.openCount > 0 || kernel.desk.sequencer.activeCount > 0,
  );
  const feed = new ReplayFeed({
    logs: logs.logs,
    instruments,
    ids,
    sink: sinkOf(runner, venues, instruments, analysis),
    advanceTo: (atUs) => time.advanceTo(atUs),
  });
  runner.begin();
  await logs.forEach((event, logIndex) => feed.tell(event, logIndex));
  const toUs = clock.nowUs();
  const isDrained = time.drain(DRAIN_US);
  for (const { decision, decisionDetail } of kernel.desk.tracker.open()) {
    journal.decided(decision, decisionDetail);
  }
  const unfinishedLogs = logs.logs.filter((log) => log.cutShort()).map((log) => log.path);
  return makeReport({
    kernel,
    journal,
    cycles: analysis.figures(),
    events: feed.events,
    fromUs: firstUs,
    toUs,
    endUs: clock.nowUs(),
    unreadableFrames: feed.unreadableFrames,
    firstFault: feed.firstFault,
    isDrained,
    settings: { ...settings, unfinishedLogs },
  });
}

function settingsOf(options: BacktestOptions, instruments: readonly Instrument[], depth: number): Settings {
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
  const [preferred = ''] = startOrder(instruments, []);
  const capital = openingCapital(options, instruments, preferred);
  return {
    seed: options.seed ?? 1,
    legs: detection.maxLegs,
    latency: options.latency ?? DEFAULT_LATENCY,
    limits,
    detection,
    capital: Object.fromEntries(capital.map(({ asset, total }) => [asset, total])),
    takerFeesBps: feesBpsOf(instruments),
    feeBps: feeBps ?? null,
    minNotional: minNotional === undefined ? null : String(minNotional),
    maxAgeMs: maxAgeMs ?? null,
    bookDepth: depth,
    tickMs: TICK_US / US_PER_MS,
  };
}

/** Frames with checksums need the very depth they were recorded at. */
function bookDepth(options: BacktestOptions, logs: MergedLogs): number {
  if (options.bookDepth !== undefined) return options.bookDepth;
  const depths = logs.openings.flatMap((events, index) =>
    canDecode(logs.logs[index]?.header.venue ?? '') ? (recordedDepth(events) ?? []) : [],
  );
  return depths.length === 0 ? PLAIN_DEPTH : Math.max(...depths);
}

function kernelOf(instruments: readonly Instrument[], settings: Settings): Kernel {
  const { seed, limits, detection, capital } = settings;
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
    limits,
    detection,
    opening: { balances, realizedPnl: '0', fees: '0' },
    killed: false,
  });
}

/** A simulated venue for each venue of the logs, with latencies of its own. */
function venuesOf(
  instruments: readonly Instrument[],
  kernel: Kernel,
  clock: SimulatedClock,
  { seed, latency }: Settings,
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
        }),
      ];
    }),
  );
}

/** The way of every market event: into the kernel, then past the fill model, then before the analysis. */
function sinkOf(
  runner: Runner,
  venues: ReadonlyMap<VenueName, SimulatedVenue>,
  instruments: readonly Instrument[],
  analysis: CycleAnalysis,
): MarketSink {
  return {
    onBook: (update) => {
      const { instrumentId, receivedUs } = update;
      runner.submit(update);
      venues.get(instruments[instrumentId]?.venue ?? '')?.onBook(instrumentId);
      analysis.onBook(instrumentId, receivedUs);
    },
    onTrade: (trade) => runner.submit(trade),
    onFeed: (event) => runner.submit(event),
    onAlive: (venue, receivedUs) => runner.submit({ kind: 'alive', venue, receivedUs }),
    onBookLost: (instrumentId, reason, atUs) =>
      runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
    onInstrumentStatus: (instrumentId, status, atUs) =>
      runner.submit({ kind: 'instrument-status', instrumentId, status, atUs }),
    onRaw: () => undefined,
  };
}
