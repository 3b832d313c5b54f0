/** The operations of the backtest lab; part of the table in operations.ts. */
import { z } from 'zod';
import * as lab from './lab-records.ts';
import { replayOperations } from './replay-operations.ts';
import * as values from '../domain/value-schemas.ts';

const nothing = z.strictObject({});
const id = z.string().regex(/^[a-z]+-[0-9a-f]{1,64}$/, 'must be an id from a list');
const recordings = z
  .array(z.string().min(1).max(255))
  .min(1)
  .max(200)
  .describe('File names of the recordings folder; several are merged by time.');
const damaged = z
  .array(z.string())
  .describe(
    'Names of stored runs or sweeps whose file cannot be read, is damaged, or is of another version.',
  );
const started = z.object({ jobId: z.string() });

export const labOperations = {
  ...replayOperations,
  listJobs: {
    summary: 'Backtests, sweeps and imports that are queued, running or ended, newest first.',
    input: nothing,
    output: z.object({ jobs: z.array(lab.job) }),
    role: 'viewer',
    changes: false,
  },
  startBacktest: {
    summary: 'Replays recordings through the engine; the run is stored under the job’s id.',
    input: z.strictObject({
      recordings,
      name: z.string().max(200).default(''),
      settings: lab.labSettings.default({}),
    }),
    output: started,
    role: 'operator',
    changes: true,
  },
  startSweep: {
    summary:
      'Tests settings on recordings, ranks them by their test result, and reports whether the best one is luck.',
    input: z.strictObject({
      recordings,
      name: z.string().max(200).default(''),
      plan: lab.sweepPlan,
      redis: z
        .string()
        .max(300)
        .default('')
        .describe('Address of a Redis whose workers run the trials; empty: threads of this machine.'),
    }),
    output: started,
    role: 'operator',
    changes: true,
  },
  cancelJob: {
    summary: 'Cancels a job at once; a sweep keeps the trials that are done.',
    input: z.strictObject({ jobId: id }),
    output: lab.job,
    role: 'operator',
    changes: true,
  },
  resumeJob: {
    summary: 'Resumes a job that did not finish: a sweep continues from the trials that are done.',
    input: z.strictObject({ jobId: id }),
    output: started,
    role: 'operator',
    changes: true,
  },
  listRuns: {
    summary: 'Stored backtests, newest first, and those whose files are damaged.',
    input: nothing,
    output: z.object({ runs: z.array(lab.runHead), damaged }),
    role: 'viewer',
    changes: false,
  },
  getRun: {
    summary: 'A stored backtest: its settings and data with their hashes, assumptions and figures.',
    input: z.strictObject({ runId: id }),
    output: lab.runReview,
    role: 'viewer',
    changes: false,
  },
  getRunEquity: {
    summary: 'The equity of a stored backtest, shortened: its peaks, lows and deepest fall stay.',
    input: z.strictObject({ runId: id }),
    output: z.object({ samples: z.array(values.equitySample) }),
    role: 'viewer',
    changes: false,
  },
  listRunTrades: {
    summary: 'Every execution of a stored backtest, in order of time.',
    input: z.strictObject({ runId: id }),
    output: z.object({ trades: z.array(values.execution), dropped: z.number().int() }),
    role: 'viewer',
    changes: false,
  },
  getRunTrade: {
    summary: 'One execution of a stored backtest with its orders, fills and the books of its decision.',
    input: z.strictObject({ runId: id, executionId: z.string().max(100) }),
    output: lab.runTrade,
    role: 'viewer',
    changes: false,
  },
  getRunPrices: {
    summary: 'Best prices of one instrument over a stored backtest, and every leg that was traded there.',
    input: z.strictObject({ runId: id, symbol: z.string().max(80) }),
    output: lab.runPrices,
    role: 'viewer',
    changes: false,
  },
  exportRun: {
    summary: 'A stored backtest as a file: its trades as CSV, all of it as JSON, or a report as HTML.',
    input: z.strictObject({ runId: id, format: z.enum(['csv', 'json', 'html']) }),
    output: z.object({ file: z.string(), mime: z.string(), text: z.string() }),
    role: 'viewer',
    changes: false,
  },
  listSweeps: {
    summary: 'Stored sweeps, newest first, and those whose files are damaged.',
    input: nothing,
    output: z.object({ sweeps: z.array(lab.sweepHead), damaged }),
    role: 'viewer',
    changes: false,
  },
  getSweep: {
    summary: 'A stored sweep: its trials ranked by test result, and the verdict on the best one.',
    input: z.strictObject({ sweepId: id }),
    output: lab.sweepReview,
    role: 'viewer',
    changes: false,
  },
  openTrial: {
    summary: 'Reruns one trial of a sweep as a backtest that is stored for review.',
    input: z.strictObject({ sweepId: id, trialId: id }),
    output: started,
    role: 'operator',
    changes: true,
  },
} as const;
