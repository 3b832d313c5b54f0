/**
 * What `npm run package` puts into a package, made by electron-builder itself with a stand-in for Electron's program: a file that holds
 * the fuses as the program does, and nothing that could be run. What it would download to make a .deb, an .rpm and an AppImage has a
 * stand-in too; the .deb is a real one where dpkg-deb is.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import afterPack, { machineOf } from '../scripts/package/after-pack.ts';
import { iconFiles } from '../scripts/package/make-icons.ts';
import { IN_WINDOW, notices, packagedPaths } from '../scripts/package/notices.ts';
import { checkVersion, updateArguments } from '../scripts/package/package.ts';
import { buildIfStale, DESKTOP } from '../scripts/start/build.ts';
import { ROOT } from '../scripts/start/run.ts';
import { guardedArgs } from '../src-engine/venues/toolkit/side-process.ts';
import { appImageTools } from './testing/appimage-tools.ts';

type Asar = {
  listPackage(archive: string): string[];
};

const require = createRequire(import.meta.url);
const asar = require('@electron/asar') as Asar;
const run = promisify(execFile);
const ON_LINUX = process.platform === 'linux' && process.arch === 'x64' && existsSync('/usr/bin/dpkg-deb');
const KEY = 'A'.repeat(43) + '=';
const FEED = 'https://releases.example/updates.json';

/** Before the fuses in Electron's program (@electron/fuses): then the version of their layout, their number, and one character each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const LAYOUT = Buffer.from([1, 9]);

const folder = mkdtempSync(join(tmpdir(), 'parallax-package-'));
const resources = join(folder, 'dist', 'linux-unpacked', 'resources');
const command = join(resources, 'command');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const artifact = (ending: string): string => {
  const found = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith(ending));
  expect(found).toHaveLength(1);
  return join(folder, 'dist', found[0] ?? '');
};
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
  const electron = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  writeFileSync(join(program, 'version'), electron.version);
  await buildIfStale(ROOT, DESKTOP, () => undefined);
  mkdirSync(join(ROOT, 'out', 'watchdog'), { recursive: true });
  writeFileSync(join(ROOT, 'out', 'THIRD-PARTY-NOTICES.txt'), notices(ROOT));
  const builder = join(ROOT, 'node_modules/electron-builder/out/cli/cli.js');
  const places = [`-c.electronDist=${program}`, `-c.directories.output=${join(folder, 'dist')}`];
  const updates = updateArguments({ PARALLAX_UPDATE_KEYS: KEY, PARALLAX_UPDATE_FEED: FEED });
  await run(
    process.execPath,
    [builder, '--linux', 'AppImage', 'deb', 'rpm', '--x64', '--publish', 'never', ...places, ...updates],
    {
      cwd: ROOT,
      maxBuffer: 2 ** 24,
      env: {
        ...process.env,
        CUSTOM_FPM_PATH: join(ROOT, 'src-main/testing/fpm-standin.mjs'),
        APPIMAGE_TOOLS_PATH: appImageTools(join(folder, 'tools')),
      },
    },
  );
  files = asar.listPackage(join(resources, 'app.asar')).map((path) => path.replaceAll('\\', '/'));
}

/** What a process of the package says last to these lines of input. */
async function lastLine(name: string, ...input: readonly object[]): Promise<unknown> {
  const script = join(resources, 'processes', `${name}.mjs`);
  const args = guardedArgs(script, [join(resources, 'processes', '*')], 256);
  const child = spawn(join(resources, 'watchdog', 'node'), args, { env: {} });
  const lines = createInterface({ input: child.stdout });
  for (const line of input) child.stdin.write(`${JSON.stringify(line)}\n`);
  let said: unknown;
  let count = 0;
  for await (const line of lines) {
    said = JSON.parse(line);
    // It is ready, and then answers.
    if (++count === input.length) child.stdin.end();
  }
  return said;
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
      'own-strategy-worker',
      'bot-worker',
      'round-worker',
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
    const program = readFileSync(join(folder, 'dist', 'linux-unpacked', 'parallax-terminal'));
    const at = program.indexOf(SENTINEL) + SENTINEL.length + LAYOUT.length;
    // In the order of FuseV1Options: as Node, cookies, NODE_OPTIONS, --inspect, integrity, archive only; file privileges are the eighth.
    expect(program.toString('latin1', at, at + 6)).toBe('010011');
    expect(program.toString('latin1', at + 7, at + 8)).toBe('0');
  });

  it('has the command line on a Node of its own, which backtests a log and stores the run in SQLite', async () => {
    const log = join(ROOT, 'examples/session.jsonl.gz');
    const data = join(folder, 'data');
    const ask = (...args: string[]): Promise<{ stdout: string }> =>
      run(join(command, 'parallax'), args, {
        cwd: folder,
        maxBuffer: 2 ** 24,
        env: { PATH: '/usr/bin:/bin' },
      });
    expect((await ask('--version')).stdout).toBe(`${version}\n`);
    const place = ['--data-dir', data, '--json'];
    await ask('backtest', log, '--capital', 'USD=5000', '--save', ...place);
    expect(JSON.parse((await ask('runs', ...place)).stdout)).toMatchObject({ runs: [{}] });
    expect(existsSync(join(command, 'out/renderer/index.html'))).toBe(true);
    expect(existsSync(join(command, 'out/preload'))).toBe(false);
  });

  it('has the processes beside the engine and what they load, which its own Node runs with nothing else in reach', async () => {
    const scripts = join(resources, 'processes');
    const ccxt = join(scripts, 'node_modules', 'ccxt');
    const closed = { root: ccxt, id: 'okx', origin: 'http://127.0.0.1:1' };
    const call = { do: 'call', id: 1, call: 'time' };
    expect(await lastLine('ccxt', closed, call)).toMatchObject({ event: 'answer', id: 1, status: 503 });
    // Its class signs with curves of another package.
    const signing = { root: ccxt, id: 'hyperliquid', isAccount: true };
    expect(await lastLine('ccxt', signing)).toEqual({ event: 'ready' });
    const pools = { version: 'v3', endpoint: 'http://127.0.0.1:1', chainId: 1 };
    expect(await lastLine('pools', pools, call)).toMatchObject({ event: 'answer', id: 1, status: 503 });
    // Its runtime is no part of a package: a trader installs it in the data folder.
    const runtime = join(scripts, 'node_modules', 'runtime');
    mkdirSync(runtime);
    writeFileSync(join(runtime, 'package.json'), '{"main":"main.js"}');
    writeFileSync(join(runtime, 'main.js'), "exports.listSupportedBackends = () => [{ name: 'cpu' }];");
    expect(await lastLine('onnx', { root: runtime })).toEqual({ event: 'ready', backends: ['cpu'] });
    expect(existsSync(join(scripts, 'wallet.mjs'))).toBe(true);
    // The archive and the command line have no second copy.
    expect(files.filter((path) => /^\/(?:out\/processes|node_modules\/(?:ccxt|viem))\//.test(path))).toEqual(
      [],
    );
  });

  it('has venues of ccxt in its command line', async () => {
    const { stdout } = await run(join(command, 'parallax'), ['doctor', '--venue', 'ccxt:okx', '--json'], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder },
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toMatch(/okx \(ccxt\) cannot be reached/);
    expect(stdout).not.toMatch(/no-ccxt|is not installed|Cannot find|ERR_ACCESS_DENIED/);
  });

  it('knows the keys and the feed of its updates', () => {
    expect(JSON.parse(readFileSync(join(command, 'package.json'), 'utf8'))).toMatchObject({
      updates: { keys: KEY, feed: FEED },
    });
  });

  it('is a .deb with the command on the PATH, who made it, and files that open with it', () => {
    const deb = artifact('.deb');
    expect(deb).toMatch(new RegExp(`/Parallax-${version}-linux-(?:amd64|x64)\\.deb$`));
    const ask = (...args: string[]): string =>
      execFileSync('dpkg-deb', args, { encoding: 'utf8', maxBuffer: 2 ** 24 });
    const listed = ask('--contents', deb);
    for (const path of [
      '/usr/bin/parallax',
      '/usr/share/bash-completion/completions/parallax',
      '/opt/Parallax/parallax-terminal',
      '/opt/Parallax/resources/command/parallax',
      '/opt/Parallax/resources/LICENSE',
      '/opt/Parallax/resources/package-type',
      '/usr/share/applications/parallax-terminal.desktop',
      '/usr/share/mime/packages/parallax-terminal.xml',
      '/usr/share/icons/hicolor/256x256/apps/parallax-terminal.png',
    ])
      expect(listed).toContain(` .${path}\n`);
    expect(listed).toMatch(/^-rwxr-xr-x.* \.\/usr\/bin\/parallax$/m);
    expect(ask('--field', deb)).toMatch(
      /^Package: parallax\n[\s\S]*Architecture: amd64\nMaintainer: .+ <.+@.+>\nHomepage: https:/,
    );
  });

  it('is an .rpm and an AppImage of the same', () => {
    const rpm = JSON.parse(readFileSync(artifact('.rpm'), 'utf8')) as { places: string[] };
    expect(rpm.places).toEqual(
      expect.arrayContaining([
        'resources/packaging/parallax=/usr/bin/parallax',
        'resources/packaging/rpm=/opt/Parallax/resources/package-type',
      ]),
    );
    const image = readFileSync(artifact('.AppImage'), 'utf8');
    expect(image).toMatch(/^Name=Parallax$/m);
    expect(image).toMatch(/^StartupWMClass=parallax-terminal$/m);
    expect(image).toMatch(/^MimeType=.*application\/x-parallax-recording.*$/m);
    expect(image).toMatch(/^MimeType=.*application\/x-parallax-tape.*$/m);
    expect(image).toContain('app.asar');
  });

  it('is not made with programs of another processor', () => {
    const context = {
      appOutDir: join(folder, 'dist', 'linux-unpacked'),
      electronPlatformName: 'linux',
      packager: { appInfo: { productFilename: 'Parallax' } },
    };
    expect(() => afterPack({ ...context, arch: 3 })).toThrow(
      /watchdog\/node is linux-x64, and the package is for linux-arm64/,
    );
    expect(machineOf(join(ROOT, 'LICENSE'))).toBe('no program');
  });
});

