/**
 * How sure a Sharpe ratio is, given how long, how skewed and how fat-tailed the record is, and how many were tried
 * before it. All ratios here are those of one period, not annualised. Sources, both by D. H. Bailey and M. López de
 * Prado: "The Sharpe ratio efficient frontier", Journal of Risk 15 (2012); "The deflated Sharpe ratio: correcting for
 * selection bias, backtest overfitting and non-normality", Journal of Portfolio Management 40 (2014).
 */
import { kurtosis, type Moments, periodSharpe, skewness } from '../metrics/moments.ts';
import { normalCdf, normalQuantile } from '../../lib/normal.ts';

/** Euler's constant γ. */
const EULER = 0.577_215_664_901_532_9;

export type SharpeRecord = {
  /** Of one period. */
  readonly sharpe: number;
  /** Number of independent returns. */
  readonly count: number;
  readonly skewness: number;
  /** 3 of a normal spread. */
  readonly kurtosis: number;
};

/**
 * The record of a series of returns; null below two returns or without spread. @param inflation how many returns are
 * worth one independent one, 1 or more (`serialInflation`).
 */
export function sharpeRecord(moments: Moments, inflation = 1): SharpeRecord | null {
  const sharpe = periodSharpe(moments);
  const skew = skewness(moments);
  const kurt = kurtosis(moments);
  if (sharpe === null || skew === null || kurt === null) return null;
  return { sharpe, count: Math.max(1, moments.count / inflation), skewness: skew, kurtosis: kurt };
}

/**
 * Probabilistic Sharpe ratio: the probability that the true ratio is above `benchmark`,
 * Φ((SR − SR*) √(n − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 SR²)). It rests on many independent returns: a record of a few
 * trades between many empty periods is not one, and its answer is not to be trusted.
 */
export function probabilisticSharpe(record: SharpeRecord, benchmark: number): number {
  const { sharpe, count, skewness: skew, kurtosis: kurt } = record;
  const ahead = (sharpe - benchmark) * Math.sqrt(count - 1);
  if (ahead === 0) return 0.5;
  // Never below zero for the moments of one series: kurtosis ≥ skewness² + 1.
  const variance = Math.max(0, 1 - skew * sharpe + ((kurt - 1) / 4) * sharpe * sharpe);
  return normalCdf(ahead / Math.sqrt(variance));
}

/**
 * The largest Sharpe ratio to be expected of `trials` independent ones without any skill, whose ratios vary by
 * `variance`: √V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))). 0 for a single trial, which is no choice.
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  // By symmetry from the lower tail, which keeps its digits for any number of trials.
  const first = -normalQuantile(1 / trials);
  const second = -normalQuantile(1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER) * first + EULER * second);
}

/**
 * Deflated Sharpe ratio: the probability that the true ratio of the best of `trials` is above what the best of as many
 * without skill would show. @param variance of the trials' Sharpe ratios, of one period.
 */
export function deflatedSharpe(record: SharpeRecord, trials: number, variance: number): number {
  return probabilisticSharpe(record, expectedMaxSharpe(trials, variance));
}
