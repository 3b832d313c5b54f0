/**
 * A sweep made ready to run: its trials with their names, and how each is scored. It follows from the spec, the data
 * and the engine's version alone. Every worker, in whatever order and however many there are, works
 * from the same plan.
 */
import { UserError } from '../../domain/errors.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { MAX_PERIODS } from '../metrics/equity-recorder.ts';
import { periodFor } from '../metrics/run-metrics.ts';
import { MAX_TRIALS } from '../overfit/cscv.ts';
import type { Point } from '../overfit/neighbours.ts';
import { holdout, type Split, walkForward } from '../overfit/splits.ts';
import { checkPlan, type ScorePlan } from '../overfit/trial-score.ts';
import { type BacktestOptions, checkOptions } from '../options.ts';
import type { ParameterRange, ParameterValue } from './ranges.ts';
import { type Combination, combinationsOf } from './samplers.ts';
import { withSettings } from './settings.ts';
import { gapsOf, rangesOf, type SweepSpec } from './sweep-spec.ts';
import { idOf, type Json } from './trial-id.ts';

/** One trial, whole: a worker needs no more than this, the data and the score plan. */
export type Trial = {
  readonly trialId: string;
  /** Its place in the sweep, from 0. */
  readonly index: number;
  /** Values of what varies, in the order of the names. */
  readonly params: Readonly<Record<string, ParameterValue>>;
};

export type SweepPlan = {
  readonly sweepId: string;
  readonly spec: SweepSpec;
  readonly trials: readonly Trial[];
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  readonly periodUs: DurationUs;
  readonly score: ScorePlan;
  /** Where each trial lies among the others, in their order. */
  readonly points: readonly Omit<Point, 'score'>[];
};

/** What is known of the data before the first trial runs. */
export type SweepData = {
  /** SHA-256 of each log or tape, in the order of the spec: another content is another sweep. */
  readonly digests: readonly string[];
  /** Times of the first and the last event. */
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
};

/**
 * @param engineVersion results of another version are other results.
 * @throws UserError when there are too many trials, or the data is too short for its periods, blocks and splits.
 */
export function planSweep(spec: SweepSpec, data: SweepData, engineVersion: string): SweepPlan {
  const { fromUs, toUs } = data;
  const periodUs = spec.periodMs === undefined ? periodFor(toUs - fromUs) : spec.periodMs * 1_000;
  const periods = Math.floor((toUs - fromUs) / periodUs);
  const score: ScorePlan = { periods, blocks: spec.blocks, splits: [] };
  if (periods > MAX_PERIODS) {
    throw new UserError({
      code: 'too-many-periods',
      field: 'periodMs',
      value: String(periodUs / 1_000),
      message: `makes ${periods} periods of this data, more than ${MAX_PERIODS}`,
      remedy: 'Choose a longer period.',
    });
  }
  checkPlan(score);
  const ranges = rangesOf(spec.parameters);
  const combinations = combinationsOf(ranges, spec.search, spec.seed, MAX_TRIALS);
  const cut: Json = { periodUs, blocks: spec.blocks, split: spec.split };
  const common: Json = { data: [...data.digests], engine: engineVersion, seed: spec.seed, cut };
  const trials = combinations.map((combination, index): Trial => {
    const params = paramsOf(ranges, combination);
    const settings = { ...spec.base, ...params };
    return { trialId: idOf('trial', { common, settings, capital: capitalOrder(settings) }), index, params };
  });
  // Settings that cannot be together are found now, and not by the worker that meets them in an hour.
  for (const trial of trials) trialOptions(spec, trial, spec.logs);
  return {
    sweepId: idOf('sweep', { common, rankBy: spec.rankBy, trials: trials.map(({ trialId }) => trialId) }),
    spec,
    trials,
    fromUs,
    toUs,
    periodUs,
    score: { ...score, splits: splitsOf(spec, periods, periodUs) },
    points: pointsOf(ranges, combinations, spec),
  };
}

/**
 * The options of a trial's backtest. @param logs where the data is on the machine that runs it.
 * @throws UserError when the settings cannot be together.
 */
export function trialOptions(
  spec: Pick<SweepSpec, 'base' | 'seed'>,
  trial: Pick<Trial, 'params'>,
  logs: readonly string[],
): BacktestOptions {
  const options = withSettings({ logs, seed: spec.seed }, { ...spec.base, ...trial.params });
  checkOptions(options);
  return options;
}

function splitsOf({ split }: SweepSpec, periods: number, periodUs: DurationUs): readonly Split[] {
  const gaps = gapsOf(split, periodUs);
  const span = { from: 0, to: periods };
  return split.kind === 'holdout'
    ? [holdout(span, split.testShare, gaps)]
    : walkForward(span, split.folds, gaps, split.trainParts);
}

function paramsOf(
  ranges: readonly ParameterRange[],
  combination: Combination,
): Record<string, ParameterValue> {
  return Object.fromEntries(ranges.map((range, at) => [range.name, range.valueAt(combination[at] ?? 0)]));
}

/** The first asset that the account starts with is home: the one order among the settings that means something. */
function capitalOrder(settings: Readonly<Record<string, ParameterValue>>): string[] {
  return Object.keys(settings).filter((name) => /^(?:capital|balances)\./.test(name));
}

/** On a grid a step is one; elsewhere as long as the trials lie apart on average. */
function pointsOf(
  ranges: readonly ParameterRange[],
  combinations: readonly Combination[],
  { search }: SweepSpec,
): Omit<Point, 'score'>[] {
  const axes = ranges.map((range, at) => {
    const steps =
      search.method === 'grid' ? new Map(range.gridIndices().map((index, step) => [index, step])) : undefined;
    return { range, at, steps };
  });
  const ordered = axes.filter(({ range }) => range.isOrdered && range.size > 1);
  const words = axes.filter(({ range }) => !range.isOrdered);
  const perAxis = combinations.length ** (1 / Math.max(1, ordered.length));
  return combinations.map((combination) => ({
    coordinates: ordered.map(({ range, at, steps }) => {
      const index = combination[at] ?? 0;
      return steps?.get(index) ?? range.shareOf(index) * perAxis;
    }),
    group: words.map(({ range, at }) => range.valueAt(combination[at] ?? 0)).join('\n'),
  }));
}
