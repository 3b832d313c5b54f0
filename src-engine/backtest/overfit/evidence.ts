/** Everything that speaks for or against the best trial of a sweep, from the scores of all its trials. */
import { type Moments, mergeAll, periodSharpe } from '../metrics/moments.ts';
import { overfitting } from './cscv.ts';
import { serialInflation, sharpeVariance } from './luck.ts';
import { type Measure, measureOf } from './measure.ts';
import { type NeighbourSensitivity, neighbourSensitivity, type Point } from './neighbours.ts';
import { rankCorrelation } from './rank-correlation.ts';
import {
  deflatedSharpe,
  expectedMaxSharpe,
  probabilisticSharpe,
  type SharpeRecord,
  sharpeRecord,
} from './sharpe-significance.ts';
import type { TrialScore } from './trial-score.ts';

/** A trial's place: by test, whatever it did in train. */
export type Ranked = {
  readonly trial: number;
  /** Mean over the folds of the measure in train; measure of all tests together. */
  readonly train: number;
  readonly test: number;
  /** Trades in the tests. */
  readonly testTrades: number;
};

export type Evidence = {
  /** Trials that ran; those that were tried on the same data before, in other sweeps, count as tried too. */
  readonly trials: number;
  readonly triedBefore: number;
  readonly periods: number;
  /** How many periods are worth one independent one; see `serialInflation`. */
  readonly serialInflation: number;
  readonly folds: number;
  /** The best by test; it is what the figures below speak of, where they speak of one trial. */
  readonly best: Ranked & { readonly trades: number; readonly sharpe: number | null };
  /**
   * What choosing by train alone would have earned: in each fold the trial that was best in train, judged in the
   * test that follows. `psr` is the probability that this earns more than nothing. One choice and one judgement:
   * however many trials there were, chance passes 95 % only five times in a hundred.
   */
  readonly chosen: { readonly sharpe: number | null; readonly psr: number | null; readonly trades: number };
  /** Spearman's correlation of the trials' measures in train and test, mean over the folds that have one. */
  readonly rankCorrelation: number | null;
  /**
   * Deflated Sharpe ratio of the best over all of the data, all trials counted, with the variance of the trials'
   * Sharpe ratios that luck explains (luck.ts).
   */
  readonly deflatedSharpe: number | null;
  /**
   * The same with all of that variance, as published. It takes real differences between settings for luck: a sweep
   * that also tries what must lose can never pass it.
   */
  readonly deflatedSharpeStrict: number | null;
  /** Sharpe ratio of one period that the best of as many trials would show by luck alone. */
  readonly luckySharpe: number | null;
  readonly pbo: number | null;
  readonly probabilityOfLoss: number | null;
  /** What a unit of the measure in one half was worth in the other. */
  readonly degradationSlope: number | null;
  readonly neighbours: NeighbourSensitivity | null;
};

/**
 * All trials, best by test first. Trials without a trade in any test come last: doing nothing is no merit. Of equal
 * ones the earlier trial is first, so that the order does not depend on which worker was faster.
 */
export function rankByTest(scores: readonly TrialScore[], measure: Measure): Ranked[] {
  return scores
    .map((score, trial): Ranked => {
      const trains = score.folds.map(({ train }) => measureOf(train.moments, measure));
      return {
        trial,
        train: trains.reduce((sum, each) => sum + each, 0) / Math.max(1, trains.length),
        test: measureOf(testMoments(score), measure),
        testTrades: score.folds.reduce((sum, { test }) => sum + test.trades, 0),
      };
    })
    .sort(
      (a, b) => Number(b.testTrades > 0) - Number(a.testTrades > 0) || b.test - a.test || a.trial - b.trial,
    );
}

/**
 * @param scores of all trials, in their order; all cut by the same plan, with at least one fold.
 * @param points where each lies among the others, in the same order but for `score`; empty: not known.
 * @param triedBefore trials of other sweeps over the same data: who looks often enough finds something.
 * @returns null when there is no trial.
 */
