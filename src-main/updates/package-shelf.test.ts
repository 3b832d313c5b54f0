import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PackageShelf } from './package-shelf.ts';
import { keyNameOf } from './signed-feed.ts';

const hash = 'a'.repeat(64);

it('the newest feed of a key is known after a restart, by whichever pinned key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-shelf-'));
  const shelf = (): PackageShelf => new PackageShelf(folder, () => true);
  const [old, next] = ['one key', 'the next key'];
  shelf().remember([old], { serial: 7, hash });
  expect(shelf().seen([old])).toEqual({ serial: 7, hash });
  shelf().remember([old, next], { serial: 8, hash });
  expect(shelf().seen([next])).toEqual({ serial: 8, hash });
  expect(shelf().seen(['another project'])).toBeUndefined();
  expect(keyNameOf(old)).not.toBe(keyNameOf(next));
  rmSync(folder, { recursive: true });
});

it.each(['[]', '0', '"x"', 'null', '{'])('begins with an empty list where the list is %s', (text) => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-shelf-'));
  writeFileSync(join(folder, 'shelf.json'), text);
  const shelf = new PackageShelf(folder, () => true);
  expect([shelf.after('0.0.0'), shelf.notifies('1.0.0'), shelf.notifies('1.0.0')]).toEqual([
    undefined,
    true,
    false,
  ]);
  rmSync(folder, { recursive: true });
});
