/** What the shelf of models remembers, and when it reads again. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ModelShelf } from './model-shelf.ts';

it('reads a version again once its files are other ones, and no version for its aliases', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-shelf-'));
  const version = join(folder, 'models', 'made', 'a'.repeat(64));
  mkdirSync(version, { recursive: true });
  writeFileSync(join(version, 'manifest.json'), '{"kind":"q"}');
  const shelf = new ModelShelf(folder, () => '');
  const first = (await shelf.list())[0]?.versions[0];
  expect(first).toMatchObject({ kind: 'q', gates: [{ passes: false }] });
  // Nothing was altered: the same gates, and not gates that are reckoned again.
  expect((await shelf.list())[0]?.versions[0]?.gates).toBe(first?.gates);
  writeFileSync(join(version, 'manifest.json'), '{"kind":"dqn"} ');
  expect((await shelf.list())[0]?.versions[0]?.kind).toBe('dqn');
  appendFileSync(join(folder, 'models', 'made', 'events.jsonl'), '{}\n');
  expect(await shelf.aliases()).toEqual([{ name: 'made', champion: null, challenger: null, previous: null }]);
  rmSync(folder, { recursive: true });
});
