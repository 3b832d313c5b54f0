// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ENGINE_PORT, WINDOW_READY } from './channels.ts';

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

it('exposes what the page needs to know, frozen, and no function', async () => {
  const double = await runPreload();
  expect([...double.recorded.exposed]).toEqual([['parallaxHost', { kind: 'desktop', version: '9.8.7' }]]);
  expect(Object.isFrozen(double.recorded.exposed.get('parallaxHost'))).toBe(true);
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
