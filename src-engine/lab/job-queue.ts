/**
 * Long work of the lab, one piece at a time, each in a thread of its own: the engine that trades never waits for it.
 * A cancel ends the thread at once. Jobs that an engine leaves unfinished are listed by the next one, and resumed when
 * it is asked for.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { JobRecord } from '../contract/lab-records.ts';
import { UserError } from '../domain/errors.ts';
import type { Hold } from '../domain/hold.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { placeNew } from '../lib/whole-file.ts';
import { clearScratch, recordingExists, scratchOf } from './import-place.ts';
import { JobFile } from './job-file.ts';
import type { ImportedMessage, LabMessage, LabTask, LabWork } from './lab-task.ts';

/** Jobs that wait; more are refused. */
const MAX_WAITING = 100;
/** Ended jobs that are still shown. */
const MAX_ENDED = 100;
/** How far a job is, is on the disk this often. */
const KEPT_EVERY_US = US_PER_SECOND;

/** What a job does before its thread says anything: the thread loads its modules. */
const LOADING = 'loading the program';

/** Of a training's thread: beyond it the job fails, and not the engine. Rows are bounded apart, as they are no objects. */
const TRAINING_MEMORY = { maxOldGenerationSizeMb: 2_048 };

type Job = { record: JobRecord; readonly task: LabTask };
type Running = {
  readonly job: Job;
  readonly worker: Worker;
  readonly scratch: string;
  phaseUs: number;
  /** Its thread is done, and what it made goes to its place. */
  isPlacing: boolean;
};

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith('.ts') ? './lab-worker.ts' : './lab-worker.js';
  return new URL(name, import.meta.url);
}

export class JobQueue {
  readonly #clock: Clock;
  readonly #file: JobFile;
  readonly #hold: Hold;
  readonly #jobs: Job[] = [];
  #running: Running | undefined;
  #isStopped = false;
  #keptUs = 0;

