/** What a run's result is worth: its Sharpe ratio against luck, with everything counted that was tried on the same data before. */
import { mergeAll, type Moments, momentsOf, periodSharpe } from '../metrics/moments.ts';
import { serialInflation } from '../overfit/luck.ts';
import { deflatedSharpe, type SharpeRecord, sharpeRecord } from '../overfit/sharpe-significance.ts';
import type { StrategyRun } from './run-strategy.ts';
import type { TrialCount, Tried } from './tried-data.ts';

/** Blocks of time by which the dependence of returns is measured. */
const BLOCKS = 10;
/** Fewer trades decide nothing. */
export const LEAST_TRADES = 30;
const CERTAINTY = 0.95;

export type Luck = {
  /** Of one step, net; null without a spread of returns. */
  readonly sharpe: number | null;
  readonly trials: number;
  /** By kind, and how many of them on other files. */
  readonly counted: TrialCount;
  /** Probability that the true ratio is above what the best of as many without skill would show. */
  readonly probability: number | null;
};

export type RunVerdict = {
  readonly luck: Luck;
  /** The same decisions one step later. */
  readonly lagged: { readonly netBps: number; readonly collapses: boolean };
  readonly buyAndHoldBps: number;
  readonly verdict:
    | 'stopped'
    | 'no-trades'
    | 'loses'
    | 'too-few-trades'
    | 'luck'
    | 'late-collapse'
    | 'below-buy-and-hold'
    | 'edge';
  readonly text: string;
};

/** @param tried on the same market and time, this one among them; its Sharpe ratios are of one step. */
export function luckOf(returns: Float64Array, { sharpes, ...counted }: Tried): Luck {
  const { sharpe, record } = recordOf(returns);
  const { trials } = counted;
  return {
    sharpe,
    trials,
    counted,
    probability: record === null ? null : deflatedOf(record, trials, sharpes),
  };
}

/** Sharpe ratio of one return, and the record of all of them by which it is judged; null without a spread of returns. */
export function recordOf(returns: Float64Array): {
  readonly sharpe: number | null;
  readonly record: SharpeRecord | null;
} {
  const blocks: Moments[] = [];
  const size = Math.floor(returns.length / BLOCKS);
  const count = size > 0 ? BLOCKS : 0;
  for (let at = 0; at < count; at++) {
    blocks.push(momentsOf(returns, at * size, at === BLOCKS - 1 ? returns.length : (at + 1) * size));
  }
  const whole = blocks.length === 0 ? momentsOf(returns) : mergeAll(blocks);
  return {
    sharpe: periodSharpe(whole),
    record: sharpeRecord(whole, blocks.length === 0 ? 1 : serialInflation([blocks])),
  };
}

/** Deflated Sharpe ratio. @param triedSharpes whose spread is that of the trials; there may be more trials than are known. */
export function deflatedOf(record: SharpeRecord, trials: number, triedSharpes: readonly number[]): number {
  // Trials that are much alike hardly vary; luck alone varies by 1/n.
  const spread = momentsOf(triedSharpes);
  const variance = Math.max(1 / record.count, spread.count < 2 ? 0 : spread.m2 / (spread.count - 1));
  return deflatedSharpe(record, trials, variance);
}

export function verdictOf(
  run: StrategyRun,
  lagged: StrategyRun,
  luck: Luck,
  buyAndHoldBps: number,
): RunVerdict {
  const collapses = run.netBps > 0 && lagged.netBps < run.netBps / 4;
  const common = { luck, lagged: { netBps: lagged.netBps, collapses }, buyAndHoldBps };
  const say = (verdict: RunVerdict['verdict'], text: string): RunVerdict => ({ ...common, verdict, text });
  if (run.stopped !== undefined) {
    return say('stopped', `The strategy was stopped (${run.stopped.code}): ${run.stopped.detail}.`);
  }
  // One that is open at the end has not shown what it earns.
  const closed = run.trades.filter(({ isOpen }) => !isOpen).length;
  if (run.trades.length === 0) return say('no-trades', 'It did not trade.');
  if (run.netBps <= 0) {
    return say(
      'loses',
      `It does not earn: ${run.netBps.toFixed(1)} bps after costs of ${run.costBps.toFixed(1)} bps.`,
    );
  }
  if (closed < LEAST_TRADES) {
    return say(
      'too-few-trades',
      `${closed} closed trades decide nothing: at least ${LEAST_TRADES} are needed.`,
    );
  }
  if (luck.probability === null || luck.probability < CERTAINTY) {
    return say(
      'luck',
      'Not distinguishable from luck, given how long the record is and how much was tried on these data.',
    );
  }
  if (collapses) {
    return say('late-collapse', 'One bar later most of it is gone: it rests on a price that cannot be had.');
  }
  if (run.netBps <= buyAndHoldBps) {
    return say(
      'below-buy-and-hold',
      `It earned ${run.netBps.toFixed(1)} bps after costs, and buy and hold ${buyAndHoldBps.toFixed(1)} bps: the rise of the market was worth more than its trades.`,
    );
  }
  return say('edge', 'More than luck on these data. Try it on data that no trial has seen.');
}
