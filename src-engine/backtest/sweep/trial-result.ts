/** What comes back of a trial: small, plain data that crosses processes and rests in files as JSON. */
import { z } from 'zod';
import { UserError } from '../../domain/errors.ts';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import { type ScorePlan, scoreTrial } from '../overfit/trial-score.ts';
import type { Trial } from './sweep-plan.ts';

const moments = z.strictObject({
  count: z.number().int().nonnegative(),
  mean: z.number(),
  m2: z.number(),
  m3: z.number(),
  m4: z.number(),
});
const segment = z.strictObject({ moments, trades: z.number().int().nonnegative() });
const ratio = z.number().nullable();

const figures = z.strictObject({
  homeAsset: z.string(),
  netPnl: z.string(),
  fees: z.string(),
  totalReturn: z.number(),
  /** Annualised, over all of the data. */
  sharpe: ratio,
  sortino: ratio,
  profitFactor: ratio,
  hitRate: ratio,
  /** −0.1: ten per cent below the peak; 0 when it never fell. */
  maxDrawdown: z.number(),
  exposure: ratio,
  turnover: ratio,
  trades: z.number().int().nonnegative(),
});
export type TrialFigures = z.output<typeof figures>;

const score = z.strictObject({
  full: segment,
  blocks: z.array(moments).min(2).max(16),
  folds: z
    .array(z.strictObject({ train: segment, test: segment }))
    .min(1)
    .max(100),
});

/** A trial that ran, or what kept it from running. The time that it took is not part of it: it differs. */
export const trialResult = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('scored'), trialId: z.string(), figures, score }),
  z.strictObject({
    outcome: z.literal('failed'),
    trialId: z.string(),
    code: z.string().max(100),
    message: z.string().max(1_000),
  }),
]);
export type TrialResult = z.output<typeof trialResult>;
export type ScoredTrial = Extract<TrialResult, { outcome: 'scored' }>;

/** @param series see `RunMetricsRecorder.series`. @throws RangeError when it is not as long as the plan says. */
export function scoredResult(
  { trialId }: Pick<Trial, 'trialId'>,
  metrics: RunMetrics,
  series: { readonly returns: ArrayLike<number>; readonly tradesPerPeriod: ArrayLike<number> },
  plan: ScorePlan,
): ScoredTrial {
  const { trades } = metrics;
  return {
    outcome: 'scored',
    trialId,
    figures: {
      homeAsset: metrics.homeAsset,
      netPnl: metrics.netPnl,
      fees: metrics.fees,
      totalReturn: metrics.totalReturn,
      sharpe: metrics.sharpe,
      sortino: metrics.sortino,
      profitFactor: trades.profitFactor,
      hitRate: trades.hitRate,
      maxDrawdown: metrics.maxDrawdown?.depth ?? 0,
      exposure: metrics.exposure,
      turnover: metrics.turnover,
      trades: trades.trades,
    },
    score: toScore(series, plan),
  };
}

function toScore(
  series: { readonly returns: ArrayLike<number>; readonly tradesPerPeriod: ArrayLike<number> },
  plan: ScorePlan,
): ScoredTrial['score'] {
  const { full, blocks, folds } = scoreTrial(series.returns, series.tradesPerPeriod, plan);
  return { full, blocks: [...blocks], folds: [...folds] };
}

/** A trial that could not run: what the user got wrong, or what broke, without a stack. */
export function failedResult({ trialId }: Pick<Trial, 'trialId'>, error: unknown): TrialResult {
  const code = error instanceof UserError ? error.problem.code : 'internal';
  const message = error instanceof Error ? error.message : 'unknown failure';
  return { outcome: 'failed', trialId, code: code.slice(0, 100), message: message.slice(0, 1_000) };
}
