import { expect, test } from 'vitest';
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import { progressText } from './lab-jobs.tsx';

const JOB: JobRecord = {
  jobId: 'job-1',
  kind: 'backtest',
  name: '',
  state: 'running',
  phase: 'loading the program',
  done: 0,
  total: 0,
  unit: '',
  queuedUs: 0,
  startedUs: 0,
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

test.each<[Partial<JobRecord>, string]>([
  [{}, 'loading the program'],
  [
    { phase: 'reading the recording', done: 3_000_000, total: 12_000_000, unit: 'bytes', etaUs: 9e6 },
    'reading the recording 3.0 MB of 12.0 MB (25 %), about 9.00 s left',
  ],
  [{ phase: 'replaying', done: 1_000, total: 4_000, unit: 'events' }, 'replaying 1,000 of 4,000 events'],
])('a job at %o says: %s', (change, text) => {
  expect(progressText({ ...JOB, ...change })).toBe(text);
});
