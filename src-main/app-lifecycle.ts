/** From start to quit: one instance, one engine, one window, and everything that connects them. */
import { app, type BrowserWindow } from 'electron';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { EngineNotice } from '../src-engine/contract/host-messages.ts';
import { describeProblem, UserError } from '../src-engine/domain/errors.ts';
import { openKeychain, type SecretStore } from '../src-engine/secrets/keychain.ts';
import { registerAppScheme, serveWindow } from './app-protocol.ts';
import {
  ASK_ENGINE,
  ASK_UPDATES,
  ATTACH_ENGINE,
  ENGINE_PORT,
  FILE_OPENED,
  type FileOpened,
  HOST_STATE,
  type HostState,
  NOTE_ALERT,
  PORT_WANTED,
  SET_NOTES,
  UPDATE_STATE,
  USE_OWN_ENGINE,
  WINDOW_READY,
} from './channels.ts';
import { DesktopNotices } from './desktop-notices.ts';
import { loadSettings, saveSettings } from './desktop-settings.ts';
import { DesktopUpdates, updateRequest } from './desktop-updates.ts';
import { askForAnotherEngine, askToStartAgain, reportNotKilled } from './dialogs.ts';
import { attachRequest, EngineChoice, engineSwitch } from './engine-choice.ts';
import type { RestartPolicy } from './engine-process.ts';
import { Engines } from './engines.ts';
import { answerWindow, onFromWindow } from './ipc.ts';
import { setApplicationMenu } from './menu.ts';
import { filesAmong, OpenedFiles } from './opened-files.ts';
import { watchPower } from './power.ts';
import { registerKillShortcut } from './shortcuts.ts';
import { AppTray } from './tray.ts';
import { createWindow, focusWindow } from './window.ts';

export type AppSetup = {
  /** The engine's entry, run as a utility process. */
  readonly engine: string;
  /** The entry of the link to an engine elsewhere, run in its place. */
  readonly link: string;
  /** Options of `serve`, and `--engine`; without --data-dir the engine takes the folder that the command line looks in too. */
  readonly args: readonly string[];
  readonly preload: string;
  readonly windowDir: string;
  readonly resourcesDir: string;
  /** `package.json` of this program: the keys and the feed of its updates are in it. */
  readonly manifest?: unknown;
  /** Where tokens of engines elsewhere are kept; the operating system's keychain when left out. */
  readonly secrets?: SecretStore;
};

/** `appId` of electron-builder.yml. */
const APP_ID = 'org.parallax.terminal';
const alertNote = z.strictObject({ title: z.string().min(1).max(200), body: z.string().max(500) });
const notePrefs = z.strictObject({ notes: z.boolean(), sounds: z.boolean() });

/** Chromium's own doors for debuggers, which no fuse closes: through each of them any program here could press the buttons. */
const DEBUG_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
];

/** Another instance that is already running is brought to the front instead. */
export function runApp(setup: AppSetup, restartPolicy?: RestartPolicy): void {
  // Chromium reads them after this script.
  if (app.isPackaged) for (const name of DEBUG_SWITCHES) app.commandLine.removeSwitch(name);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  // Without it Windows shows no notification; the package's shortcut has the same one.
  app.setAppUserModelId(APP_ID);
  registerAppScheme();
  // macOS sends them from the launch on, long before a window is there.
  const early: string[] = [];
  const keep = (event: { preventDefault(): void }, path: string): void => {
    event.preventDefault();
    early.push(path);
  };
  app.on('open-file', keep);
  const start = async (): Promise<void> => {
    await app.whenReady();
    app.off('open-file', keep);
    await new Desktop(setup, restartPolicy).start([...early, ...filesAmong(setup.args, process.cwd())]);
  };
  void start();
}

/** The window and the engine, and what each learns of the other. */
class Desktop {
  readonly #setup: AppSetup;
  readonly #named: string | undefined;
  readonly #engines: Engines;
  readonly #choice: EngineChoice;
  readonly #tray: AppTray;
  readonly #notices: DesktopNotices;
  readonly #updates: DesktopUpdates;
  #window: BrowserWindow | undefined;
  readonly #files: OpenedFiles;
  #opened: FileOpened | undefined;
  #isPageReady = false;
  #trouble = '';
  /** Address for the form that asks where the engine is, while it waits for the page. */
  #ask: string | undefined;

