import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeychain } from './keychain.ts';

const script = (name: string) => fileURLToPath(new URL(`testing/${name}.ts`, import.meta.url));
const has = (command: string) => spawnSync(command, ['--version']).error === undefined;
const required = process.env['PARALLAX_TEST_KEYCHAIN'] === 'required';
const isThere = process.platform === 'linux' && has('dbus-run-session') && has('gnome-keyring-daemon');

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parallax-home-'));
  for (const folder of ['data', 'run']) mkdirSync(join(home, folder), { mode: 0o700 });
  env = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe.skipIf(!isThere && !required)('a real Secret Service (needs dbus and gnome-keyring)', () => {
  it('stores, replaces, reads and deletes a secret', () => {
    const unlock =
      'printf %s test-pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"';
    const command = ['--', 'sh', '-c', unlock, 'sh', process.execPath, script('keychain-round-trip')];
    const printed = execFileSync('dbus-run-session', command, { env, encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({
      before: null,
      stored: 'sécret "2"',
      otherService: null,
      deleted: true,
      after: null,
      deletedAgain: false,
    });
  });
});

describe.runIf(process.platform === 'linux')('without a keychain', () => {
  it('refuses in words, and writes nothing anywhere', () => {
    const printed = execFileSync(process.execPath, [script('keychain-refusal')], { env, encoding: 'utf8' });
    expect(JSON.parse(printed)).toMatchObject({
      code: 'no-keychain',
      field: 'keychain',
      remedy: expect.stringContaining('gnome-keyring'),
    });
    expect(printed).not.toContain('plain-secret');
    expect(readdirSync(home, { recursive: true })).toEqual(['data', 'run']);
  });
});

it.each(['', 'x'.repeat(129)])('refuses a name that is none', async (name) => {
  await expect(openKeychain('parallax-test').get(name)).rejects.toMatchObject({
    problem: { code: 'bad-secret-name', field: 'name' },
  });
});
