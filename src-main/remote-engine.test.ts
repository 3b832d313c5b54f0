/** The desktop and engines elsewhere: real web servers over made-up handlers, real link processes, a keychain in memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEngineMessage, type EngineMessage } from '../src-engine/contract/codec.ts';
import { UserError } from '../src-engine/domain/errors.ts';
import { FakeHost } from '../src-engine/gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../src-engine/gateway/testing/paper-status.ts';
import { startWebServer, type WebServer } from '../src-engine/gateway/web-server.ts';
import type { SecretStore } from '../src-engine/secrets/keychain.ts';
import { runApp } from './app-lifecycle.ts';
import {
  ASK_ENGINE,
  ATTACH_ENGINE,
  ENGINE_PORT,
  FILE_OPENED,
  HOST_STATE,
  USE_OWN_ENGINE,
  WINDOW_READY,
} from './channels.ts';
import { engineSwitch } from './engine-choice.ts';
import { app, ipcMain, type PortMain, recorded, resetElectron } from './testing/electron-double.ts';
import { until } from '../src-engine/testing/until.ts';

const TOKEN = 'canary-operator-0123456789';
const VIEWER = 'canary-viewer-0123456789';
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const OWN_FRAME = { parent: null, url: 'app://parallax/index.html' };

let folder: string;
let server: WebServer;
let address: string;
let secrets: SecretStore & { readonly kept: Map<string, string> };
const host = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 3 }) });
host.views.set('status', { ...PAPER_STATUS, venueTitle: 'Elsewhere' });

function memoryKeychain() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: (name: string) => Promise.resolve(kept.get(name)),
    set: (name: string, secret: string) => Promise.resolve(void kept.set(name, secret)),
    delete: (name: string) => Promise.resolve(kept.delete(name)),
  };
}

const serve = (port = 0) => startWebServer({ host, port, tokens: { operator: TOKEN, viewer: VIEWER } });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-remote-'));
  writeFileSync(join(folder, 'index.html'), '<title>Parallax</title>');
  secrets = memoryKeychain();
  host.audited.length = 0;
  server = await serve();
  address = server.url;
  resetElectron();
  recorded.userData = folder;
});
afterEach(async () => {
  await quit();
  resetElectron();
  await server.close();
  rmSync(folder, { recursive: true });
});

async function quit(): Promise<void> {
  const before = recorded.quits;
  app.quit();
  await until(() => recorded.quits > before);
}

async function start(...args: string[]): Promise<void> {
  runApp(
    {
      engine: file('testing/test-engine.ts'),
      link: file('../src-engine/entry/remote.ts'),
      args,
      preload: '/out/preload.cjs',
      windowDir: folder,
      resourcesDir: '/resources',
      secrets,
    },
    { firstDelayMs: 20, maxDelayMs: 60, maxRestarts: 3, withinMs: 60_000 },
  );
  await until(() => recorded.windows.length === 1);
  pageLoaded();
}

const contents = () => {
  const [window] = recorded.windows;
  if (window === undefined) throw new Error('there is no window');
  return window.webContents;
};
const toolTip = () => recorded.trays[0]?.toolTip ?? '';
const lastOf = (channel: string) => contents().posted.findLast((each) => each.channel === channel)?.message;
const portsPosted = () => contents().posted.filter(({ channel }) => channel === ENGINE_PORT);
const pageLoaded = () => ipcMain.emit(WINDOW_READY, { sender: contents(), senderFrame: OWN_FRAME });
const ask = (request: unknown, frame: object = OWN_FRAME, sender: object = contents()) =>
  ipcMain.invoke(ATTACH_ENGINE, { sender, senderFrame: frame }, request);
const request = (more: object = {}) => ({ address, token: TOKEN, keep: false, ...more });

const filesShown = () =>
  contents().posted.flatMap(({ channel, message }) => (channel === FILE_OPENED ? [message] : []));
const notOpened = () => ({
  name: '',
  problem: `The engine is at ${new URL(address).host}: copy one.tape into the folder of its recordings there.`,
});

/** What the page hears first over the newest port. */
async function greeting(): Promise<EngineMessage> {
  const port = portsPosted().at(-1)?.ports[0] as PortMain;
  const received: EngineMessage[] = [];
  port.on('message', ({ data }: { data: string }) => received.push(decodeEngineMessage(data)));
  port.start();
  await until(() => received.length > 0);
  return received[0] as EngineMessage;
}

async function attached(): Promise<void> {
  expect(await ask(request())).toBeNull();
  pageLoaded();
  await until(() => toolTip().includes('PAPER'));
}

