/** The figures of a run as text. */
import type { CaptureFigures } from '../../backtest/metrics/capture.ts';
import type { RunMetrics } from '../../backtest/metrics/run-metrics.ts';

/** Rounded; what rounds to zero has no sign. */
const fixed = (value: number, digits: number): string => value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');
const percent = (value: number | null): string => (value === null ? 'none' : `${fixed(value * 100, 2)} %`);
const figure = (value: number | null): string => (value === null ? 'none' : fixed(value, 3));

/** Headline figures with their conventions, and what makes them less than they seem. */
export function describeMetrics(metrics: RunMetrics): string[] {
  const { trades, excursions, homeAsset } = metrics;
  const seconds = metrics.periodUs / 1_000_000;
  return [
    `return ${percent(metrics.totalReturn)}, net ${metrics.netPnl} ${homeAsset}, fees ${metrics.fees}; CAGR ${percent(metrics.cagr)}`,
    `Sharpe ${figure(metrics.sharpe)}, Sortino ${figure(metrics.sortino)}, Calmar ${figure(metrics.calmar)}, Omega ${figure(metrics.omega)} (from ${metrics.periods} periods of ${seconds} s, scaled to a year of 365 days, risk-free rate 0)`,
    `drawdown ${percent(metrics.maxDrawdown?.depth ?? 0)} (${metrics.maxDrawdownHome} ${homeAsset}), volatility ${percent(metrics.volatility)} a year, exposed ${percent(metrics.exposure)} of the time, turnover ${figure(metrics.turnover)}`,
    `${trades.trades} trades: hit rate ${percent(trades.hitRate)}, profit factor ${figure(trades.profitFactor)}, expectancy ${trades.expectancy?.toFixed(6) ?? 'none'} ${homeAsset}, Kelly ${percent(trades.kelly)}, SQN ${figure(trades.sqn)}`,
    `excursions: worst ${figure(excursions.meanMae)} and best ${figure(excursions.meanMfe)} ${homeAsset} a trade, on average`,
    ...metrics.remarks.map((remark) => `note: ${remark}`),
  ];
}

/** Reasons in the text for a person; --json has all of them. */
const SHOWN_REASONS = 10;

/** What share of the detected edge came home, and where the rest went, the largest part first. */
export function describeCapture({ detected, captured, share, lost }: CaptureFigures, home: string): string[] {
  if (share === null) return ['edge: no profitable opportunity was detected'];
  return [
    `edge: ${fixed(detected, 4)} ${home} detected, ${fixed(captured, 4)} captured (${percent(share)}); the rest went to`,
    ...lost
      .slice(0, SHOWN_REASONS)
      .map(
        ({ reason, home: amount, opportunities }) => `  ${reason}: ${fixed(amount, 4)} in ${opportunities}`,
      ),
  ];
}