export function gatherEvidence(
  scores: readonly TrialScore[],
  measure: Measure,
  points: readonly Omit<Point, 'score'>[],
  triedBefore = 0,
): Evidence | null {
  const ranking = rankByTest(scores, measure);
  const [first] = ranking;
  const best = first === undefined ? undefined : scores[first.trial];
  if (first === undefined || best === undefined) return null;
  const tests = new Map(ranking.map(({ trial, test }) => [trial, test]));
  const scored = points.map((point, trial) => ({ ...point, score: tests.get(trial) ?? 0 }));
  const isSweep = scores.length > 1;
  const blocks = scores.map((score) => score.blocks);
  const halves = isSweep ? overfitting(blocks, measure) : null;
  const inflation = serialInflation(blocks);
  return {
    trials: scores.length,
    triedBefore,
    serialInflation: inflation,
    periods: best.full.moments.count,
    folds: best.folds.length,
    best: { ...first, trades: best.full.trades, sharpe: periodSharpe(best.full.moments) },
    chosen: chosenByTrain(scores, measure, inflation),
    rankCorrelation: foldCorrelation(scores, measure),
    ...deflated(sharpeRecord(best.full.moments, inflation), blocks, scores.length + triedBefore),
    pbo: halves?.pbo ?? null,
    probabilityOfLoss: halves?.probabilityOfLoss ?? null,
    degradationSlope: halves?.degradation?.slope ?? null,
    neighbours: neighbourSensitivity(scored, first.trial),
  };
}

function testMoments(score: TrialScore): Moments {
  return mergeAll(score.folds.map(({ test }) => test.moments));
}

function chosenByTrain(
  scores: readonly TrialScore[],
  measure: Measure,
  inflation: number,
): Evidence['chosen'] {
  const folds = scores[0]?.folds.length ?? 0;
  const tests = Array.from({ length: folds }, (_, fold) => {
    let best = 0;
    let bestMeasure = Number.NEGATIVE_INFINITY;
    scores.forEach((score, trial) => {
      const train = score.folds[fold]?.train;
      const value = train === undefined ? Number.NEGATIVE_INFINITY : measureOf(train.moments, measure);
      if (value <= bestMeasure) return;
      best = trial;
      bestMeasure = value;
    });
    return scores[best]?.folds[fold]?.test;
  }).filter((test) => test !== undefined);
  const moments = mergeAll(tests.map((test) => test.moments));
  const record = sharpeRecord(moments, inflation);
  return {
    sharpe: periodSharpe(moments),
    psr: record === null ? null : probabilisticSharpe(record, 0),
    trades: tests.reduce((sum, { trades }) => sum + trades, 0),
  };
}

function foldCorrelation(scores: readonly TrialScore[], measure: Measure): number | null {
  const folds = scores[0]?.folds.length ?? 0;
  const correlations = Array.from({ length: folds }, (_, fold) => {
    const side = (name: 'train' | 'test'): number[] =>
      scores.map((score) => measureOf(score.folds[fold]?.[name].moments ?? score.full.moments, measure));
    return rankCorrelation(side('train'), side('test'));
  }).filter((value) => value !== null);
  if (correlations.length === 0) return null;
  return correlations.reduce((sum, each) => sum + each, 0) / correlations.length;
}

function deflated(
  record: SharpeRecord | null,
  blocks: readonly (readonly Moments[])[],
  tried: number,
): Pick<Evidence, 'deflatedSharpe' | 'deflatedSharpeStrict' | 'luckySharpe'> {
  const variance = sharpeVariance(blocks) ?? { across: 0, luck: 0 };
  return {
    deflatedSharpe: record === null ? null : deflatedSharpe(record, tried, variance.luck),
    deflatedSharpeStrict: record === null ? null : deflatedSharpe(record, tried, variance.across),
    luckySharpe: expectedMaxSharpe(tried, variance.luck),
  };
}
