/** The work of a lab's thread: one backtest or one sweep, from its recordings to what is stored. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BacktestOptions, overridesOf } from '../backtest/options.ts';
import { runOn, withAnswers } from '../backtest/backtest.ts';
import { periodFor, type RunMetrics, RunMetricsRecorder } from '../backtest/metrics/run-metrics.ts';
import type { BacktestReport } from '../backtest/report.ts';
import { withSettings } from '../backtest/sweep/settings.ts';
import { planSweep } from '../backtest/sweep/sweep-plan.ts';
import type { SweepProgress } from '../backtest/sweep/ledger-file.ts';
import { REDIS_PASSWORD, redisTarget } from '../backtest/sweep/remote/redis-target.ts';
import type { SweepLedger } from '../backtest/sweep/sweep-ledger.ts';
import { runSweep, type SweepRun } from '../backtest/sweep/sweep-runner.ts';
import { parseSweepSpec } from '../backtest/sweep/sweep-spec.ts';
import { summarise } from '../backtest/sweep/sweep-summary.ts';
import { TapeSource } from '../backtest/tape-source.ts';
import type { RunReview } from '../contract/lab-records.ts';
import { VERSION } from '../config/version.ts';
import { ONE } from '../domain/decimal.ts';
import { shortened } from '../domain/equity-curve.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Tape } from '../storage/tape/tape-format.ts';
import type { BacktestTask, LabMessage, LabProgress, SweepTask } from './lab-task.ts';
import { makeReview } from './run-review.ts';
import { RunRecorder } from './run-recorder.ts';
import { keepRun, keepSweep } from './stored-run.ts';
import { sweepReview } from './sweep-review.ts';
import { tapeOf } from './tape-shelf.ts';
import { sweptData, triedBefore } from './tried-before.ts';

type OnProgress = (progress: LabProgress) => void;

const READING: LabProgress = { phase: 'looking for the recording', done: 0, total: 0, unit: '' };
/** Most equity samples that are stored: finer than a chart can show. */
const KEPT_SAMPLES = 4_000;
/** Reports of its progress over a run. */
const REPORTS = 200;

/** Replays and stores; answers the run's id. @throws UserError for what is at fault. */
export async function runBacktestTask(task: BacktestTask, onProgress: OnProgress): Promise<LabMessage> {
  onProgress(READING);
  const tape = await tapeOf(task.folders, task.recordings, onProgress);
  const options = withSettings(optionsOf(task, tape), task.values);
  const { name, createdUs, recordings } = task;
  const runsDir = join(task.folders.lab, 'runs');
  const { review } = await recordRun({ tape, options, name, createdUs, recordings, runsDir }, onProgress);
  return { type: 'run', runId: review.runId };
}

export type RunToRecord = {
  readonly tape: Tape;
  readonly options: BacktestOptions;
  /** Empty: that of its recordings. */
  readonly name: string;
  readonly createdUs: number;
  readonly recordings: readonly string[];
  readonly runsDir: string;
};

export type RecordedRun = {
  readonly review: RunReview;
  readonly report: BacktestReport;
  readonly metrics: RunMetrics;
};

