import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { REDIS_PASSWORD, redisTarget } from '../../backtest/sweep/remote/redis-target.ts';
import { parseSweepSpec, type SweepSpec } from '../../backtest/sweep/sweep-spec.ts';
import { planSweep } from '../../backtest/sweep/sweep-plan.ts';
import type { SweepLedger } from '../../backtest/sweep/sweep-ledger.ts';
import type { SweepProgress } from '../../backtest/sweep/ledger-file.ts';
import { runSweep, type SweepRun } from '../../backtest/sweep/sweep-runner.ts';
import { summarise, type SweepSummary } from '../../backtest/sweep/sweep-summary.ts';
import { makeTape } from '../../backtest/tape-maker.ts';
import { VERSION } from '../../config/version.ts';
import { UserError } from '../../domain/errors.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { keepSweep } from '../../lab/stored-run.ts';
import { labFolders } from '../../lab/lab-task.ts';
import { sweepReview } from '../../lab/sweep-review.ts';
import { tapeProgress } from '../../lab/tape-shelf.ts';
import { type SweptData, sweptData, triedBefore } from '../../lab/tried-before.ts';
import { isTape, readTape } from '../../storage/tape/tape-file.ts';
import { TAPE_EXTENSION, type Tape } from '../../storage/tape/tape-format.ts';
import {
  type Command,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  onlyPositional,
  textOption,
} from '../command.ts';
import { namedFile } from '../named-file.ts';
import { progressNotes } from '../progress-notes.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const MAX_WORKERS = 64;
const MAX_EARLIER = 1_000_000;
const SHOWN_TRIALS = 20;

