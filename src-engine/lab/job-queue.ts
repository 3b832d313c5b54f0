/**
 * Long work of the lab, one piece at a time, each in a thread of its own: the engine that trades never waits for it.
 * A cancel ends the thread at once.
 */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { JobRecord } from '../contract/lab-records.ts';
import { UserError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { LabMessage, LabTask } from './lab-task.ts';

/** Jobs that wait; more are refused. */
const MAX_WAITING = 100;
/** Ended jobs that are still shown. */
const MAX_ENDED = 100;

type Job = { record: JobRecord; readonly task: LabTask };

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith('.ts') ? './lab-worker.ts' : './lab-worker.js';
  return new URL(name, import.meta.url);
}

export class JobQueue {
  readonly #clock: Clock;
  readonly #jobs: Job[] = [];
  #running: { readonly job: Job; readonly worker: Worker; readonly phaseUs: number } | undefined;
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Newest first. */
  list(): JobRecord[] {
    return this.#jobs.map(({ record }) => record).toReversed();
  }

  /** @throws UserError when too many wait already. @returns the id of the job. */
  add(task: LabTask, name: string): string {
    const waiting = this.#jobs.filter(({ record }) => record.state === 'queued').length;
    if (waiting >= MAX_WAITING) {
      throw new UserError({
        code: 'too-many-jobs',
        field: 'jobs',
        value: String(waiting),
        message: `are waiting already, ${MAX_WAITING} at most`,
        remedy: 'Cancel some, or wait.',
      });
    }
    const record: JobRecord = {
      jobId: `job-${randomBytes(6).toString('hex')}`,
      kind: task.kind,
      name,
      state: 'queued',
      phase: 'waiting',
      done: 0,
      total: 0,
      unit: '',
      queuedUs: this.#clock.nowUs(),
      startedUs: null,
      finishedUs: null,
      etaUs: null,
      runId: null,
      sweepId: null,
      problem: null,
    };
    this.#jobs.push({ record, task });
    this.#forget();
    this.#next();
    return record.jobId;
  }

  /** Ends it at once; one that has ended stays as it is. @throws UserError when there is no such job. */
  cancel(jobId: string): JobRecord {
    const job = this.#jobs.find(({ record }) => record.jobId === jobId);
    if (job === undefined) {
      throw new UserError({
        code: 'unknown-job',
        field: 'jobId',
        value: jobId,
        message: 'is no job of this engine',
        remedy: 'Choose one of the list of jobs.',
      });
    }
    if (job.record.state === 'queued' || job.record.state === 'running') {
      this.#end(job, { state: 'canceled', phase: 'canceled' });
    }
    return job.record;
  }

  /** Ends everything; nothing starts again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const worker = this.#running?.worker;
    for (const { record } of this.#jobs) {
      if (record.state === 'queued' || record.state === 'running') this.cancel(record.jobId);
    }
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#isStopped) return;
    const job = this.#jobs.find(({ record }) => record.state === 'queued');
    if (job === undefined) return;
    const worker = new Worker(workerUrl(), { workerData: job.task, execArgv: [] });
    const nowUs = this.#clock.nowUs();
    this.#running = { job, worker, phaseUs: nowUs };
    job.record = { ...job.record, state: 'running', phase: 'starting', startedUs: nowUs };
    worker.on('message', (message: LabMessage) => this.#take(job, message));
    worker.on('error', (error) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#end(job, { state: 'failed', problem: { code: 'internal', message } });
    });
    worker.on('exit', () => {
      const problem = { code: 'internal', message: 'Its thread ended without an answer' };
      this.#end(job, { state: 'failed', problem });
    });
  }

  #take(job: Job, message: LabMessage): void {
    const running = this.#running;
    if (running?.job !== job) return;
    switch (message.type) {
      case 'progress': {
        const { phase, done, total, unit } = message;
        const nowUs = this.#clock.nowUs();
        if (phase !== job.record.phase) this.#running = { ...running, phaseUs: nowUs };
        const tookUs = nowUs - (this.#running?.phaseUs ?? nowUs);
        const etaUs = done > 0 && total > 0 ? Math.max(0, (tookUs * (total - done)) / done) : null;
        job.record = { ...job.record, phase, done: Math.min(done, total || done), total, unit, etaUs };
        return;
      }
      case 'run':
        return this.#end(job, { state: 'done', phase: 'done', runId: message.runId });
      case 'sweep':
        return this.#end(job, { state: 'done', phase: 'done', sweepId: message.sweepId });
      case 'failed':
        return this.#end(job, {
          state: 'failed',
          problem: { code: message.code, message: message.message },
        });
    }
  }

  /** The first end counts; whoever waits is next. */
  #end(job: Job, end: Partial<JobRecord>): void {
    const { state } = job.record;
    if (state !== 'queued' && state !== 'running') return;
    job.record = { ...job.record, ...end, etaUs: null, finishedUs: this.#clock.nowUs() };
    if (end.state === 'done') job.record = { ...job.record, done: job.record.total };
    if (this.#running?.job !== job) return;
    const { worker } = this.#running;
    this.#running = undefined;
    void worker.terminate();
    this.#next();
  }

  #forget(): void {
    const ended = this.#jobs.filter(({ record }) => record.finishedUs !== null);
    for (const job of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      this.#jobs.splice(this.#jobs.indexOf(job), 1);
    }
  }
}
