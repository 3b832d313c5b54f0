/** Updates as the desktop has them: Electron's network, windows and way to quit, and what the engine's state allows. */
import { app, clipboard, net, shell } from 'electron';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { HostMode } from '../src-engine/contract/host-messages.ts';
import {
  UPDATE_ACTIONS,
  type UpdateRequest,
  type UpdateState,
} from '../src-engine/contract/update-records.ts';
import { loadSettings, saveSettings } from './desktop-settings.ts';
import { withoutFiles } from './opened-files.ts';
import { InstallError, type InstallHost } from './updates/install.ts';
import { askOnce } from './updates/net-request.ts';
import { builtInUpdates, packageKindOf } from './updates/package-kind.ts';
import { Updates } from './updates/updates.ts';

type DesktopUpdatesOptions = {
  /** `package.json` of this program, as it was read. */
  readonly manifest: unknown;
  /** Host name of an engine elsewhere; empty: that of this machine. */
  readonly engine: () => string;
  /** Has that of this machine arm nothing and begin no job. @returns whether it agrees. */
  readonly hold: (isOn: boolean) => Promise<boolean>;
  readonly onState: (state: UpdateState) => void;
  readonly onNewer: (version: string) => void;
};

export const updateRequest: z.ZodType<UpdateRequest> = z.discriminatedUnion('t', [
  z.strictObject({ t: z.enum(UPDATE_ACTIONS) }),
  z.strictObject({ t: z.literal('feed'), address: z.string().max(500) }),
]);

export class DesktopUpdates {
  readonly #options: DesktopUpdatesOptions;
  readonly #updates: Updates;
  #mode: HostMode | undefined;
  /** The engine of this machine was given up: its process has ended. */
  #hasEnded = false;
  /** As the window was shown it last. */
  #blocked = '';

  constructor(options: DesktopUpdatesOptions) {
    this.#options = options;
    const { feed, keys } = builtInUpdates(options.manifest);
    const place = {
      platform: process.platform,
      resources: process.resourcesPath,
      executable: process.execPath,
      env: process.env,
    };
    this.#updates = new Updates(
      {
        version: app.getVersion(),
        system: process.platform,
        arch: process.arch,
        kind: app.isPackaged ? packageKindOf(place) : undefined,
        keys,
        folder: join(app.getPath('userData'), 'updates'),
        fetch: (url, { signal }) => askOnce((asked) => net.request(asked), url, signal),
        nowMs: () => Date.now(),
        host: installHost(),
        blocked: () => this.#blockedNow(),
        hold: options.hold,
        onState: options.onState,
        onNewer: options.onNewer,
        onFeed: (updateFeed) => saveSettings({ updateFeed }),
      },
      loadSettings().updateFeed ?? feed,
    );
    this.#blocked = this.#blockedNow();
  }

  get state(): UpdateState {
    return this.#updates.state;
  }

  ask(request: UpdateRequest): Promise<void> {
    return this.#updates.ask(request);
  }

  /** To the version before. @returns what the trader has to do or to know; empty: this program ends for it. */
  async goBack(): Promise<string> {
    const { step: underWay } = this.state;
    if (underWay === 'checking' || underWay === 'downloading')
      return `${underWay === 'checking' ? 'A check for updates' : 'A download'} is under way. Try again when it has ended.`;
    await this.ask({ t: 'back' });
    const { step, problem, command } = this.state;
    if (step === 'installing') return '';
    if (problem !== '') return problem;
    if (command === null) return 'The package was opened. Quit before it installs.';
    // The text of a system's dialog cannot be selected everywhere, and no one types a hash.
    await clipboard.writeText(command.line);
    return `The command is in the clipboard. Paste it into a terminal, quit Parallax, then press Enter:\n\n${command.line}`;
  }

  /** The engine's word, or undefined where it gives none. */
  heard(mode: HostMode | undefined): void {
    this.#learn(mode, false);
  }

  /** The engine of this machine has ended and does not start by itself: nothing trades, and the way back is open. */
  engineEnded(): void {
    this.#learn(undefined, true);
  }

  /** The program was to end, and goes on. */
  stayed(): void {
    this.#updates.stayed();
  }

  close(): void {
    this.#updates.close();
  }

  #learn(mode: HostMode | undefined, hasEnded: boolean): void {
    [this.#mode, this.#hasEnded] = [mode, hasEnded];
    const blocked = this.#blockedNow();
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.#updates.publish();
  }

  #blockedNow(): string {
    return blockedBy(this.#mode, this.#options.engine(), this.#hasEnded);
  }
}

/** Why nothing may be installed now; empty: it may. What is not known speaks against it. */
export function blockedBy(mode: HostMode | undefined, engine: string, hasEnded = false): string {
  if (hasEnded && engine === '') return '';
  if (mode === undefined) return 'the engine does not answer, so that it is not known whether it trades';
  if (mode.arming !== null && mode.arming !== 'disarmed') return 'live trading is armed: disarm it first';
  // Jobs of an engine elsewhere run on while this desktop starts again.
  if (engine !== '') return '';
  if (mode.jobs === null) return 'it is not known whether jobs of the lab run';
  if (mode.jobs > 0)
    return `${mode.jobs === 1 ? 'a job' : `${mode.jobs} jobs`} of the lab would be ended: wait, or cancel`;
  return '';
}

function installHost(): InstallHost {
  return {
    appImage: process.env['APPIMAGE'],
    relaunch(program) {
      app.relaunch({ execPath: program, args: withoutFiles(process.argv.slice(1)) });
      app.quit();
    },
    runAfterQuit(program, args, holds) {
      const start = (): void => {
        // The end of the engine took a while.
        if (!holds()) return;
        const child = spawn(program, args, { detached: true, stdio: 'ignore' });
        child.on('error', () => undefined);
        child.unref();
      };
      app.once('will-quit', start);
      app.quit();
      return () => void app.off('will-quit', start);
    },
    async open(path) {
      const problem = await shell.openPath(path);
      if (problem !== '') throw new InstallError(`The system did not open ${path}.`);
    },
    show: (path) => shell.showItemInFolder(path),
  };
}