/** Replays a tape and stores the run where the window and the command line list it. @throws UserError for what is at fault. */
export async function recordRun(run: RunToRecord, onProgress: OnProgress): Promise<RecordedRun> {
  const { tape, name, createdUs, recordings, runsDir } = run;
  const open = () => new TapeSource(tape, overridesOf(run.options), run.options.bookDepth);
  const options = await withAnswers(run.options, () => Promise.resolve(open()));
  const source = open();
  const { firstUs, lastUs, events, logEvents } = tape.head;
  const recorder = new RunRecorder(lastUs - firstUs);
  let portfolio: Pick<Portfolio, 'valueOf'> | undefined;
  const metrics = new RunMetricsRecorder({
    fromUs: firstUs,
    periodUs: periodFor(lastUs - firstUs),
    instruments: source.instruments,
    priceOf: (asset) => portfolio?.valueOf(asset, ONE),
  });
  const step = Math.max(1, Math.floor(events / REPORTS));
  onProgress({ phase: 'replaying', done: 0, total: logEvents, unit: 'events' });
  let seen = 0;
  const report = await runOn(source, {
    ...options,
    onEvents: (batch) => {
      metrics.onEvents(batch);
      recorder.onEvents(batch);
    },
    watcher: {
      begin: (watched, books) => {
        portfolio = watched;
        recorder.begin(watched, books);
      },
      onMarket: (instrumentId, atUs) => {
        metrics.onMarket();
        recorder.onMarket(instrumentId, atUs);
        if (++seen % step !== 0) return;
        // In the events of the recording, as every list counts it; a tape has entries of its own besides.
        const done = Math.min(logEvents, Math.floor((seen / events) * logEvents));
        onProgress({ phase: 'replaying', done, total: logEvents, unit: 'events' });
      },
    },
  });
  const figures = metrics.metrics(lastUs);
  if (figures === null) throw new Error('the run reported no equity');
  const review = makeReview({ name, createdUs, recordings, tape, report, metrics: figures, recorder });
  await keepRun(runsDir, {
    review,
    trades: recorder.trades,
    dropped: recorder.dropped,
    samples: shortened(recorder.samples, KEPT_SAMPLES),
    prices: recorder.prices.kept(),
  });
  return { review, report, metrics: figures };
}

function optionsOf({ settings }: BacktestTask, tape: Tape): BacktestOptions {
  return { logs: [tape.path], ...settings } as BacktestOptions;
}

/** Runs what is missing of a sweep and stores its verdict; answers its id. @throws UserError */
export async function runSweepTask(task: SweepTask, onProgress: OnProgress): Promise<LabMessage> {
  const asked = parseSweepSpec({ ...task.spec, name: task.name, logs: task.recordings });
  onProgress(READING);
  const tape = await tapeOf(task.folders, task.recordings, onProgress);
  const { sources, firstUs, lastUs } = tape.head;
  const digests = sources.map(({ sha256 }) => sha256);
  const spec = { ...asked, periodMs: asked.periodMs ?? periodMsFor(lastUs - firstUs, asked.blocks) };
  const plan = planSweep(spec, { digests, fromUs: firstUs, toUs: lastUs }, VERSION);
  const seen = sweptData(tape.head);
  const folder = join(task.folders.lab, 'sweeps');
  await mkdir(folder, { recursive: true });
  const run = {
    plan,
    tape,
    ledgerPath: join(folder, `${plan.sweepId}.jsonl`),
    onProgress: ({ done, total }: SweepProgress) =>
      onProgress({ phase: 'trying settings', done, total, unit: 'trials' }),
    onNote: (note: string) => onProgress({ phase: note, done: 0, total: 0, unit: '' }),
  };
  const ledger =
    task.redis === '' ? await runSweep({ ...run, workers: task.workers }) : await gather(task.redis, run);
  const summary = summarise(plan, ledger, await triedBefore(folder, plan, digests, seen));
  const { name, createdUs, recordings } = task;
  const parameters = Object.keys(spec.parameters);
  const about = { name, createdUs, recordings, parameters, base: spec.base, seed: spec.seed, digests, seen };
  await keepSweep(folder, sweepReview(about, summary));
  return { type: 'sweep', sweepId: plan.sweepId };
}

/** The queue is loaded when it is asked for: no other work needs it. */
async function gather(address: string, run: Omit<SweepRun, 'workers'>): Promise<SweepLedger> {
  const { gatherSweep } = await import('../backtest/sweep/remote/gather.ts');
  return gatherSweep({ ...run, redis: redisTarget(address, process.env[REDIS_PASSWORD]) });
}

/** Periods of a block that its figures need at the least, and then some. */
const PERIODS_OF_BLOCK = 6;
const SHORTEST_PERIOD_MS = 20;

/** The usual length of a period, or of a short recording one that fills every block. In ms. */
function periodMsFor(spanUs: number, blocks: number): number {
  const usual = periodFor(spanUs) / 1_000;
  const needed = Math.floor(spanUs / 1_000 / (blocks * PERIODS_OF_BLOCK));
  return Math.max(SHORTEST_PERIOD_MS, Math.min(usual, needed));
}
