import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PackageShelf } from './package-shelf.ts';

it('the newest feed of an address is known after another address was used, and after a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-shelf-'));
  const [one, other] = ['https://a.example/feed', 'https://b.example/feed'];
  const seen = { serial: 7, hash: 'a'.repeat(64) };
  const shelf = new PackageShelf(folder);
  shelf.remember(one, seen);
  shelf.remember(other, { serial: 1, hash: 'b'.repeat(64) });
  expect(new PackageShelf(folder).seen(one)).toEqual(seen);
  rmSync(folder, { recursive: true });
});
