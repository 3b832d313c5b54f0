/** A profile's scorer from its training to the kernel: challenger, champion, and what is no gate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import { CAPTURE_FEATURES } from '../detection/capture-features.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { ScorerDesk } from '../engine/strategies/scorer-desk.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { type ModelFile, modelText } from '../training/model-file.ts';
import { SCORER_SET_ID } from '../training/scorer/scorer-model.ts';
import { ModelShelf } from './model-shelf.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-scorer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const each = (value: number): number[] => CAPTURE_FEATURES.map(() => value);
const MODEL: ModelFile = {
  format: 'parallax-model',
  version: 1,
  features: [...CAPTURE_FEATURES],
  featureSetId: SCORER_SET_ID,
  horizonBars: null,
  barSeconds: null,
  predictor: { kind: 'logistic', means: each(0), deviations: each(1), weights: each(0), intercept: -2 },
  calibrator: { kind: 'platt', a: -1, b: 0 },
  scorer: { profile: 'demo', threshold: 0.4, fittedToUs: 1_000, records: 1_500 },
  deciles: [],
  smoke: [],
};
const REPORT = {
  verdict: 'raises' as const,
  text: 'made',
  homeAsset: 'USD',
  records: 1_500,
  left: 0,
  judged: 750,
  captured: 500,
  promised: 1_000,
  takeAll: 0.5,
  gated: 0.6,
  difference: { value: 0.1, low: 0.05, high: 0.15 },
  skipped: 100,
  skippedHome: -10,
  logLoss: 0.5,
  baseLogLoss: 0.6,
  auc: 0.7,
  reliability: [{ said: 0.5, came: 0.5, count: 750 }],
  folds: [],
  weights: [],
};
const trained = (data: string, model: ModelFile | null = MODEL) => ({
  report: REPORT,
  model: model === null ? null : modelText(model),
  threshold: 0.4,
  dataSha256: data.repeat(64),
  fromUs: 0,
  toUs: 1_000,
});

it('is asked in shadow as challenger, may gate as champion, and is taken back in one step', async () => {
  const shelf = new ModelShelf(folder, () => '2026-01-01T00:00:00Z');
  const clock = new SimulatedClock(0);
  const given: (CaptureModel | null)[] = [];
  const desk = new ScorerDesk({
    profile: 'demo',
    models: shelf,
    clock,
    set: (model) => {
      given.push(model);
      return Promise.resolve();
    },
  });
  await desk.start();
  expect([desk.why, given]).toEqual(['no scorer-demo is registered', []]);

  const { name, sha256 } = await shelf.registerScorer('demo', trained('a'));
  await desk.refresh();
  expect(given).toMatchObject([{ name: 'scorer-demo', sha256, threshold: 0.4, mayGate: false }]);
  expect(desk.why).toBe('');
  // Nothing has changed: the kernel is given nothing.
  await desk.refresh();
  expect(given).toHaveLength(1);

  // Each training on other executions is a trial, on the same time.
  await shelf
    .registerScorer('demo', trained('b', { ...MODEL, smoke: [{ row: each(0), answer: [0] }] }))
    .catch(() => undefined);
  const tried = new TriedData(folder);
  const data = 'a'.repeat(64);
  expect(await tried.on('training', data, await tried.alike(data))).toMatchObject({
    trials: 2,
    trainings: 2,
  });

  const row = await shelf.promote(name, 'challenger', { why: '', override: '' });
  expect(row.versions[0]?.gates.every(({ passes }) => passes)).toBe(true);
  await desk.refresh();
  expect(given.at(-1)).toMatchObject({ mayGate: true });

  writeFileSync(join(folder, 'models', name, sha256, 'model.json'), '{}');
  await shelf.registerScorer('plan-2', trained('c', { ...MODEL, scorer: undefined }));
  const other = new ScorerDesk({
    profile: 'plan-2',
    models: shelf,
    clock,
    set: () => Promise.reject(new Error('none')),
  });
  await other.start();
  expect(other.why).toMatch(/is no scorer of opportunities/);
  other.stop();
  const damaged = new ScorerDesk({
    profile: 'demo',
    models: shelf,
    clock,
    set: () => Promise.reject(new Error('none')),
  });
  await damaged.start();
  expect(damaged.why).toMatch(/was altered/);
  damaged.stop();
  desk.stop();
  await expect(shelf.registerScorer('demo', trained('d', null))).rejects.toThrow(/too few/);
});
