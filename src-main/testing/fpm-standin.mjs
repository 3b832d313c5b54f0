#!/usr/bin/env node
/**
 * In fpm's place, which electron-builder would download: of the arguments that it is given it makes a real .deb with Debian's own dpkg-deb,
 * without compression and without the content of large files, and of an .rpm the list of its arguments.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const args = process.argv.slice(2);
const given = new Map();
const places = [];
for (let at = 0; at < args.length; at++) {
  const arg = args[at];
  if (arg === '--force') continue;
  if (arg.startsWith('-')) given.set(arg, [...(given.get(arg) ?? []), args[++at]]);
  else places.push(arg);
}
const one = (name) => given.get(name)?.[0] ?? '';
const out = one('--package');

if (one('-t') === 'deb') makeDeb();
else writeFileSync(out, JSON.stringify({ args, places }));

/** Files of 4 MB and more: the list of them is looked at, and not what they hold. */
function bigFiles(folder) {
  const found = execFileSync('find', [folder, '-type', 'f', '-size', '+4096k'], { encoding: 'utf8' });
  return found.split('\n').filter(Boolean);
}

function makeDeb() {
  const root = mkdtempSync(join(dirname(out), 'deb-'));
  for (const place of places) {
    const [from, to] = place.split('=');
    const path = join(root, to);
    if (from.endsWith('/')) {
      mkdirSync(path, { recursive: true });
      execFileSync('cp', ['-al', `${from}.`, path]);
      for (const big of bigFiles(path)) {
        const { mode } = statSync(big);
        // The other name of the file keeps its content.
        rmSync(big);
        writeFileSync(big, '', { mode });
      }
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from, path);
  }
  mkdirSync(join(root, 'DEBIAN'));
  const [first, ...rest] = one('--description').split('\n');
  const control = [
    `Package: ${one('--name')}`,
    `Version: ${one('--version')}`,
    `Architecture: ${one('--architecture')}`,
    `Maintainer: ${one('--maintainer')}`,
    `Homepage: ${one('--url')}`,
    `Priority: ${one('--deb-priority')}`,
    `Depends: ${(given.get('-d') ?? []).join(', ')}`,
    `Description: ${first}`,
    ...rest.map((line) => ` ${line.trim()}`),
  ];
  writeFileSync(join(root, 'DEBIAN', 'control'), `${control.join('\n')}\n`);
  for (const [option, name] of [
    ['--after-install', 'postinst'],
    ['--after-remove', 'postrm'],
  ]) {
    copyFileSync(one(option), join(root, 'DEBIAN', name));
    chmodSync(join(root, 'DEBIAN', name), 0o755);
  }
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', root, out]);
  rmSync(root, { recursive: true });
}
