/** The backtest lab: recordings, long work, and what it has stored. Knows nothing of the session that trades. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobRecord, LabSettings } from '../contract/lab-records.ts';
import type { ProfileName } from '../contract/records.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { type BacktestOptions, checkOptions } from '../backtest/options.ts';
import { openRedisAddress } from '../backtest/sweep/remote/redis-target.ts';
import { parseSweepSpec } from '../backtest/sweep/sweep-spec.ts';
import { UserError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { JobQueue } from './job-queue.ts';
import { labOperations } from '../contract/lab-operations.ts';
import type { LabFolders, TaskSettings } from './lab-task.ts';
import { libraryHandlers, type LibraryHandlers } from './recordings.ts';
import { exportRun } from './run-export.ts';
import { KEPT_TRADED, symbolAt } from './price-tracks.ts';
import { listRuns, listSweeps, readPart, readPrices, readSweep } from './stored-run.ts';
import { recordingPath } from './tape-shelf.ts';

/** Threads of a sweep: one core is left to the engine that trades. */
const MAX_SWEEP_THREADS = 16;

export type LabHandlers = LibraryHandlers & Pick<OperationHandlers, keyof typeof labOperations>;

/** @throws UserError for a profile that has too few orders to measure by. */
export type MeasuredLatency = (profile: ProfileName) => Promise<readonly number[]>;

export class Lab {
  readonly handlers: LabHandlers;
  readonly #folders: LabFolders;
  readonly #clock: Clock;
  readonly #jobs: JobQueue;
  readonly #measured: MeasuredLatency;

  /** @param measured latencies of a profile's own orders, as `BacktestOptions.latency` takes quantiles. */
  constructor(folders: LabFolders, clock: Clock, measured: MeasuredLatency) {
    this.#folders = folders;
    this.#clock = clock;
    this.#measured = measured;
    this.#jobs = new JobQueue(clock, join(folders.lab, 'jobs.json'));
    this.handlers = this.#makeHandlers();
  }

  /** Newest first. */
  jobs(): JobRecord[] {
    return this.#jobs.list();
  }

  stop(): Promise<void> {
    return this.#jobs.stop();
  }

