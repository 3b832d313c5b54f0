/**
 * All figures of one run, taken from its events as they happen. The marks come from the run's own portfolio, so
 * that a figure and a booking never see two prices.
 */
import { coinsText } from '../../domain/day-texts.ts';
import { type DecimalText, decimal } from '../../domain/decimal.ts';
import type { EngineEvent, ExecutionRecord, FillRecord } from '../../domain/event.ts';
import type { Asset, ExecutionId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { ExposureMeter, TurnoverMeter } from './activity.ts';
import { type Breakdowns, BreakdownTally } from './breakdown.ts';
import { type EquityFigures, EquityRecorder, MAX_PERIODS } from './equity-recorder.ts';
import { type ExcursionFigures, ExcursionTally, type HomePrice, TradeExcursion } from './excursion.ts';
import { finite, omega, periodsPerYear, sharpe, sortino, volatility, YEAR_US } from './ratios.ts';
import { isTrade, type TradeFigures, TradeTally } from './trade-tally.ts';

export type RunMetrics = Breakdowns & {
  readonly homeAsset: Asset;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  /** Length of the periods whose returns the ratios rest on, and how many there were. */
  readonly periodUs: DurationUs;
  readonly periods: number;
  readonly startEquity: DecimalText;
  readonly endEquity: DecimalText;
  readonly netPnl: DecimalText;
  readonly fees: DecimalText;
  readonly totalReturn: number;
  /** Null for a run below a day: a year made of minutes is not a figure. */
  readonly cagr: number | null;
  /** Scaled to a year, as the Sharpe and Sortino ratios: null for a run below a day too. */
  readonly volatility: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  /** Null for a run below a day, or without a drawdown. */
  readonly calmar: number | null;
  readonly omega: number | null;
  readonly maxDrawdown: EquityFigures['maxDrawdown'];
  readonly maxDrawdownHome: DecimalText;
  /** From the peak of the deepest drawdown until it was reached again, or until the end; null without one. */
  readonly maxDrawdownDurationUs: DurationUs | null;
  readonly longestUnderwaterUs: DurationUs;
  readonly exposure: number | null;
  readonly turnover: number | null;
  readonly traded: DecimalText;
  readonly trades: TradeFigures;
  readonly excursions: ExcursionFigures;
  /** What makes these figures less than they seem, in plain sentences. */
  readonly remarks: readonly string[];
};

/** Shortest run whose figures are scaled to a year. */
const SHORTEST_YEARLY_US = 86_400 * US_PER_SECOND;
/** Below this many periods a ratio says little. */
const FEW_PERIODS = 30;

export type RunMetricsParts = {
  readonly fromUs: TimeUs;
  /** Length of a period: see `periodFor`. */
  readonly periodUs: DurationUs;
  readonly instruments: readonly Pick<Instrument, 'venue' | 'symbol' | 'base' | 'quote'>[];
  /** Marks of the moment at which it is called. */
  readonly priceOf: HomePrice;
};

export class RunMetricsRecorder {
  readonly #parts: RunMetricsParts;
  readonly #instruments: ReadonlyMap<string, Pick<Instrument, 'base' | 'quote'>>;
  readonly #equity: EquityRecorder;
  readonly #exposure = new ExposureMeter();
  readonly #turnover = new TurnoverMeter();
  readonly #trades = new TradeTally();
  readonly #breakdown = new BreakdownTally();
  readonly #excursions = new ExcursionTally();
  readonly #open = new Map<ExecutionId, TradeExcursion>();
  /** Trades that ended in each period. */
  readonly #ended: number[] = [];
  #halted: { readonly atUs: TimeUs; readonly reason: string } | undefined;

  constructor(parts: RunMetricsParts) {
    this.#parts = parts;
    this.#equity = new EquityRecorder(parts.fromUs, parts.periodUs);
    this.#instruments = new Map(
      parts.instruments.map((instrument) => [`${instrument.venue} ${instrument.symbol}`, instrument]),
    );
  }

  /** Takes the events of one step, in their order, before the market moves on. */
  onEvents(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type === 'equitySampled') this.#equity.add(event.sample);
      else if (event.type === 'executionStarted') this.#begin(event.executionId, event.atUs);
      else if (event.type === 'orderFilled') this.#fill(event.fill);
      else if (event.type === 'executionFinished') this.#finish(event.execution);
      else if (event.type === 'tradingHalted') this.#halted ??= event;
    }
    if (this.#open.size > 0) this.onMarket();
  }

  /** The market moved: looks where the trades under way stand. Costs nothing while there are none. */
  onMarket(): void {
    for (const excursion of this.#open.values()) excursion.mark(this.#parts.priceOf);
  }

  /** @param toUs where the market's data ends. @returns null without an equity sample. */
  metrics(toUs: TimeUs): RunMetrics | null {
    const equity = this.#equity.finish(toUs);
    if (equity === null) return null;
    const { fromUs, periodUs } = this.#parts;
    const annual = { periodsPerYear: periodsPerYear(periodUs) };
    const { returns, maxDrawdown, totalReturn } = equity;
    const cagr = growthPerYear(totalReturn, toUs - fromUs);
    const isYearly = toUs - fromUs >= SHORTEST_YEARLY_US;
    return {
      homeAsset: equity.homeAsset,
      fromUs,
      toUs,
      periodUs,
      periods: returns.length,
      startEquity: equity.startEquity,
      endEquity: equity.endEquity,
      netPnl: equity.netPnl,
      fees: equity.fees,
      totalReturn,
      cagr,
      volatility: isYearly ? volatility(returns, annual) : null,
      sharpe: isYearly ? sharpe(returns, annual) : null,
      sortino: isYearly ? sortino(returns, annual) : null,
      calmar: cagr === null || maxDrawdown === null ? null : finite(cagr / -maxDrawdown.depth),
      omega: omega(returns, annual),
      maxDrawdown,
      maxDrawdownHome: equity.maxDrawdownHome,
      maxDrawdownDurationUs:
        maxDrawdown === null
          ? null
          : (maxDrawdown.recoveredUs ?? Math.max(toUs, maxDrawdown.troughUs)) - maxDrawdown.peakUs,
      longestUnderwaterUs: equity.longestUnderwaterUs,
      exposure: this.#exposure.exposure(fromUs, toUs),
      turnover: this.#turnover.turnover(equity.meanEquity),
      traded: this.#turnover.traded,
      trades: this.#trades.figures(),
      excursions: this.#excursions.figures(),
      ...this.#breakdown.figures(),
      remarks: [...gapRemarks(equity), ...this.#remarks(returns.length, toUs)],
    };
  }

  /**
   * What statistics over trials rest on: the return of each whole period up to `toUs`, and how many trades ended
   * in it. Periods without a sample have a return of zero.
   */
  series(toUs: TimeUs): { readonly returns: Float64Array; readonly tradesPerPeriod: Float64Array } {
    const periods = Math.max(0, Math.floor((toUs - this.#parts.fromUs) / this.#parts.periodUs));
    const returns = this.#equity.finish(toUs)?.returns ?? new Float64Array(periods);
    const tradesPerPeriod = Float64Array.from({ length: periods }, (_, period) => this.#ended[period] ?? 0);
    return { returns, tradesPerPeriod };
  }

  #begin(executionId: ExecutionId, atUs: TimeUs): void {
    this.#open.set(executionId, new TradeExcursion());
    this.#exposure.began(atUs);
  }

  #fill(fill: FillRecord): void {
    const instrument = this.#instruments.get(`${fill.venue} ${fill.symbol}`);
    if (instrument === undefined) return;
    this.#turnover.add(fill, this.#parts.priceOf(instrument.quote));
    this.#open.get(fill.executionId)?.book(fill, instrument);
  }

  #finish(execution: ExecutionRecord): void {
    this.#trades.add(execution);
    this.#breakdown.add(execution);
    if (isTrade(execution)) this.#count(execution.finishedUs);
    const excursion = this.#open.get(execution.executionId);
    if (excursion === undefined) return;
    this.#open.delete(execution.executionId);
    this.#exposure.ended(execution.finishedUs);
    if (!isTrade(execution)) return;
    const profit = decimal(execution.profitHome).toNumber();
    this.#excursions.add(excursion.end(profit), profit);
  }

  /** A trade ended: it counts in the period of its end. */
  #count(finishedUs: TimeUs): void {
    const { fromUs, periodUs } = this.#parts;
    const period = Math.min(MAX_PERIODS, Math.max(0, Math.floor((finishedUs - fromUs) / periodUs)));
    while (this.#ended.length <= period) this.#ended.push(0);
    this.#ended[period] = (this.#ended[period] ?? 0) + 1;
  }

  #remarks(periods: number, toUs: TimeUs): string[] {
    const remarks: string[] = [];
    if (this.#halted !== undefined) {
      const { atUs, reason } = this.#halted;
      const restPct = ((toUs - atUs) / Math.max(1, toUs - this.#parts.fromUs)) * 100;
      remarks.push(
        `Trading was halted at ${new Date(atUs / 1_000).toISOString()}: ${reason}. The last ${restPct.toFixed(0)} % of the run were not traded.`,
      );
    }
    if (toUs - this.#parts.fromUs < SHORTEST_YEARLY_US) {
      remarks.push(
        'The run is shorter than a day: annual growth and volatility, and the Sharpe, Sortino and Calmar ratios are not reported, as a year made of minutes is no figure.',
      );
    }
    if (periods < FEW_PERIODS) {
      remarks.push(`The ratios are based on ${periods} periods: below ${FEW_PERIODS} they mean little.`);
    }
    if (this.#turnover.unpriced > 0) {
      remarks.push(`${this.#turnover.unpriced} fills had no known value and are not in the turnover.`);
    }
    if (this.#open.size > 0) {
      remarks.push(
        `${this.#open.size} trades were still in flight at the end: they count in the equity only.`,
      );
    }
    return remarks;
  }
}

/** Why the curve has gaps, and where it ends. */
function gapRemarks({ leftOut, endsBefore }: EquityFigures): string[] {
  if (leftOut === 0) return [];
  const ends =
    endsBefore === null
      ? ''
      : ` The figures end at ${new Date(endsBefore.atUs / 1_000).toISOString()}: after that there were always ${coinsText(endsBefore.coins)}.`;
  return [
    `${leftOut} ${leftOut === 1 ? 'sample' : 'samples'} of the equity left out a coin that had no price then: they are gaps, and no figure is based on them.${ends}`,
  ];
}

function growthPerYear(totalReturn: number, spanUs: DurationUs): number | null {
  if (spanUs < SHORTEST_YEARLY_US) return null;
  if (totalReturn <= -1) return -1;
  return finite((1 + totalReturn) ** (YEAR_US / spanUs) - 1);
}

/** Lengths that a person would choose, in seconds. */
const PERIODS_S = [1, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];
/** Periods of a run that ratios are steady with. */
const ENOUGH_PERIODS = 500;

/** The longest of the usual lengths that still makes 500 periods of the span; a second for short ones. */
export function periodFor(spanUs: DurationUs): DurationUs {
  const fitting = PERIODS_S.filter((seconds) => seconds * US_PER_SECOND * ENOUGH_PERIODS <= spanUs);
  return (fitting.at(-1) ?? 1) * US_PER_SECOND;
}
