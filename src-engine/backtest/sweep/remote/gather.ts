/**
 * Runs a sweep beyond one machine: puts its trials into a BullMQ queue on Redis and gathers what workers answer. A
 * trial's job is named by its id, so that it is in the queue once; its result is written down before the job is
 * removed, so that nothing is lost in between; and the ledger counts each trial once, however often and wherever it ran.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { UserError } from '../../../domain/errors.ts';
import { VERSION } from '../../../config/version.ts';
import { LedgerFile } from '../ledger-file.ts';
import type { SweepLedger } from '../sweep-ledger.ts';
import type { Trial } from '../sweep-plan.ts';
import type { SweepRun } from '../sweep-runner.ts';
import { failedResult, type TrialResult, trialResult } from '../trial-result.ts';
import { MAX_TRIES } from '../trial-thread.ts';
import { connectRedis, redisError } from './redis-link.ts';
import type { RedisTarget } from './redis-target.ts';
import { Announcement, BEAT_MS, MAX_TRIAL_BYTES, PREFIX, sharedTaskOf } from './sweep-board.ts';

export type RemoteSweepRun = Omit<SweepRun, 'workers'> & {
  readonly redis: RedisTarget;
  /** Remarks: no worker is there, a worker cannot take part, a line of the results is damaged. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Redis may be away for so long, in ms, before the sweep ends. */
  readonly patienceMs?: number | undefined;
};

const PATIENCE_MS = 15_000;
const POLL_MS = 200;
const AT_ONCE = 200;
const ADDED_AT_ONCE = 500;
/** How often it is looked whether the trials that are missing are in the queue at all. */
const AUDIT_MS = 5_000;

/** Answers the ledger, complete unless it was ended early. @throws UserError when Redis is away for too long. */
export async function gatherSweep(run: RemoteSweepRun): Promise<SweepLedger> {
  const file = await LedgerFile.open(run.plan, run.ledgerPath, run.onNote);
  let redis: Redis | undefined;
  try {
    run.onProgress?.(file.progress());
    if (file.ledger.isComplete) return file.ledger;
    redis = await connectRedis(run.redis, false);
    await new Gathering(run, file, redis).finished();
    return file.ledger;
  } finally {
    redis?.disconnect();
    await file.close();
  }
}

class Gathering {
  readonly #run: RemoteSweepRun;
  readonly #file: LedgerFile;
  readonly #queue: Queue<Trial, TrialResult>;
  readonly #announcement: Announcement;
  readonly #noted = new Set<string>();
  #toldMs = Number.NEGATIVE_INFINITY;
  #auditedMs = Number.NEGATIVE_INFINITY;
  /** The disk failed, or two results differ: not a fault of Redis. */
  #hasFault = false;

  constructor(run: RemoteSweepRun, file: LedgerFile, redis: Redis) {
    this.#run = run;
    this.#file = file;
    const { sweepId } = run.plan;
    const task = sharedTaskOf(run.plan, run.tape.head.sources, VERSION);
    this.#announcement = new Announcement(redis, sweepId, randomUUID(), task);
    this.#queue = new Queue(sweepId, { connection: redis, prefix: PREFIX });
    this.#queue.on('error', () => undefined);
  }

  async finished(): Promise<void> {
    const { signal, redis, patienceMs = PATIENCE_MS } = this.#run;
    let answeredMs = performance.now();
    while (this.#goesOn()) {
      try {
        await this.#turn();
        answeredMs = performance.now();
      } catch (error) {
        if (error instanceof UserError || this.#hasFault) throw error;
        if (performance.now() - answeredMs > patienceMs) throw redisError(redis, error, this.#kept());
      }
      await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
    await this.#clean();
  }

  #goesOn(): boolean {
    return !this.#file.ledger.isComplete && this.#run.signal?.aborted !== true;
  }

  async #turn(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs >= BEAT_MS) {
      await this.#announcement.report(Date.now());
      this.#toldMs = nowMs;
    }
    if (nowMs - this.#auditedMs >= AUDIT_MS) {
      await this.#audit();
      this.#auditedMs = nowMs;
    }
    for (;;) {
      const finished = await this.#queue.getJobs(['completed', 'failed'], 0, AT_ONCE - 1);
      const jobs = finished.filter((job) => job !== undefined);
      for (const job of jobs) await this.#take(job);
      if (jobs.length > 0) this.#run.onProgress?.(this.#file.progress());
      if (jobs.length < AT_ONCE) return;
    }
  }

  /** At the start, and after Redis forgot: what is missing and not in the queue is put there. Twice makes no second job. */
  async #audit(): Promise<void> {
    const missing = this.#file.ledger.missing();
    const counts = await this.#queue.getJobCounts();
    const queued = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (queued < missing.length) {
      for (let at = 0; at < missing.length; at += ADDED_AT_ONCE) {
        if (this.#run.signal?.aborted === true) return;
        await this.#queue.addBulk(missing.slice(at, at + ADDED_AT_ONCE).map(jobOf));
      }
    }
    for (const refusal of await this.#announcement.refusals()) this.#note(refusal);
    if ((counts['active'] ?? 0) > 0 || (await this.#queue.getWorkersCount()) > 0) return;
    const { shown } = this.#run.redis;
    this.#note(`no worker has joined yet: start some with parallax worker --redis ${shown} --data DIR`);
  }

  /** Written down first, removed then. */
  async #take(job: Job<Trial, TrialResult>): Promise<void> {
    const { trialId } = job.data;
    const parsed = trialResult.safeParse(job.returnvalue);
    const isOwn = parsed.success && parsed.data.trialId === trialId;
    const why = job.failedReason ?? 'its worker sent something that is not a result';
    this.#hasFault = true;
    await this.#file.take(isOwn ? parsed.data : failedResult({ trialId }, new Error(why)));
    this.#hasFault = false;
    await job.remove();
  }

  /** Each remark once. */
  #note(text: string): void {
    if (this.#noted.has(text)) return;
    this.#noted.add(text);
    this.#run.onNote?.(text);
  }

  #kept(): string {
    const { done } = this.#file.ledger;
    const { plan, ledgerPath } = this.#run;
    return `${done} of ${plan.trials.length} trials are kept in ${ledgerPath}; run it again to continue from there.`;
  }

  /** Nothing of the sweep stays on Redis. When that fails, it expires, or goes after a day. */
  async #clean(): Promise<void> {
    try {
      await this.#announcement.end();
      await this.#queue.obliterate({ force: true });
    } catch {
      this.#run.onNote?.(`${this.#run.redis.shown}: the data of the sweep could not be removed`);
    }
  }
}

function jobOf(trial: Trial) {
  const { trialId, index, params } = trial;
  return {
    name: 'trial',
    data: { trialId, index, params },
    opts: {
      jobId: trialId,
      attempts: MAX_TRIES,
      removeOnComplete: false,
      removeOnFail: false,
      sizeLimit: MAX_TRIAL_BYTES,
      stackTraceLimit: 1,
    },
  };
}
