/** Updates as the desktop has them: Electron's network, windows and way to quit, and what the engine's state allows. */
import { app, net, shell } from 'electron';
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
import { InstallError, type InstallHost } from './updates/install.ts';
import { builtInUpdates, packageKindOf } from './updates/package-kind.ts';
import { Updates } from './updates/updates.ts';

type DesktopUpdatesOptions = {
  /** `package.json` of this program, as it was read. */
  readonly manifest: unknown;
  /** Host name of an engine elsewhere; empty: that of this machine. */
  readonly engine: () => string;
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
        fetch: (url, init) => net.fetch(url, init),
        nowMs: () => Date.now(),
        host: installHost(),
        blocked: () => blockedBy(this.#mode, options.engine()),
        onState: options.onState,
        onNewer: options.onNewer,
        onFeed: (updateFeed) => saveSettings({ updateFeed }),
      },
      loadSettings().updateFeed ?? feed,
    );
  }

  get state(): UpdateState {
    return this.#updates.state;
  }

  ask(request: UpdateRequest): Promise<void> {
    return this.#updates.ask(request);
  }

  /** The engine's word, or undefined where it gives none. */
  heard(mode: HostMode | undefined): void {
    const before = this.state.blocked;
    this.#mode = mode;
    const state = this.state;
    if (state.blocked !== before) this.#options.onState(state);
  }

  close(): void {
    this.#updates.close();
  }
}

/** Why nothing may be installed now; empty: it may. What is not known speaks against it. */
export function blockedBy(mode: HostMode | undefined, engine: string): string {
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
  let next: (() => void) | undefined;
  return {
    appImage: process.env['APPIMAGE'],
    relaunch(program) {
      app.relaunch({ execPath: program, args: process.argv.slice(1) });
      app.quit();
    },
    runAfterQuit(program, args, holds) {
      // Once, however often it was asked for.
      if (next !== undefined) app.off('will-quit', next);
      next = () => {
        // The end of the engine took a while.
        if (!holds()) return;
        const child = spawn(program, args, { detached: true, stdio: 'ignore' });
        child.on('error', () => undefined);
        child.unref();
      };
      app.once('will-quit', next);
      app.quit();
    },
    async open(path) {
      const problem = await shell.openPath(path);
      if (problem !== '') throw new InstallError(`The system did not open ${path}.`);
    },
    show: (path) => shell.showItemInFolder(path),
  };
}
