/** Sweeps over made markets: a rule instead of a backtest, everything else as in a real one. */
import { type RunMetrics, RunMetricsRecorder } from '../../metrics/run-metrics.ts';
import type { ParameterValue } from '../ranges.ts';
import { SweepLedger } from '../sweep-ledger.ts';
import { planSweep, type SweepPlan, type Trial } from '../sweep-plan.ts';
import { parseSweepSpec, type SweepInput } from '../sweep-spec.ts';
import { overfitOf, type SweepSummary, summarise } from '../sweep-summary.ts';
import { scoredResult, type TrialResult } from '../trial-result.ts';

const SECOND = 1_000_000;

export type MadeRun = { readonly returns: Float64Array; readonly tradesPerPeriod: Float64Array };
/** What a rule with these parameters earns, period by period. */
export type Rule = (params: Readonly<Record<string, ParameterValue>>, trial: Trial) => MadeRun;

/** A plan over data of this many periods of a second. */
export function madePlan(
  input: Omit<SweepInput, 'logs' | 'periodMs'>,
  periods: number,
  data = 'a',
): SweepPlan {
  const spec = parseSweepSpec({ ...input, logs: ['made.jsonl'], periodMs: 1_000 });
  return planSweep(spec, { digests: [data], fromUs: 0, toUs: periods * SECOND }, 'test');
}

/** A trial as a worker would answer it. */
export function runTrial(plan: SweepPlan, trial: Trial, rule: Rule): TrialResult {
  return scoredResult(trial, NO_TRADES, rule(trial.params, trial), plan.score);
}

export function runSweep(plan: SweepPlan, rule: Rule): SweepSummary {
  return summarise(plan, ledgerOf(plan, rule));
}

/** The verdict alone: where hundreds of sweeps are counted, their rankings and digests are work for nothing. */
export function judgeSweep(plan: SweepPlan, rule: Rule): SweepSummary['overfit'] {
  return overfitOf(plan, ledgerOf(plan, rule));
}

function ledgerOf(plan: SweepPlan, rule: Rule): SweepLedger {
  const ledger = new SweepLedger(plan);
  for (const trial of plan.trials) ledger.record(runTrial(plan, trial, rule));
  return ledger;
}

/** Figures of an account that nothing happened to: the scores are what these sweeps are about. */
const NO_TRADES: RunMetrics = (() => {
  const parts = { fromUs: 0, periodUs: SECOND, instruments: [], priceOf: () => undefined };
  const recorder = new RunMetricsRecorder(parts);
  const equity = { equity: '1000', realizedPnl: '0', unrealizedPnl: '0', fees: '0' };
  recorder.onEvents([{ type: 'equitySampled', atUs: 0, sample: { atUs: 0, homeAsset: 'USD', ...equity } }]);
  const metrics = recorder.metrics(SECOND);
  if (metrics === null) throw new Error('one sample is enough for metrics');
  return metrics;
})();
