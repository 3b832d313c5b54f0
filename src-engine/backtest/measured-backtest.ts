/** One backtest with its figures: what `runBacktest` returns, with returns, drawdown, trades and excursions beside it. */
import { ONE } from '../domain/decimal.ts';
import type { DurationUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { openSource, runOn, withAnswers } from './backtest.ts';
import { type CaptureFigures, CaptureTally } from './metrics/capture.ts';
import { type RunMetrics, RunMetricsRecorder } from './metrics/run-metrics.ts';
import { type BacktestOptions, checkOptions, overridesOf } from './options.ts';
import type { BacktestReport } from './report.ts';

export type MeasuredBacktest = {
  readonly report: BacktestReport;
  /** Null when the run reported no equity. */
  readonly metrics: RunMetrics | null;
  /** What share of the edge that was seen came home, and where the rest went. */
  readonly capture: CaptureFigures;
};

/** @param periodUs that returns are counted in. @throws UserError for any option, log or event at fault. */
export async function runMeasuredBacktest(
  given: BacktestOptions,
  periodUs: DurationUs,
): Promise<MeasuredBacktest> {
  checkOptions(given);
  overridesOf(given);
  const options = await withAnswers(given, () => openSource(given));
  const source = await openSource(options);
  let portfolio: Pick<Portfolio, 'valueOf'> | undefined;
  let lastUs = source.firstUs;
  const capture = new CaptureTally();
  const recorder = new RunMetricsRecorder({
    fromUs: source.firstUs,
    periodUs,
    instruments: source.instruments,
    priceOf: (asset) => portfolio?.valueOf(asset, ONE),
  });
  try {
    const report = await runOn(source, {
      ...options,
      onEvents: (events) => {
        options.onEvents?.(events);
        recorder.onEvents(events);
        capture.onEvents(events);
      },
      watcher: {
        begin: (watched) => {
          portfolio = watched;
          capture.begin(watched);
        },
        onMarket: (_instrumentId, atUs) => {
          lastUs = atUs;
          recorder.onMarket();
        },
      },
    });
    return { report, metrics: recorder.metrics(lastUs), capture: capture.figures() };
  } finally {
    await source.close();
  }
}