  constructor(setup: AppSetup, restartPolicy: RestartPolicy | undefined) {
    this.#setup = setup;
    const { engine, rest } = engineSwitch(setup.args);
    this.#named = engine;
    this.#engines = new Engines({
      own: { entry: setup.engine, args: rest },
      link: setup.link,
      restartPolicy,
      hooks: {
        onStarted: () => this.#linked(),
        onNotice: (notice) => this.#noticed(notice),
        onCrashed: (code, ms) => this.#crashed(code, ms),
        onGivenUp: (reason) => this.#givenUp(reason),
        onSwitched: () => this.#switched(),
      },
    });
    this.#choice = new EngineChoice(this.#engines, setup.secrets ?? openKeychain());
    this.#files = new OpenedFiles((path) => this.#openFile(path));
    this.#tray = new AppTray(join(setup.resourcesDir, 'tray.png'), {
      onShow: () => this.#showWindow(),
      onKill: () => this.#kill('tray'),
      onQuit: () => app.quit(),
    });
    const { notes, sounds } = loadSettings();
    this.#notices = new DesktopNotices({
      prefs: { notes, sounds },
      onClick: () => this.#showWindow(),
      onSilent: () => {
        this.#tray.setState('engine does not answer');
        this.#updates.heard(undefined);
      },
    });
    this.#updates = new DesktopUpdates({
      manifest: setup.manifest,
      engine: () => this.#engines.name,
      hold: (isOn) => this.#engines.hold(isOn),
      onState: (state) => {
        if (this.#isPageReady) this.#window?.webContents.postMessage(UPDATE_STATE, state, []);
      },
      onNewer: (version) =>
        this.#notices.note({
          kind: 'alert',
          title: `Parallax ${version} is available`,
          body: 'Settings, Updates has its notes. Nothing is installed by itself.',
        }),
    });
  }

  /** @param files that the system opened with Parallax. */
  async start(files: readonly string[]): Promise<void> {
    this.#files.add(files);
    serveWindow(this.#setup.windowDir);
    this.#listen();
    setApplicationMenu({
      onKill: () => this.#kill('menu'),
      onAttach: () => this.#askForEngine(),
      onUseOwn: () => void this.#choice.useOwn(),
    });
    if (!registerKillShortcut(() => this.#kill('shortcut'))) {
      this.#tray.setNote('The kill shortcut is taken by another program');
    }
    watchPower((state) => {
      this.#notices.power(state);
      this.#engines.power(state);
    });
    app.on('second-instance', (_event, argv, folder) => {
      this.#showWindow();
      this.#files.add(filesAmong(argv.slice(1), folder));
    });
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#showWindow();
      this.#files.add([path]);
    });
    app.on('activate', () => this.#showWindow());
    quitInPeace(this.#engines, this.#tray, () => this.#updates.stayed());
    app.on('will-quit', () => {
      this.#notices.close();
      this.#updates.close();
    });
    this.#showWindow();
    await this.#startEngine();
  }

  async #startEngine(): Promise<void> {
    try {
      const first = await this.#choice.first(this.#named);
      if (first.kind === 'ask') {
        this.#report(first.trouble);
        return this.#askForEngine(first.address);
      }
      this.#engines.start(first.kind === 'remote' ? first.remote : undefined);
      this.#report(first.kind === 'remote' ? 'connecting' : '');
      this.#files.flush();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const field = this.#named === undefined ? 'the engine used last' : '--engine';
      this.#askWhatElse(describeProblem({ ...error.problem, field }));
    }
  }

  #listen(): void {
    const isOurs = (sender: unknown): boolean => sender === this.#window?.webContents;
    onFromWindow(WINDOW_READY, z.tuple([]), (sender) => {
      if (!isOurs(sender)) return;
      this.#isPageReady = true;
      this.#reportWindow();
      this.#window?.webContents.postMessage(UPDATE_STATE, this.#updates.state, []);
      if (this.#opened !== undefined) this.#showOpened(this.#opened);
      if (this.#ask !== undefined) this.#askForEngine(this.#ask);
      this.#connectWindow();
    });
    onFromWindow(PORT_WANTED, z.tuple([]), (sender) => {
      if (isOurs(sender)) this.#connectWindow();
    });
    onFromWindow(USE_OWN_ENGINE, z.tuple([]), (sender) => {
      if (isOurs(sender)) void this.#choice.useOwn();
    });
    onFromWindow(NOTE_ALERT, z.tuple([alertNote]), (sender, [note]) => {
      if (isOurs(sender)) this.#notices.note({ kind: 'alert', ...note });
    });
    onFromWindow(SET_NOTES, z.tuple([notePrefs]), (sender, [prefs]) => {
      if (!isOurs(sender)) return;
      this.#notices.setPrefs(prefs);
      saveSettings(prefs);
    });
    onFromWindow(ASK_UPDATES, z.tuple([updateRequest]), (sender, [request]) => {
      if (isOurs(sender)) void this.#updates.ask(request);
    });
    answerWindow(ATTACH_ENGINE, z.tuple([attachRequest]), (sender, [request]) => {
      if (!isOurs(sender)) throw new Error('refused');
      return this.#choice.attach(request);
    });
  }

  #kill(via: string): void {
    if (this.#engines.isThere) this.#engines.kill(via);
    else void reportNotKilled('this desktop has no engine yet');
  }

  #showWindow(): void {
    if (this.#window !== undefined) return focusWindow(this.#window);
    const window = createWindow(this.#setup.preload);
    this.#window = window;
    window.on('closed', () => {
      this.#window = undefined;
      this.#isPageReady = false;
    });
  }

  #connectWindow(): void {
    if (this.#window === undefined || !this.#isPageReady) return;
    const port = this.#engines.openPort();
    if (port !== undefined) this.#window.webContents.postMessage(ENGINE_PORT, null, [port]);
  }

  #linked(): void {
    this.#report('');
    this.#connectWindow();
    this.#files.flush();
  }

  /** An engine elsewhere reads no files of this machine. False: no engine takes the file yet. */
  #openFile(path: string): boolean {
    const { name } = this.#engines;
    if (name === '') return this.#engines.open(path);
    const problem = `The engine is at ${name}: copy ${basename(path)} into the folder of its recordings there.`;
    this.#showOpened({ name: '', problem });
    return true;
  }

  /** Once the page listens; the last one of those that come before. */
  #showOpened(file: FileOpened): void {
    this.#opened = file;
    if (!this.#isPageReady) return;
    this.#window?.webContents.postMessage(FILE_OPENED, file, []);
    this.#opened = undefined;
  }

  #noticed(notice: EngineNotice): void {
    if (notice.t === 'mode') {
      this.#tray.setMode(notice);
      this.#notices.heard(notice);
      this.#updates.heard(notice);
    }
    if (notice.t === 'opened') this.#showOpened({ name: notice.name, problem: notice.problem });
    if (notice.t === 'kill-refused')
      void reportNotKilled(`${this.#engines.name} refuses: the call ${notice.message}`);
    if (notice.t !== 'lost') return;
    this.#report(notice.reason);
    this.#tray.setState('engine not reachable');
    this.#lost();
  }

  #crashed(code: number, restartInMs: number): void {
    this.#tray.setState(`engine stopped (exit code ${code}), starts again in ${restartInMs / 1_000} s`);
    this.#lost();
  }

  #lost(): void {
    this.#notices.lost();
    this.#updates.heard(undefined);
  }

  #givenUp(reason: string): void {
    this.#tray.setState('engine stopped');
    this.#lost();
    if (this.#engines.name === '') {
      this.#updates.engineEnded();
      return void askToStartAgain(reason, {
        startAgain: () => {
          this.#updates.heard(undefined);
          this.#engines.startAgain();
        },
        previous: this.#updates.state.previous,
        goBack: () => this.#updates.goBack(),
      });
    }
    this.#report(reason);
    this.#askWhatElse(`${this.#engines.name}: ${reason}.`);
  }

  /** The page is reloaded: no figure of the previous engine may stand beside those of this one. */
  #switched(): void {
    this.#tray.setState('starting');
    this.#notices.forget();
    this.#updates.heard(undefined);
    this.#trouble = '';
    this.#ask = undefined;
    this.#tray.setPlace(this.#engines.name);
    this.#isPageReady = false;
    this.#window?.webContents.reload();
    this.#files.flush();
  }

  #report(trouble: string): void {
    this.#trouble = trouble;
    this.#tray.setPlace(this.#engines.name);
    this.#reportWindow();
  }

  #reportWindow(): void {
    if (!this.#isPageReady) return;
    const state: HostState = { engine: this.#engines.name, trouble: this.#trouble };
    this.#window?.webContents.postMessage(HOST_STATE, state, []);
  }

  #askForEngine(address = ''): void {
    this.#showWindow();
    this.#ask = address;
    if (!this.#isPageReady) return;
    this.#window?.webContents.postMessage(ASK_ENGINE, address, []);
    this.#ask = undefined;
  }

  #askWhatElse(reason: string): void {
    void askForAnotherEngine(reason, {
      useOwn: () => void this.#choice.useOwn(),
      enter: () => this.#askForEngine(),
    });
  }
}

/** Without a window the trades are unattended: closing it quits, except on macOS, where apps stay in the dock. */
function quitInPeace(engine: Engines, tray: AppTray, onStayed: () => void): void {
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
    // An engine whose end is not known may still trade: this desktop stays with it.
    end().catch(onStayed);
  });
}