export const sweep: Command = {
  name: 'sweep',
  words: [{ name: 'SPEC.json', words: 'what is tested: market logs, settings, search and split' }],
  options: {
    workers: {
      value: 'N',
      words: 'threads that run trials',
      range: { min: 1, max: MAX_WORKERS, integer: true },
      usual: availableParallelism(),
      example: '2',
      not: ['redis'],
    },
    redis: {
      value: 'URL',
      words: 'runs the trials on the workers of a Redis',
      example: 'redis://127.0.0.1:6379',
    },
    'tried-before': {
      value: 'N',
      words: 'settings that were tried on this data before',
      range: { min: 0, max: MAX_EARLIER, integer: true },
      usual: 'those of stored sweeps on the same market and time',
      example: '100',
    },
    out: {
      value: 'FILE.jsonl',
      words: 'the results, which a sweep of the same spec continues',
      usual: 'a file beside SPEC.json',
      example: 'results.jsonl',
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['sweep spec.json --workers 2'],
  async run(args, output) {
    const path = onlyPositional(args);
    const workers = numberOption(args, 'workers') ?? availableParallelism();
    const given = numberOption(args, 'tried-before');
    const spec = await readSpec(path);
    const tape = await tapeOf(path, spec, output.note);
    const { sources, firstUs, lastUs } = tape.head;
    const digests = sources.map(({ sha256 }) => sha256);
    const plan = planSweep(spec, { digests, fromUs: firstUs, toUs: lastUs }, VERSION);
    const ledgerPath = textOption(args, 'out') ?? resolve(dirname(path), `${plan.sweepId}.jsonl`);
    const began = performance.now();
    const run = { plan, tape, workers, ledgerPath, onProgress: progressTo(output.note), onNote: output.note };
    const redis = textOption(args, 'redis');
    const ledger = await untilInterrupted((signal) =>
      redis === undefined ? runSweep({ ...run, signal }) : gather(redis, { ...run, signal }),
    );
    const seconds = Math.round(performance.now() - began) / 1_000;
    const seen = sweptData(tape.head);
    const shelf = labFolders(dataDirOf(args)).sweeps;
    const before =
      given === undefined
        ? await triedBefore(shelf, plan, digests, seen)
        : { settings: given, elsewhere: 0, unreadable: [], older: 0 };
    const summary = summarise(plan, ledger, before);
    if (ledger.isComplete && summary.trials > 0)
      await keep(shelf, spec, { digests, seen }, summary, output.note);
    const { ranking, ...rest } = summary;
    const runners = redis === undefined ? { workers } : { workers: null, redis: true };
    output.result(
      { ...rest, seconds, ...runners, results: ledgerPath, ranking: ranking.slice(0, SHOWN_TRIALS) },
      describe(summary, seconds, redis === undefined ? `on ${workers} threads` : 'on the workers of a Redis'),
    );
    if (ledger.isComplete) return EXIT_DONE;
    output.note(`ended early; the same command continues from ${ledgerPath}`);
    return EXIT_CHECK_FAILED;
  },
};

/** Beside the sweeps of the window: it is shown there, and later sweeps over the same data count its settings. */
async function keep(
  shelf: string,
  spec: SweepSpec,
  data: { readonly digests: readonly string[]; readonly seen: SweptData },
  summary: SweepSummary,
  note: (text: string) => void,
): Promise<void> {
  const { name, base, seed, parameters, logs } = spec;
  const recordings = logs.map((log) => basename(log));
  const about = { name, recordings, base, seed, ...data, parameters: Object.keys(parameters) };
  try {
    await keepSweep(shelf, sweepReview({ ...about, createdUs: Date.now() * US_PER_MS }, summary));
    note(`kept as ${summary.sweepId} in ${shelf}`);
  } catch (error) {
    note(`not kept in ${shelf}: ${String(error)}; later sweeps will not count its settings`);
  }
}

/** Ctrl+C ends it; what is done is kept. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<SweepLedger>): Promise<SweepLedger> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  try {
    return await work(abort.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Loaded when asked for: no other command needs a queue. */
async function gather(url: string, run: SweepRun): Promise<SweepLedger> {
  const { gatherSweep } = await import('../../backtest/sweep/remote/gather.ts');
  return gatherSweep({ ...run, redis: redisTarget(url, process.env[REDIS_PASSWORD]) });
}

async function readSpec(path: string): Promise<SweepSpec> {
  const bad = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-spec', field: 'SPEC', value: path, message, remedy });
  const text = await namedFile('SPEC', path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad(`is not JSON (${(error as Error).message})`, 'Correct the text.');
  }
  return parseSweepSpec(json);
}

/** Logs are named from the folder of the spec; they are decoded once, into a tape beside it. */
async function tapeOf(path: string, spec: SweepSpec, note: (text: string) => void): Promise<Tape> {
  const logs = spec.logs.map((log) => resolve(dirname(path), log));
  const [first = ''] = logs;
  if (logs.length === 1 && (await isTape(first))) return readTape(first);
  const made = `${path.replace(/\.json$/, '')}${TAPE_EXTENSION}`;
  const { events } = await makeTape({
    logs,
    path: made,
    onProgress: tapeProgress(progressNotes(note)),
  });
  note(`${made}: ${events} events decoded`);
  return readTape(made);
}

/** A line every so often, and the last one. */
function progressTo(note: (text: string) => void): (progress: SweepProgress) => void {
  let toldMs = 0;
  return ({ done, total, etaSeconds }) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < 2_000 && done < total) return;
    toldMs = nowMs;
    const left = etaSeconds === undefined || done === total ? '' : `, about ${Math.ceil(etaSeconds)} s left`;
    note(`${done} of ${total} trials${left}`);
  };
}

function verdictWords({ flagged, failed }: SweepSummary['overfit']): string {
  if (flagged) return 'FLAGGED: do not trade this.';
  if (failed.length === 0) return 'Not flagged: every check passed.';
  return `NOT PROVEN: ${failed.length} of its checks did not pass (${failed.join(', ')}).`;
}

function describe(summary: SweepSummary, seconds: number, where: string): string {
  const { best, overfit, trials, planned, failed, failures } = summary;
  const settings = (params: Readonly<Record<string, unknown>>): string =>
    Object.entries(params)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
  return [
    `${trials} of ${planned} trials in ${seconds} s ${where}${failed === 0 ? '' : `, ${failed} failed`}`,
    ...failures.slice(0, 3).map(({ trialId, message }) => `  ${trialId}: ${message}`),
    ...(best === null
      ? []
      : [
          `best by test: ${settings(best.params)}`,
          `  ${summary.rankBy} of one period: ${best.train.toFixed(4)} in train, ${best.test.toFixed(4)} in test, over ${best.testTrades} trades`,
        ]),
    verdictWords(overfit),
    ...overfit.reasons.map((reason) => `  ${reason}`),
    ...overfit.cautions.map((caution) => `  caution: ${caution}`),
  ].join('\n');
}
