import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { builtInUpdates, packageKindOf } from './package-kind.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-package-kind-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const KEYS = [Buffer.alloc(32, 7).toString('base64')];

it('a program knows in which package it came, and which keys are built into it', () => {
  const place = { platform: 'linux', resources: root, executable: '/opt/Parallax/parallax', env: {} };
  expect(packageKindOf(place)).toBeUndefined();
  writeFileSync(join(root, 'package-type'), 'deb\n');
  expect(packageKindOf(place)).toBe('deb');
  const env = { APPIMAGE: '/home/t/x.AppImage', APPDIR: '/opt/Parallax' };
  expect(packageKindOf({ ...place, env })).toBe('appimage');
  // A terminal that is an AppImage itself, and starts the program of the deb.
  for (const APPDIR of ['/tmp/.mount_term', '/opt/Par', '/', '', undefined])
    expect(packageKindOf({ ...place, env: { ...env, APPDIR } })).toBe('deb');
  expect(packageKindOf({ ...place, platform: 'win32' })).toBe('nsis');
  expect(
    builtInUpdates({ updates: { feed: 'https://r.example/u.json', keys: [...KEYS, 'short', ''].join() } }),
  ).toEqual({
    feed: 'https://r.example/u.json',
    keys: KEYS,
  });
  expect(builtInUpdates({})).toEqual({ feed: '', keys: [] });
});
