/** What a session may run: the trader's own by the bytes of its file, and models by their hash. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { ModelFile } from '../training/model-file.ts';
import { ModelRegistry } from '../training/registry.ts';
import { StrategyShelf } from './strategy-shelf.ts';
import { until } from '../testing/until.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'parallax-shelf-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const clock = new SimulatedClock(1_767_225_600_000_000);

function write(name: string, text: string): void {
  mkdirSync(join(dataDir, 'strategies', name), { recursive: true });
  writeFileSync(join(dataDir, 'strategies', name, 'strategy.mjs'), text);
}

const own = (name: string, version: number): string => `export default ({ z }) => ({
  manifest: { name: '${name}', version: ${version}, summary: 'x', markets: 1, input: 'bars', may: 'position',
    parameters: z.strictObject({}), features: () => [] },
  create: () => ({ onBar() {}, save: () => '', load() {} }),
});\n`;

it('lists the trader’s own without running them, and knows each by the bytes of its file', async () => {
  const shelf = new StrategyShelf(dataDir, clock);
  write('mine', own('mine', 1));
  expect((await shelf.list()).at(-1)).toMatchObject({ name: 'mine', place: 'own', module: undefined });
  const first = await shelf.load('mine');
  const running = first.module.create({}, 1);
  expect(first.code).toMatch(/^[0-9a-f]{64}$/);
  write('mine', `${own('mine', 2)}// changed\n`);
  const second = await shelf.load('mine');
  expect([second.code === first.code, second.module.manifest.version]).toEqual([false, 2]);
  // What runs goes on with what it began with; what is gone is not found under another code.
  expect(shelf.find('mine', first.code)?.manifest.version).toBe(1);
  expect(running.save()).toBe('');
  expect(new StrategyShelf(dataDir, clock).find('mine', first.code)).toBeUndefined();
});

it('ends the threads of files that have changed and that nothing uses, and all of them at its end', async () => {
  const shelf = new StrategyShelf(dataDir, clock);
  const versions = [];
  const used = [];
  for (const version of [1, 2, 3]) {
    write('edited', `${own('edited', version)}// ${version}\n`);
    versions.push(await shelf.load('edited'));
    if (version === 2) used.push(versions[1]?.module.create({}, 1));
  }
  const found = versions.map(({ code }) => shelf.find('edited', code)?.manifest.version);
  expect(found).toEqual([undefined, 2, 3]);
  expect(used[0]?.save()).toBe('');
  const [first, , last] = versions.map(({ module }) => module);
  expect(() => first?.create({}, 1)).toThrow(/others were loaded since/);
  const running = last?.create({}, 1);
  expect(running?.save()).toBe('');
  shelf.close();
  expect(() => running?.save()).toThrow(/the engine ends/);
});

it('starts without a file that never ends its loading, and without one that is broken, and names them', async () => {
  const shelf = new StrategyShelf(dataDir, clock);
  write('waiting', 'await new Promise(() => {});\n');
  write('spinning', 'for (;;);\n');
  const sound = own('defaulted', 1);
  write('defaulted', sound.replace('({})', '({ size: z.number().default(() => { for (;;); }) })'));
  write('broken', 'export default 5;\n');
  const setup = (name: string): StrategySetup => ({ name, code: 'a'.repeat(64) }) as StrategySetup;
  const notes: string[] = [];
  const endless = ['spinning', 'defaulted'].map((name) =>
    shelf.prepare([setup(name)], (text) => notes.push(text)),
  );
  const given = Promise.all([...endless, shelf.prepare([setup('waiting')], (text) => notes.push(text))]);
  // The thread that trades goes on meanwhile: it sees the time come.
  await until(() => {
    clock.advanceTo(clock.nowUs() + 1_000_000);
    return notes.length === 3;
  });
  await given;
  await shelf.prepare([setup('broken'), setup('none')], (text) => notes.push(text));
  expect(notes.slice(0, 3).toSorted()).toEqual([
    expect.stringMatching(/defaulted is not run.*not loaded within 5 s/),
    expect.stringMatching(/spinning is not run.*not loaded within 5 s/),
    // Whichever is seen first: its thread has nothing left to do, or its time is over.
    expect.stringMatching(/waiting is not run.*(?:waits for what never comes|not loaded within 5 s)/),
  ]);
  expect(notes.slice(3)).toEqual([
    expect.stringMatching(/broken is not run/),
    expect.stringMatching(/none is not run.*is no strategy/),
  ]);
});

it('pins a model to its version: what is promoted later is another strategy', async () => {
  const features = ['return:1'];
  const model = (weight: number): ModelFile => ({
    format: 'parallax-model',
    version: 1,
    features,
    featureSetId: new FeatureSet(features).id,
    horizonBars: 3,
    barSeconds: 60,
    predictor: { kind: 'logistic', means: [0], deviations: [1], weights: [weight], intercept: 0 },
    calibrator: null,
    deciles: [{ cuts: [0], counts: [1, 1] }],
    smoke: [],
  });
  const registry = new ModelRegistry(dataDir, () => '2026-01-01T00:00:00Z');
  const shelf = new StrategyShelf(dataDir, clock);
  const one = await registry.register('up', model(1), { kind: 'logistic' });
  await shelf.models.promote('up', 'challenger', { why: 'first', override: 'OVERRIDE' });
  const two = await registry.register('up', model(2), { kind: 'logistic' });
  const champion = await shelf.load('model:up');
  expect([champion.code, champion.barSeconds]).toEqual([one.sha256, 60]);
  expect(champion.module.manifest.name).toBe(`model:up@${one.sha256.slice(0, 12)}`);
  expect((await shelf.load('model:up@challenger')).code).toBe(two.sha256);
  const row = await shelf.models.promote('up', 'challenger', { why: 'better', override: 'OVERRIDE' });
  expect(row).toMatchObject({ champion: two.sha256, challenger: null, previous: one.sha256 });
  expect((await shelf.load(champion.module.manifest.name)).code).toBe(one.sha256);
  expect(await shelf.models.rollBack('up', '')).toMatchObject({
    champion: one.sha256,
    challenger: two.sha256,
    steps: [{ action: 'rollback' }, { action: 'promote' }, {}, {}, {}],
  });
  await expect(shelf.load('model:none')).rejects.toThrow(/is no model/);
  expect((await shelf.list()).map(({ name }) => name)).toContain('model:up@champion');
});
