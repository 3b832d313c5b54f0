/** What `npm run package` makes of Electron: its fuses, and the watchdog beside the archive. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { ROOT } from '../scripts/start/run.ts';
import { watchdogCommand } from '../src-engine/watchdog/watchdog-process.ts';

const CONFIG = readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8');

it('an installed desktop runs nothing but itself: no script, no debugger, no code from outside of its archive', () => {
  const [, block = ''] = /^electronFuses:\n((?: {2}\S.*\n)+)/m.exec(CONFIG) ?? [];
  const fuses = Object.fromEntries(
    [...block.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, on]) => [name, on]),
  );
  expect(fuses).toEqual({
    runAsNode: 'false',
    enableNodeOptionsEnvironmentVariable: 'false',
    enableNodeCliInspectArguments: 'false',
    enableEmbeddedAsarIntegrityValidation: 'true',
    onlyLoadAppFromAsar: 'true',
    enableCookieEncryption: 'true',
    grantFileProtocolExtraPrivileges: 'false',
  });
  expect(CONFIG).not.toMatch(/^asar: false/m);
});

it('the watchdog of an installed desktop is one file beside the archive, and a plain Node runs it', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'parallax-packaging-'));
  try {
    const configFile = join(ROOT, 'vite.watchdog.config.ts');
    await build({ configFile, logLevel: 'silent', build: { outDir } });
    const host = { execPath: '', isElectron: true, platform: 'linux' } as const;
    const [node, script] = watchdogCommand('file:///opt/resources/app.asar/out/main/engine.js', host);
    expect(CONFIG).toMatch(/extraResources:\n {2}- from: out\/watchdog\n {4}to: watchdog\n/);
    expect(CONFIG).toMatch(/from: node_modules\/node\/bin\n {4}to: watchdog\n/);
    expect([node, script]).toEqual(['/opt/resources/watchdog/node', '/opt/resources/watchdog/watchdog.mjs']);
    const child = spawn(process.execPath, [join(outDir, basename(script))], { cwd: outDir });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    const start = {
      t: 'start',
      enginePid: process.pid,
      dataDir: outDir,
      silenceMs: 60_000,
      venue: 'kraken',
      adapter: 'kraken',
      credential: { key: 'K'.repeat(56), secret: Buffer.alloc(64, 1).toString('base64') },
      tier: 'pro',
    };
    for (const message of [start, { t: 'beat' }, { t: 'end' }])
      child.stdin.write(`${JSON.stringify(message)}\n`);
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([said, code]).toEqual(['{"t":"watching"}\n{"t":"heard"}\n', 0]);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});
