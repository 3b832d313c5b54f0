/** The judged rows of a forecaster against chance, costs, and as many trials as there were on these data. */
import type { SharpeRecord } from '../backtest/overfit/sharpe-significance.ts';
import { deflatedOf, LEAST_TRADES } from '../backtest/strategy/verdict.ts';
import { type Tried, trialWords } from '../backtest/strategy/tried-data.ts';
import { normalCdf } from '../lib/normal.ts';
import type { Earned } from './earnings.ts';

export type RollResult = {
  readonly fitRows: number;
  readonly calibrateRows: number;
  readonly judgeRows: number;
  readonly judgeFrom: string;
  readonly judgeTo: string;
  readonly logLoss: number;
  /** Of the share of ups that the fitted rows had, or the calibrating ones: whichever the judged rows bore out. */
  readonly baseLogLoss: number;
};

/** How the rows were split, which a gate asks for besides their result. */
export type SplitRecord = {
  /** Rows left out between two pieces, besides those whose label reaches over. */
  readonly embargoBars: number;
  readonly labelBars: number;
};

export type Measured = Earned &
  SplitRecord & {
    readonly rolls: readonly RollResult[];
    readonly rows: number;
    readonly logLoss: number;
    readonly baseLogLoss: number;
    readonly brier: number;
    readonly auc: number | null;
    readonly calibrationError: number;
    /** By tenth of the probability: what was said on average, the share that came, and of how many rows. */
    readonly reliability: readonly { readonly said: number; readonly came: number; readonly count: number }[];
    /** Rows whose labels do not overlap: what the test against chance rests on. */
    readonly independentRows: number;
    /** Of the mean gain over the base rate, in standard errors. */
    readonly t: number;
    /** Of one return net of costs; null without a trade. */
    readonly sharpe: number | null;
    readonly sharpeRecord: SharpeRecord | null;
  };

export type Verdict =
  | 'too-few-rows'
  | 'chance'
  | 'better-but-does-not-earn'
  | 'below-buy-and-hold'
  | 'luck'
  | 'earns';

export type Judgement = Measured & {
  /** Probability of so large a t by chance, multiplied by the trials on the same market and time. */
  readonly p: number;
  readonly trials: number;
  /** Of them, those on other files alone. */
  readonly trialsElsewhere: number;
  /** Probability that the true Sharpe ratio is above what the best of so many without skill would show; null without trades. */
  readonly deflatedSharpe: number | null;
  readonly verdict: Verdict;
  readonly text: string;
};

/** Fewer independent judged rows decide nothing. */
export const LEAST_INDEPENDENT = 50;
const LEVEL = 0.05;
/** Least deflated Sharpe ratio. */
export const CERTAINTY = 0.95;

export function judge(measured: Measured, tried: Tried): Judgement {
  const { independentRows, trades } = measured;
  const how = `in ${trades} trades`;
  const found = verdictOf(measured, tried, how, trades >= LEAST_TRADES);
  if (independentRows >= LEAST_INDEPENDENT) return { ...measured, ...found };
  return {
    ...measured,
    ...found,
    verdict: 'too-few-rows',
    text: `No verdict: ${independentRows} independent rows decide nothing, at least ${LEAST_INDEPENDENT} are needed.`,
  };
}

/** @param how such as "in 12 trades". @param suffices whether so many trades say anything. */
export function verdictOf(
  measured: Pick<Measured, 't' | 'netBps' | 'buyAndHoldBps' | 'sharpeRecord'>,
  tried: Tried,
  how: string,
  suffices: boolean,
): Pick<Judgement, 'p' | 'trials' | 'trialsElsewhere' | 'deflatedSharpe' | 'verdict' | 'text'> {
  const { t, netBps, buyAndHoldBps, sharpeRecord: record } = measured;
  const { trials, sharpes, elsewhere: trialsElsewhere } = tried;
  const p = Math.min(1, (1 - normalCdf(t)) * trials);
  const deflatedSharpe = record === null ? null : deflatedOf(record, trials, sharpes);
  const say = (verdict: Verdict, text: string) => ({
    p,
    trials,
    trialsElsewhere,
    deflatedSharpe,
    verdict,
    text,
  });
  const counted = trials === 1 ? '' : `, counting ${trialWords(tried)}`;
  const better = `Better than chance (p ${p.toFixed(4)}${counted})`;
  const net = `${netBps.toFixed(1)} bps after costs ${how}`;
  if (!(p < LEVEL))
    return say('chance', `Not better than chance: p ${p.toFixed(3)}${counted}. This does not earn.`);
  if (!(netBps > 0)) return say('better-but-does-not-earn', `${better}, but it does not earn: ${net}.`);
  if (netBps <= buyAndHoldBps) {
    return say(
      'below-buy-and-hold',
      `${better}, but ${net} are no more than buy and hold: ${buyAndHoldBps.toFixed(1)} bps.`,
    );
  }
  if (!suffices || deflatedSharpe === null || deflatedSharpe < CERTAINTY) {
    const why = suffices
      ? `its deflated Sharpe ratio is ${deflatedSharpe?.toFixed(3) ?? 'not known'}, and ${CERTAINTY} is asked`
      : `so few decide nothing, at least ${LEAST_TRADES} are needed`;
    return say('luck', `${better}, and ${net}, but that may be luck: ${why}.`);
  }
  return say('earns', `${better}, and ${net}, out of sample. Try it on data that no trial has seen.`);
}
