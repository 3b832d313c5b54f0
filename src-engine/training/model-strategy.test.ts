/** A model as a strategy: what it decides, what lets it hold nothing, and what a restart keeps. */
import { describe, expect, it } from 'vitest';
import { madeMarket } from '../backtest/strategy/made-market.ts';
import { type PairedSteps, pairSteps } from '../backtest/strategy/paired-steps.ts';
import { runStrategy } from '../backtest/strategy/run-strategy.ts';
import { checkStrategy } from '../backtest/strategy/strategy-checks.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { emptyStep } from '../features/market-step.ts';
import { SeededRandom } from '../lib/random.ts';
import type { Ensemble } from '../strategies/ensemble/ensemble.ts';
import { StrategyHost } from '../strategies/strategy-host.ts';
import type { ModelFile } from './model-file.ts';
import { modelEnsemble } from './model-ensemble.ts';
import { type ModelStrategy, modelStrategy } from './model-strategy.ts';
import { ModelWatch } from './model-watch.ts';

const FEATURES = ['return:1'];
const SET = new FeatureSet(FEATURES);

/** A logistic regression on the last return: above zero it expects a rise. */
function modelOf(change: Partial<ModelFile> = {}): ModelFile {
  return {
    format: 'parallax-model',
    version: 1,
    features: FEATURES,
    featureSetId: SET.id,
    horizonBars: 3,
    barSeconds: 60,
    predictor: { kind: 'logistic', means: [0], deviations: [0.001], weights: [2], intercept: 0 },
    calibrator: null,
    deciles: [{ cuts: [-0.001, 0, 0.001], counts: [250, 250, 250, 250] }],
    smoke: [],
    ...change,
  };
}

const steps = (bars: number): PairedSteps => pairSteps([madeMarket(7, bars, {}, 60 * US_PER_SECOND, 0)]);

const COSTS = { costBps: 5, moveBars: 50 };

describe('a model as a strategy', () => {
  it('decides by its bars alone: the same twice, nothing of later ones, and the same after a restart', () => {
    const module = modelStrategy('model:up@1', 1, modelOf());
    const options = { module, parameters: COSTS, steps: steps(600), costBps: 5, seed: 1 };
    const run = runStrategy(options);
    expect(run.digest).toBe(runStrategy(options).digest);
    expect([run.stopped, run.signals > 10, run.fills > 10]).toEqual([undefined, true, true]);
    expect(checkStrategy({ ...options, cuts: 4 })).toMatchObject({ repeats: true, lookahead: null });
  });

  it('holds a position as long as its forecast reaches, and none that does not pay its fills', () => {
    const module = modelStrategy('model:up@1', 1, modelOf());
    const dear = runStrategy({
      module,
      parameters: { ...COSTS, costBps: 900 },
      steps: steps(600),
      costBps: 5,
      seed: 1,
    });
    expect([dear.fills, dear.signals]).toEqual([0, 0]);
  });

  it('holds nothing where its answer is none', () => {
    const bad = modelOf({
      predictor: { kind: 'logistic', means: [0], deviations: [0], weights: [1], intercept: 0 },
    });
    const host = new StrategyHost({
      module: modelStrategy('model:bad@1', 1, bad),
      parameters: COSTS,
      stepUs: 60 * US_PER_SECOND,
      seed: 1,
    });
    const step = emptyStep();
    const reasons = new Set<string>();
    for (let bar = 1; bar < 60; bar++) {
      // The same close again and again: a return of 0, which the model divides by 0.
      Object.assign(step, { endUs: bar * 60 * US_PER_SECOND, open: 1, high: 1, low: 1, close: 1 });
      host.step([step], [0]);
      reasons.add(host.reason);
    }
    expect([...reasons].sort()).toEqual(['bad-answer', 'not-warm']);
    expect([host.wanted, host.stopped]).toEqual([[0], undefined]);
  });

  it('is refused where the model does not name its features, or names a set of another version', () => {
    expect(() => modelStrategy('model:x@1', 1, modelOf({ features: null }))).toThrow(
      /does not name its features/,
    );
    expect(() => modelStrategy('model:x@1', 1, modelOf({ featureSetId: 'a'.repeat(64) }))).toThrow(
      /features of another version/,
    );
  });

  it('rests once its features have left its training, and goes on when they are back', () => {
    const strategy = modelStrategy('model:up@1', 1, modelOf({ horizonBars: 1 })).create(
      COSTS,
    ) as ModelStrategy;
    const { watch } = strategy;
    const even = [-0.002, -0.0005, 0.0005, 0.002];
    for (let row = 0; row < 600; row++) watch.onRow([even[row % 4] as number]);
    expect([watch.state().drift, watch.mustRest]).toEqual(['ok', undefined]);
    for (let row = 0; row < 800; row++) watch.onRow([0.005]);
    expect([watch.state().drift, watch.mustRest]).toEqual(['act', 'drift']);
    // What is long ago counts less: it comes back.
    for (let row = 0; row < 12_000; row++) watch.onRow([even[row % 4] as number]);
    expect(watch.mustRest).toBeUndefined();
  });

  it('rests where what it says does not come, which takes 200 outcomes, and keeps that over a restart', () => {
    const watch = new ModelWatch(modelOf());
    for (let outcome = 0; outcome < 199; outcome++) watch.onOutcome(0.9, outcome % 2 === 0 ? 1 : 0);
    expect([watch.calibration, watch.mustRest]).toEqual(['too-few-rows', undefined]);
    watch.onOutcome(0.9, 0);
    expect(watch.mustRest).toBe('miscalibrated');
    // What is long ago counts less: it comes back.
    const back = new ModelWatch(modelOf());
    back.load(watch.save());
    for (let outcome = 0; outcome < 1_200; outcome++) back.onOutcome(0.9, outcome % 10 === 0 ? 0 : 1);
    expect([back.mustRest, back.state().outcomes < 1_000]).toEqual([undefined, true]);
    const next = new ModelWatch(modelOf());
    next.load(watch.save());
    expect([next.mustRest, next.state()]).toEqual(['miscalibrated', watch.state()]);
    expect(next.state().reliability).toMatchObject([{ said: expect.closeTo(0.9, 9), came: 0.5, count: 200 }]);
    expect(() => next.load('{"counts":[]}')).toThrow();
  });

  it('does not rest for what chance shows of probabilities that are right', () => {
    const watch = new ModelWatch(modelOf());
    const random = new SeededRandom(1);
    // Few outcomes in each of nine bins: the plain distance is far above the limit.
    for (let outcome = 0; outcome < 203; outcome++) {
      const p = 0.1 + (outcome % 9) * 0.1;
      watch.onOutcome(p, random.next() < p ? 1 : 0);
    }
    expect(watch.state().calibrationError).toBeGreaterThan(0.05);
    expect(watch.calibration).toBe('ok');
  });

  it('counts one outcome a horizon, and goes on with that while it rests', () => {
    const run = (bad: number): [string, number] => {
      const host = new StrategyHost({
        module: modelStrategy('model:up@1', 1, modelOf()),
        parameters: COSTS,
        stepUs: 60 * US_PER_SECOND,
        seed: 1,
      });
      const { watch } = host.strategy as ModelStrategy;
      for (let outcome = 0; outcome < bad; outcome++) watch.onOutcome(0.9, 0);
      const { count, read } = steps(62);
      const now = emptyStep();
      for (let index = 0; index < count; index++) {
        read(index, [now]);
        host.step([now], [0]);
      }
      return [host.reason, watch.state().outcomes - bad];
    };
    expect(run(0)[1]).toBe(20);
    expect(run(200)).toEqual(['miscalibrated', 20]);
  });
});