  #makeHandlers(): LabHandlers {
    const runs = join(this.#folders.lab, 'runs');
    const sweeps = join(this.#folders.lab, 'sweeps');
    return {
      ...libraryHandlers(this.#folders),
      listJobs: () => ({ jobs: this.jobs() }),
      startBacktest: async ({ recordings, name, settings }) => {
        await this.#demand(recordings);
        const jobName = name === '' ? recordings.join(' + ') : name;
        const taken = await this.#taken(settings);
        // What is wrong with settings is told now, and not by a job that has failed.
        checkOptions({ logs: recordings, ...taken } as BacktestOptions);
        const common = this.#common(recordings, name);
        const task = { ...common, kind: 'backtest', settings: taken, values: {} } as const;
        return { jobId: this.#jobs.add(task, jobName) };
      },
      startSweep: async ({ recordings, name, plan, redis }) => {
        await this.#demand(recordings);
        const address = redis.trim() === '' ? '' : openRedisAddress(redis.trim());
        const { folds, ...rest } = plan;
        const spec = { ...rest, split: { kind: 'walk-forward', folds } };
        // What is wrong with a spec is told now, and not by a job that has failed.
        parseSweepSpec({ ...spec, logs: recordings });
        const task = { ...this.#common(recordings, name), kind: 'sweep', spec } as const;
        const how = { workers: threads(), redis: address };
        return {
          jobId: this.#jobs.add(
            { ...task, ...how },
            name === '' ? Object.keys(plan.parameters).join(' × ') : name,
          ),
        };
      },
      cancelJob: ({ jobId }) => this.#jobs.cancel(jobId),
      resumeJob: ({ jobId }) => ({ jobId: this.#jobs.resume(jobId) }),
      listRuns: async () => ({ runs: await listRuns(runs) }),
      getRun: ({ runId }) => readPart(runs, runId, 'review'),
      getRunEquity: ({ runId }) => readPart(runs, runId, 'equity'),
      listRunTrades: async ({ runId }) => {
        const { trades, dropped } = await readPart(runs, runId, 'trades');
        return { trades: trades.map(({ execution }) => execution), dropped };
      },
      getRunTrade: async ({ runId, executionId }) => {
        const { trades } = await readPart(runs, runId, 'trades');
        const trade = trades.find(({ execution }) => execution.executionId === executionId);
        if (trade === undefined) throw unknown('executionId', executionId, 'is no trade of this run');
        return trade;
      },
      getRunPrices: async ({ runId, symbol }) => {
        const { symbols } = await readPart(runs, runId, 'review');
        if (!symbols.includes(symbol)) {
          const kept = `the ${KEPT_TRADED} that were traded most have their prices kept`;
          throw unknown('symbol', symbol, `is no instrument of this run with prices: ${kept}`);
        }
        const found = await readPrices(runs, runId, symbols.indexOf(symbol));
        const { trades } = await readPart(runs, runId, 'trades');
        const marks = trades.flatMap(({ execution, orders }) =>
          orders.flatMap((order, at) =>
            order.symbol === symbol || symbolAt(order.symbol, order.venue) === symbol
              ? [
                  {
                    executionId: execution.executionId,
                    atUs: order.updatedUs,
                    side: order.side,
                    leg: at + 1,
                    legs: orders.length,
                    isFilled: order.filledQty !== '0',
                  },
                ]
              : [],
          ),
        );
        const points = found.points.map(([atUs, bid, ask]) => ({ atUs, bid, ask }));
        return { symbol, points, marks };
      },
      exportRun: async ({ runId, format }) => {
        const review = await readPart(runs, runId, 'review');
        const { trades } = await readPart(runs, runId, 'trades');
        const { samples } = await readPart(runs, runId, 'equity');
        return exportRun({ review, trades, samples }, format);
      },
      listSweeps: async () => ({ sweeps: await listSweeps(sweeps) }),
      getSweep: ({ sweepId }) => readSweep(sweeps, sweepId),
      openTrial: async ({ sweepId, trialId }) => {
        const { ranking, base, seed, recordings, name } = await readSweep(sweeps, sweepId);
        const trial = ranking.find((each) => each.trialId === trialId);
        if (trial === undefined) throw unknown('trialId', trialId, 'is no trial of this sweep');
        const told = Object.entries(trial.params)
          .map(([key, value]) => `${key} ${value}`)
          .join(', ');
        const runName = `${name}: ${told}`.slice(0, 200);
        const common = this.#common(recordings, runName);
        const values = { ...base, ...trial.params };
        return {
          jobId: this.#jobs.add({ ...common, kind: 'backtest', settings: { seed }, values }, runName),
        };
      },
    };
  }

  /** The settings with the latencies of a profile as they are measured now: a run is pinned to them. */
  async #taken({ latencyOf, ...settings }: LabSettings): Promise<TaskSettings> {
    if (latencyOf === undefined) return settings;
    if (settings.latency !== undefined) {
      throw new UserError({
        code: 'bad-option',
        field: 'latencyOf',
        value: latencyOf,
        message: 'is given together with a latency',
        remedy: 'Give one of the two.',
      });
    }
    const quantilesUs = await this.#measured(latencyOf);
    return { ...settings, latency: { minUs: 0, tailUs: 0, quantilesUs } };
  }

  #common(recordings: readonly string[], name: string) {
    return { folders: this.#folders, recordings, name, createdUs: this.#clock.nowUs() };
  }

  async #demand(recordings: readonly string[]): Promise<void> {
    for (const name of recordings) await recordingPath(this.#folders.recordings, name);
  }
}

function threads(): number {
  return Math.min(MAX_SWEEP_THREADS, Math.max(1, availableParallelism() - 1));
}

function unknown(field: string, value: string, message: string): UserError {
  return new UserError({
    code: 'unknown-value',
    field,
    value,
    message,
    remedy: 'Choose one that is listed.',
  });
}
