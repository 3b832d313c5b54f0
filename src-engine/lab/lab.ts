/** The backtest lab: recordings, long work, and what it has stored. Knows nothing of the session that trades. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobRecord, LabSettings } from '../contract/lab-records.ts';
import type { ProfileName } from '../contract/records.ts';
import type { Caller, OperationHandlers } from '../contract/operations.ts';
import type { TopicView } from '../contract/topics.ts';
import { type BacktestOptions, checkOptions } from '../backtest/options.ts';
import { makeFolder } from '../lib/folders.ts';
import { openRedisAddress } from '../backtest/sweep/remote/redis-target.ts';
import { parseSweepSpec } from '../backtest/sweep/sweep-spec.ts';
import { UserError } from '../domain/errors.ts';
import type { Hold } from '../domain/hold.ts';
import type { Clock } from '../lib/clock.ts';
import { JobQueue } from './job-queue.ts';
import { labOperations } from '../contract/lab-operations.ts';
import { clearUnfinished } from './import-place.ts';
import { type ImportHandlers, importsOf } from './imports.ts';
import type { LabFolders, TaskSettings } from './lab-task.ts';
import { type Library, libraryOf, type LibraryHandlers } from './recordings.ts';
import { openFile } from './opened-file.ts';
import { type ReplayHandlers, Replays } from './replays.ts';
import { runReadings, unlisted } from './run-readings.ts';
import { readSweep } from './stored-run.ts';
import { recordingPath } from './tape-shelf.ts';
import { type TrainingHandlers, trainingsOf } from './trainings.ts';

const RUN_ID = /^[a-z]+-[0-9a-f]{1,64}$/;
/** Threads of a sweep: one core is left to the engine that trades. */
const MAX_SWEEP_THREADS = 16;

export type LabHandlers = LibraryHandlers &
  ReplayHandlers &
  ImportHandlers &
  TrainingHandlers &
  Pick<OperationHandlers, keyof typeof labOperations>;

/** @throws UserError for a profile that has too few orders to measure by. */
export type MeasuredLatency = (profile: ProfileName, caller: Caller) => Promise<readonly number[]>;

export class Lab {
  readonly handlers: LabHandlers;
  readonly #folders: LabFolders;
  readonly #clock: Clock;
  readonly #jobs: JobQueue;
  readonly #measured: MeasuredLatency;
  readonly #library: Library;
  readonly replays: Replays;

  /**
   * @param hold while it is set no job begins. @param measured latencies of a profile's own orders, as `BacktestOptions.latency` takes
   * quantiles.
   */
  constructor(folders: LabFolders, clock: Clock, hold: Hold, measured: MeasuredLatency) {
    this.#folders = folders;
    this.#clock = clock;
    this.#measured = measured;
    clearUnfinished(folders);
    this.#jobs = new JobQueue(clock, join(folders.lab, 'jobs.json'), hold);
    this.#library = libraryOf(folders);
    this.replays = new Replays({
      folders,
      clock,
      checked: (recordings, settings, caller) => this.#checked(recordings, settings, caller),
    });
    this.handlers = this.#makeHandlers();
  }

  /** Newest first. */
  jobs(): JobRecord[] {
    return this.#jobs.list();
  }

  readView(topic: 'jobs' | 'replay'): TopicView<typeof topic> {
    return topic === 'jobs' ? { jobs: this.jobs() } : this.replays.shown();
  }

  /** True where a backtest of this id is stored. */
  hasRun(runId: string): boolean {
    return RUN_ID.test(runId) && existsSync(join(this.#folders.lab, 'runs', runId, 'review.json'));
  }

  /** The folder of the recordings is made when it is not there. */
  makeRecordings(): void {
    makeFolder(this.#folders.recordings);
  }

  /** A file of this machine that is to be a recording here, by its name. @throws UserError for one that is none. */
  openFile(path: string): Promise<string> {
    return openFile(this.#folders.recordings, path);
  }

  /** Whether recordings are being read whole; that begins where some are `unread`. */
  readsRecordings(unread: boolean): boolean {
    return this.#library.reads(unread);
  }

  async stop(): Promise<void> {
    await this.replays.stop();
    await this.#jobs.stop();
  }

  #makeHandlers(): LabHandlers {
    const place = { folders: this.#folders };
    const sweeps = join(this.#folders.lab, 'sweeps');
    return {
      ...this.#library.handlers,
      ...this.replays.handlers,
      ...importsOf(
        this.#folders,
        (task, name) => this.#jobs.add(task, name),
        () => this.#clock.nowUs(),
      ),
      ...trainingsOf(
        this.#folders,
        async () => (await this.#library.list()).recordings,
        (task, name) => this.#jobs.add(task, name),
        () => this.#clock.nowUs(),
      ),
      ...(Object.fromEntries(
        Object.entries(runReadings).map(([name, read]) => [
          name,
          (input: never) => (read as (at: typeof place, input: never) => unknown)(place, input),
        ]),
      ) as unknown as Pick<OperationHandlers, keyof typeof runReadings>),
      listJobs: () => ({ jobs: this.jobs() }),
      startBacktest: async ({ recordings, name, settings }, caller) => {
        const taken = await this.#checked(recordings, settings, caller);
        const jobName = name === '' ? recordings.join(' + ') : name;
        const common = this.#common(recordings, name);
        const task = { ...common, kind: 'backtest', settings: taken, values: {} } as const;
        return { jobId: this.#jobs.add(task, jobName) };
      },
      startSweep: async ({ recordings, name, plan, redis }) => {
        await this.#demand(recordings);
        const address = redis.trim() === '' ? '' : openRedisAddress(redis.trim());
        const { folds, ...rest } = plan;
        const spec = { ...rest, split: { kind: 'walk-forward', folds } };
        // Faults in a spec are reported now, and not by a failed job.
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
      openTrial: async ({ sweepId, trialId }) => {
        const { ranking, base, seed, recordings, name } = await readSweep(sweeps, sweepId);
        const trial = ranking.find((each) => each.trialId === trialId);
        if (trial === undefined) throw unlisted('trialId', trialId, 'is not a trial of this sweep');
        const params = Object.entries(trial.params)
          .map(([key, value]) => `${key} ${value}`)
          .join(', ');
        const runName = `${name}: ${params}`.slice(0, 200);
        const common = this.#common(recordings, runName);
        const values = { ...base, ...trial.params };
        return {
          jobId: this.#jobs.add({ ...common, kind: 'backtest', settings: { seed }, values }, runName),
        };
      },
    };
  }

  /** Faults in the settings are reported now, and not by a failed job. */
  async #checked(
    recordings: readonly string[],
    settings: LabSettings,
    caller: Caller,
  ): Promise<TaskSettings> {
    await this.#demand(recordings);
    const taken = await this.#taken(settings, caller);
    checkOptions({ logs: recordings, ...taken } as BacktestOptions);
    return taken;
  }

  /** The settings with the latencies of a profile as they are measured now: a run is pinned to them. */
  async #taken({ latencyOf, ...settings }: LabSettings, caller: Caller): Promise<TaskSettings> {
    if (latencyOf === undefined) return settings;
    if (settings.latency !== undefined) {
      throw new UserError({
        code: 'bad-option',
        field: 'latencyOf',
        value: latencyOf,
        message: 'cannot be combined with a latency',
        remedy: 'Give one of the two.',
      });
    }
    const quantilesUs = await this.#measured(latencyOf, caller);
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
