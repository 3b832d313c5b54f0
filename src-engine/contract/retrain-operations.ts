/** Operations of the weekly retraining; part of the table in operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

/** Models that are trained by a schedule, at most. */
export const MAX_RETRAININGS = 16;
/** The newest recording that has the market of the training. */
export const NEWEST = 'newest';

/** When, on what, and where its shadow runs. What is trained is the spec that the registry has of the model. */
export const retrainSettings = z.strictObject({
  /** Of the registry, with a training that was recorded. */
  name: z
    .string()
    .max(60)
    .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be lower case with hyphens, such as eth-logistic'),
  /** Off until it is turned on. */
  isOn: z.boolean().default(false),
  /** UTC, as clocks of summer time skip hours. 0 is Sunday. */
  weekday: z.int().min(0).max(6).default(0),
  hour: z.int().min(0).max(23).default(3),
  minute: z.int().min(0).max(59).default(0),
  place: z.enum(['recordings', 'imports']).default('recordings'),
  /** A file of that folder; of recordings also `newest`. */
  file: z.string().min(1).max(255).default(NEWEST),
  /** Where the new challenger runs in shadow, as `BTC/USD@kraken`; empty: nowhere. */
  market: z.string().max(100).default(''),
});
export type RetrainSettings = z.infer<typeof retrainSettings>;

/** What became of the last one. */
export const retrainResult = z.object({
  state: z.enum(['running', 'trained', 'unchanged', 'failed']),
  startedUs: timeUs,
  endedUs: timeUs.nullable(),
  /** By `scheduled` or by a person. */
  by: z.string().max(100),
  jobId: z.string().max(60),
  /** Starts of it, as an engine that ends takes its job along. */
  tries: z.int(),
  sha256: z.string().max(64),
  verdict: z.string().max(60),
  /** The verdict in words, or what failed. */
  text: z.string().max(500),
  /** Strategy in which it runs in shadow, or why it does not. */
  shadow: z.string().max(300),
});
export type RetrainResult = z.infer<typeof retrainResult>;

export const retrainRow = z.object({
  ...retrainSettings.shape,
  /** Null: it is off. */
  nextUs: timeUs.nullable(),
  /** Due since; null: it is not. */
  dueUs: timeUs.nullable(),
  /** Why one that is due has not begun; empty: it has, or is not due. */
  waits: z.string(),
  last: retrainResult.nullable(),
});
export type RetrainRow = z.infer<typeof retrainRow>;

const rows = z.object({ rows: z.array(retrainRow) });
const named = z.strictObject({ name: z.string().min(1).max(60) });

export const retrainOperations = {
  listRetrainings: {
    summary: 'Models that are trained again each week: when next, and what became of the last one.',
    input: z.strictObject({}),
    output: rows,
    role: 'viewer',
    changes: false,
  },
  saveRetraining: {
    summary:
      'Sets when a model is trained again each week, by the spec that the registry has of it. The result is a challenger, in shadow where a market is named, and never more by itself.',
    input: retrainSettings,
    output: rows,
    role: 'operator',
    changes: true,
  },
  removeRetraining: {
    summary: 'Ends the weekly training of a model. Its versions stay.',
    input: named,
    output: rows,
    role: 'operator',
    changes: true,
  },
  retrainNow: {
    summary: 'Trains a model that has a schedule now, whatever the time. The schedule stays as it is.',
    input: named,
    output: rows,
    role: 'operator',
    changes: true,
  },
} as const;