describe('a model as an agent of an ensemble', () => {
  const hostOf = (model: ModelFile) => {
    const module = modelEnsemble('ensemble:up@1', model);
    const parameters = module.manifest.parameters.parse({ horizonBars: 1, costBps: 1 });
    return new StrategyHost({ module, parameters, stepUs: 60 * US_PER_SECOND, seed: 1 });
  };
  const voteOf = (model: ModelFile) => {
    const host = hostOf(model);
    const all = pairSteps([madeMarket(7, 400, { carry: 0.9 }, 60 * US_PER_SECOND, 0)]);
    const now = [emptyStep()];
    for (let at = 0; at < all.count; at++) {
      all.read(at, now);
      host.step(now, [0]);
    }
    expect(host.stopped).toBeUndefined();
    return (host.strategy as Ensemble).report().votes.find(({ agent }) => agent === 'model');
  };

  it('is heard by its own features, and counts by what its scores were worth here', () => {
    // A feature that no agent of the house has.
    const features = ['return:3', 'return:1'];
    const set = new FeatureSet(features);
    const made = (weight: number) =>
      modelOf({
        features,
        featureSetId: set.id,
        predictor: {
          kind: 'logistic',
          means: [0, 0],
          deviations: [1, 0.001],
          weights: [0, weight],
          intercept: 0,
        },
      });
    expect(voteOf(made(2))).toMatchObject({ state: 'votes' });
    expect(voteOf(made(2))?.weight).toBeGreaterThan(0.05);
    // The same of everything says nothing.
    expect(voteOf(made(0))).toMatchObject({ weight: 0 });
  });

  it('is refused where it gives no score for a single row, or has other features', () => {
    expect(() => hostOf(modelOf({ features: null }))).toThrow(/does not name its features/);
    expect(() => hostOf(modelOf({ featureSetId: 'a'.repeat(64) }))).toThrow(/another version/);
    const table = { kind: 'q', cuts: [[0]], values: [] } as const;
    expect(() => hostOf(modelOf({ predictor: table as unknown as ModelFile['predictor'] }))).toThrow(
      /of the kind q/,
    );
  });
});
