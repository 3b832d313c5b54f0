/**
 * A worker of sweeps beyond one machine: waits for sweeps on a Redis, finds their market data here, and runs trials on
 * threads that share one tape. What it was at when it died is tried by another worker once its lock is over.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { VERSION } from '../../../config/version.ts';
import { UserError } from '../../../domain/errors.ts';
import type { SweepTask } from '../run-trial.ts';
import type { Trial } from '../sweep-plan.ts';
import type { TrialResult } from '../trial-result.ts';
import { TrialThread } from '../trial-thread.ts';
import { type DataPlaces, findTape } from './find-tape.ts';
import { connectRedis } from './redis-link.ts';
import type { RedisTarget } from './redis-target.ts';
import { MAX_RESULT_BYTES, PREFIX, type SharedTask, SweepBoard, wireTrial } from './sweep-board.ts';

/** A trial whose worker was not heard of for so long is given to another one; looked for this often. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** A trial that took so many workers down is given up. */
const MAX_STALLED = 3;
const POLL_MS = 500;
/** A sweep whose data was missing is looked at again after so long: it may have been copied since. */
const AGAIN_MS = 30_000;
/** What is under way may take so long when the worker is asked to end. */
const PATIENCE_MS = 30_000;

export type SweepWorkerOptions = DataPlaces & {
  readonly redis: RedisTarget;
  /** Trials at a time, 1 to 64. */
  readonly threads: number;
  readonly note: (text: string) => void;
  /** Ends it: trials under way are finished first. */
  readonly signal: AbortSignal;
};

/** Runs until the signal. Answers how many trials it ran. @throws UserError when Redis cannot be reached at the start. */
export async function runSweepWorker(options: SweepWorkerOptions): Promise<number> {
  const redis = await connectRedis(options.redis, true);
  try {
    return await new SweepWorkerLoop(options, redis).run();
  } finally {
    redis.disconnect();
  }
}

class SweepWorkerLoop {
  readonly #options: SweepWorkerOptions;
  readonly #redis: Redis;
  readonly #board: SweepBoard;
  /** Sweeps that this worker cannot take part in → when to look at them again. */
  readonly #refused = new Map<string, number>();
  /** Of the sweep that is being served; the free ones wait for a trial. */
  #threads: readonly TrialThread[] = [];
  #free: TrialThread[] = [];
  #trials = 0;

  constructor(options: SweepWorkerOptions, redis: Redis) {
    this.#options = options;
    this.#redis = redis;
    this.#board = new SweepBoard(redis);
    let isAway = false;
    const { shown } = options.redis;
    redis.on('close', () => {
      if (!isAway && !options.signal.aborted) options.note(`${shown} is away; trying until it is back`);
      isAway = true;
    });
    redis.on('ready', () => {
      if (isAway) options.note(`${shown} is back`);
      isAway = false;
    });
  }

  async run(): Promise<number> {
    const { note, redis, threads } = this.#options;
    note(`waiting for sweeps on ${redis.shown} with ${threads} threads; end with Ctrl+C`);
    try {
      await Promise.race([this.#untilStopped(), this.#untilOutOfPatience()]);
    } finally {
      await Promise.all(this.#threads.map((thread) => thread.stop()));
    }
    return this.#trials;
  }

  async #untilStopped(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await this.#serveNext();
      await pause(POLL_MS, signal);
    }
  }

  /** While Redis is away its commands wait, and a trial may be long: an end that was asked for waits for neither. */
  async #untilOutOfPatience(): Promise<void> {
    const { signal } = this.#options;
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    await sleep(this.#free.length < this.#threads.length ? PATIENCE_MS : POLL_MS, undefined, { ref: false });
  }

  async #serveNext(): Promise<void> {
    for (const sweepId of await this.#board.abandoned(Date.now())) await this.#remove(sweepId);
    for (const sweepId of await this.#board.sweeps()) {
      if ((this.#refused.get(sweepId) ?? 0) > performance.now()) continue;
      const prepared = await this.#prepare(sweepId);
      if (prepared !== undefined) return this.#serve(sweepId, prepared);
    }
  }

  /** Undefined when the sweep is not on, or this worker cannot take part: then it says why. */
  async #prepare(sweepId: string): Promise<SweepTask | undefined> {
    try {
      const task = await this.#board.task(sweepId);
      if (task === undefined) return undefined;
      demandVersion(task);
      const tape = await findTape(this.#options, task);
      const { fromUs, toUs, periodUs, score, base, seed } = task;
      return { fromUs, toUs, periodUs, score, spec: { base, seed }, tape };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const who = `${hostname()}:${process.pid}`;
      this.#refused.set(sweepId, performance.now() + AGAIN_MS);
      this.#options.note(`${sweepId}: ${error.message}`);
      await this.#board.refuse(sweepId, who, `worker ${who} does not join: ${error.message}`);
      return undefined;
    }
  }

  /** Runs trials of this sweep until it is over. */
  async #serve(sweepId: string, task: SweepTask): Promise<void> {
    const { threads: count, signal, note } = this.#options;
    this.#threads = Array.from({ length: count }, () => new TrialThread(task));
    this.#free = [...this.#threads];
    const before = this.#trials;
    const worker = new Worker<Trial, TrialResult>(
      sweepId,
      async (job) => {
        const thread = this.#free.pop();
        if (thread === undefined) throw new Error('more trials than threads');
        try {
          return await this.#trial(thread, job);
        } finally {
          this.#free.push(thread);
        }
      },
      {
        connection: this.#redis,
        prefix: PREFIX,
        concurrency: count,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MAX_STALLED,
        name: `${hostname()}:${process.pid}`,
      },
    );
    // A sweep that ended takes its jobs away: what is answered too late is of no use, and no fault.
    worker.on('error', () => undefined);
    note(`${sweepId}: taking trials`);
    try {
      while (!signal.aborted && (await this.#board.isOn(sweepId))) await pause(POLL_MS, signal);
    } finally {
      await worker.close(!signal.aborted);
      await Promise.all(this.#threads.map((thread) => thread.stop()));
    }
    note(`${sweepId}: ${this.#trials - before} trials run here`);
  }

  async #trial(thread: TrialThread, job: Job<Trial>): Promise<TrialResult> {
    const trial = wireTrial.safeParse(job.data);
    if (!trial.success) throw new UnrecoverableError('its job is not one of this version of Parallax');
    const answer = await thread.run(trial.data);
    if ('died' in answer) throw answer.died instanceof Error ? answer.died : new Error(String(answer.died));
    if (JSON.stringify(answer.result).length > MAX_RESULT_BYTES) {
      throw new UnrecoverableError(`its result is larger than ${MAX_RESULT_BYTES} bytes`);
    }
    this.#trials++;
    return answer.result;
  }

  async #remove(sweepId: string): Promise<void> {
    const queue = new Queue(sweepId, { connection: this.#redis, prefix: PREFIX });
    queue.on('error', () => undefined);
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

function demandVersion({ engine }: SharedTask): void {
  if (engine === VERSION) return;
  throw new UserError({
    code: 'version-differs',
    field: 'version',
    value: VERSION,
    message: `is not ${engine}, which the sweep runs with`,
    remedy: 'Run the same version on all machines.',
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
