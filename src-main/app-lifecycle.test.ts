import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeEngineMessage, encode, type EngineMessage } from '../src-engine/contract/codec.ts';
import { runApp } from './app-lifecycle.ts';
import { ENGINE_PORT, FILE_OPENED, PORT_WANTED, WINDOW_READY } from './channels.ts';
import { filesAmong } from './opened-files.ts';
import {
  app,
  BrowserWindow,
  globalShortcut,
  ipcMain,
  type PortMain,
  powerMonitor,
  recorded,
  resetElectron,
} from './testing/electron-double.ts';
import { until } from '../src-engine/testing/until.ts';

const QUICK_RESTART = { firstDelayMs: 20, maxDelayMs: 60, maxRestarts: 3, withinMs: 60_000 };
const LINK = fileURLToPath(new URL('../src-engine/entry/remote.ts', import.meta.url));
const engineFile = (name: string) => fileURLToPath(new URL(`testing/${name}.ts`, import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-main-'));
  writeFileSync(join(folder, 'index.html'), '<title>Parallax</title>');
  resetElectron();
  recorded.userData = folder;
});
afterEach(async () => {
  app.quit();
  await until(() => recorded.quits > 0);
  resetElectron();
  rmSync(folder, { recursive: true });
});

/** Starts the app and waits until the engine's process is there. */
async function start(engine = 'test-engine', words: readonly string[] = []) {
  runApp(
    {
      engine: engineFile(engine),
      link: LINK,
      args: ['--data-dir', folder, ...words],
      preload: '/out/preload.cjs',
      windowDir: folder,
      resourcesDir: '/resources',
    },
    QUICK_RESTART,
  );
  await until(() => recorded.windows.length === 1);
  return first(recorded.windows);
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
}

/** What the preload does once the page has loaded. */
function pageLoaded(frame: object = { parent: null, url: 'app://parallax/index.html' }, ...args: unknown[]) {
  ipcMain.emit(WINDOW_READY, { sender: first(recorded.windows).webContents, senderFrame: frame }, ...args);
}

/** The page's end of the n-th port that was handed to it, with what arrives there. */
async function pagePort(n: number) {
  const { posted } = first(recorded.windows).webContents;
  const withPort = () => posted.filter(({ channel }) => channel === ENGINE_PORT);
  await until(() => withPort().length > n);
  const port = withPort()[n]?.ports[0] as PortMain;
  const received: EngineMessage[] = [];
  port.on('message', ({ data }: { data: string }) => received.push(decodeEngineMessage(data)));
  port.start();
  await until(() => received.some((message) => message.t === 'hello'));
  const audit = async () => {
    const id = received.length;
    port.postMessage(encode({ t: 'call', id, op: 'listAudit', input: {} }));
    await until(() => received.some((message) => message.t === 'result' && message.id === id));
    const result = received.find((message) => message.t === 'result' && message.id === id);
    return (result as unknown as { data: { entries: { action: string; actor: string; detail: string }[] } })
      .data.entries;
  };
  return { port, received, audit };
}

