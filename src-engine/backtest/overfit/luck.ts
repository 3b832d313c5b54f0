/**
 * How much of the difference between trials is luck. The variance of the trials' Sharpe ratios has two sources: luck,
 * and that settings really are better and worse. Real differences come back in every part of the data; luck does
 * not. The two are distinguished as in a two-way analysis of variance without repetition, trials by blocks of time:
 * what neither the trial nor the block explains is luck. Source: R. A. Fisher, "Statistical methods for research
 * workers" (1925), chapter VII; the figures analysed are the blocks' mean returns in units of the trial's own
 * deviation, whose mean over the blocks is the trial's Sharpe ratio.
 */
import { type Moments, mergeAll, standardDeviation } from '../metrics/moments.ts';

export type SharpeVariance = {
  /** Sample variance of the trials' Sharpe ratios: luck and real differences together. */
  readonly across: number;
  /** The part that luck explains; for trials without real differences it is as large as `across`. */
  readonly luck: number;
};

/**
 * Variances of the Sharpe ratios of one period. @param trials the moments of every trial's returns, block by block,
 * in the same blocks of nearly equal length. Null below two trials or two blocks.
 * @throws RangeError when trials differ in the number of blocks.
 */
export function sharpeVariance(trials: readonly (readonly Moments[])[]): SharpeVariance | null {
  const blocks = trials[0]?.length ?? 0;
  if (trials.length < 2 || blocks < 2) return null;
  const blockMeans = new Float64Array(blocks);
  const trialMeans = new Float64Array(trials.length);
  const scaled = trials.map((parts, trial) => {
    if (parts.length !== blocks)
      throw new RangeError(`trial ${trial} has ${parts.length} blocks, not ${blocks}`);
    const deviation = standardDeviation(mergeAll(parts));
    const scale = deviation === null || deviation === 0 ? 0 : 1 / deviation;
    const row = Float64Array.from(parts, ({ mean }) => mean * scale);
    row.forEach((value, block) => {
      blockMeans[block] = (blockMeans[block] as number) + value / trials.length;
      trialMeans[trial] = (trialMeans[trial] as number) + value / blocks;
    });
    return row;
  });
  const mean = trialMeans.reduce((sum, each) => sum + each, 0) / trials.length;
  let residual = 0;
  scaled.forEach((row, trial) => {
    row.forEach((value, block) => {
      residual += (value - (trialMeans[trial] as number) - (blockMeans[block] as number) + mean) ** 2;
    });
  });
  const between = trialMeans.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    across: between / (trials.length - 1),
    luck: residual / ((trials.length - 1) * (blocks - 1)) / blocks,
  };
}

/**
 * How many times more the mean of the returns varies than it would if each were independent of the one before: 1 or
 * more. Returns that follow each other (stale marks, holdings over many periods) count for less than their
 * number: n of them are worth n over this. By batch means: the variance of block means against that of single
 * returns, the mean over the trials, which share the market. An edge that comes and goes between blocks raises it
 * too. Source: A. W. Lo and A. C. MacKinlay, "Stock market prices do not follow random walks", Review of Financial
 * Studies 1 (1988); on Sharpe ratios A. W. Lo, "The statistics of Sharpe ratios", Financial Analysts Journal 58 (2002).
 * @param trials as for `sharpeVariance`. 1 where there is nothing to compare it with.
 */
export function serialInflation(trials: readonly (readonly Moments[])[]): number {
  let sum = 0;
  let count = 0;
  for (const parts of trials) {
    const whole = mergeAll(parts);
    const deviation = standardDeviation(whole);
    if (deviation === null || deviation === 0 || parts.length < 2) continue;
    const between = parts.reduce((total, { count: n, mean }) => total + n * (mean - whole.mean) ** 2, 0);
    sum += between / (parts.length - 1) / (deviation * deviation);
    count++;
  }
  return count === 0 ? 1 : Math.max(1, sum / count);
}
