/** Runs sandboxed in front of the page: says where the page is, and hands on the engine's port. Nothing else. */
import { contextBridge, ipcRenderer } from 'electron';
import { ENGINE_PORT, WINDOW_READY } from './channels.ts';

const VERSION_ARGUMENT = '--parallax-version=';
const argument = process.argv.find((text) => text.startsWith(VERSION_ARGUMENT));

contextBridge.exposeInMainWorld(
  'parallaxHost',
  Object.freeze({ kind: 'desktop', version: argument?.slice(VERSION_ARGUMENT.length) ?? '' }),
);

ipcRenderer.on(ENGINE_PORT, (event) => {
  // A port cannot pass the context bridge, but a message to the page's own origin can carry it.
  window.postMessage('parallax-engine-port', window.location.origin, [...event.ports]);
});

// By then the page's scripts have run and listen.
window.addEventListener('load', () => ipcRenderer.send(WINDOW_READY));
