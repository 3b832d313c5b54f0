/** The one window: sandboxed, and unable to go anywhere, open anything or be granted anything. */
import { app, BrowserWindow, type Session, type WebContents } from 'electron';
import { WINDOW_URL } from './app-protocol.ts';

const RELOAD_PAUSE_MS = 10_000;

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
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Prices move on while another window covers this one.
      backgroundThrottling: false,
      // A person who opens them on an installed desktop can trade with the window's rights.
      devTools: !app.isPackaged,
      additionalArguments: [`--parallax-version=${app.getVersion()}`],
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'] as const) {
    // Electron types each of these separately; all that is needed of them is preventDefault.
    webContents.on(event as 'will-navigate', (details) => details.preventDefault());
  }
  denyPermissions(webContents.session);
  reloadAfterCrash(webContents);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(WINDOW_URL);
  return window;
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
