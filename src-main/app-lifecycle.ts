/** From start to quit: one instance, one engine, one window, and everything that connects them. */
import { app, type BrowserWindow, dialog } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineNotice } from '../src-engine/contract/host-messages.ts';
import { registerAppScheme, serveWindow } from './app-protocol.ts';
import { ENGINE_PORT, WINDOW_READY } from './channels.ts';
import { EngineProcess, type RestartPolicy } from './engine-process.ts';
import { onFromWindow } from './ipc.ts';
import { setApplicationMenu } from './menu.ts';
import { watchPower } from './power.ts';
import { registerKillShortcut } from './shortcuts.ts';
import { AppTray } from './tray.ts';
import { createWindow, focusWindow } from './window.ts';

export type AppSetup = {
  /** The engine's entry, run as a utility process. */
  readonly engine: string;
  /** Options of `serve`; without --data-dir the engine takes the folder that the command line looks in too. */
  readonly engineArgs: readonly string[];
  readonly preload: string;
  readonly windowDir: string;
  readonly resourcesDir: string;
};

/** Another instance that is already running is brought to the front instead. */
export function runApp(setup: AppSetup, restartPolicy?: RestartPolicy): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerAppScheme();
  const start = async (): Promise<void> => {
    await app.whenReady();
    startDesktop(setup, restartPolicy);
  };
  void start();
}

function startDesktop(setup: AppSetup, restartPolicy: RestartPolicy | undefined): void {
  let window: BrowserWindow | undefined;
  let isPageReady = false;

  const connectWindow = (): void => {
    if (window === undefined || !isPageReady) return;
    const port = engine.openPort();
    if (port !== undefined) window.webContents.postMessage(ENGINE_PORT, null, [port]);
  };
  const showWindow = (): void => {
    if (window !== undefined) return focusWindow(window);
    window = createWindow(setup.preload);
    window.on('closed', () => {
      window = undefined;
      isPageReady = false;
    });
  };
  const engine = new EngineProcess({
    entry: setup.engine,
    args: setup.engineArgs,
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    onStarted: connectWindow,
    onNotice: (notice) => showNotice(tray, notice),
    onCrashed: (code, ms) =>
      tray.setState(`engine stopped (exit code ${code}), starts again in ${ms / 1_000} s`),
    onGivenUp: (reason) => {
      tray.setState('engine stopped');
      void askToStartAgain(reason, engine);
    },
  });
  const tray = new AppTray(join(setup.resourcesDir, 'tray.png'), {
    onShow: showWindow,
    onKill: () => engine.kill('tray'),
    onQuit: () => app.quit(),
  });

  serveWindow(setup.windowDir);
  onFromWindow(WINDOW_READY, z.tuple([]), (sender) => {
    if (sender !== window?.webContents) return;
    isPageReady = true;
    connectWindow();
  });
  setApplicationMenu(() => engine.kill('menu'));
  if (!registerKillShortcut(() => engine.kill('shortcut'))) {
    tray.setNote('The kill shortcut is taken by another program');
  }
  watchPower((state) => engine.power(state));
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  quitInPeace(engine, tray);
  engine.start();
  showWindow();
}

function showNotice(tray: AppTray, notice: EngineNotice): void {
  if (notice.t === 'mode') tray.setMode(notice);
}

/** Without a window nobody watches the trades: closing it quits, except on macOS, where apps stay in the dock. */
function quitInPeace(engine: EngineProcess, tray: AppTray): void {
  let hasEnded = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (hasEnded) return;
    event.preventDefault();
    const end = async (): Promise<void> => {
      await engine.shutdown();
      hasEnded = true;
      tray.destroy();
      app.quit();
    };
    void end();
  });
}

async function askToStartAgain(reason: string, engine: EngineProcess): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Parallax',
    message: 'The trading engine is not running',
    detail: `${reason}\n\nNothing is traded. Orders at a venue are looked up there when it starts again.`,
    buttons: ['Start again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) engine.startAgain();
  else app.quit();
}
