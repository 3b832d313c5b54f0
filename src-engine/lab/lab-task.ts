/** What a thread of the lab is given, and what it says. Plain data: it crosses threads. */
import { join } from 'node:path';
import type { JobRecord, LabSettings, RunReview, SweepReview } from '../contract/lab-records.ts';
import type { BacktestOptions } from '../backtest/options.ts';

export type LabFolders = {
  /** Where market logs are. */
  readonly recordings: string;
  /** Where tapes, runs and sweeps are kept. */
  readonly lab: string;
};

/** The lab's folders in a data folder. */
export function labFolders(dataDir: string): LabFolders & { readonly runs: string; readonly sweeps: string } {
  const lab = join(dataDir, 'lab');
  const recordings = join(dataDir, 'recordings');
  return { recordings, lab, runs: join(lab, 'runs'), sweeps: join(lab, 'sweeps') };
}

type Common = {
  readonly folders: LabFolders;
  /** Names of market logs in the recordings folder. */
  readonly recordings: readonly string[];
  readonly name: string;
  /** Stored with the results, which do not depend on it. */
  readonly createdUs: number;
};

/** Settings with their latency as it was measured when they were given. */
export type TaskSettings = Omit<LabSettings, 'latency' | 'latencyOf'> & {
  readonly latency?: BacktestOptions['latency'];
};

export type BacktestTask = Common & {
  readonly kind: 'backtest';
  readonly settings: TaskSettings;
  /** Settings by name as a sweep writes them, on top of `settings`. */
  readonly values: Readonly<Record<string, string>>;
};

export type SweepTask = Common & {
  readonly kind: 'sweep';
  /** As `parseSweepSpec` takes it, without its logs. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly workers: number;
  /** Address of a Redis whose workers run the trials, without a password; empty: threads here. */
  readonly redis: string;
};

export type ImportTask = Common & {
  readonly kind: 'import';
  /** As `startImport` takes it; it names the file in the imports folder. */
  readonly asked: Readonly<Record<string, unknown>>;
};

export type TrainingTask = Common & {
  readonly kind: 'training';
  /** Folder of the file that the spec names. */
  readonly place: 'recordings' | 'imports';
  /** As the command line reads it; checked again when it runs. */
  readonly spec: Readonly<Record<string, unknown>>;
};

export type LabTask = BacktestTask | SweepTask | ImportTask | TrainingTask;

/** What a thread is started with. @param scratch a folder of this job's own, to be made when it is needed. */
export type LabWork = { readonly task: LabTask; readonly scratch: string };

/** A recording that lies whole in the job's own folder. */
export type ImportedMessage = {
  readonly type: 'imported';
  /** Its name there, and among the recordings. */
  readonly recording: string;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
};

export type LabProgress = {
  readonly phase: string;
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
  readonly unit: string;
};

export type LabMessage =
  | ({ readonly type: 'progress' } & LabProgress)
  | { readonly type: 'run'; readonly runId: RunReview['runId'] }
  | { readonly type: 'sweep'; readonly sweepId: SweepReview['sweepId'] }
  | ImportedMessage
  | { readonly type: 'trained'; readonly model: NonNullable<JobRecord['model']> }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
