/** A profile's scorer from its training to the kernel: challenger, champion, and what is no gate. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import { CAPTURE_FEATURES } from '../detection/capture-features.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { ScorerDesk } from '../engine/strategies/scorer-desk.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { type ModelFile, modelText } from '../training/model-file.ts';
import { ModelRegistry } from '../training/registry.ts';
import { SCORER_SET_ID } from '../training/scorer/scorer-model.ts';
import { checkSpec } from '../training/training-spec.ts';
import { ModelShelf } from './model-shelf.ts';
import { findScorer } from './scorer-shelf.ts';
import { StrategyShelf } from './strategy-shelf.ts';

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
  controls: 0,
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
  const beside: (CaptureModel | null)[] = [];
  const desk = new ScorerDesk({
    profile: 'demo',
    models: shelf,
    clock,
    set: (model, challenger) => {
      given.push(model);
      beside.push(challenger);
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
  expect([given.at(-1), beside.at(-1)]).toMatchObject([{ mayGate: true }, null]);

  // Trained again: the new one is asked beside the champion. One that cannot be asked leaves the champion in its place.
  const other = { ...MODEL, scorer: { profile: 'demo', threshold: 0.3, fittedToUs: 2_000, records: 1_600 } };
  const next = await shelf.registerScorer('demo', trained('e', other));
  await desk.refresh();
  expect([given.at(-1), beside.at(-1)]).toMatchObject([
    { sha256, mayGate: true },
    { sha256: next.sha256, threshold: 0.3, mayGate: false },
  ]);
  writeFileSync(join(folder, 'models', name, next.sha256, 'model.json'), '{}');
  await desk.refresh();
  expect([given.at(-1), beside.at(-1)]).toMatchObject([{ sha256, mayGate: true }, null]);
  expect([desk.why, desk.whyNoChallenger]).toEqual(['', expect.stringMatching(/was altered/)]);

  writeFileSync(join(folder, 'models', name, sha256, 'model.json'), '{}');
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

it('looks one after the other, and gives again what the kernel did not take', async () => {
  const given: string[] = [];
  const slow = Promise.withResolvers<void>();
  let looks = 0;
  const desk = new ScorerDesk({
    profile: 'demo',
    clock: new SimulatedClock(0),
    models: {
      scorer: async (_profile, known) => {
        const look = ++looks;
        if (look === 1) await slow.promise;
        const stamp = look < 3 ? 'before' : 'after';
        if (known === stamp) return undefined;
        return { stamp, model: { name: stamp } as CaptureModel, why: '' };
      },
    },
    set: (model) => {
      given.push(model?.name ?? '');
      return given.length === 2 ? Promise.reject(new Error('the journal is full')) : Promise.resolve();
    },
  });
  // The first look is slow: what the second finds comes after it.
  const both = [desk.refresh(), desk.refresh()];
  slow.resolve();
  await Promise.all(both);
  expect(given).toEqual(['before']);
  await expect(desk.refresh()).rejects.toThrow(/journal/);
  await desk.refresh();
  await desk.refresh();
  expect(given).toEqual(['before', 'after', 'after']);
});

it('keeps the names of scorers to them, each to its own profile', async () => {
  const registry = new ModelRegistry(folder, () => '2026-01-01T00:00:00Z');
  const other = { ...MODEL, scorer: undefined };
  await expect(registry.register('scorer-demo', other, {})).rejects.toThrow(/is a name of scorers alone/);
  await expect(registry.register('scorer-plan-2', MODEL, {})).rejects.toThrow(/of the profile demo/);
  await expect(registry.register('eth', MODEL, {})).rejects.toThrow(/of the profile demo/);
  expect(() => checkSpec({ name: 'scorer-demo', kind: 'logistic', file: '-' }, 'x')).toThrow(/scorers/);
});

it('reads what it refused once, until its steps or its file are others, and offers it as no strategy', async () => {
  const registry = new ModelRegistry(folder, () => '2026-01-01T00:00:00Z');
  // As older versions stored them.
  const models = join(folder, 'models');
  const { sha256 } = await registry.register('booster', { ...MODEL, scorer: undefined }, { kind: 'import' });
  cpSync(join(models, 'booster'), join(models, 'scorer-plan-2'), { recursive: true });
  const profile = { ...MODEL, scorer: { profile: 'plan-4', threshold: 0.4, fittedToUs: 0, records: 1 } };
  await registry.register('scorer-plan-4', profile, { kind: 'import' });
  cpSync(join(models, 'scorer-plan-4'), join(models, 'scorer-plan-3'), { recursive: true });
  for (const [name, why] of [
    ['plan-2', /is no scorer of opportunities/],
    ['plan-3', /is the scorer of the profile plan-4/],
  ] as const) {
    const found = await findScorer(registry, name, undefined);
    expect([found?.model, found?.why]).toEqual([undefined, expect.stringMatching(why)]);
    expect(await findScorer(registry, name, found?.stamp)).toBeUndefined();
  }
  const refused = await findScorer(registry, 'plan-2', undefined);
  writeFileSync(join(models, 'scorer-plan-2', sha256, 'model.json'), ' '.repeat(1_000_001));
  const large = await findScorer(registry, 'plan-2', refused?.stamp);
  expect(large?.why).toMatch(/has 1000001 bytes, at most 1000000/);
  expect(await findScorer(registry, 'plan-2', large?.stamp)).toBeUndefined();
  const names = (await new StrategyShelf(folder, new SimulatedClock(0)).list()).map(({ name }) => name);
  expect(names).toContain('model:booster@challenger');
  expect(names.filter((name) => name.startsWith('model:scorer-'))).toEqual([]);
});
