/** The registry under two writers, after a crash, and with files that were altered. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseImported } from './import-model.ts';
import type { ModelFile } from './model-file.ts';
import { ModelRegistry } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-registry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One tree of two leaves. */
function model(leaf: number): ModelFile {
  const tree = `num_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=-1 ${leaf}\nis_linear=0`;
  const text = `tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\n\nTree=0\n${tree}\n\nend of trees\n`;
  return parseImported(Buffer.from(text), 'f', (message) => new Error(message)).model;
}
const registryOf = (name: string) => new ModelRegistry(join(folder, name), () => '2026-01-01T00:00:00.000Z');

it('two writers at once leave one whole list', async () => {
  const [one, other] = [registryOf('two'), registryOf('two')];
  await Promise.all(
    [1, 2, 3, 4].map((leaf) => (leaf % 2 === 0 ? one : other).register('m', model(leaf), {})),
  );
  const events = await one.events('m');
  expect(events).toHaveLength(4);
  expect((await one.aliases('m')).challenger).toBe(events[3]?.sha256);
  await one.verifySteps('m');
});

it('a step that a crash broke off does not hold, and the next one goes on', async () => {
  const registry = registryOf('crash');
  const { sha256 } = await registry.register('m', model(1), {});
  const list = join(registry.folder, 'm', 'events.jsonl');
  appendFileSync(list, '{"at":"2026-01-01T00:00:0');
  expect(await registry.promote('m', 'challenger', '')).toMatchObject({ champion: sha256 });
  await registry.register('m', model(2), {});
  await registry.promote('m', 'challenger', '');
  expect(await registry.rollback('m', '')).toMatchObject({ champion: sha256 });
  expect(await registry.events('m')).toHaveLength(5);
  // A crash after the line and before its copy: the list holds.
  writeFileSync(
    join(registry.folder, 'm', 'aliases.json'),
    JSON.stringify((await registry.events('m')).at(-2)?.aliases),
  );
  await registry.verifySteps('m');
  expect((await registry.aliases('m')).champion).toBe(sha256);
});

it('a lock that a dead process left is taken away', async () => {
  const registry = registryOf('lock');
  await registry.register('m', model(1), {});
  const lock = join(registry.folder, 'm', 'steps.lock');
  writeFileSync(lock, 'nonsense');
  utimesSync(lock, 1, 1);
  await registry.promote('m', 'challenger', '');
  expect(() => readFileSync(lock)).toThrow(/ENOENT/);
});

it('a model file that was damaged is stored again, and aliases that were altered have no effect', async () => {
  const registry = registryOf('damage');
  const { sha256, file } = await registry.register('m', model(1), {});
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 50));
  await expect(registry.load('m', sha256)).rejects.toThrow(/was altered/);
  expect(await registry.register('m', model(1), {})).toMatchObject({ isNew: true });
  // What is stored for people decides nothing.
  writeFileSync(file.replace('model.json', 'manifest.json'), '{"__proto__": {"x": 1}, ');
  expect(await registry.load('m', 'challenger')).toMatchObject({ sha256, manifest: null });
  expect((await registry.events('m')).at(-1)).toMatchObject({ why: 'stored again: its file was damaged' });
  writeFileSync(
    join(registry.folder, 'm', 'aliases.json'),
    JSON.stringify({ champion: sha256, challenger: null, previous: null }),
  );
  expect((await registry.aliases('m')).champion).toBeNull();
  await expect(registry.verifySteps('m')).rejects.toThrow(/something else than the list of steps/);
});

it('a folder without a version is named as such, and is no other model', async () => {
  const registry = registryOf('hollow');
  mkdirSync(join(registry.folder, 'm'), { recursive: true });
  await expect(registry.promote('m', 'challenger', '')).rejects.toThrow(/"m" has no version/);
  await expect(registry.promote('n', 'challenger', '')).rejects.toThrow(/"n" is no model\. There are m\./);
});
