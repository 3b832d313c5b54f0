/** How the command line starts: what it loads, how a shell completes it, and as a command that npm installs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { COMMANDS } from './command-list.ts';
import { parallaxHere } from './testing/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints the address of each module that is loaded, once the process ends. */
const LISTER = `data:text/javascript,${encodeURIComponent(
  'import { registerHooks } from "node:module"; const seen = []; registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } }); process.on("exit", () => process.stderr.write(seen.join("\\n")));',
)}`;

it.each([['help'], ['--version'], ['--help'], []])('%s loads no engine', (...words) => {
  const args = ['--import', LISTER, 'src-engine/entry/cli.ts', ...words];
  const { stderr, stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain(manifest.version);
  const root = `${new URL('../..', import.meta.url)}`;
  const loaded = stderr.split('\n').filter((url) => url.startsWith(root));
  expect(loaded).toContain(`${root}src-engine/cli/main.ts`);
  const rooms = new Set(loaded.map((url) => url.slice(root.length).split('/').slice(0, 2).join('/')));
  for (const room of rooms) {
    expect([
      'src-engine/entry',
      'src-engine/cli',
      'src-engine/config',
      'src-engine/lib',
      'src-engine/domain',
      'package.json',
    ]).toContain(room);
  }
  expect(loaded.filter((url) => url.includes('/node_modules/'))).toEqual([]);
  expect(loaded.filter((url) => url.includes('/commands/'))).toEqual([]);
});

it('help lists every command with what it does, in the order of the table', async () => {
  const { stdout } = await parallaxHere('help');
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
  }
});

/** What bash offers for a line whose last word is being typed. */
function offered(script: string, line: string): string[] {
  const words = line.split(' ');
  const asked = [
    script,
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length - 1}`,
    '_parallax',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  return execFileSync('bash', ['-c', asked], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

it('bash completes commands, their options, and values that are few', async () => {
  const { stdout: script } = await parallaxHere('completion', 'bash');
  expect(offered(script, 'parallax re')).toEqual(['rearm', 'resume', 'retrain', 'record', 'report']);
  expect(offered(script, 'parallax kill --')).toEqual(['--reason', '--data-dir', '--json', '--help']);
  expect(offered(script, 'parallax serve --profile p')).toEqual(['paper']);
  expect(offered(script, 'parallax library t')).toEqual(['trim', 'tape']);
  // Files are bash's own to complete.
  expect(offered(script, 'parallax report run-1 --html r')).toEqual([]);
});

it.each(['zsh', 'fish'] as const)('%s is given every command and option of the same table', async (shell) => {
  const { stdout: script } = await parallaxHere('completion', shell);
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    expect(script).toContain(name);
    for (const option of Object.keys((await load()).options)) {
      expect(script).toContain(shell === 'zsh' ? `--${option}[` : `-l ${option} `);
    }
  }
  // Every quote is closed.
  expect((script.replaceAll("'\\''", '').match(/'/g) ?? []).length % 2).toBe(0);
});

it('npm installs it as the command parallax, which runs from any folder by a link', () => {
  const file = resolve(manifest.bin.parallax);
  expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const link = join(folder, 'parallax');
  symlinkSync(file, link);
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [link, ...words], { cwd: folder, encoding: 'utf8' });
  expect(run('--version').stdout).toBe(`${manifest.version}\n`);
  // Hints name the command as it was typed.
  expect(run('rearm', 'x').stderr).toContain('Usage: parallax rearm [--data-dir DIR]');
  expect(run('help').stdout).toContain('Usage: parallax COMMAND');
});

const system = spawnSync('/usr/bin/env', ['-i', 'PATH=/usr/local/bin:/usr/bin:/bin', 'node', '--version'], {
  encoding: 'utf8',
});
const isOld = Number(/^v(\d+)/.exec(system.stdout)?.[1] ?? 99) < 22;

it.runIf(isOld)('an older Node of the system hands over to the one that the project brings', () => {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  const run = (...words: string[]) =>
    spawnSync(resolve(manifest.bin.parallax), words, { cwd: folder, env, encoding: 'utf8' });
  expect(run('--version')).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
  expect(run('rearm', 'x')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('"x" is not understood'),
  });
});