describe('the window', () => {
  it('is sandboxed and isolated', async () => {
    const { options, url } = await start();
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      preload: '/out/preload.cjs',
      additionalArguments: ['--parallax-version=1.2.3-test'],
    });
    expect(url).toBe('app://parallax/index.html');
  });

  it('goes nowhere, opens nothing and is granted nothing', async () => {
    const { webContents } = await start();
    for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      webContents.events.emit(event, { preventDefault, url: 'https://evil.example' });
      expect(preventDefault, event).toHaveBeenCalledOnce();
    }
    expect(webContents.openHandler?.({ url: 'https://evil.example' })).toEqual({ action: 'deny' });
    const answers: boolean[] = [];
    for (const permission of ['media', 'notifications', 'clipboard-read', 'geolocation']) {
      webContents.session.requestHandler?.(webContents, permission, (ok) => answers.push(ok));
    }
    expect(answers).toEqual([false, false, false, false]);
    expect(webContents.session.checkHandler?.()).toBe(false);
    expect(webContents.session.deviceHandler?.()).toBe(false);
  });

  it('opens the page for panels of other screens alone, under the same rules, without a preload, where a screen is', async () => {
    const { webContents } = await start();
    const popped = () => webContents.openHandler?.({ url: 'app://parallax/popout.html' });
    expect(popped()).toMatchObject({ action: 'allow', outlivesOpener: false });
    const rules = popped()?.overrideBrowserWindowOptions as { webPreferences: object };
    expect(rules.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    });
    expect(rules.webPreferences).not.toHaveProperty('preload');
    for (const url of [
      'app://parallax/index.html',
      'app://parallax/popout.html?x',
      'app://other/popout.html',
    ])
      expect(webContents.openHandler?.({ url }), url).toEqual({ action: 'deny' });
    const children = Array.from({ length: 12 }, () => {
      const child = new BrowserWindow({ webPreferences: {} });
      child.bounds = { x: 3_000, y: 0, width: 800, height: 600 };
      webContents.events.emit('did-create-window', child);
      return child;
    });
    expect(popped()).toEqual({ action: 'deny' });
    const child = first(children);
    expect(child.bounds).toMatchObject({ x: 1_120, y: 40 });
    expect(child.webContents.openHandler?.({ url: 'app://parallax/popout.html' })).toEqual({
      action: 'deny',
    });
    const preventDefault = vi.fn();
    child.webContents.events.emit('will-navigate', { preventDefault, url: 'app://parallax/index.html' });
    expect(preventDefault).toHaveBeenCalledOnce();
    child.events.emit('closed');
    expect(popped()).toMatchObject({ action: 'allow' });
    webContents.events.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(children.filter(({ isDestroyed }) => !isDestroyed)).toEqual([child]);
  });

  it('has developer tools from the sources, and none once it is packaged, by no menu and no switch of Chromium', async () => {
    const roles = () =>
      (recorded.applicationMenu?.items ?? []).flatMap(({ submenu = [] }) => submenu.map(({ role }) => role));
    const { options } = await start();
    expect(options.webPreferences).toMatchObject({ devTools: true });
    await until(() => roles().includes('toggleDevTools'));
    expect(recorded.removedSwitches).toEqual([]);
    app.quit();
    await until(() => recorded.quits > 0);
    resetElectron();
    [recorded.userData, recorded.isPackaged] = [folder, true];
    const { options: packaged } = await start();
    expect(packaged.webPreferences).toMatchObject({ devTools: false });
    await until(() => roles().includes('resetZoom'));
    expect(roles()).not.toContain('toggleDevTools');
    expect(recorded.removedSwitches).toEqual(
      expect.arrayContaining(['remote-debugging-port', 'remote-debugging-pipe']),
    );
  });

  it('is reloaded after a crash, but not for ever', async () => {
    const { webContents } = await start();
    webContents.events.emit('render-process-gone', {}, { reason: 'oom' });
    webContents.events.emit('render-process-gone', {}, { reason: 'oom' });
    expect(webContents.reloads).toBe(1);
  });
});

describe('a second start', () => {
  it('ends itself and starts nothing', () => {
    recorded.isFirstInstance = false;
    runApp({ engine: '', link: '', args: [], preload: '', windowDir: '', resourcesDir: '' });
    expect(recorded.quits).toBe(1);
    expect(recorded.children).toEqual([]);
  });

  it('brings the first one to the front', async () => {
    const window = await start();
    window.minimized = true;
    app.emit('second-instance', {}, ['parallax-terminal'], folder);
    expect(window).toMatchObject({ minimized: false, focuses: 1 });
    expect(recorded.windows).toHaveLength(1);
  });
});

describe('the engine', () => {
  it('runs on the data folder and speaks to the window through a port of its own', async () => {
    await start();
    expect(first(recorded.children).args).toEqual(['--data-dir', folder]);
    pageLoaded();
    const { received } = await pagePort(0);
    expect(received[0]).toEqual({ t: 'hello', protocol: 1, role: 'operator', version: '0.0.0-test' });
    await until(() => first(recorded.trays).toolTip === 'Parallax · PAPER · simulated market');
  });

  it('gives no port to a foreign page, an inner frame, another window, or a message with arguments', async () => {
    const { webContents } = await start();
    pageLoaded({ parent: null, url: 'https://evil.example/' });
    pageLoaded({ parent: {}, url: 'app://parallax/index.html' });
    pageLoaded({ parent: null, url: 'app://parallax/index.html' }, 'kill');
    ipcMain.emit(WINDOW_READY, {
      sender: {},
      senderFrame: { parent: null, url: 'app://parallax/index.html' },
    });
    ipcMain.emit(WINDOW_READY, { sender: webContents, senderFrame: null });
    await until(() => first(recorded.trays).toolTip.includes('PAPER'));
    expect(webContents.posted).toEqual([]);
    pageLoaded();
    await pagePort(0);
  });

  it('gives a reloaded page a fresh port', async () => {
    await start();
    pageLoaded();
    await pagePort(0);
    pageLoaded();
    await pagePort(1);
  });

  it('gives a page whose port came to nothing another one, on its asking', async () => {
    await start();
    pageLoaded();
    await pagePort(0);
    const { webContents } = first(recorded.windows);
    const frame = { parent: null, url: 'app://parallax/index.html' };
    ipcMain.emit(PORT_WANTED, {
      sender: webContents,
      senderFrame: { ...frame, url: 'https://evil.example' },
    });
    ipcMain.emit(PORT_WANTED, { sender: webContents, senderFrame: frame });
    await pagePort(1);
    expect(webContents.posted.filter(({ channel }) => channel === ENGINE_PORT)).toHaveLength(2);
  });

  it('starts again after a crash, and the window gets a port to the new process', async () => {
    await start();
    pageLoaded();
    const { port } = await pagePort(0);
    first(recorded.children).process.kill('SIGKILL');
    await pagePort(1);
    expect(port.isClosed).toBe(true);
    expect(recorded.children).toHaveLength(2);
  });

  it('is given up after too many crashes, and a person is asked', async () => {
    await start('crashing-engine');
    await until(() => recorded.quits === 1);
    expect(recorded.children).toHaveLength(1 + QUICK_RESTART.maxRestarts);
    expect(recorded.dialogs).toMatchObject([
      { detail: expect.stringContaining('stopped 4 times within 1 minutes (last exit code 7)') },
    ]);
    expect(first(recorded.trays).toolTip).toBe('Parallax · engine stopped');
  });

  it('is not started again when it has said why it cannot run', async () => {
    await start('refusing-engine');
    await until(() => recorded.dialogs.length === 1);
    expect(recorded.dialogs[0]?.detail).toContain('in use by the engine with process id 4711');
    expect(recorded.children).toHaveLength(1);
  });

  it('is asked to end before the app does', async () => {
    await start();
    await until(() => first(recorded.trays).toolTip.includes('PAPER'));
    app.quit();
    expect(recorded.quits).toBe(0);
    await until(() => recorded.quits === 1);
    expect(first(recorded.children).process.exitCode).toBe(0);
    expect(first(recorded.trays).isDestroyed).toBe(true);
    expect(recorded.children).toHaveLength(1);
  });
});