describe('a build for release', () => {
  it('has the tag of its version', () => {
    for (const tag of [undefined, '', 'v1.2.3']) expect(() => checkVersion('1.2.3', tag)).not.toThrow();
    expect(() => checkVersion('1.2.3', 'v1.2.4')).toThrow(/^PARALLAX_TAG: "v1\.2\.4".*v1\.2\.3$/);
    expect(() => checkVersion('1.2', undefined)).toThrow(/version "1\.2"/);
  });

  it('pins keys that are some, and a feed only with them', () => {
    expect(updateArguments({})).toEqual([]);
    expect(() => updateArguments({ PARALLAX_UPDATE_FEED: FEED })).toThrow(/^PARALLAX_UPDATE_KEYS: /);
    expect(() => updateArguments({ PARALLAX_UPDATE_KEYS: `${KEY},x` })).toThrow(/^PARALLAX_UPDATE_KEYS: /);
    expect(() =>
      updateArguments({ PARALLAX_UPDATE_KEYS: KEY, PARALLAX_UPDATE_FEED: 'http://r.example/u' }),
    ).toThrow(/^PARALLAX_UPDATE_FEED: /);
  });

  it('has icons in each form, of the one drawing', () => {
    const drawing = readFileSync(join(ROOT, 'src-renderer/icon.svg'), 'utf8');
    const made = iconFiles(drawing);
    const folderOfIcons = join(ROOT, 'resources', 'icons');
    for (const [name, bytes] of made)
      expect(readFileSync(join(folderOfIcons, name)).length).toBe(bytes.length);
    const small = made.get('linux/16x16.png') ?? Buffer.alloc(0);
    expect(small.readUInt32BE(16)).toBe(16);
    expect(made.get('icon.ico')?.readUInt16LE(4)).toBe(7);
    const apple = made.get('icon.icns') ?? Buffer.alloc(0);
    expect([apple.toString('latin1', 0, 4), apple.readUInt32BE(4)]).toEqual(['icns', apple.length]);
    expect(() => iconFiles(drawing.replace('<path d="M6 24 16 7', '<path d="M6 24C16 7'))).toThrow(
      /path has C/,
    );
  });
});
