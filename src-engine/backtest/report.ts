/** What a backtest says: what it assumed, what the market offered, what was traded, and why not more. */
import { Decimal, type DecimalText, decimal } from '../domain/decimal.ts';
import { capitalOf } from '../domain/equity-parts.ts';
import type { ExecutionOutcome } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { formatTimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { CycleFigures } from './cycle-analysis.ts';
import { assumptionsOf } from './assumptions.ts';
import { explain } from './explain.ts';
import type { ReportSettings, RunResult } from './run-result.ts';
import { resultsOf, type StrategyResult } from './run-strategies.ts';

export type BacktestReport = {
  /** Events of the logs that were replayed. */
  readonly events: number;
  /** Time of the first and the last of them, UTC, and what lies between, in seconds of the market's time. */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Directed cycles that the instruments form; `cycles` lists those that were evaluated, best first. */
  readonly cycleCount: number;
  readonly cycles: readonly CycleFigures[];
  /** Lives of opportunities: from when a cycle pays after fees until it no longer does. */
  readonly opportunities: number;
  /** Lives by the decision that they ended with. */
  readonly decisions: Readonly<Record<string, number>>;
  readonly orders: number;
  readonly fills: number;
  readonly executions: Readonly<Record<ExecutionOutcome, number>>;
  readonly denials: Readonly<Record<string, number>>;
  readonly rejections: Readonly<Record<string, number>>;
  readonly homeAsset: Asset;
  readonly startEquity: DecimalText;
  readonly endEquity: DecimalText;
  /** endEquity − startEquity, fees paid, what is still held valued at the last mid prices. */
  readonly pnl: DecimalText;
  readonly fees: DecimalText;
  readonly balances: Readonly<Record<Asset, DecimalText>>;
  /** Book messages and frames that did not fit: each made its book unusable until its next snapshot. */
  readonly bookFaults: {
    readonly checksumMismatches: number;
    readonly sequenceGaps: number;
    readonly unreadableFrames: number;
  };
  /** Plain sentences: what the run takes for granted. */
  readonly assumptions: readonly string[];
  /** Plain sentences: why nothing, or not more, was traded. */
  readonly explain: readonly string[];
  /** What each strategy came to; left out where none ran. */
  readonly strategies?: readonly StrategyResult[];
  readonly settings: ReportSettings;
  /** SHA-256 over every event of the run: the same logs, settings and seed give the same. */
  readonly digest: string;
};

/** Places of money in a report: two less than the books keep, so that no noise of marks shows. */
const MONEY_DECIMALS = 8;

function money(value: Decimal): Decimal {
  return value.toDecimalPlaces(MONEY_DECIMALS, Decimal.ROUND_HALF_EVEN);
}

export function makeReport(run: RunResult): BacktestReport {
  const { kernel, journal, fromUs, toUs } = run;
  const sample = kernel.portfolio.sample(run.endUs);
  const endEquity = money(decimal(sample.equity));
  // Equity less all that was made and lost: what foreign capital was worth when it first had a price.
  const startEquity = money(capitalOf(sample));
  const syncs = kernel.store.syncs;
  return {
    events: run.events,
    from: formatTimeUs(fromUs),
    to: formatTimeUs(toUs),
    seconds: (toUs - fromUs) / US_PER_SECOND,
    cycleCount: kernel.desk.index.cycles.length,
    cycles: run.cycles,
    opportunities: kernel.desk.tracker.count,
    decisions: Object.fromEntries([...journal.decisions].map(([code, { count }]) => [code, count])),
    orders: kernel.orders.orderCount,
    fills: kernel.orders.fillCount,
    executions: journal.executions,
    denials: Object.fromEntries(journal.denials),
    rejections: Object.fromEntries(journal.rejections),
    homeAsset: sample.homeAsset,
    startEquity: startEquity.toFixed(),
    endEquity: endEquity.toFixed(),
    pnl: endEquity.minus(startEquity).toFixed(),
    fees: money(decimal(sample.fees)).toFixed(),
    balances: Object.fromEntries(kernel.portfolio.snapshot().map(({ asset, total }) => [asset, total])),
    bookFaults: {
      checksumMismatches: syncs.reduce((sum, sync) => sum + sync.mismatches, 0),
      sequenceGaps: syncs.reduce((sum, sync) => sum + sync.gaps, 0),
      unreadableFrames: run.unreadableFrames,
    },
    assumptions: assumptionsOf(run.settings),
    explain: explain(run),
    ...(run.settings.strategies === undefined ? {} : { strategies: resultsOf(kernel) }),
    settings: run.settings,
    digest: journal.digest(),
  };
}

/** Fees in bps, as text, with the number of instruments that have each; those without a known fee are not among them. */
export function feesBpsOf(instruments: readonly Instrument[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { takerFee } of instruments) {
    if (takerFee === undefined) continue;
    const bps = takerFee.times(10_000).toFixed();
    counts[bps] = (counts[bps] ?? 0) + 1;
  }
  return counts;
}
