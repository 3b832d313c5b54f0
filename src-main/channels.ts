/** The channels between preload and main: the whole of what a window and the main process can say to each other. */

/** window → main, no arguments: the page has loaded and listens for its engine port. */
export const WINDOW_READY = 'parallax:window-ready';
/** window → main, no arguments: the port it was given came to nothing (the engine did not greet in time); it needs another one. */
export const PORT_WANTED = 'parallax:port-wanted';
/** main → window, with one MessagePort. */
export const ENGINE_PORT = 'parallax:engine-port';

/** main → window, a HostState: at first, and after every change. */
export const HOST_STATE = 'parallax:host-state';
export type HostState = {
  /** Host name of an engine elsewhere; empty: the engine of this machine. */
  readonly engine: string;
  /** Why the way to it does not stand; empty: it does, or is being made. */
  readonly trouble: string;
};

/** main → window, the address that is known: show the form that asks where the engine is. */
export const ASK_ENGINE = 'parallax:ask-engine';

/** window → main, answered by a Problem or null: use the engine at this address. An empty token: the one in the keychain. */
export const ATTACH_ENGINE = 'parallax:attach-engine';
export type AttachRequest = {
  readonly address: string;
  readonly token: string;
  /** Whether address and token are kept for the next start. */
  readonly keep: boolean;
};

/** window → main: whether notifications of the desktop are shown, and with the system's sound. */
export const SET_NOTES = 'parallax:set-notes';
export type NotePrefs = { readonly notes: boolean; readonly sounds: boolean };

/** window → main: an alert that the trader wants as a desktop notification. */
export const NOTE_ALERT = 'parallax:note-alert';
export type AlertNote = { readonly title: string; readonly body: string };

/** main → window, an UpdateState: at first, and after every change. */
export const UPDATE_STATE = 'parallax:update-state';
/** window → main, an UpdateRequest. */
export const ASK_UPDATES = 'parallax:ask-updates';

/** main → window, a FileOpened: a file that the system opened with Parallax. */
export const FILE_OPENED = 'parallax:file-opened';
export type FileOpened = {
  /** Of the recording in the lab; empty: it is none. */
  readonly name: string;
  readonly problem: string;
};

/** window → main, no arguments: back to the engine of this machine. */
export const USE_OWN_ENGINE = 'parallax:use-own-engine';