  /** @param path of the list of jobs that outlives the engine. @param hold while it is set no job begins. */
  constructor(clock: Clock, path: string, hold: Hold) {
    this.#clock = clock;
    this.#hold = hold;
    this.#file = new JobFile(path);
    const { jobs, damaged } = this.#file.read();
    for (const { record, task } of jobs) this.#jobs.push({ record, task });
    for (const each of this.#jobs) this.#interrupt(each);
    if (damaged !== undefined) this.#reportDamaged(damaged);
    this.#keep();
  }

  /** Newest first. */
  list(): JobRecord[] {
    return this.#jobs.map(({ record }) => record).toReversed();
  }

  /** @throws UserError when too many wait already, or none may begin now. @returns the id of the job. */
  add(task: LabTask, name: string): string {
    this.#hold.demandOff('jobs');
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
    const record = this.#record(task.kind, name);
    this.#jobs.push({ record, task });
    this.#forget();
    this.#next();
    this.#keep();
    return record.jobId;
  }

  /** The task of a job that did not come to its end, as a new job. @throws UserError when there is nothing to take up. */
  resume(jobId: string): string {
    const job = this.#job(jobId);
    const { state, name } = job.record;
    const isUnfinished = state === 'canceled' || state === 'failed' || state === 'interrupted';
    if (
      isUnfinished &&
      (job.task.recordings.length > 0 || job.task.kind === 'import' || job.task.kind === 'training')
    ) {
      return this.add({ ...job.task, createdUs: this.#clock.nowUs() }, name);
    }
    throw new UserError({
      code: 'not-ended-early',
      field: 'jobId',
      value: jobId,
      message: isGoing(job) ? 'has not ended yet' : 'cannot be resumed',
      remedy: 'Choose one that was canceled or interrupted.',
    });
  }

  /** Ends it at once; one that has ended stays as it is. @throws UserError when there is no such job. */
  cancel(jobId: string): JobRecord {
    const job = this.#job(jobId);
    if (isGoing(job)) {
      this.#end(job, { state: 'canceled', phase: 'canceled' });
    }
    return job.record;
  }

  /** Ends everything; nothing starts again. Unfinished jobs are listed as interrupted by the next engine. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const running = this.#running;
    for (const job of this.#jobs) this.#interrupt(job);
    this.#running = undefined;
    this.#keep();
    if (running !== undefined) await ended(running);
    await this.#file.settled();
  }

  #job(jobId: string): Job {
    const job = this.#jobs.find(({ record }) => record.jobId === jobId);
    if (job !== undefined) return job;
    throw new UserError({
      code: 'unknown-job',
      field: 'jobId',
      value: jobId,
      message: 'is not a job of this engine',
      remedy: 'Choose one of the list of jobs.',
    });
  }

  #record(kind: JobRecord['kind'], name: string): JobRecord {
    return {
      jobId: `job-${randomBytes(6).toString('hex')}`,
      kind,
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
      recording: null,
      model: null,
      warnings: [],
      notes: [],
      problem: null,
    };
  }

  /** A job that waits or runs as its engine ends. */
  #interrupt(job: Job): void {
    if (!isGoing(job)) return;
    const { kind, state, done, total } = job.record;
    const trials = total > 0 ? `at least ${done} of ${total} trials are kept` : 'its completed part is kept';
    const kept = kind === 'sweep' ? trials : 'its completed folds are kept';
    const remedy =
      (kind === 'sweep' || kind === 'training') && state === 'running'
        ? `${kept}: resume it to continue from there.`
        : 'Resume it to run it from the start.';
    const was = state === 'running' ? 'ran' : 'waited';
    const message = `The engine ended while it ${was}. ${remedy}`;
    const problem = { code: 'engine-ended', message };
    const finishedUs = this.#clock.nowUs();
    job.record = {
      ...job.record,
      state: 'interrupted',
      phase: 'interrupted',
      etaUs: null,
      finishedUs,
      problem,
    };
  }

  /** A list that could not be read is not lost silently. */
  #reportDamaged(path: string): void {
    const message = `The list of jobs was damaged and was moved to ${path}; stored runs and sweeps are not affected.`;
    const ended = { finishedUs: this.#clock.nowUs(), problem: { code: 'damaged-file', message } };
    const record: JobRecord = { ...this.#record('backtest', 'earlier jobs'), state: 'failed', ...ended };
    const folders = { recordings: '', lab: '' };
    const task: LabTask = {
      kind: 'backtest',
      folders,
      recordings: [],
      name: '',
      createdUs: 0,
      settings: {},
      values: {},
    };
    this.#jobs.push({ record, task });
  }

  #keep(): void {
    this.#keptUs = this.#clock.nowUs();
    this.#file.write(this.#jobs.map(({ record, task }) => ({ record, task })));
  }

  #next(): void {
    if (this.#running !== undefined || this.#isStopped) return;
    const job = this.#jobs.find(({ record }) => record.state === 'queued');
    if (job === undefined) return;
    const { task, record } = job;
    const scratch = scratchOf(task.folders, record.jobId);
    const workerData: LabWork = { task, scratch };
    const worker = new Worker(workerUrl(), {
      workerData,
      execArgv: [],
      ...(task.kind === 'training' ? { resourceLimits: TRAINING_MEMORY } : {}),
    });
    const nowUs = this.#clock.nowUs();
    this.#running = { job, worker, scratch, phaseUs: nowUs, isPlacing: false };
    job.record = { ...job.record, state: 'running', phase: LOADING, startedUs: nowUs };
    this.#keep();
    worker.on('message', (message: LabMessage) => this.#take(job, message));
    worker.on('error', (error) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#end(job, { state: 'failed', problem: { code: 'internal', message } });
    });
    worker.on('exit', () => {
      if (this.#running?.job === job && this.#running.isPlacing) return;
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
        if (phase !== job.record.phase) running.phaseUs = nowUs;
        const tookUs = nowUs - running.phaseUs;
        const etaUs = done > 0 && total > 0 ? Math.max(0, (tookUs * (total - done)) / done) : null;
        job.record = { ...job.record, phase, done: Math.min(done, total || done), total, unit, etaUs };
        if (nowUs - this.#keptUs >= KEPT_EVERY_US) this.#keep();
        return;
      }
      case 'run':
        return this.#end(job, { state: 'done', phase: 'done', runId: message.runId });
      case 'sweep':
        return this.#end(job, { state: 'done', phase: 'done', sweepId: message.sweepId });
      case 'trained':
        return this.#end(job, { state: 'done', phase: 'done', model: message.model });
      case 'imported':
        void this.#place(running, message);
        return;
      case 'failed':
        return this.#end(job, {
          state: 'failed',
          problem: { code: message.code, message: message.message },
        });
    }
  }

  /** What an import made goes among the recordings. A cancel that comes before it is there leaves nothing. */
  async #place(running: Running, { recording, warnings, notes }: ImportedMessage): Promise<void> {
    const { job, scratch } = running;
    running.isPlacing = true;
    const path = join(job.task.folders.recordings, recording);
    try {
      await placeNew(join(scratch, recording), path);
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
      const message = isThere
        ? recordingExists(recording).message
        : `The recording was not stored: ${String(error)}`;
      return this.#end(job, {
        state: 'failed',
        problem: { code: isThere ? 'recording-exists' : 'internal', message },
      });
    }
    if (isGoing(job)) this.#end(job, { state: 'done', phase: 'done', recording, warnings, notes });
    else await rm(path, { force: true });
  }

  /** The first end counts; then the next waiting job starts. */
  #end(job: Job, end: Partial<JobRecord>): void {
    if (!isGoing(job)) return;
    job.record = { ...job.record, ...end, etaUs: null, finishedUs: this.#clock.nowUs() };
    if (end.state === 'done') job.record = { ...job.record, done: job.record.total };
    this.#keep();
    if (this.#running?.job !== job) return;
    const running = this.#running;
    this.#running = undefined;
    void ended(running);
    this.#next();
  }

  #forget(): void {
    const ended = this.#jobs.filter(({ record }) => record.finishedUs !== null);
    for (const job of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      this.#jobs.splice(this.#jobs.indexOf(job), 1);
    }
  }
}

/** Its thread is over, and what it had not finished is gone. */
async function ended({ worker, scratch, job }: Running): Promise<void> {
  await worker.terminate();
  if (job.task.kind === 'import') await clearScratch(scratch);
}

function isGoing({ record }: Job): boolean {
  return record.state === 'queued' || record.state === 'running';
}
