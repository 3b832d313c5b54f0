import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandFor, install, type InstallHost } from './install.ts';

it('an AppImage takes its place from a copy; one that an earlier installation left half is removed, and nothing of another program', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-install-'));
  const [path, appImage] = [join(folder, 'next'), join(folder, 'Parallax.AppImage')];
  const [half, other] = [`${appImage}.00000000-0000-4000-8000-000000000000.new`, `${appImage}.new`];
  for (const file of [appImage, half, other]) writeFileSync(file, 'before');
  writeFileSync(path, 'next');
  const done: string[] = [];
  const host: InstallHost = {
    appImage,
    relaunch: (program) => void done.push(program),
    runAfterQuit: () => () => undefined,
    open: () => Promise.resolve(),
    show: () => undefined,
  };
  const ready = { path, isIt: () => Promise.resolve(true), isItNow: () => true, mayGoOn: () => undefined };
  await install('appimage', ready, host);
  expect([readFileSync(appImage, 'utf8'), existsSync(half), readFileSync(other, 'utf8'), done]).toEqual([
    'next',
    false,
    'before',
    [appImage],
  ]);
  rmSync(folder, { recursive: true });
});

it('the command of a package verifies it before it asks for the rights', () => {
  expect(commandFor('rpm', "/a'b", 'ab')).toBe(
    String.raw`printf '%s  %s\n' ab '/a'\''b' | sha512sum --check --quiet && sudo dnf install --allow-downgrade '/a'\''b'`,
  );
});
