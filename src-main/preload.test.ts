// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DesktopHost } from '../src-renderer/engine/host.ts';
import {
  ASK_ENGINE,
  ATTACH_ENGINE,
  ENGINE_PORT,
  HOST_STATE,
  NOTE_ALERT,
  PORT_WANTED,
  SET_NOTES,
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
