/**
 * Figures of trades, one execution a trade, added up as they end: room for a few sums, however many there are.
 * Conventions of them all:
 * - a trade is an execution that put money at risk: completed, unwound or stranded; or one that found nothing and paid for
 *   it, as a swap that is reverted pays for its gas: a loss, with a return of 0 bps, as it had no stake. Others that found
 *   nothing (missed), those that risk denied and sales of residuals (swept) are counted apart and are in no other figure; what
 *   residuals brought is in the equity;
 * - a win has a profit above zero, a loss one below; a trade that came out even is a trade and neither;
 * - profit is after fees, in the home currency at the marks of its end; sums are exact, ratios are floats;
 * - null is "no figure": no trade, no loss to divide by, no spread. Never NaN, never infinite.
 */
import { type Decimal, type DecimalText, decimal, ZERO } from '../../domain/decimal.ts';
import type { ExecutionOutcome, ExecutionRecord } from '../../domain/event.ts';
import { type Moments, NO_MOMENTS, mergeMoments, standardDeviation } from './moments.ts';

/** What of an execution its figures rest on. */
export type TradeRecord = Pick<
  ExecutionRecord,
  'outcome' | 'profitHome' | 'realizedNetBps' | 'startedUs' | 'finishedUs'
>;

export type TradeFigures = {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** All executions, trades or not, by how they ended. */
  readonly outcomes: Readonly<Partial<Record<ExecutionOutcome, number>>>;
  /** Sum of all profits and losses, of the profits, and of the losses (zero or below). */
  readonly profit: DecimalText;
  readonly grossProfit: DecimalText;
  readonly grossLoss: DecimalText;
  /** Wins over trades. */
  readonly hitRate: number | null;
  /** Gross profit over gross loss, as a positive number; null without a loss. */
  readonly profitFactor: number | null;
  /** Mean profit of a trade: in the home currency, and in bps of the start amount. */
  readonly expectancy: number | null;
  readonly expectancyBps: number | null;
  readonly averageWin: number | null;
  /** Zero or below. */
  readonly averageLoss: number | null;
  readonly largestWin: DecimalText;
  /** Zero or below. */
  readonly largestLoss: DecimalText;
  /**
   * Kelly fraction for two outcomes, W − (1 − W) / R, with W the hit rate and R the average win over the average
   * loss: the share of the capital to put at risk for fastest growth, a loss being the whole of what is at
   * risk. Below zero: do not trade it. Null without a win or without a loss, where it has no bound.
   * Source: J. L. Kelly, "A new interpretation of information rate", Bell System Technical Journal 35 (1956).
   */
  readonly kelly: number | null;
  /**
   * System quality number: √n × mean ÷ sample standard deviation of the profits, n at most 100. The risk of a
   * trade cancels out where it is the same for all. Null below two trades or without spread.
   * Source: V. K. Tharp, "The definitive guide to position sizing" (2008).
   */
  readonly sqn: number | null;
  /** From the first order until the last leg was done. */
  readonly meanDurationUs: number | null;
};

/** Trades beyond this many do not raise the system quality number. */
const SQN_MOST_TRADES = 100;

export class TradeTally {
  readonly #outcomes = new Map<ExecutionOutcome, number>();
  #wins = 0;
  #losses = 0;
  #grossProfit = ZERO;
  #grossLoss = ZERO;
  #largestWin = ZERO;
  #largestLoss = ZERO;
  #profits: Moments = NO_MOMENTS;
  #bpsSum = 0;
  #durationSumUs = 0;

  add(trade: TradeRecord): void {
    this.#outcomes.set(trade.outcome, (this.#outcomes.get(trade.outcome) ?? 0) + 1);
    if (!isTrade(trade)) return;
    const profit = decimal(trade.profitHome);
    this.#profits = mergeMoments(this.#profits, { ...NO_MOMENTS, count: 1, mean: profit.toNumber() });
    this.#bpsSum += trade.realizedNetBps;
    this.#durationSumUs += trade.finishedUs - trade.startedUs;
    if (profit.gt(ZERO)) this.#win(profit);
    else if (profit.lt(ZERO)) this.#lose(profit);
  }

  get trades(): number {
    return this.#profits.count;
  }

  figures(): TradeFigures {
    const trades = this.trades;
    const hitRate = per(this.#wins, trades);
    const averageWin = per(this.#grossProfit.toNumber(), this.#wins);
    const averageLoss = per(this.#grossLoss.toNumber(), this.#losses);
    const hasBoth = hitRate !== null && averageWin !== null && averageLoss !== null;
    const deviation = standardDeviation(this.#profits);
    return {
      trades,
      wins: this.#wins,
      losses: this.#losses,
      outcomes: Object.fromEntries(this.#outcomes),
      profit: this.#grossProfit.plus(this.#grossLoss).toFixed(),
      grossProfit: this.#grossProfit.toFixed(),
      grossLoss: this.#grossLoss.toFixed(),
      hitRate,
      profitFactor: this.#losses === 0 ? null : this.#grossProfit.div(this.#grossLoss.abs()).toNumber(),
      expectancy: per(this.#grossProfit.plus(this.#grossLoss).toNumber(), trades),
      expectancyBps: per(this.#bpsSum, trades),
      averageWin,
      averageLoss,
      largestWin: this.#largestWin.toFixed(),
      largestLoss: this.#largestLoss.toFixed(),
      kelly: hasBoth ? hitRate - (1 - hitRate) / (averageWin / -averageLoss) : null,
      sqn:
        deviation === null || deviation === 0
          ? null
          : (Math.sqrt(Math.min(trades, SQN_MOST_TRADES)) * this.#profits.mean) / deviation,
      meanDurationUs: per(this.#durationSumUs, trades),
    };
  }

  #win(profit: Decimal): void {
    this.#wins++;
    this.#grossProfit = this.#grossProfit.plus(profit);
    if (profit.gt(this.#largestWin)) this.#largestWin = profit;
  }

  #lose(profit: Decimal): void {
    this.#losses++;
    this.#grossLoss = this.#grossLoss.plus(profit);
    if (profit.lt(this.#largestLoss)) this.#largestLoss = profit;
  }
}

/** Executions that took no risk: nothing was held, or what was left of earlier trades was sold. */
const NO_TRADES: ReadonlySet<ExecutionOutcome> = new Set<ExecutionOutcome>([
  'missed',
  'denied',
  'swept',
  'late',
]);

/** True for an execution that put money at risk, or lost some without a fill. */
export function isTrade({ outcome, profitHome }: Pick<TradeRecord, 'outcome' | 'profitHome'>): boolean {
  return !NO_TRADES.has(outcome) || (outcome === 'missed' && !decimal(profitHome).isZero());
}

function per(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
