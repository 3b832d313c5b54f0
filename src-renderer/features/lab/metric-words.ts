/** The figures of a run with their conventions, as the panel shows them: name, format, and what it counts. */

/** `home` and `percent` are results and carry a sign; `amount` and `share` have none to carry. */
export type MetricFormat = 'home' | 'percent' | 'bps' | 'amount' | 'share' | 'ratio' | 'count' | 'duration';

export type MetricWord = {
  readonly key: string;
  readonly label: string;
  readonly format: MetricFormat;
  /** The convention, in one or two sentences. */
  readonly explain: string;
  /** Which way is better; null where neither is. */
  readonly better: 'more' | 'less' | null;
};

const word = (
  key: string,
  label: string,
  format: MetricFormat,
  better: MetricWord['better'],
  explain: string,
): MetricWord => ({ key, label, format, better, explain });

/** Of the account over the whole run. */
export const RUN_METRICS: readonly MetricWord[] = [
  word(
    'netPnl',
    'Net PnL',
    'home',
    'more',
    'Realised and unrealised, after fees; open positions are valued at the last mid prices.',
  ),
  word(
    'totalReturn',
    'Return',
    'percent',
    'more',
    'Growth from the first equity sample to the last; balances that get their first price during the run do not count as growth.',
  ),
  word(
    'maxDrawdown',
    'Max. drawdown',
    'percent',
    'more',
    'Deepest fall of equity below its peak, sample by sample.',
  ),
  word(
    'maxDrawdownDurationUs',
    'Max. drawdown duration',
    'duration',
    'less',
    'From the peak before the deepest drawdown until equity reached it again, or until the end.',
  ),
  word(
    'longestUnderwaterUs',
    'Time under water',
    'duration',
    'less',
    'Longest time from any peak until equity reached it again, or until the end.',
  ),
  word(
    'sharpe',
    'Sharpe',
    'ratio',
    'more',
    'Mean return of a period over its sample deviation, scaled to a year of 365 days; no risk-free rate. None if all returns are equal, or for a run below a day.',
  ),
  word(
    'sortino',
    'Sortino',
    'ratio',
    'more',
    'Yearly mean return over the downside deviation below zero, over all periods. None without a negative return, or for a run below a day.',
  ),
  word(
    'calmar',
    'Calmar',
    'ratio',
    'more',
    'Yearly growth over the depth of the deepest drawdown. None for a run below a day.',
  ),
  word('omega', 'Omega', 'ratio', 'more', 'Sum of the returns above zero over the sum of those below it.'),
  word(
    'volatility',
    'Volatility',
    'share',
    'less',
    'Sample deviation of the returns of all periods, scaled to a year of 365 days. None for a run below a day.',
  ),
  word(
    'cagr',
    'CAGR',
    'percent',
    'more',
    'Growth in a year at this rate. None for a run below a day: too short to extrapolate.',
  ),
  word('fees', 'Fees', 'amount', null, 'All fees paid, in the home currency at the marks of their time.'),
  word('exposure', 'Exposure', 'share', null, 'Share of the time with at least one open trade.'),
  word('turnover', 'Turnover', 'ratio', null, 'Value of all fills, every leg counted, over the mean equity.'),
];

/** Of its trades. */
export const TRADE_METRICS: readonly MetricWord[] = [
  word(
    'trades',
    'Trades',
    'count',
    null,
    'Executions that put money at risk: completed, unwound or stranded, and missed ones that paid gas all the same. Other missed and denied ones are counted apart.',
  ),
  word(
    'hitRate',
    'Hit rate',
    'share',
    'more',
    'Trades with a profit above zero over all trades, after fees.',
  ),
  word(
    'profitFactor',
    'Profit factor',
    'ratio',
    'more',
    'Sum of the profits over the sum of the losses. None without a loss.',
  ),
  word('expectancy', 'Expectancy', 'home', 'more', 'Mean profit of a trade, after fees.'),
  word('expectancyBps', 'Expectancy', 'bps', 'more', 'Mean profit of a trade in bps of its start amount.'),
  word('averageWin', 'Average win', 'home', 'more', 'Mean profit of the trades above zero.'),
  word('averageLoss', 'Average loss', 'home', 'more', 'Mean profit of the trades below zero.'),
  word('largestLoss', 'Largest loss', 'home', 'more', 'The worst single trade.'),
  word(
    'kelly',
    'Kelly',
    'share',
    'more',
    'W − (1 − W) / R: share of capital to risk for the fastest growth. Below zero: do not trade it. None without a win and a loss.',
  ),
  word(
    'sqn',
    'SQN',
    'ratio',
    'more',
    'System quality number: √n × mean ÷ sample deviation of the profits, n at most 100.',
  ),
  word(
    'meanDurationUs',
    'Mean duration',
    'duration',
    null,
    'From the first order of a trade until its last leg was done.',
  ),
];

/** How far its trades went against and for the account before they ended. */
export const EXCURSION_METRICS: readonly MetricWord[] = [
  word(
    'meanMae',
    'Mean MAE',
    'home',
    'more',
    'Maximum adverse excursion: the lowest profit of a trade before it ended, at the marks of the time, fees included.',
  ),
  word('worstMae', 'Worst MAE', 'home', 'more', 'The lowest profit of any trade before it ended.'),
  word(
    'meanMfe',
    'Mean MFE',
    'home',
    'more',
    'Maximum favourable excursion: the highest profit of a trade before it ended.',
  ),
  word(
    'captured',
    'MFE captured',
    'share',
    'more',
    'Profit of all trades over the sum of their MFE: the part of the best unrealised profit that was booked.',
  ),
];