describe('attaching', () => {
  it('ends the own engine, reloads the page, and gives it a port to the other engine', async () => {
    await start('--data-dir', folder);
    await until(() => toolTip().includes('PAPER'));
    const before = portsPosted().length;
    await attached();
    expect(recorded.children[0]?.process.exitCode).toBe(0);
    expect(contents().reloads).toBe(1);
    expect(lastOf(HOST_STATE)).toEqual({ engine: new URL(address).host, trouble: '' });
    expect(portsPosted().length).toBeGreaterThan(before);
    expect(await greeting()).toMatchObject({ t: 'hello', role: 'operator' });
    expect(toolTip()).toBe(`Parallax · PAPER · simulated market · at ${new URL(address).host}`);
  });

  it.each([
    [{ address: 'http://engine.example.org' }, { code: 'address-not-encrypted', field: 'address' }],
    [{ address: 'engine' }, { code: 'bad-address', field: 'address' }],
    [{ token: 'a b' }, { code: 'bad-token', field: 'token' }],
    [{ token: '' }, { code: 'token-missing', field: 'token' }],
    [{ token: 'wrong-token-0123456789' }, { code: 'token-refused', field: 'token' }],
  ])('refuses %o, and changes nothing', async (wrong, problem) => {
    await start('--data-dir', folder);
    const refusal = await ask(request({ ...wrong, keep: true }));
    expect(refusal).toMatchObject({ ...problem, message: expect.any(String), remedy: expect.any(String) });
    expect(JSON.stringify(refusal)).not.toContain('canary');
    expect(contents().reloads).toBe(0);
    expect(secrets.kept.size).toBe(0);
    await until(() => toolTip() === 'Parallax · PAPER · simulated market');
    expect(recorded.children[0]?.process.exitCode).toBeNull();
  });

  it('is asked for by our own page alone, in the form of the channel', async () => {
    await start('--data-dir', folder);
    await expect(ask(request(), { parent: null, url: 'https://evil.example/' })).rejects.toThrow('refused');
    await expect(ask(request(), { parent: {}, url: OWN_FRAME.url })).rejects.toThrow('refused');
    await expect(ask(request(), OWN_FRAME, {})).rejects.toThrow('refused');
    await expect(ask({ ...request(), more: 'run' })).rejects.toThrow('refused');
    await expect(ask({ address })).rejects.toThrow('refused');
    ipcMain.emit(USE_OWN_ENGINE, { sender: {}, senderFrame: OWN_FRAME });
    expect(contents().reloads).toBe(0);
    expect(recorded.children).toHaveLength(1);
  });

  it('back to the own engine is one menu item', async () => {
    await start('--data-dir', folder);
    await attached();
    recorded.applicationMenu?.click('Use the engine of this machine');
    await until(() => contents().reloads === 2);
    pageLoaded();
    await until(() => toolTip() === 'Parallax · PAPER · simulated market');
    expect(lastOf(HOST_STATE)).toEqual({ engine: '', trouble: '' });
    expect(recorded.children.at(-1)?.args).toEqual(['--data-dir', folder]);
  });
});