describe('the kill switch', () => {
  it.each([
    ['shortcut', () => recorded.shortcuts.get('CommandOrControl+Shift+K')?.()],
    ['tray', () => first(recorded.trays).menu?.click('Kill switch')],
    ['menu', () => recorded.applicationMenu?.click('Kill switch')],
  ])('reaches the engine by the %s, with no window’s help', async (via, press) => {
    await start();
    press();
    await until(() => first(recorded.trays).toolTip.endsWith('killed'));
    pageLoaded();
    const { audit } = await pagePort(0);
    expect((await audit())[0]).toMatchObject({ actor: `operator via ${via}`, action: 'kill' });
  });

  it('pressed while the engine is down, is the first thing the next process hears', async () => {
    await start();
    await until(() => first(recorded.trays).toolTip.includes('PAPER'));
    const child = first(recorded.children);
    child.process.kill('SIGKILL');
    await until(() => child.process.signalCode !== null);
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => first(recorded.trays).toolTip.endsWith('killed'));
    expect(recorded.children).toHaveLength(2);
  });

  it('says when its shortcut is taken, and lets it go at the end', async () => {
    recorded.shortcutIsFree = false;
    await start();
    const labels = first(recorded.trays).menu?.items.map((item) => item.label);
    expect(labels).toContain('The kill shortcut is taken by another program');
    recorded.shortcutIsFree = true;
    globalShortcut.register('X', () => {});
    app.quit();
    await until(() => recorded.shortcuts.size === 0);
  });
});

describe('a file that the system opens', () => {
  const opened = () =>
    first(recorded.windows).webContents.posted.flatMap(({ channel, message }) =>
      channel === FILE_OPENED ? [message] : [],
    );

  it('is handed to the engine once it is there, and its name to the page once that listens', async () => {
    await start('test-engine', [join(folder, 'one.tape'), '--profile', 'demo', 'notes.txt']);
    pageLoaded();
    await until(() => opened().length === 1);
    expect(opened()).toEqual([{ name: 'opened.tape', problem: '' }]);
  });

  it('comes from a second start and from macOS too; why it is none is shown', async () => {
    await start();
    pageLoaded();
    await pagePort(0);
    app.emit('second-instance', {}, ['parallax-terminal', '--type=x.tape', 'two.tape'], folder);
    await until(() => opened().length === 1);
    app.emit('open-file', { preventDefault: () => undefined }, join(folder, 'three.jsonl'));
    await until(() => opened().length === 2);
    expect(opened()[1]).toEqual({ name: '', problem: 'The file could not be opened.' });
  });

  it('is named by its ending alone, and is no option', () => {
    const long = `${'x'.repeat(5_000)}.tape`;
    const args = ['--engine=x.tape', 'a.JSONL', 'b.jsonl.gz', 'c.gz', '', 'd.tape', '-e.tape', long];
    expect(filesAmong(args, '/home/ann')).toEqual([
      '/home/ann/a.JSONL',
      '/home/ann/b.jsonl.gz',
      '/home/ann/d.tape',
    ]);
    expect(filesAmong(Array<string>(30).fill('a.tape'), '/')).toHaveLength(20);
  });
});

it('reports sleep and waking to the engine', async () => {
  await start();
  pageLoaded();
  const { audit } = await pagePort(0);
  powerMonitor.emit('suspend');
  powerMonitor.emit('resume');
  await until(async () => (await audit()).length === 2);
  expect((await audit()).map((entry) => entry.detail)).toEqual(['suspend', 'resume']);
});

it('the double throws at what it does not have', () => {
  expect(() => (app as unknown as { setBadgeCount: () => void }).setBadgeCount()).toThrow(
    'app.setBadgeCount is not in the double of Electron',
  );
});
