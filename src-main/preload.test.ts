// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DesktopHost } from '../src-renderer/engine/host.ts';
import {
  ASK_ENGINE,
  ASK_UPDATES,
  ATTACH_ENGINE,
  ENGINE_PORT,
  FILE_OPENED,
  HOST_STATE,
  NOTE_ALERT,
  PORT_WANTED,
  SET_NOTES,
  UPDATE_STATE,
  USE_OWN_ENGINE,
  WINDOW_READY,
} from './channels.ts';

beforeEach(() => {
  vi.resetModules();
  process.argv.push('--parallax-version=9.8.7');
});
afterEach(() => {
  process.argv.pop();
});

/** A fresh run of the preload over a fresh double, as before every page load. */
async function runPreload() {
  const double = await import('./testing/electron-double.ts');
  await import('./preload.ts');
  return double;
}

it('exposes what the page needs to know and may ask for, frozen, and nothing else', async () => {
  const double = await runPreload();
  expect([...double.recorded.exposed.keys()]).toEqual(['parallaxHost']);
  const host = double.recorded.exposed.get('parallaxHost') as DesktopHost;
  expect(host).toEqual({
    kind: 'desktop',
    version: '9.8.7',
    onState: expect.any(Function),
    onAsk: expect.any(Function),
    askForPort: expect.any(Function),
    attachEngine: expect.any(Function),
    noteAlert: expect.any(Function),
    setNotes: expect.any(Function),
    onUpdates: expect.any(Function),
    askUpdates: expect.any(Function),
    onOpened: expect.any(Function),
    returnToOwnEngine: expect.any(Function),
  });
  expect(Object.isFrozen(host)).toBe(true);
  host.askForPort();
  host.returnToOwnEngine();
  const request = { address: 'https://a.example', token: 't', keep: false };
  await host.attachEngine(request);
  const prefs = { notes: true, sounds: false };
  host.setNotes(prefs);
  const note = { title: 'Edge', body: '12 bps' };
  host.noteAlert(note);
  expect(double.recorded.sentToMain).toEqual([
    [PORT_WANTED],
    [USE_OWN_ENGINE],
    [ATTACH_ENGINE, request],
    [SET_NOTES, prefs],
    [NOTE_ALERT, note],
  ]);
});

it('reports to the page which engine it has, also when it asks late, and when to ask for one', async () => {
  const double = await runPreload();
  const host = double.recorded.exposed.get('parallaxHost') as DesktopHost;
  const state = { engine: 'a.example', trouble: '' };
  double.ipcRenderer.emit(HOST_STATE, {}, state);
  const received: unknown[] = [];
  host.onState((each) => received.push(each));
  host.onAsk((address) => received.push(address));
  double.ipcRenderer.emit(HOST_STATE, {}, { ...state, trouble: 'lost' });
  double.ipcRenderer.emit(ASK_ENGINE, {}, 'https://b.example');
  expect(received).toEqual([state, { ...state, trouble: 'lost' }, 'https://b.example']);
});

it('shows the page what is known of updates, also when it asks late, hands on what it asks, and files that were opened', async () => {
  const double = await runPreload();
  const host = double.recorded.exposed.get('parallaxHost') as DesktopHost;
  const received: unknown[] = [];
  double.ipcRenderer.emit(UPDATE_STATE, {}, { version: '0.1.0' });
  host.onUpdates(({ version }) => received.push(version));
  double.ipcRenderer.emit(UPDATE_STATE, {}, { version: '0.2.0' });
  double.ipcRenderer.emit(FILE_OPENED, {}, { name: 'early.tape', problem: '' });
  host.onOpened(({ name }) => received.push(name));
  double.ipcRenderer.emit(FILE_OPENED, {}, { name: 'session.tape', problem: '' });
  host.onOpened(({ name }) => received.push(`again ${name}`));
  expect(received).toEqual(['0.1.0', '0.2.0', 'early.tape', 'session.tape']);
  host.askUpdates({ t: 'check' });
  expect(double.recorded.sentToMain.at(-1)).toEqual([ASK_UPDATES, { t: 'check' }]);
});

it('asks for a port once the page has loaded, and hands it to the page’s own origin', async () => {
  const double = await runPreload();
  expect(double.recorded.sentToMain).toEqual([]);
  window.dispatchEvent(new Event('load'));
  expect(double.recorded.sentToMain).toEqual([[WINDOW_READY]]);
  const post = vi.spyOn(window, 'postMessage').mockImplementation(() => {});
  const port = { fake: 'port' };
  double.ipcRenderer.emit(ENGINE_PORT, { ports: [port] });
  expect(post).toHaveBeenCalledExactlyOnceWith('parallax-engine-port', window.location.origin, [port]);
});
