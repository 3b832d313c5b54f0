/** The systemd unit, by systemd's own checks. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src-engine/cli/command-list.ts';
import { parseCommandLine } from '../src-engine/cli/command-line.ts';

const UNIT = fileURLToPath(new URL('../resources/systemd/parallax.service', import.meta.url));
const isThere = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).error === undefined;
/** Tenths of the exposure that is allowed: 2.5 of 10. */
const MOST_EXPOSED = '25';

test('its command line is one that the program understands', async () => {
  const line = /^ExecStart=.*parallax\.mjs (\w+) (.*)$/m.exec(readFileSync(UNIT, 'utf8'));
  const command = await COMMANDS[line?.[1] ?? '']?.load();
  if (command === undefined) throw new Error('it starts no command');
  expect(parseCommandLine(command, (line?.[2] ?? '').split(' ')).values).toMatchObject({
    profile: 'paper',
    'no-open': true,
    port: 4777,
  });
});

test.skipIf(!isThere)(
  'systemd takes every line of it, and finds little that it exposes (needs systemd-analyze)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-unit-'));
    try {
      // Where it is checked nothing is installed.
      const text = readFileSync(UNIT, 'utf8')
        .replace(/^(ExecStart=)\S+/m, `$1${process.execPath}`)
        .replace(/^(WorkingDirectory=).*/m, `$1${folder}`);
      const file = join(folder, 'parallax.service');
      writeFileSync(file, text);
      const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      expect([verified.status, verified.stderr]).toEqual([0, '']);
      const args = ['security', '--offline=true', '--no-pager', `--threshold=${MOST_EXPOSED}`, file];
      const exposed = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
      expect([exposed.status, exposed.stdout.split('\n').find((row) => row.includes('exposure'))]).toEqual([
        0,
        expect.stringContaining('parallax.service'),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
