/** Which engine the desktop has: its own, run here, or one elsewhere over a link. One at a time. */
import type { MessagePortMain } from 'electron';
import type { EngineNotice } from '../src-engine/contract/host-messages.ts';
import { EngineProcess, type RemoteEngine, type RestartPolicy } from './engine-process.ts';

export type EngineHooks = {
  /** Windows need ports to it. */
  readonly onStarted: () => void;
  readonly onNotice: (notice: EngineNotice) => void;
  readonly onCrashed: (code: number, restartInMs: number) => void;
  readonly onGivenUp: (reason: string) => void;
  /** Another engine from now on: nothing that a window shows is true any longer. */
  readonly onSwitched: () => void;
};

type EnginesOptions = {
  /** Entry of the engine, and its options on the command line. */
  readonly own: { readonly entry: string; readonly args: readonly string[] };
  /** Entry of the link to an engine elsewhere. */
  readonly link: string;
  readonly restartPolicy?: RestartPolicy | undefined;
  /** An engine elsewhere has this long to greet before it is chosen. */
  readonly trialMs?: number | undefined;
  readonly hooks: EngineHooks;
};

const TRIAL_MS = 10_000;

export class Engines {
  readonly #options: EnginesOptions;
  #current: EngineProcess | undefined;
  #remote: RemoteEngine | undefined;
  #isSwitching = false;

  constructor(options: EnginesOptions) {
    this.#options = options;
  }

  /** Host name of an engine elsewhere; empty: that of this machine. */
  get name(): string {
    return this.#remote?.name ?? '';
  }

  get isThere(): boolean {
    return this.#current !== undefined;
  }

  /** The first one of this start: nothing is there that would have to end. */
  start(remote?: RemoteEngine): void {
    this.#remote = remote;
    this.#current = this.#make(remote, { hooks: this.#options.hooks });
    this.#current.start();
  }

  /**
   * Changes to an engine elsewhere once it has greeted; until then everything stays as it is.
   * @returns why it cannot be used, or undefined when it is.
   */
  async attach(remote: RemoteEngine): Promise<string | undefined> {
    if (this.#isSwitching) return 'another change of engines is under way';
    this.#isSwitching = true;
    try {
      const trial = Promise.withResolvers<string | undefined>();
      let losses = 0;
      const route = {
        hooks: {
          ...SILENT,
          onStarted: () => trial.resolve(undefined),
          onGivenUp: (reason: string) => trial.resolve(reason),
          onNotice: (notice: EngineNotice) => {
            // Once may be chance; an established link keeps trying forever.
            if (notice.t === 'lost' && ++losses >= 2) trial.resolve(notice.reason);
          },
        },
      };
      const next = this.#make(remote, route);
      next.start();
      const timer = setTimeout(() => trial.resolve('it does not answer'), this.#options.trialMs ?? TRIAL_MS);
      const refusal = await trial.promise;
      clearTimeout(timer);
      if (refusal !== undefined) {
        await next.shutdown();
        return refusal;
      }
      await this.#replace(next, remote);
      route.hooks = this.#options.hooks;
      this.#options.hooks.onSwitched();
      return undefined;
    } finally {
      this.#isSwitching = false;
    }
  }

  /** Back to the engine of this machine, which is started. */
  async useOwn(): Promise<void> {
    if (this.#isSwitching || (this.#current !== undefined && this.#remote === undefined)) return;
    this.#isSwitching = true;
    try {
      const own = this.#make(undefined, { hooks: this.#options.hooks });
      await this.#replace(own, undefined);
      own.start();
    } finally {
      this.#isSwitching = false;
    }
    this.#options.hooks.onSwitched();
  }

  startAgain(): void {
    this.#current?.startAgain();
  }

  openPort(): MessagePortMain | undefined {
    return this.#current?.openPort();
  }

  kill(via: string): void {
    this.#current?.kill(via);
  }

  /** False where the engine does not take a file now. */
  open(path: string): boolean {
    return this.#current?.open(path) ?? false;
  }

  /** While it holds, the engine of this machine arms nothing and begins no job. @returns whether it agrees; an engine elsewhere is not asked. */
  hold(isOn: boolean): Promise<boolean> {
    return this.#current?.hold(isOn) ?? Promise.resolve(true);
  }

  power(state: 'suspend' | 'resume'): void {
    this.#current?.power(state);
  }

  async shutdown(): Promise<void> {
    await this.#current?.shutdown();
  }

  /** The one before ends in peace first: it writes everything out. */
  async #replace(next: EngineProcess, remote: RemoteEngine | undefined): Promise<void> {
    await this.#current?.shutdown();
    this.#current = next;
    this.#remote = remote;
  }

  /** @param route who hears of it, which changes once it is chosen. */
  #make(remote: RemoteEngine | undefined, route: { hooks: Omit<EngineHooks, 'onSwitched'> }): EngineProcess {
    const { own, link, restartPolicy } = this.#options;
    return new EngineProcess({
      ...(remote === undefined ? own : { entry: link, args: [], remote }),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      onStarted: () => route.hooks.onStarted(),
      onNotice: (notice) => route.hooks.onNotice(notice),
      onCrashed: (code, ms) => route.hooks.onCrashed(code, ms),
      onGivenUp: (reason) => route.hooks.onGivenUp(reason),
    });
  }
}

const SILENT: EngineHooks = {
  onStarted: () => undefined,
  onNotice: () => undefined,
  onCrashed: () => undefined,
  onGivenUp: () => undefined,
  onSwitched: () => undefined,
};
