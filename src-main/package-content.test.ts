/**
 * What `npm run package` puts into a package, made by electron-builder itself with a stand-in for Electron's program: a file that holds
 * the fuses as the program does, and nothing that could be run.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IN_WINDOW, notices, packagedPaths } from '../scripts/package/notices.ts';
import { buildIfStale, DESKTOP } from '../scripts/start/build.ts';
import { ROOT } from '../scripts/start/run.ts';

type Asar = {
  listPackage(archive: string): string[];
  extractAll(archive: string, folder: string): void;
};

const require = createRequire(import.meta.url);
const asar = require('@electron/asar') as Asar;
const run = promisify(execFile);
const ON_LINUX = process.platform === 'linux' && process.arch === 'x64';

/** Before the fuses in Electron's program (@electron/fuses): then the version of their layout, their number, and one character each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const LAYOUT = Buffer.from([1, 9]);

const folder = mkdtempSync(join(tmpdir(), 'parallax-package-'));
const resources = join(folder, 'dist', 'linux-unpacked', 'resources');
const bundle = join(folder, 'bundle');
let files: readonly string[] = [];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function packaged(): Promise<void> {
  const program = join(folder, 'standin');
  mkdirSync(join(program, 'resources'), { recursive: true });
  writeFileSync(
    join(program, 'electron'),
    Buffer.concat([Buffer.from(SENTINEL), LAYOUT, Buffer.from('1'.repeat(9))]),
  );
  chmodSync(join(program, 'electron'), 0o755);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  writeFileSync(join(program, 'version'), version);
  await buildIfStale(ROOT, DESKTOP, () => undefined);
  mkdirSync(join(ROOT, 'out', 'watchdog'), { recursive: true });
  writeFileSync(join(ROOT, 'out', 'THIRD-PARTY-NOTICES.txt'), notices(ROOT));
  const builder = join(ROOT, 'node_modules/electron-builder/out/cli/cli.js');
  const places = [`-c.electronDist=${program}`, `-c.directories.output=${join(folder, 'dist')}`];
  await run(process.execPath, [builder, '--linux', 'dir', '--x64', ...places], {
    cwd: ROOT,
    maxBuffer: 2 ** 24,
  });
  const archive = join(resources, 'app.asar');
  files = asar.listPackage(archive).map((path) => path.replaceAll('\\', '/'));
  asar.extractAll(archive, bundle);
  cpSync(join(resources, 'app.asar.unpacked'), bundle, { recursive: true });
}

describe.runIf(ON_LINUX)('a package', () => {
  beforeAll(packaged);

  it('has every program of the desktop, and the window with its documentation', () => {
    const programs = ['main', 'engine', 'remote', 'cli', 'sqlite-worker', 'postgres-worker', 'sync-worker'];
    const workers = [
      'exchange-worker',
      'sweep-worker',
      'lab-worker',
      'replay-worker',
      'library-worker',
      'reading-worker',
      'bus-worker',
    ];
    expect(files).toEqual(
      expect.arrayContaining([...programs, ...workers].map((name) => `/out/main/${name}.js`)),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        '/out/preload/preload.cjs',
        '/out/renderer/index.html',
        '/out/renderer/docs.html',
        '/out/renderer/popout.html',
      ]),
    );
  });

  it('has no maps, sources, types, or manuals of packages', () => {
    const ballast = files.filter((path) =>
      /\.(?:map|ts|cts|mts|c|cc|cpp|h|hpp|gypi?)$|\/README\.md$/i.test(path),
    );
    expect(ballast).toEqual([]);
  });

  it('has natives of its own system alone, beside the archive', () => {
    const natives = files.filter((path) => path.endsWith('.node'));
    expect(natives.length).toBeGreaterThan(1);
    expect(natives.filter((path) => /darwin|win32|arm64|linuxmusl/.test(path))).toEqual([]);
    for (const native of natives) expect(existsSync(join(resources, 'app.asar.unpacked', native))).toBe(true);
  });

  it('names the licence of all that is inside', () => {
    expect(readFileSync(join(resources, 'LICENSE'), 'utf8')).toContain('MIT License');
    const text = readFileSync(join(resources, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of [...IN_WINDOW, 'better-sqlite3', 'fastify', 'ws', 'zod'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Parameters<typeof packagedPaths>[0];
    };
    expect(packagedPaths(lock.packages)).not.toContain('node_modules/vitest');
  });

  it('has the fuses of its configuration in the program itself', () => {
    const program = readFileSync(join(folder, 'dist', 'linux-unpacked', 'parallax'));
    const at = program.indexOf(SENTINEL) + SENTINEL.length + LAYOUT.length;
    // In the order of FuseV1Options: as Node, cookies, NODE_OPTIONS, --inspect, integrity, archive only; file privileges are the eighth.
    expect(program.toString('latin1', at, at + 6)).toBe('010011');
    expect(program.toString('latin1', at + 7, at + 8)).toBe('0');
  });

  it('runs by itself: its command line backtests a log and stores the run in SQLite', async () => {
    const cli = join(bundle, 'out/main/cli.js');
    const log = join(ROOT, 'examples/session.jsonl.gz');
    const data = join(folder, 'data');
    const ask = (...args: string[]): Promise<{ stdout: string }> =>
      run(process.execPath, [cli, ...args, '--data-dir', data, '--json'], {
        cwd: folder,
        maxBuffer: 2 ** 24,
      });
    await ask('backtest', log, '--capital', 'USD=5000', '--save');
    expect(JSON.parse((await ask('runs')).stdout)).toMatchObject({ runs: [{}] });
  });
});
