/**
 * What a scorer must show before it becomes champion, and may keep the engine from an opportunity. Its record is the walk-forward over executions; trainings of it on the same profile and time are
 * trials, as each looks for what is worth more.
 */
import { z } from 'zod';
import { type Tried, trialWords } from '../backtest/strategy/tried-data.ts';
import { normalCdf, Z_95 } from '../lib/normal.ts';
import type { ModelGate } from './gates.ts';

/** Fewer judged executions decide nothing: 30 blocks of 20. */
export const LEAST_JUDGED = 600;

const MOST_CALIBRATION_ERROR = 0.1;
const LEVEL = 0.05;

export const SCORER_EVIDENCE = z.object({
  kind: z.literal('scorer'),
  dataSha256: z.string().regex(/^[0-9a-f]{64}$/),
  threshold: z.number(),
  report: z.object({
    judged: z.number(),
    difference: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    logLoss: z.number().nullable(),
    baseLogLoss: z.number().nullable(),
    reliability: z.array(z.object({ said: z.number(), came: z.number(), count: z.number() })).max(20),
  }),
});
export type ScorerEvidence = z.infer<typeof SCORER_EVIDENCE>;

export function scorerGates({ report, threshold }: ScorerEvidence, tried: Tried): ModelGate[] {
  const { judged, difference, logLoss, baseLogLoss, reliability } = report;
  const rows = reliability.reduce((sum, { count }) => sum + count, 0);
  const error =
    rows === 0
      ? undefined
      : reliability.reduce((sum, { said, came, count }) => sum + Math.abs(said - came) * count, 0) / rows;
  const deviation = difference === null ? 0 : (difference.high - difference.low) / (2 * Z_95);
  const t = difference === null || !(deviation > 0) ? 0 : difference.value / deviation;
  const p = Math.min(1, (1 - normalCdf(t)) * tried.trials);
  const points = (share: number): string => `${(share * 100).toFixed(1)} points`;
  return [
    {
      gate: 'judged executions',
      passes: judged >= LEAST_JUDGED,
      value: String(judged),
      bound: `at least ${LEAST_JUDGED}`,
    },
    {
      gate: 'raises the captured share',
      passes: difference !== null && difference.low > 0,
      value: difference === null ? 'not known' : `${points(difference.low)} at the low end`,
      bound: 'above 0.0 points, at the low end of a 95 % interval',
    },
    {
      gate: 'better than chance',
      passes: p < LEVEL,
      value: `p ${p.toFixed(4)} over ${trialWords(tried)}`,
      bound: `below ${LEVEL}`,
    },
    {
      gate: 'log loss',
      passes: logLoss !== null && baseLogLoss !== null && logLoss < baseLogLoss,
      value: logLoss === null ? 'not known' : logLoss.toFixed(4),
      bound: baseLogLoss === null ? 'below that of the share before' : `below ${baseLogLoss.toFixed(4)}`,
    },
    {
      gate: 'calibration',
      passes: error !== undefined && error <= MOST_CALIBRATION_ERROR,
      value: error === undefined ? 'not known' : error.toFixed(3),
      bound: `at most ${MOST_CALIBRATION_ERROR}`,
    },
    {
      gate: 'threshold',
      passes: threshold > 0,
      value: threshold.toFixed(3),
      bound: 'above 0: it finds something to leave',
    },
  ];
}
