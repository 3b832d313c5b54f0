/** Whether a model of the engine's own records would have kept more of what it saw by taking less; part of the table in operations.ts. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
/** The middle, and the ends of a 95 % interval. */
const interval = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const scorerReport = z.object({
  verdict: z.enum(['too-few-records', 'does-not-raise', 'raises']),
  text: z.string(),
  homeAsset: z.string(),
  /** Executions of cycles and routes that were read, newest first; older ones are left out. */
  records: count,
  /** Read and not used: no start was found, or no price in the home currency. */
  left: count,
  /** Scored by a model that was fitted on earlier executions alone. */
  judged: count,
  /** Of the judged ones that came home with a profit as planned. */
  captured: count,
  /** Sum of what the judged ones promised, in the home currency. */
  promised: z.number(),
  /** Shares of that sum which came home. */
  takeAll: z.number().nullable(),
  gated: z.number().nullable(),
  /** Gated less all. */
  difference: interval.nullable(),
  /** What the gate would not have taken, and what that brought in the home currency. */
  skipped: count,
  skippedHome: z.number(),
  /** Of the probabilities: out of sample, beside always saying the share that came before. */
  logLoss: z.number().nullable(),
  baseLogLoss: z.number().nullable(),
  auc: z.number().nullable(),
  reliability: z.array(z.object({ said: z.number(), came: z.number(), count: z.number() })),
  folds: z.array(
    z.object({
      fitRows: count,
      judgeRows: count,
      judgeFrom: z.string(),
      /** Least probability that is taken; 0: the calibrating rows gave no reason to skip any. */
      threshold: z.number(),
      skipped: count,
    }),
  ),
  /** Of the last fold, by the size of its weight on the scaled feature. */
  weights: z.array(z.object({ feature: z.string(), weight: z.number() })),
});
export type ScorerReport = z.infer<typeof scorerReport>;

export const scorerOperations = {
  getScorer: {
    summary:
      'Trains a scorer on the profile’s own executions by walk-forward and compares what its gate would have captured with taking all. It gates nothing.',
    input: z.strictObject({}),
    output: scorerReport,
    role: 'viewer',
    changes: false,
  },
} as const;
