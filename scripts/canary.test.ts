/** Every byte that a whole running terminal leaves or says, searched for the secrets it works with. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { foundIn, formsOf } from './trials/canary-forms.ts';

const has = (command: string) => spawnSync(command, ['--version']).error === undefined;
const required = process.env['PARALLAX_TEST_KEYCHAIN'] === 'required';
const isThere = process.platform === 'linux' && has('dbus-run-session') && has('gnome-keyring-daemon');

it('finds a secret in every form that a program writes by accident, and nothing where it is not', () => {
  const secret = Buffer.from('CANARY+key/of+a+trader/0123456789');
  const forms = formsOf('the key', secret);
  const written = [
    `auth ${secret.toString()} failed`,
    secret.toString('hex'),
    `url?key=${encodeURIComponent(secret.toString())}`,
    ...[0, 1, 2, 3, 4].map((n) =>
      Buffer.from(`${'x'.repeat(n)}${secret.toString()} and more`).toString('base64'),
    ),
  ];
  for (const text of written) expect(foundIn(Buffer.from(`… ${text} …`), forms), text).not.toEqual([]);
  expect(foundIn(Buffer.from('CANARY+key/of+another, and '.repeat(100)), forms)).toEqual([]);
});

it.runIf(isThere || required)(
  'a canary key is in use at the venue, and neither it nor a token or signature of it is in any file, output, frame, metric or crash report',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'parallax-canary-'));
    try {
      for (const folder of ['keyrings', 'run', 'reports']) mkdirSync(join(home, folder), { mode: 0o700 });
      const env = {
        PATH: process.env['PATH'],
        HOME: home,
        XDG_DATA_HOME: join(home, 'keyrings'),
        XDG_RUNTIME_DIR: join(home, 'run'),
      };
      const unlock =
        'printf %s test-pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"';
      const command = ['--', 'sh', '-c', unlock, 'sh', process.execPath, 'scripts/trials/canary.ts'];
      const { stdout } = await promisify(execFile)('dbus-run-session', command, { env });
      const result = JSON.parse(stdout) as Record<string, unknown> & {
        places: string[];
        plantedFound: number;
      };
      expect(result['leaks']).toEqual([]);
      expect(result['isInUse']).toBe(true);
      expect(result.plantedFound).toBeGreaterThan(0);
      for (const [field, least] of Object.entries({
        files: 8,
        spokenBytes: 100_000,
        signatures: 5,
        tokens: 1,
      })) {
        expect(result[field], field).toBeGreaterThanOrEqual(least);
      }
      expect(result.places).toEqual(
        expect.arrayContaining([
          'frames to a window',
          'answer of /metrics',
          'output of the engine and its watchdog',
        ]),
      );
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
  420_000,
);
