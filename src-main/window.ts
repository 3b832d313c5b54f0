/** The main window and those that its panels are popped out to: sandboxed, and unable to go anywhere else or be granted anything. */
import {
  app,
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  screen,
  type Session,
  type WebContents,
  type WindowOpenHandlerResponse,
} from 'electron';
import { POPOUT_URL, WINDOW_URL } from './app-protocol.ts';

const RELOAD_PAUSE_MS = 10_000;
/** As many as the window opens itself. */
const MAX_POPOUTS = 12;
const CLOSED_TO_ALL = ['will-navigate', 'will-redirect', 'will-attach-webview'] as const;

/** What holds for every page, whichever window it is in. */
function pageRules(): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    // Prices move on while another window covers this one.
    backgroundThrottling: false,
    // A person who opens them on an installed desktop can trade with the window's rights.
    devTools: !app.isPackaged,
  };
}

/** @param preload path of the built preload script. */
export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1_600,
    height: 1_000,
    minWidth: 1_024,
    minHeight: 640,
    show: false,
    backgroundColor: '#0b0e14',
    title: 'Parallax',
    webPreferences: {
      preload,
      ...pageRules(),
      additionalArguments: [`--parallax-version=${app.getVersion()}`],
    },
  });
  const { webContents } = window;
  keepPopouts(webContents);
  for (const event of CLOSED_TO_ALL) {
    // Electron types each of these separately; all that is needed of them is preventDefault.
    webContents.on(event as 'will-navigate', (details) => details.preventDefault());
  }
  denyPermissions(webContents.session);
  reloadAfterCrash(webContents);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(WINDOW_URL);
  return window;
}

/**
 * Panels are popped out to windows of one page, which has no script and no preload: the main window fills it, so it is no
 * second client of the engine. It closes with the window that opened it.
 */
function keepPopouts(webContents: WebContents): void {
  const popouts = new Set<BrowserWindow>();
  webContents.setWindowOpenHandler(({ url }): WindowOpenHandlerResponse => {
    if (url !== POPOUT_URL || popouts.size >= MAX_POPOUTS) return { action: 'deny' };
    return {
      action: 'allow',
      outlivesOpener: false,
      overrideBrowserWindowOptions: {
        minWidth: 320,
        minHeight: 240,
        backgroundColor: '#0b0e14',
        title: 'Parallax',
        autoHideMenuBar: true,
        webPreferences: pageRules(),
      },
    };
  });
  webContents.on('did-create-window', (popout) => {
    popouts.add(popout);
    popout.on('closed', () => popouts.delete(popout));
    popout.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    for (const event of CLOSED_TO_ALL)
      popout.webContents.on(event as 'will-navigate', (details) => details.preventDefault());
    bringOntoScreen(popout);
  });
  // The page that fills them is gone: what they show would stand still.
  webContents.on('render-process-gone', () => {
    for (const popout of popouts) popout.destroy();
  });
}

/** A screen that is not there any more keeps no window: it comes to the nearest one. */
function bringOntoScreen(popout: BrowserWindow): void {
  const bounds = popout.getBounds();
  const { workArea } = screen.getDisplayMatching(bounds);
  const within = (at: number, size: number, from: number, room: number): number =>
    Math.max(from, Math.min(at, from + room - Math.min(size, room)));
  const x = within(bounds.x, bounds.width, workArea.x, workArea.width);
  const y = within(bounds.y, bounds.height, workArea.y, workArea.height);
  if (x !== bounds.x || y !== bounds.y) popout.setPosition(x, y);
}

/** A page that has crashed is reloaded, unless it crashes again and again. */
function reloadAfterCrash(webContents: WebContents): void {
  let lastMs = Number.NEGATIVE_INFINITY;
  webContents.on('render-process-gone', (_event, { reason }) => {
    const nowMs = performance.now();
    if (reason !== 'clean-exit' && nowMs - lastMs > RELOAD_PAUSE_MS) webContents.reload();
    lastMs = nowMs;
  });
}

/** The window needs none: no camera, no notifications of its own, no devices, no clipboard reading. */
function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Brings the window to the front, from the tray or the dock. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
