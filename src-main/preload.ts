/**
 * Runs sandboxed in front of the page: says where the page is, hands on the engine's port, and offers the few things that a
 * page may ask of the main process. A token that is typed passes through here once, and back never.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { type UpdateRequest, type UpdateState, UPDATES_OFF } from '../src-engine/contract/update-records.ts';
import {
  type AlertNote,
  ASK_ENGINE,
  ASK_UPDATES,
  ATTACH_ENGINE,
  type AttachRequest,
  ENGINE_PORT,
  FILE_OPENED,
  type FileOpened,
  HOST_STATE,
  type HostState,
  NOTE_ALERT,
  type NotePrefs,
  PORT_WANTED,
  SET_NOTES,
  UPDATE_STATE,
  USE_OWN_ENGINE,
  WINDOW_READY,
} from './channels.ts';

const VERSION_ARGUMENT = '--parallax-version=';
const MAX_OPENED_EARLY = 20;
const argument = process.argv.find((text) => text.startsWith(VERSION_ARGUMENT));

let state: HostState = { engine: '', trouble: '' };
let onState: ((state: HostState) => void) | undefined;
let onOpened: ((file: FileOpened) => void) | undefined;
/** Files that came before the page listened: it listens once it has rendered. */
let openedEarly: FileOpened[] = [];
let updates: UpdateState = UPDATES_OFF;
let onUpdates: ((state: UpdateState) => void) | undefined;
let onAsk: ((address: string) => void) | undefined;

contextBridge.exposeInMainWorld(
  'parallaxHost',
  Object.freeze({
    kind: 'desktop',
    version: argument?.slice(VERSION_ARGUMENT.length) ?? '',
    /** Calls back with which engine this window has, now and after every change. */
    onState(listener: (state: HostState) => void): void {
      onState = listener;
      listener(state);
    },
    /** Calls back when the form that asks where the engine is should be shown. */
    onAsk(listener: (address: string) => void): void {
      onAsk = listener;
    },
    /** Another port to the engine, in place of one that came to nothing. */
    askForPort: () => ipcRenderer.send(PORT_WANTED),
    attachEngine: (request: AttachRequest) => ipcRenderer.invoke(ATTACH_ENGINE, request) as Promise<unknown>,
    noteAlert: (note: AlertNote) => ipcRenderer.send(NOTE_ALERT, note),
    setNotes: (prefs: NotePrefs) => ipcRenderer.send(SET_NOTES, prefs),
    /** Calls back with each file that the system opens with Parallax, those before this call too. */
    onOpened(listener: (file: FileOpened) => void): void {
      onOpened = listener;
      for (const file of openedEarly) listener(file);
      openedEarly = [];
    },
    /** Calls back with what is known of updates, now and after every change. */
    onUpdates(listener: (state: UpdateState) => void): void {
      onUpdates = listener;
      listener(updates);
    },
    askUpdates: (request: UpdateRequest) => ipcRenderer.send(ASK_UPDATES, request),
    returnToOwnEngine: () => ipcRenderer.send(USE_OWN_ENGINE),
  }),
);

ipcRenderer.on(ENGINE_PORT, (event) => {
  // A port cannot pass the context bridge, but a message to the page's own origin can carry it.
  window.postMessage('parallax-engine-port', window.location.origin, [...event.ports]);
});
ipcRenderer.on(HOST_STATE, (_event, next: HostState) => {
  state = next;
  onState?.(next);
});
ipcRenderer.on(FILE_OPENED, (_event, file: FileOpened) => {
  if (onOpened === undefined) openedEarly = [...openedEarly, file].slice(-MAX_OPENED_EARLY);
  else onOpened(file);
});
ipcRenderer.on(UPDATE_STATE, (_event, next: UpdateState) => {
  updates = next;
  onUpdates?.(next);
});
ipcRenderer.on(ASK_ENGINE, (_event, address: string) => onAsk?.(address));

// By then the page's scripts have run and listen.
window.addEventListener('load', () => ipcRenderer.send(WINDOW_READY));
