import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildForServe, isStale } from './build.ts';
import { electronBinary, installElectron, whyNoWindow } from './electron.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parallax-start-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content = '', atSeconds = 1_000): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, atSeconds, atSeconds);
}

describe('what has to be built', () => {
  const target = { output: 'out/index.html', sources: ['src', 'lock.json'], commands: [] };

  it('is what was never built', () => {
    put('src/a.ts');
    expect(isStale(root, target)).toBe(true);
  });

  it('is what is older than the newest of its sources, however deep, but for tests', () => {
    put('out/index.html', '', 2_000);
    put('src/a.ts', '', 1_000);
    put('src/deep/a.test.ts', '', 3_000);
    expect(isStale(root, target)).toBe(false);
    put('src/deep/er/b.ts', '', 3_000);
    expect(isStale(root, target)).toBe(true);
  });

  it('is what is older than a single file among its sources', () => {
    put('out/index.html', '', 2_000);
    put('lock.json', '', 2_001);
    expect(isStale(root, target)).toBe(true);
  });
});

describe('the window of an engine without a desktop', () => {
  const target = { output: 'out/index.html', sources: ['src'], commands: [['build.mjs']] };
  const said: string[] = [];
  const build = (): Promise<void> => buildForServe(root, (line) => said.push(line), target);
  const isBuilt = (): boolean => existsSync(join(root, target.output));
  const BUILDER =
    "import { mkdirSync, writeFileSync } from 'node:fs';mkdirSync('out',{recursive:true});writeFileSync('out/index.html','new');";
  beforeEach(() => {
    said.length = 0;
    put('src/a.ts', '', 2_000);
  });

  it('is built where it is missing or older than its sources, and else left alone', async () => {
    put('build.mjs', BUILDER);
    await build();
    expect([isBuilt(), said.length]).toEqual([true, 1]);
    await build();
    expect(said).toHaveLength(1);
    put('out/index.html', 'old', 1_000);
    await build();
    expect(readFileSync(join(root, target.output), 'utf8')).toBe('new');
  });

  it('is that of before where no other can be built, and says so', async () => {
    put('build.mjs', "process.stderr.write('no room on the disk');process.exit(1)");
    put('out/index.html', 'old', 1_000);
    await build();
    expect(said.at(-1)).toMatch(/no room on the disk\nThe window of before is served\./);
    expect(readFileSync(join(root, target.output), 'utf8')).toBe('old');
  });

  it('keeps serve from starting where its first build fails, in the words of what builds it', async () => {
    put('build.mjs', "process.stderr.write('no room on the disk');process.exit(1)");
    await expect(build()).rejects.toThrow(/the build failed:\nno room on the disk/);
  });

  it('is left out, with the command that helps, where what builds it is not installed', async () => {
    await build();
    expect(said).toEqual(['The window is not built, and what builds it is not installed. Run: npm ci']);
    put('out/index.html', 'old', 1_000);
    await build();
    expect(said.at(-1)).toMatch(/is older than its sources, and what builds it is not installed/);
  });
});

describe('Electron', () => {
  const installer = 'node_modules/electron/install.js';
  const asInstalled =
    "const {writeFileSync,mkdirSync}=require('fs'),{join}=require('path');" +
    "mkdirSync(join(__dirname,'dist'));writeFileSync(join(__dirname,'dist','electron'),'');" +
    "writeFileSync(join(__dirname,'path.txt'),'electron');";

  it('is there when its installer has left path.txt and the file that it names', () => {
    expect(electronBinary(root, {})).toBeUndefined();
    put('node_modules/electron/path.txt', 'electron\n');
    expect(electronBinary(root, {})).toBeUndefined();
    put('node_modules/electron/dist/electron');
    expect(electronBinary(root, {})).toBe(join(root, 'node_modules/electron/dist/electron'));
    expect(electronBinary(root, { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' })).toBeUndefined();
  });

  it('is brought by its own installer, run once', async () => {
    put(installer, asInstalled);
    const said: string[] = [];
    expect(await installElectron(root, (line) => said.push(line))).toBeUndefined();
    expect(electronBinary(root, {})).toBeDefined();
    expect(said).toEqual(["Electron's binary is missing: running its installer (at most 120 s) …"]);
  });

  it('has its absence reported in one line with the cause', async () => {
    put(
      installer,
      "console.error(new TypeError('fetch failed', {cause: new Error('getaddrinfo ENOTFOUND host.example')}));process.exit(1)",
    );
    const reason = await installElectron(root, () => {});
    expect(reason).toBe('its installer failed: TypeError: fetch failed (getaddrinfo ENOTFOUND host.example)');
  });

  it('is not waited for longer than the bound', async () => {
    put(installer, 'setInterval(() => {}, 1000)');
    expect(await installElectron(root, () => {}, 300)).toBe('its installer was not done after 0.3 s');
  });

  it('is not believed to be there because its installer says so', async () => {
    put(installer, '');
    expect(await installElectron(root, () => {})).toBe('its installer left no binary behind');
  });

  it.runIf(process.platform === 'linux')('opens no window without a display', () => {
    expect(whyNoWindow({})).toContain('no display');
  });
});