describe('the token', () => {
  it('is kept in the keychain alone, and used again at the next start', async () => {
    await start('--data-dir', folder);
    expect(await ask(request({ keep: true }))).toBeNull();
    expect([...secrets.kept]).toEqual([[`engine ${address}`, TOKEN]]);
    const kept = readFileSync(join(folder, 'desktop.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ remote: address });
    expect(kept).not.toContain(TOKEN);
    expect(JSON.stringify(contents().posted.map(({ message }) => message))).not.toContain(TOKEN);
    expect(recorded.children.flatMap(({ args }) => args)).toEqual(['--data-dir', folder]);
    await quit();
    resetElectron();
    recorded.userData = folder;

    await start('--data-dir', folder);
    await until(() => toolTip().endsWith(`at ${new URL(address).host}`));
    await until(() => toolTip().includes('PAPER'));
    expect(recorded.children).toHaveLength(1);
    expect(recorded.children[0]?.args).toEqual([]);
  });

  it('a file that is opened at the start is not handed to an engine elsewhere, nor kept for the own one', async () => {
    secrets.kept.set(`engine ${address}`, TOKEN);
    writeFileSync(join(folder, 'desktop.json'), JSON.stringify({ remote: address }));
    await start('--data-dir', folder, join(folder, 'one.tape'));
    await until(() => filesShown().length > 0);
    recorded.applicationMenu?.click('Use the engine of this machine');
    await until(() => contents().reloads === 1);
    pageLoaded();
    await until(() => toolTip() === 'Parallax · PAPER · simulated market');
    expect(filesShown()).toEqual([notOpened()]);
  });

  it('without a keychain nothing is kept and nothing changes', async () => {
    const refuse = () =>
      Promise.reject(new UserError({ code: 'no-keychain', field: 'keychain', message: 'cannot be used' }));
    secrets = { ...memoryKeychain(), get: refuse, set: refuse, delete: refuse };
    await start('--data-dir', folder);
    expect(await ask(request({ keep: true }))).toMatchObject({ code: 'no-keychain' });
    expect(contents().reloads).toBe(0);
    expect(await ask(request({ keep: false }))).toBeNull();
  });

  it('that no longer holds is reported, and a person is asked', async () => {
    await start('--data-dir', folder);
    await attached();
    recorded.dialogAnswer = 1;
    const { port } = server;
    await server.close();
    server = await startWebServer({ host, port, tokens: { operator: 'another-token-0123456789' } });
    await until(() => recorded.dialogs.length === 1);
    expect(recorded.dialogs[0]?.detail).toContain('the engine does not accept the token');
    await until(() => lastOf(ASK_ENGINE) !== undefined);
    expect(lastOf(HOST_STATE)).toEqual({
      engine: new URL(address).host,
      trouble: 'the engine does not accept the token',
    });
  });
});

describe('the switch --engine', () => {
  it('is taken out of what the engine is given', () => {
    expect(engineSwitch(['--port', '1', '--engine', 'own', '--profile', 'demo'])).toEqual({
      engine: 'own',
      rest: ['--port', '1', '--profile', 'demo'],
    });
    expect(engineSwitch(['--engine=https://a.example', '--seed', '3'])).toEqual({
      engine: 'https://a.example',
      rest: ['--seed', '3'],
    });
    expect(engineSwitch(['--profile', 'demo'])).toEqual({ engine: undefined, rest: ['--profile', 'demo'] });
  });

  it('attaches with the token of the keychain, and asks for one that is not there', async () => {
    await start('--engine', address, join(folder, 'one.tape'));
    await until(() => lastOf(ASK_ENGINE) === address);
    expect(filesShown()).toEqual([]);
    expect(lastOf(HOST_STATE)).toEqual({ engine: '', trouble: 'its token is needed' });
    expect(recorded.children).toHaveLength(0);
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => recorded.dialogs.length === 1);
    expect(recorded.dialogs[0]?.message).toBe('NOT KILLED');
    expect(await ask(request())).toBeNull();
    pageLoaded();
    expect(filesShown()).toEqual([notOpened()]);
    await until(() => toolTip().includes('PAPER'));
  });

  it('goes before what was chosen last time', async () => {
    secrets.kept.set(`engine ${address}`, TOKEN);
    writeFileSync(join(folder, 'desktop.json'), JSON.stringify({ remote: address }));
    await start('--engine', 'own', '--data-dir', folder);
    await until(() => toolTip() === 'Parallax · PAPER · simulated market');
    expect(recorded.children[0]?.args).toEqual(['--data-dir', folder]);
  });

  it('with what is not an address says so, and uses nothing else unasked', async () => {
    recorded.dialogAnswer = 0;
    await start('--engine', 'http://engine.example.org');
    await until(() => recorded.dialogs.length === 1);
    expect(recorded.dialogs[0]?.detail).toContain(
      '--engine: "http://engine.example.org" would send the token',
    );
    await until(() => toolTip() === 'Parallax · PAPER · simulated market');
  });
});

describe('attached, the kill switch', () => {
  it('reaches the engine elsewhere', async () => {
    await start('--data-dir', folder);
    await attached();
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => host.audited.length > 0);
    expect(host.audited[0]).toMatchObject({ actor: 'operator via desktop-shortcut', action: 'kill' });
  });

  it('is asked for until a lost engine is back', async () => {
    await start('--data-dir', folder);
    await attached();
    const { port } = server;
    await server.close();
    await until(() => toolTip().includes('engine not reachable'));
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    server = await serve(port);
    await until(() => host.audited.length > 0);
    expect(host.audited[0]).toMatchObject({ action: 'kill', outcome: 'ok' });
  });

  it('says that it did not kill where the token may only look', async () => {
    await start('--data-dir', folder);
    expect(await ask(request({ token: VIEWER }))).toBeNull();
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await until(() => recorded.dialogs.length === 1);
    expect(recorded.dialogs[0]).toMatchObject({
      message: 'NOT KILLED',
      detail: expect.stringContaining('needs the role operator'),
    });
  });
});
