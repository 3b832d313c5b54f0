/** One trial of a sweep: a backtest on a shared tape, and what is kept of it. */
import { ONE, type Decimal } from '../../domain/decimal.ts';
import type { Asset } from '../../domain/ids.ts';
import type { Portfolio } from '../../portfolio/portfolio.ts';
import type { Tape } from '../../storage/tape/tape-format.ts';
import { runOn } from '../backtest.ts';
import { RunMetricsRecorder } from '../metrics/run-metrics.ts';
import { overridesOf } from '../options.ts';
import { TapeSource } from '../tape-source.ts';
import { type SweepPlan, type Trial, trialOptions } from './sweep-plan.ts';
import { failedResult, scoredResult, type TrialResult } from './trial-result.ts';

/** What all trials of a sweep share. */
export type SweepTask = Pick<SweepPlan, 'fromUs' | 'toUs' | 'periodUs' | 'score'> & {
  readonly spec: Pick<SweepPlan['spec'], 'base' | 'seed'>;
  readonly tape: Tape;
};

/** Never throws: what goes wrong is the trial's result. */
export async function runTrial(
  { spec, tape, fromUs, toUs, periodUs, score }: SweepTask,
  trial: Trial,
): Promise<TrialResult> {
  try {
    const options = trialOptions(spec, trial, [tape.path]);
    const source = new TapeSource(tape, overridesOf(options), options.bookDepth);
    let portfolio: Pick<Portfolio, 'valueOf'> | undefined;
    const priceOf = (asset: Asset): Decimal | undefined => portfolio?.valueOf(asset, ONE);
    const recorder = new RunMetricsRecorder({ fromUs, periodUs, instruments: source.instruments, priceOf });
    await runOn(source, {
      ...options,
      cycleFigures: false,
      digest: false,
      onEvents: (events) => recorder.onEvents(events),
      watcher: {
        begin: (watched) => {
          portfolio = watched;
        },
        onMarket: () => recorder.onMarket(),
      },
    });
    const metrics = recorder.metrics(toUs);
    if (metrics === null) throw new Error('the run reported no equity');
    return scoredResult(trial, metrics, recorder.series(toUs), score);
  } catch (error) {
    return failedResult(trial, error);
  }
}
